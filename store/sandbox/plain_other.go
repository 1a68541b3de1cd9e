//go:build !unix

package sandbox

import (
	"context"
	"errors"
)

func runPlain(context.Context, Spec) (Result, error) {
	return Result{}, errors.New("builders cannot run on this system; build on Linux or macOS")
}
