package main

import "syscall"

// moreTricks are those of calls that newer machines do not have.
var moreTricks = map[string]func() error{
	"chmod-old": func() error { return raw(syscall.SYS_CHMOD, cstring("file"), 0o4755, 0, 0) },
	"creat":     func() error { return raw(syscall.SYS_CREAT, cstring("made"), 0o4755, 0, 0) },
	"open": func() error {
		return raw(syscall.SYS_OPEN, cstring("opened"), syscall.O_CREAT|syscall.O_RDWR, 0o2755, 0)
	},
	"mknod": func() error { return raw(syscall.SYS_MKNOD, cstring("noded"), syscall.S_IFREG|0o4755, 0, 0) },
}
