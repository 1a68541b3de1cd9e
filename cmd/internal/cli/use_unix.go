//go:build unix

package cli

import (
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// processUse returns how many seconds of the processors the process has used so
// far, and how many bytes of memory it had at most (getrusage(2)).
func processUse() (seconds float64, peak uint64) {
	var use unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &use); err != nil {
		return 0, 0
	}
	peak = uint64(use.Maxrss)
	if runtime.GOOS != "darwin" {
		peak <<= 10 // it is in kilobytes
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano()).Seconds(), peak
}
