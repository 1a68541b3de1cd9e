//go:build unix

package sandbox

import (
	"fmt"
	"os"
	"runtime"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
	"golang.org/x/term"
)

// openTerminal returns the two sides of a terminal that changes nothing of what is
// written to it. A builder writes to one, so that compilers colour their messages.
func openTerminal() (ours, theirs *os.File, err error) {
	ours, theirs, err = pty.Open()
	if err != nil {
		return nil, nil, fmt.Errorf("open a terminal: %w", err)
	}
	if _, err = term.MakeRaw(int(theirs.Fd())); err == nil && runtime.GOOS == "linux" {
		ours, err = waitable(ours)
	}
	if err != nil {
		closeAll(ours, theirs)
		return nil, nil, fmt.Errorf("set up a terminal: %w", err)
	}
	return ours, theirs, nil
}

// waitable returns the file in a form whose reads end with a deadline. kqueue cannot
// wait for terminals, epoll can.
func waitable(f *os.File) (*os.File, error) {
	fd, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return f, err
	}
	if err := unix.SetNonblock(fd, true); err != nil {
		_ = unix.Close(fd) // nothing was written to it
		return f, err
	}
	closeAll(f)
	return os.NewFile(uintptr(fd), f.Name()), nil
}

// closeAll closes files that nothing was written to, or whose writer has the error
// already.
func closeAll(files ...*os.File) {
	for _, f := range files {
		if f != nil {
			_ = f.Close() // there is nothing to lose
		}
	}
}
