//go:build !linux

package sandbox

import "context"

func takeOver() {}

func run(context.Context, Spec) (Result, error) { return Result{}, ErrUnsupported }

func check(context.Context) error { return ErrUnsupported }
