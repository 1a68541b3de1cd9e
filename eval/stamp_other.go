//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || solaris)

package eval

import "errors"

// Stamp implements [StampedHost]. Here no time tells of every change.
func (OS) Stamp(string) (Stamp, error) { return Stamp{}, errors.ErrUnsupported }
