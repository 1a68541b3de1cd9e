//go:build linux && (386 || arm)

package sandbox

import "golang.org/x/sys/unix"

// The calls without 32 in their names have room for the users of 1991.
const (
	sysSetresuid = unix.SYS_SETRESUID32
	sysSetresgid = unix.SYS_SETRESGID32
	sysSetgroups = unix.SYS_SETGROUPS32
)
