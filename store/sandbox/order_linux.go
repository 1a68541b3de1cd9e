package sandbox

import (
	"errors"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// order is what the first process of a sandbox is told to do. It is written by gob,
// which keeps strings that are no text.
type order struct {
	Root     string
	Store    []Mount // Targets are on this machine, as those of all mounts
	Paths    []Mount // with the build directory and devices
	OwnDev   bool    // whether the builder has a /dev of its own
	Loopback bool    // whether it has a network of its own

	UID, GID    int
	Scope       bool // whether sockets with abstract names outside are out of reach
	Personality uintptr
	Limits      Limits // those that have no cgroup

	Dir, Program string
	Argv, Env    []string // no Argv: nothing is executed
}

// report is what it answers before it ends: why there is no builder, or how the
// builder ended.
type report struct {
	Step   string // what failed; stepExec is about the builder
	Hint   string
	Cause  string
	Errno  syscall.Errno
	Ended  bool
	Status uint32 // as wait4 has it
	Usage  usage
}

type usage struct {
	MaxRSS       int64
	User, System time.Duration
}

const stepExec = "exec"

// stepError says what was being done.
type stepError struct {
	step, hint string
	err        error
}

func (e *stepError) Error() string { return e.step + ": " + e.err.Error() }
func (e *stepError) Unwrap() error { return e.err }

// at names the step of an error, nil stays nil.
func at(step string, err error) error {
	if err == nil {
		return nil
	}
	return &stepError{step: step, err: err}
}

// reportError puts an error into a form that another process can read.
func reportError(err error) report {
	r := report{Step: "set up", Cause: err.Error()}
	var step *stepError
	if errors.As(err, &step) {
		r.Step, r.Hint, r.Cause = step.step, step.hint, step.err.Error()
	}
	var errno unix.Errno
	if errors.As(err, &errno) && errno.Error() == r.Cause {
		r.Errno, r.Cause = errno, ""
	}
	return r
}

// err returns the error of the report, nil if there is none.
func (r report) err(program string) error {
	if r.Step == "" {
		return nil
	}
	var err error = r.Errno
	if r.Errno == 0 {
		err = errors.New(r.Cause)
	}
	if r.Step == stepExec {
		return &ExecError{Program: program, Hint: r.Hint, Err: err}
	}
	return &SetupError{Step: r.Step, Hint: r.Hint, Err: err}
}

// result returns what the report says of the builder's end.
func (r report) result() Result {
	ws := unix.WaitStatus(r.Status)
	res := Result{End: Exited, Code: ws.ExitStatus(), MaxRSS: r.Usage.MaxRSS, User: r.Usage.User, System: r.Usage.System}
	if ws.Signaled() {
		res.End, res.Code, res.Signal = Signalled, 0, ws.Signal()
	}
	return res
}
