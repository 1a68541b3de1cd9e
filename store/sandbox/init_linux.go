package sandbox

import (
	"encoding/gob"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// initName is the argv[0] of the first process of a sandbox.
const initName = "firn-sandbox"

// Files that the first process is started with.
const (
	orderFile  = 3 // it reads its order there
	reportFile = 4 // and writes reports here; when its other end is closed, the caller is gone
)

// installed says that the program calls Main, without which another of it would do
// something else than make a sandbox.
var installed atomic.Bool

func takeOver() {
	installed.Store(true)
	if len(os.Args) == 0 || os.Args[0] != initName {
		return
	}
	// What restricts the builder is put on this thread, which starts it.
	runtime.LockOSThread()
	reports := os.NewFile(reportFile, "reports")
	last := initProcess(os.NewFile(orderFile, "order"))
	if err := gob.NewEncoder(reports).Encode(last); err != nil {
		fmt.Fprintln(os.Stderr, initName+" is a part of firn that firn itself starts")
		unix.Exit(2)
	}
	unix.Exit(0) // os.Exit waits for what the program would do at its end
}

// initProcess does what it is told and returns the last report.
func initProcess(orders *os.File) report {
	// The collector would want threads, and a builder may have left room for none.
	debug.SetGCPercent(-1)
	if err := sealFiles(); err != nil {
		return reportError(at("close files", err))
	}
	var o order
	// A caller that dies leaves an order that ends too early.
	if err := gob.NewDecoder(orders).Decode(&o); err != nil {
		return reportError(at("read what to do", err))
	}
	if err := o.setUp(); err != nil {
		return reportError(err)
	}
	if len(o.Argv) == 0 {
		return report{}
	}
	pid, err := o.start()
	if err != nil {
		return reportError(err)
	}
	last, err := reap(pid)
	if err != nil {
		return reportError(at("wait for the builder", err))
	}
	return last
}

// sealFiles keeps all files but the standard ones from the builder, those too that
// the caller was started with.
func sealFiles() error {
	err := unix.CloseRange(orderFile, 1<<32-1, unix.CLOSE_RANGE_CLOEXEC)
	if err == nil {
		return nil
	}
	if !errors.Is(err, unix.ENOSYS) && !errors.Is(err, unix.EINVAL) {
		return err
	}
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return err
	}
	for _, e := range entries {
		var fd int
		if _, err := fmt.Sscan(e.Name(), &fd); err == nil && fd >= orderFile {
			unix.CloseOnExec(fd)
		}
	}
	return nil
}

// setUp does all that takes powers, and gives them up.
func (o *order) setUp() error {
	steps := []func() error{o.mountAll, o.enterRoot, o.becomeUser, o.mountKernel, o.leave, o.name, o.network, o.confine}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// becomeUser makes this thread the builder's user, with the powers that it has.
// What follows makes files in file systems of the namespace, which has no other.
func (o *order) becomeUser() error {
	if _, _, errno := unix.RawSyscall(sysSetresgid, uintptr(o.GID), uintptr(o.GID), uintptr(o.GID)); errno != 0 {
		return at("become the group of the builder", errno)
	}
	if _, _, errno := unix.RawSyscall(sysSetresuid, uintptr(o.UID), uintptr(o.UID), uintptr(o.UID)); errno != 0 {
		return at("become the user of the builder", errno)
	}
	// The change of user made the kernel forget it.
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
		return at("be told of the end of the caller", err)
	}
	fds := []unix.PollFd{{Fd: reportFile}}
	if _, err := unix.Poll(fds, 0); err != nil || fds[0].Revents&unix.POLLERR != 0 {
		return at("look for the caller", errors.Join(err, errors.New("it is gone")))
	}
	// Nobody may look into this process, which has more threads, with more powers.
	return at("be hidden", unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0))
}

func (o *order) name() error {
	if err := unix.Sethostname([]byte("localhost")); err != nil {
		return at("set the host name", err)
	}
	return at("set the domain name", unix.Setdomainname([]byte("(none)"))) // the kernel's default
}

// network takes the loopback interface up, if it is not this machine's.
func (o *order) network() error {
	if !o.Loopback {
		return nil
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return at("open a socket", err)
	}
	lo, err := unix.NewIfreq("lo")
	if err == nil {
		lo.SetUint16(unix.IFF_UP | unix.IFF_LOOPBACK | unix.IFF_RUNNING)
		err = unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, lo)
	}
	return at("take the loopback interface up", errors.Join(err, unix.Close(fd)))
}

// start executes the builder, as nothing but a process of its user.
func (o *order) start() (int, error) {
	if err := unix.Chdir(o.Dir); err != nil {
		return 0, at("enter the working directory "+o.Dir, err)
	}
	unix.Umask(0o022)
	// This process does nothing about signals, which the builder may send. What has a
	// handler gets the default when the builder is executed, even if the caller ignores
	// it.
	signal.Notify(make(chan os.Signal, 1), caught...)
	if err := unix.PthreadSigmask(unix.SIG_SETMASK, &unix.Sigset_t{}, nil); err != nil {
		return 0, at("unblock signals", err)
	}
	pid, err := syscall.ForkExec(o.Program, o.Argv, &syscall.ProcAttr{
		Env: o.Env, Files: []uintptr{0, 1, 2}, Sys: &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		return 0, &stepError{step: stepExec, hint: execHint(o.Program, err), err: err}
	}
	ignoreRest()
	// What this process might say is nothing that the builder printed.
	return pid, at("let go of the terminal", silence())
}

// caught are the signals that end or stop programs of Go, or that a caller may
// ignore.
var caught = []os.Signal{
	unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGILL, unix.SIGTRAP, unix.SIGABRT, unix.SIGBUS, unix.SIGFPE,
	unix.SIGSEGV, unix.SIGSTKFLT, unix.SIGTERM, unix.SIGSYS, unix.SIGTSTP, unix.SIGTTIN, unix.SIGTTOU,
}

// ignoreRest ignores the signals that are left to the C library, which Go does
// not know how to ignore. The builder is there already, or would ignore them too.
func ignoreRest() {
	const ignore = 1 // SIG_IGN, the first member of a sigaction that is otherwise 0
	action := [8]uintptr{ignore}
	for signal := uintptr(32); signal <= 34; signal++ {
		// It fails for none of them.
		_, _, _ = unix.RawSyscall6(unix.SYS_RT_SIGACTION, signal, uintptr(unsafe.Pointer(&action)), 0, signalSet, 0, 0)
	}
}

// signalSet is the size of a set of signals, in bytes.
const signalSet = 8

// silence makes the standard files those of nobody.
func silence() error {
	for fd := 1; fd <= 2; fd++ {
		if err := unix.Dup3(0, fd, 0); err != nil {
			return err
		}
	}
	return nil
}

// execHint says what may be missing.
func execHint(program string, err error) string {
	_, statErr := os.Stat(program)
	switch {
	case errors.Is(err, unix.ENOENT) && statErr == nil:
		return "it is there, but what interprets it is not: the program of its #! line or its loader must be in the closure of the derivation or in sandbox-paths"
	case errors.Is(err, unix.ENOENT) && !strings.HasPrefix(program, "/"):
		return "a builder is an absolute path, or a file of the build directory"
	case errors.Is(err, unix.ENOENT):
		return "the sandbox has the closure of the derivation and sandbox-paths, and nothing else"
	case errors.Is(err, unix.ENOEXEC):
		return "it is no program for this machine, and has no #! line"
	case errors.Is(err, unix.EACCES):
		return "it is not executable, or its file system does not allow that"
	}
	return ""
}

// reap waits for the builder, and then ends and counts all that it left behind.
func reap(builder int) (report, error) {
	last := report{Ended: true}
	for {
		var ws unix.WaitStatus
		pid, err := unix.Wait4(-1, &ws, 0, nil)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.ECHILD):
			return last, last.Usage.read()
		case err != nil:
			return last, err
		case pid == builder:
			last.Status = uint32(ws)
			if err := unix.Kill(-1, unix.SIGKILL); err != nil && !errors.Is(err, unix.ESRCH) {
				return last, err
			}
		}
	}
}

func (u *usage) read() error {
	var r unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_CHILDREN, &r); err != nil {
		return err
	}
	u.MaxRSS = int64(r.Maxrss) * rssUnit //nolint:unconvert // an int32 on 32-bit machines
	u.User, u.System = time.Duration(r.Utime.Nano()), time.Duration(r.Stime.Nano())
	return nil
}
