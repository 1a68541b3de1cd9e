//go:build darwin || freebsd || netbsd

package eval

import "syscall"

func times(st *syscall.Stat_t) (modified, changed int64) {
	return st.Mtimespec.Nano(), st.Ctimespec.Nano()
}
