package main

import "syscall"

// moreTricks are those of calls that newer machines do not have, and of the other
// numbers of this one.
var moreTricks = map[string]func() error{
	"x32-chmod":    func() error { return raw(0x40000000|syscall.SYS_CHMOD, cstring("file"), 0o4755, 0, 0) },
	"x32-setxattr": func() error { return raw(0x40000000|syscall.SYS_SETXATTR, cstring("file"), 0, 0, 0) },
	"chmod-old":    func() error { return raw(syscall.SYS_CHMOD, cstring("file"), 0o4755, 0, 0) },
	"creat":        func() error { return raw(syscall.SYS_CREAT, cstring("made"), 0o4755, 0, 0) },
	"open": func() error {
		return raw(syscall.SYS_OPEN, cstring("opened"), syscall.O_CREAT|syscall.O_RDWR, 0o2755, 0)
	},
	"mknod": func() error { return raw(syscall.SYS_MKNOD, cstring("noded"), syscall.S_IFREG|0o4755, 0, 0) },
}
