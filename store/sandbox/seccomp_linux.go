package sandbox

import (
	"fmt"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The filter keeps a builder from making what a store object cannot be: files with
// the setuid or setgid bit, and extended attributes. It also denies the three ways
// around a filter of numbers and arguments, or around the namespaces: openat2 has
// its mode in memory, io_uring makes no system calls, and keys belong to no
// namespace. Kernels lack each of them, so programs do without.

// abi is a set of numbers of system calls that a kernel understands.
type abi struct {
	arch  uint32 // AUDIT_ARCH_*
	mask  uint32 // the bits of a number that count, 0 for all
	calls []call
}

// call is a rule about a system call.
type call struct {
	nr   uint32
	rule rule
	mode uint32 // the argument that is a mode, from 0
}

// rule says what becomes of a call.
type rule uint32

const (
	denyBits       rule = iota // EPERM if the mode has one of the bits
	denyCreateBits             // EPERM if it also creates a file; the flags are the argument before the mode
	denyAttrs                  // ENOTSUP
	denyMissing                // ENOSYS
)

const (
	setBits    = unix.S_ISUID | unix.S_ISGID
	createBits = unix.O_CREAT | 0o20000000 // and __O_TMPFILE, which is O_TMPFILE without O_DIRECTORY
)

// calls makes rules of the numbers of a kernel; a number of 0 is a call that it
// does not have, as no call with a rule has that number.
func calls(n numbers) []call {
	all := []call{
		{n.open, denyCreateBits, 2},
		{n.openat, denyCreateBits, 3},
		{n.creat, denyBits, 1},
		{n.mknod, denyBits, 1},
		{n.mknodat, denyBits, 2},
		{n.chmod, denyBits, 1},
		{n.fchmod, denyBits, 1},
		{n.fchmodat, denyBits, 2},
		{nr: n.keys, rule: denyMissing},
		{nr: n.keys + 1, rule: denyMissing},
		{nr: n.keys + 2, rule: denyMissing},
		// Since 2019 all have the same numbers.
		{nr: 425, rule: denyMissing}, // io_uring_setup
		{nr: 437, rule: denyMissing}, // openat2
		{452, denyBits, 2},           // fchmodat2
		{nr: 463, rule: denyAttrs},   // setxattrat
		{nr: 464, rule: denyAttrs},   // getxattrat
	}
	for i := range uint32(6) { // set, lset, fset, get, lget and fget follow one another
		all = append(all, call{nr: n.xattr + i, rule: denyAttrs})
	}
	kept := all[:0]
	for _, c := range all {
		if c.nr != 0 {
			kept = append(kept, c)
		}
	}
	return kept
}

// numbers are those of system calls; xattr is setxattr, the first of a row, and keys
// is add_key.
type numbers struct {
	open, openat, creat, mknod, mknodat, chmod, fchmod, fchmodat, xattr, keys uint32
}

var (
	numbersX8664   = numbers{open: 2, openat: 257, creat: 85, mknod: 133, mknodat: 259, chmod: 90, fchmod: 91, fchmodat: 268, xattr: 188, keys: 248}
	numbersI386    = numbers{open: 5, openat: 295, creat: 8, mknod: 14, mknodat: 297, chmod: 15, fchmod: 94, fchmodat: 306, xattr: 226, keys: 286}
	numbersARM     = numbers{open: 5, openat: 322, creat: 8, mknod: 14, mknodat: 324, chmod: 15, fchmod: 94, fchmodat: 333, xattr: 226, keys: 309}
	numbersGeneric = numbers{openat: 56, mknodat: 33, fchmod: 52, fchmodat: 53, xattr: 5, keys: 217}
)

// x32 is the bit that x86_64 has in the numbers of programs with short pointers,
// whose numbers are otherwise the same for all calls with a rule.
const x32 = 0x40000000

// abis returns what programs on a machine can call, nil if nobody wrote it down.
func abis(goarch string) []abi {
	i386 := abi{arch: unix.AUDIT_ARCH_I386, calls: calls(numbersI386)}
	arm := abi{arch: unix.AUDIT_ARCH_ARM, calls: calls(numbersARM)}
	generic := func(arch uint32) abi { return abi{arch: arch, calls: calls(numbersGeneric)} }
	switch goarch {
	case "amd64":
		return []abi{{arch: unix.AUDIT_ARCH_X86_64, mask: ^uint32(x32), calls: calls(numbersX8664)}, i386}
	case "386":
		return []abi{i386}
	case "arm64":
		return []abi{generic(unix.AUDIT_ARCH_AARCH64), arm}
	case "arm":
		return []abi{arm}
	case "riscv64":
		return []abi{generic(unix.AUDIT_ARCH_RISCV64)}
	case "loong64":
		return []abi{generic(unix.AUDIT_ARCH_LOONGARCH64)}
	}
	return nil
}

// Offsets in struct seccomp_data; arguments are eight bytes, the low half first on
// all machines that abis knows.
const (
	offsetNumber = 0
	offsetArch   = 4
	offsetArgs   = 16
)

func load(offset uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: offset}
}

func loadArg(n uint32) unix.SockFilter { return load(offsetArgs + 8*n) }

func ret(action uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_RET | unix.BPF_K, K: action}
}

func fail(errno unix.Errno) unix.SockFilter {
	return ret(unix.SECCOMP_RET_ERRNO | uint32(errno))
}

// unless skips so many instructions if the value that was loaded is another.
func unless(value uint32, skip uint8) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: value, Jf: skip}
}

// without skips an instruction if the value has none of the bits.
func without(bits uint32) unix.SockFilter {
	return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, K: bits, Jf: 1}
}

// filter writes the program for a machine. Numbers of unknown machines are those of
// no call.
func filter(list []abi) []unix.SockFilter {
	program := []unix.SockFilter{load(offsetArch)}
	for _, a := range list {
		body := a.body()
		// The distance to the next machine does not fit into a conditional jump.
		program = append(program,
			unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: a.arch, Jt: 1},
			unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JA, K: uint32(len(body))})
		program = append(program, body...)
	}
	return append(program, fail(unix.ENOSYS))
}

func (a abi) body() []unix.SockFilter {
	body := []unix.SockFilter{load(offsetNumber)}
	if a.mask != 0 {
		body = append(body, unix.SockFilter{Code: unix.BPF_ALU | unix.BPF_AND | unix.BPF_K, K: a.mask})
	}
	allow := ret(unix.SECCOMP_RET_ALLOW)
	for _, c := range a.calls {
		then := c.then()
		body = append(body, unless(c.nr, uint8(len(then))))
		body = append(body, then...)
	}
	return append(body, allow)
}

// then is what happens with the call.
func (c call) then() []unix.SockFilter {
	allow := ret(unix.SECCOMP_RET_ALLOW)
	bits := []unix.SockFilter{loadArg(c.mode), without(setBits), fail(unix.EPERM), allow}
	switch c.rule {
	case denyCreateBits:
		create := []unix.SockFilter{loadArg(c.mode - 1), {Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, K: createBits, Jt: 1}, allow}
		return append(create, bits...)
	case denyBits:
		return bits
	case denyAttrs:
		return []unix.SockFilter{fail(unix.ENOTSUP)}
	default:
		return []unix.SockFilter{fail(unix.ENOSYS)}
	}
}

// restrictCalls puts the filter on this thread and what it starts. It takes
// no_new_privs.
func restrictCalls() error {
	list := abis(runtime.GOARCH)
	if list == nil {
		return fmt.Errorf("the system calls of %s are not known: %w", runtime.GOARCH, unix.ENOTSUP)
	}
	f := filter(list)
	program := unix.SockFprog{Len: uint16(len(f)), Filter: &f[0]}
	for _, flags := range []uintptr{unix.SECCOMP_FILTER_FLAG_SPEC_ALLOW, 0} { // the flag makes it cheap, where kernels know it
		_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, flags, uintptr(unsafe.Pointer(&program)))
		if errno == 0 {
			return nil
		}
		if errno != unix.EINVAL || flags == 0 {
			return errno
		}
	}
	return nil
}
