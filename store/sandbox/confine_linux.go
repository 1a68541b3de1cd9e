package sandbox

import (
	"errors"
	"unsafe"

	"golang.org/x/sys/unix"
)

// confine gives up the powers of this thread for good, and those that the builder
// could get.
func (o *order) confine() error {
	if err := o.takePersonality(); err != nil {
		return at("set the personality", err)
	}
	if err := o.limit(); err != nil {
		return err
	}
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return at("keep programs from gaining privileges", err)
	}
	if o.Scope {
		if err := scopeSockets(); err != nil {
			return at("keep sockets of the machine away (Landlock)", err)
		}
	}
	if err := dropCapabilities(); err != nil {
		return at("give up capabilities", err)
	}
	return at("restrict system calls (seccomp)", restrictCalls())
}

// Personalities (personality(2)).
const (
	perLinux32      = 0x0008
	addrNoRandomize = 0x0040000
)

// takePersonality makes addresses the same in each run. Containers may forbid that,
// and only that, and it is no more than a convenience for what prints addresses.
func (o *order) takePersonality() error {
	_, _, errno := unix.RawSyscall(unix.SYS_PERSONALITY, o.Personality|addrNoRandomize, 0, 0)
	if errno == unix.EPERM {
		_, _, errno = unix.RawSyscall(unix.SYS_PERSONALITY, o.Personality, 0, 0)
	}
	if errno != 0 {
		return errno
	}
	return nil
}

// dropCapabilities empties all sets, the ambient one with them.
func dropCapabilities() error {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var none [2]unix.CapUserData
	return unix.Capset(&header, &none[0])
}

// ownThreads is room for the threads of the first process, which count.
const ownThreads = 24

// limit sets the limits of processes. The collector is off, so this process lives
// with them.
func (o *order) limit() error {
	limits := []struct {
		step     string
		resource int
		most     int64 // 0 is no limit
	}{
		{"limit processes", unix.RLIMIT_NPROC, processes(o.Limits)},
		{"limit memory", unix.RLIMIT_DATA, o.Limits.Memory},
	}
	for _, l := range limits {
		if l.most <= 0 {
			continue
		}
		var now unix.Rlimit
		if err := unix.Getrlimit(l.resource, &now); err != nil {
			return at(l.step, err)
		}
		most := min(uint64(l.most), now.Max) // nobody can raise a limit that there is already
		if err := unix.Setrlimit(l.resource, &unix.Rlimit{Cur: most, Max: most}); err != nil {
			return at(l.step, err)
		}
	}
	// Builders may ask for core files, but do not get them without that.
	var core unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &core); err != nil {
		return at("forbid core files", err)
	}
	core.Cur = 0
	return at("forbid core files", unix.Setrlimit(unix.RLIMIT_CORE, &core))
}

// processes returns how many tasks there may be with those of the sandbox, 0 for
// any number.
func processes(l Limits) int64 {
	if l.Processes <= 0 {
		return 0
	}
	return int64(l.Processes) + ownThreads
}

// landlockScopes is the first version of Landlock that knows scopes (Linux 6.12).
const landlockScopes = 6

// scopeSockets keeps sockets with abstract names, which belong to a network rather
// than to files, from the builder if another process made them. Kernels that do not
// know Landlock, or only an older one, leave them in reach, as Nix does.
func scopeSockets() error {
	version, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	if errno == unix.ENOSYS || errno == unix.EOPNOTSUPP || errno == 0 && version < landlockScopes {
		return nil
	}
	if errno != 0 {
		return errno
	}
	rules := unix.LandlockRulesetAttr{Scoped: unix.LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET}
	known := unsafe.Offsetof(rules.Scoped) + unsafe.Sizeof(rules.Scoped)
	fd, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, uintptr(unsafe.Pointer(&rules)), known, 0)
	if errno != 0 {
		return errno
	}
	var err error
	if _, _, errno := unix.RawSyscall(unix.SYS_LANDLOCK_RESTRICT_SELF, fd, 0, 0); errno != 0 {
		err = errno
	}
	return errors.Join(err, unix.Close(int(fd)))
}
