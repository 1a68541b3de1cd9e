// Package sandbox runs a builder where it sees only what it may (Nix manual,
// nix.conf: sandbox).
//
// On Linux a builder gets namespaces of its own. Three processes take part: the
// caller; the first process of the sandbox, which is the caller's program started
// once more and taken over by [Main]; and the builder, which that process starts
// when everything is in place and nothing of its powers is left. When the first
// process ends, for whatever reason, the kernel ends all that the builder started.
//
// The package knows nothing of derivations: what is mounted, the environment and
// what becomes of the outputs is the caller's.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"syscall"
	"time"
)

// Mount makes something of this machine visible inside.
type Mount struct {
	Source   string // on this machine
	Target   string // inside, an absolute path
	Optional bool   // whether it may be missing on this machine
}

// Limits are what a build may use at most; a zero is no limit.
type Limits struct {
	Memory    int64 // bytes: of the build with [Spec.Cgroup], else the data of each process
	Processes int   // with their threads
}

// Spec describes a run of a builder.
type Spec struct {
	// Root is a directory that becomes the builder's /, empty but for what may be in
	// the store directory already. The caller makes it where nobody else may look, and ends it with [Remove]. Outputs are what the builder makes
	// in its store directory, Root+StoreDir on this machine.
	Root     string
	StoreDir string // such as /nix/store, inside
	// Store are store objects, which may only be read: files, directories and symlinks.
	// Their targets may be elsewhere: a /bin/sh that is a part of an object is one.
	Store []Mount
	// Paths are others (nix.conf: sandbox-paths), which can be written if their
	// permissions allow it, unless their target is in the store directory.
	Paths    []Mount
	BuildDir string // on this machine; /build inside, and owned by the builder

	Dir     string   // where the builder starts, inside; "" is /build
	Program string   // inside
	Argv    []string // with argv[0]
	Env     []string // NAME=VALUE, and nothing is added

	Network bool   // whether it may use this machine's, as builders of fixed outputs do
	CAFile  string // certificates for Network; "" is where systems have them
	KVM     bool   // whether it may use /dev/kvm
	System  string // such as i686-linux, which 64-bit kernels then claim to be

	UID, GID int // inside; 0 is 1000 and 100
	// UserPool is a directory with a lock file for each user that builders run as if
	// the caller is root; Nix's is STATE/userpool2. Others need none.
	UserPool string
	// Cgroup is a directory of a cgroup v2 that the caller may make groups in, with
	// memory and pids in its cgroup.subtree_control as far as limits need them; ""
	// makes no group.
	Cgroup string
	Limits Limits

	// Output gets what the builder prints, byte for byte, from one goroutine; nil is
	// nowhere. While it does not take more, the builder waits.
	Output  io.Writer
	Silent  time.Duration // how long it may print nothing; 0 is for ever
	Timeout time.Duration // how long it may take; 0 is for ever
	MaxLog  int64         // how many bytes it may print; 0 is any number
}

// End says what ended a builder.
type End string

// The ends of builders.
const (
	Exited    End = "exited"
	Signalled End = "killed by a signal"
	TimedOut  End = "took too long"
	Silence   End = "printed nothing for too long"
	LogLimit  End = "printed too much"
	Cancelled End = "cancelled"
)

// Result is what became of a builder.
type Result struct {
	End    End
	Code   int            // of Exited
	Signal syscall.Signal // of Signalled

	MaxRSS       int64 // of its largest process, in bytes; with a cgroup, of all of them together
	User, System time.Duration

	// UID and GID own on this machine what the builder wrote.
	UID, GID int
}

// Succeeded reports whether the builder says that it did its work.
func (r Result) Succeeded() bool { return r.End == Exited && r.Code == 0 }

// String returns what is said of the builder, such as "exited with code 1".
func (r Result) String() string {
	switch r.End {
	case Exited:
		return fmt.Sprintf("exited with code %d", r.Code)
	case Signalled:
		return fmt.Sprintf("was killed by signal %d (%s)", int(r.Signal), r.Signal)
	case Cancelled:
		return "was cancelled"
	default:
		return string(r.End)
	}
}

// SetupError is the error of a sandbox that could not be made. No builder ran.
type SetupError struct {
	Step string // what was being done, such as "mount /proc"
	Hint string // why it fails on this machine and what to do about it; "" if nobody knows
	Err  error
}

// Error implements error.
func (e *SetupError) Error() string {
	s := fmt.Sprintf("sandbox: %s: %v", e.Step, e.Err)
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}

// Unwrap returns the cause.
func (e *SetupError) Unwrap() error { return e.Err }

// ExecError is the error of a builder that cannot be executed, in a sandbox that
// is as it should be. It is a fault of the derivation.
type ExecError struct {
	Program string
	Hint    string
	Err     error
}

// Error implements error.
func (e *ExecError) Error() string {
	s := fmt.Sprintf("executing builder '%s': %v", e.Program, e.Err)
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}

// Unwrap returns the cause.
func (e *ExecError) Unwrap() error { return e.Err }

// ErrUnsupported is what [Check] and [Run] return where the system has nothing to
// make sandboxes of.
var ErrUnsupported = errors.New("sandboxes are made of Linux namespaces, which this system does not have; build without a sandbox, or on a Linux machine")

// Main takes the process over if it was started as a part of a sandbox, and does
// not return then. Programs that call [Run] or [Check] call it before all else, and
// so does their TestMain.
func Main() { takeOver() }

// Run makes a sandbox, runs the builder in it and waits for its end, and that of
// all it started. An error means that there was no builder, that its output could
// not be written, or, with the cause of the context, that it was cancelled; a
// builder that fails is a [Result].
func Run(ctx context.Context, s Spec) (Result, error) {
	if err := s.complete(); err != nil {
		return Result{}, err
	}
	return run(ctx, s)
}

// Check makes a sandbox with nothing in it. Its error says why that does not work on
// this machine, and what to do about it.
func Check(ctx context.Context) error { return check(ctx) }

// RunPlain runs a builder without a sandbox, as the caller's user, in Dir or else
// BuildDir, both on this machine. Of the rest of the Spec it takes the program, its
// arguments and environment, the output, the times and MaxLog. What leaves the
// builder's process group may outlive it.
func RunPlain(ctx context.Context, s Spec) (Result, error) {
	if s.Dir == "" {
		s.Dir = s.BuildDir
	}
	if err := s.checkProgram(); err != nil {
		return Result{}, err
	}
	return runPlain(ctx, s)
}

const (
	buildDir   = "/build" // inside
	defaultUID = 1000
	defaultGID = 100
	maxUID     = 1<<31 - 1
)

// complete fills in what is not given, and refuses what makes no sandbox.
func (s *Spec) complete() error {
	if s.Dir == "" {
		s.Dir = buildDir
	}
	if s.UID == 0 {
		s.UID = defaultUID
	}
	if s.GID == 0 {
		s.GID = defaultGID
	}
	if s.UID < 0 || s.UID > maxUID || s.GID < 0 || s.GID > maxUID {
		return fmt.Errorf("sandbox: user %d and group %d: not numbers of a user and a group", s.UID, s.GID)
	}
	if s.Root == "" || s.BuildDir == "" {
		return errors.New("sandbox: a root and a build directory are needed")
	}
	if err := checkInside("store directory", s.StoreDir); err != nil {
		return err
	}
	if err := checkInside("working directory", s.Dir); err != nil {
		return err
	}
	for _, list := range [][]Mount{s.Store, s.Paths} {
		for _, m := range list {
			if err := checkInside("mount of "+m.Source, m.Target); err != nil {
				return err
			}
		}
	}
	return s.checkProgram()
}

func (s *Spec) checkProgram() error {
	if s.Program == "" || len(s.Argv) == 0 {
		return errors.New("sandbox: no builder, or none of its arguments; argv[0] is one")
	}
	for _, list := range [][]string{{s.Program}, s.Argv, s.Env} {
		for _, text := range list {
			if strings.ContainsRune(text, 0) {
				return fmt.Errorf("sandbox: %q: a NUL byte cannot be given to a program", text)
			}
		}
	}
	return nil
}

// checkInside refuses paths that are not plainly below the root of the builder.
func checkInside(what, p string) error {
	if !path.IsAbs(p) || path.Clean(p) != p || p == "/" || strings.ContainsRune(p, 0) {
		return fmt.Errorf("sandbox: %s: %q is not a clean absolute path below /", what, p)
	}
	return nil
}
