package sandbox

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// job is a run of a builder.
type job struct {
	spec  *Spec
	user  *user
	group *cgroup // nil if there is none
	order order
}

func run(ctx context.Context, s Spec) (res Result, err error) {
	if ctx.Err() != nil {
		return Result{End: Cancelled}, context.Cause(ctx)
	}
	j := &job{spec: &s}
	defer func() { err = errors.Join(err, j.close()) }()
	if err := j.prepare(); err != nil {
		return Result{}, err
	}
	return j.run(ctx)
}

// prepare does what can be done before there is another process.
func (j *job) prepare() error {
	s := j.spec
	if !installed.Load() {
		return &SetupError{Step: "start", Err: errors.New("the program does not call sandbox.Main before all else, as it has to")}
	}
	var err error
	if j.user, err = takeUser(s.UserPool); err != nil {
		return &SetupError{Step: "find a user for the builder", Err: err}
	}
	limits := s.Limits
	if s.Cgroup != "" {
		if j.group, err = makeCgroup(s.Cgroup, s.Limits); err != nil {
			return &SetupError{Step: "make a cgroup", Err: err}
		}
		limits = Limits{} // it has them
	}
	if err := j.user.giveBuildDir(s.BuildDir); err != nil {
		return &SetupError{Step: "give the build directory to the builder", Err: err}
	}
	store, paths, err := makeRoot(s, j.user)
	if err != nil {
		return &SetupError{Step: "make the root of the builder", Err: err}
	}
	j.order = order{
		Root: s.Root, Store: store, Paths: paths, OwnDev: s.ownDev(), Loopback: !s.Network,
		UID: s.UID, GID: s.GID, Scope: s.Network, Personality: personality(s.System), Limits: limits,
		Dir: s.Dir, Program: s.Program, Argv: s.Argv, Env: s.Env,
	}
	return nil
}

// close gives back what the job has taken.
func (j *job) close() error {
	if j.user != nil {
		j.user.free()
	}
	if j.group != nil {
		return j.group.remove()
	}
	return nil
}

// personality returns what 32-bit systems are built with (personality(2)).
func personality(system string) uintptr {
	short := map[string][]string{
		"amd64": {"i686-linux"},
		"arm64": {"armv7l-linux", "armv6l-linux", "armv5tel-linux"},
	}
	if slices.Contains(short[runtime.GOARCH], system) {
		return perLinux32
	}
	return 0
}

// pipes are how the first process is spoken to.
type pipes struct {
	terminal, theirTerminal *os.File
	order, theirOrder       *os.File // written by the caller
	report, theirReport     *os.File // read by the caller
}

func openPipes() (p pipes, err error) {
	if p.terminal, p.theirTerminal, err = openTerminal(); err != nil {
		return p, err
	}
	if p.theirOrder, p.order, err = os.Pipe(); err != nil {
		return p, err
	}
	p.report, p.theirReport, err = os.Pipe()
	return p, err
}

func (p *pipes) closeTheirs() { closeAll(p.theirTerminal, p.theirOrder, p.theirReport) }
func (p *pipes) closeOurs()   { closeAll(p.terminal, p.order, p.report) }

// run starts the first process and waits for it.
func (j *job) run(ctx context.Context) (Result, error) {
	p, err := openPipes()
	defer p.closeOurs()
	if err == nil && j.user.isOther() {
		// Programs open what they were given once more, by way of /proc.
		err = p.theirTerminal.Chown(j.user.uid, j.user.gid)
	}
	if err != nil {
		p.closeTheirs()
		return Result{}, &SetupError{Step: "open terminal and pipes", Err: err}
	}
	cmd := j.command(&p)
	started, ended := spawn(cmd, j.groups())
	err = <-started
	p.closeTheirs()
	if err != nil {
		return Result{}, diagnose(&SetupError{Step: "start a process in namespaces of its own", Err: rootCause(err)})
	}
	return j.follow(ctx, cmd, &p, ended)
}

// follow gives the order, passes the output on and returns the result.
func (j *job) follow(ctx context.Context, cmd *exec.Cmd, p *pipes, ended <-chan error) (Result, error) {
	w := newWatch(ctx, *j.spec, func() {
		// The process may have ended, and then there is nothing to kill.
		_ = cmd.Process.Kill()
	})
	copied, reported := make(chan struct{}), make(chan *report, 1)
	go func() {
		w.copy(p.terminal)
		close(copied)
	}()
	go func() { reported <- readReport(p.report) }()
	// A process that has ended reads no order, and says why in its report.
	orderErr := errors.Join(gob.NewEncoder(p.order).Encode(&j.order), p.order.Close())
	err := exitless(<-ended)
	w.rest()
	<-copied
	last := <-reported
	res, fault := j.judge(cmd.ProcessState, last, orderErr)
	if end, failed := w.reason(); fault != nil && end == "" && failed == nil {
		return res, fault
	}
	return w.result(ctx, res, err)
}

// judge returns how the builder ended, or why there was none.
func (j *job) judge(p *os.ProcessState, last *report, orderErr error) (Result, error) {
	res := outcome(p)
	var fault error
	switch {
	case last == nil && orderErr != nil:
		fault = &SetupError{Step: "say what to do", Err: orderErr}
	case last == nil:
		fault = &SetupError{Step: "run", Err: fmt.Errorf("the first process of the sandbox ended (%s) before the builder", p), Hint: "the machine may have no memory left (see dmesg), or the builder killed it"}
	case last.Ended:
		res = last.result()
	default:
		if fault = last.err(j.spec.Program); fault != nil {
			fault = diagnose(fault)
		}
	}
	res.UID, res.GID = j.user.uid, j.user.gid
	if j.group != nil {
		res.MaxRSS = max(res.MaxRSS, j.group.peak())
	}
	return res, fault
}

// maxReport is far more than a report has.
const maxReport = 1 << 20

// readReport returns nil if the process ended without one.
func readReport(f *os.File) *report {
	var r report
	if gob.NewDecoder(io.LimitReader(f, maxReport)).Decode(&r) != nil {
		return nil
	}
	return &r
}

// command is the program itself, in namespaces of its own.
func (j *job) command(p *pipes) *exec.Cmd {
	flags := uintptr(unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWIPC | unix.CLONE_NEWUTS)
	if j.order.Loopback {
		flags |= unix.CLONE_NEWNET
	}
	attr := &syscall.SysProcAttr{
		Cloneflags:  flags,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: j.order.UID, HostID: j.user.uid, Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: j.order.GID, HostID: j.user.gid, Size: 1}},
		// It is no root in its namespace, and would lose all others when it is executed.
		AmbientCaps: []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_NET_ADMIN, unix.CAP_SYS_CHROOT, unix.CAP_SETUID, unix.CAP_SETGID},
		Pdeathsig:   syscall.SIGKILL,
		Setsid:      true,
	}
	if j.group != nil {
		attr.UseCgroupFD, attr.CgroupFD = true, int(j.group.file.Fd())
	}
	return &exec.Cmd{
		Path: "/proc/self/exe", Args: []string{initName}, Env: []string{}, Dir: "/",
		Stdout: p.theirTerminal, Stderr: p.theirTerminal,
		ExtraFiles:  []*os.File{p.theirOrder, p.theirReport},
		SysProcAttr: attr,
	}
}

// groups returns what takes root's groups from the thread that starts the process:
// in the namespace nobody can. The one of /dev/kvm stays if it is needed.
func (j *job) groups() func() error {
	if !j.user.isOther() {
		return nil
	}
	var keep []uint32
	var kvm unix.Stat_t
	if j.spec.KVM && unix.Stat("/dev/kvm", &kvm) == nil && kvm.Gid != 0 {
		keep = append(keep, kvm.Gid)
	}
	return func() error {
		_, _, errno := unix.RawSyscall(sysSetgroups, uintptr(len(keep)), uintptr(unsafe.Pointer(unsafe.SliceData(keep))), 0)
		if errno != 0 {
			return fmt.Errorf("give up root's groups: %w", errno)
		}
		return nil
	}
}

// checkTime is how long Check may take.
const checkTime = 30 * time.Second

func check(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	dir, err := os.MkdirTemp("", "firn-sandbox-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, Remove(dir)) }()
	s := Spec{Root: dir + "/root", BuildDir: dir + "/build", StoreDir: "/nix/store", UserPool: dir + "/users", Program: "/", Argv: []string{""}}
	for _, sub := range []string{s.Root, s.BuildDir} {
		if err := os.Mkdir(sub, 0o700); err != nil {
			return err
		}
	}
	if err := s.complete(); err != nil {
		return err
	}
	j := &job{spec: &s}
	defer func() { err = errors.Join(err, j.close()) }()
	if err := j.prepare(); err != nil {
		return err
	}
	j.order.Argv = nil // set up, and nothing else
	_, err = j.run(ctx)
	return err
}
