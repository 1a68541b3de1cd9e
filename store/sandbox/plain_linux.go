package sandbox

import "syscall"

// rssUnit is what getrusage counts memory in.
const rssUnit = 1024

func plainAttr() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: true, Pdeathsig: syscall.SIGKILL}
}
