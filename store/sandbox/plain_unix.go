//go:build unix && !linux

package sandbox

import (
	"runtime"
	"syscall"
)

// rssUnit is what getrusage counts memory in: bytes on macOS, kilobytes elsewhere.
var rssUnit = map[bool]int64{true: 1, false: 1024}[runtime.GOOS == "darwin" || runtime.GOOS == "ios"]

func plainAttr() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
