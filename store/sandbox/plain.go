//go:build unix

package sandbox

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// drain is how long output may come from processes that outlive their builder.
const drain = time.Second

func runPlain(ctx context.Context, s Spec) (Result, error) {
	if ctx.Err() != nil {
		return Result{End: Cancelled}, context.Cause(ctx)
	}
	if _, err := os.Stat(s.Dir); err != nil {
		// The system says of it what it says of a missing program.
		return Result{}, fmt.Errorf("enter the directory of the build: %w", err)
	}
	ours, theirs, err := openTerminal()
	if err != nil {
		return Result{}, err
	}
	defer closeAll(ours)
	cmd := &exec.Cmd{
		Path: s.Program, Args: s.Argv, Env: append([]string{}, s.Env...), Dir: s.Dir,
		Stdout: theirs, Stderr: theirs, SysProcAttr: plainAttr(),
	}
	started, ended := spawn(cmd, nil)
	err = <-started
	closeAll(theirs)
	if err != nil {
		return Result{}, &ExecError{Program: s.Program, Err: rootCause(err)}
	}
	w := newWatch(ctx, s, func() { killGroup(cmd) })
	copied := make(chan struct{})
	go func() {
		w.copy(ours)
		close(copied)
	}()
	err = exitless(<-ended)
	w.rest()
	killGroup(cmd) // the number stays taken while anything is in the group
	finish(ours, copied)
	r := outcome(cmd.ProcessState)
	r.UID, r.GID = os.Getuid(), os.Getgid()
	return w.result(ctx, r, err)
}

// spawn starts a command on a thread that lives as long as the command, because
// Linux takes the end of the thread for the end of the parent. If first is given,
// it changes the thread, which nobody else gets then.
func spawn(cmd *exec.Cmd, first func() error) (started, ended <-chan error) {
	start, end := make(chan error, 1), make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		if first == nil {
			defer runtime.UnlockOSThread()
		} else if err := first(); err != nil {
			start <- err
			return
		}
		err := cmd.Start()
		start <- err
		if err == nil {
			end <- cmd.Wait()
		}
	}()
	return start, end
}

// killGroup kills the process group of a command that has one of its own. Whoever
// is gone already is no error, and nothing else can be.
func killGroup(cmd *exec.Cmd) { _ = unix.Kill(-cmd.Process.Pid, unix.SIGKILL) }

// finish waits for the rest of the output, but not for ever: a process that left
// the group may hold the terminal.
func finish(terminal *os.File, copied <-chan struct{}) {
	late := time.NewTimer(drain)
	defer late.Stop()
	select {
	case <-copied:
		return
	case <-late.C:
	}
	// Where this does not work, the reader ends with that process.
	if terminal.SetReadDeadline(time.Now()) == nil {
		<-copied
	}
}

// exitless returns what is wrong beside that a command did not succeed.
func exitless(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil
	}
	return err
}

// rootCause returns the number of a system error without what os says of it, which
// names files of ours.
func rootCause(err error) error {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errno
	}
	return err
}
