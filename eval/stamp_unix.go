//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd || solaris

package eval

import (
	"errors"
	"os"
	"syscall"
)

// Stamp implements [StampedHost].
func (OS) Stamp(path string) (Stamp, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return Stamp{}, err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return Stamp{}, errors.ErrUnsupported
	}
	s := Stamp{Kind: kindOf(info.Mode()), Size: st.Size, Inode: st.Ino}
	s.ModTime, s.Changed = times(st)
	s.Mode, s.Device = uint32(st.Mode), uint64(st.Dev) //nolint:unconvert // narrower on some systems
	return s, nil
}
