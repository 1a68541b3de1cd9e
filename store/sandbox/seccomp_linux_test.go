package sandbox

import (
	"testing"

	"golang.org/x/sys/unix"
)

// answer runs a filter as the kernel does.
func answer(t *testing.T, program []unix.SockFilter, arch, nr uint32, args ...uint32) uint32 {
	t.Helper()
	data := map[uint32]uint32{offsetNumber: nr, offsetArch: arch}
	for i, a := range args {
		data[offsetArgs+8*uint32(i)] = a
	}
	var acc uint32
	for at := 0; at < len(program); at++ {
		f := program[at]
		var jump bool
		switch f.Code {
		case unix.BPF_LD | unix.BPF_W | unix.BPF_ABS:
			acc = data[f.K]
			continue
		case unix.BPF_ALU | unix.BPF_AND | unix.BPF_K:
			acc &= f.K
			continue
		case unix.BPF_RET | unix.BPF_K:
			return f.K
		case unix.BPF_JMP | unix.BPF_JA:
			at += int(f.K)
			continue
		case unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K:
			jump = acc == f.K
		case unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K:
			jump = acc&f.K != 0
		default:
			t.Fatalf("instruction %d has the code %#x", at, f.Code)
		}
		if jump {
			at += int(f.Jt)
		} else {
			at += int(f.Jf)
		}
	}
	t.Fatal("the filter has no end")
	return 0
}

func TestFilter(t *testing.T) {
	const (
		allow   = unix.SECCOMP_RET_ALLOW
		denied  = unix.SECCOMP_RET_ERRNO | uint32(unix.EPERM)
		missing = unix.SECCOMP_RET_ERRNO | uint32(unix.ENOSYS)
		nothing = unix.SECCOMP_RET_ERRNO | uint32(unix.ENOTSUP)
	)
	for _, test := range []struct {
		name   string
		goarch string
		arch   uint32
		nr     uint32
		args   []uint32
		want   uint32
	}{
		{"read", "amd64", unix.AUDIT_ARCH_X86_64, 0, []uint32{3, 0, 0o4755}, allow},
		{"chmod", "amd64", unix.AUDIT_ARCH_X86_64, 90, []uint32{1, 0o755}, allow},
		{"chmod with setuid", "amd64", unix.AUDIT_ARCH_X86_64, 90, []uint32{1, 0o4755}, denied},
		{"chmod with sticky bit", "amd64", unix.AUDIT_ARCH_X86_64, 90, []uint32{1, 0o1777}, allow},
		{"fchmod with setgid, x32", "amd64", unix.AUDIT_ARCH_X86_64, x32 | 91, []uint32{1, 0o2755}, denied},
		{"open of what there is", "amd64", unix.AUDIT_ARCH_X86_64, 2, []uint32{1, unix.O_RDWR, 0o4755}, allow},
		{"open that makes", "amd64", unix.AUDIT_ARCH_X86_64, 2, []uint32{1, unix.O_CREAT, 0o4755}, denied},
		{"open of a temporary file", "amd64", unix.AUDIT_ARCH_X86_64, 257, []uint32{1, 1, 0o20200000, 0o4755}, denied},
		{"chmod of i386", "amd64", unix.AUDIT_ARCH_I386, 15, []uint32{1, 0o4755}, denied},
		{"fchmodat2 of i386", "amd64", unix.AUDIT_ARCH_I386, 452, []uint32{1, 1, 0o4755}, denied},
		{"setxattr of i386", "amd64", unix.AUDIT_ARCH_I386, 226, nil, nothing},
		{"what is chmod elsewhere", "amd64", unix.AUDIT_ARCH_I386, 90, []uint32{1, 0o4755}, allow},
		{"another machine", "amd64", unix.AUDIT_ARCH_AARCH64, 63, nil, missing},
		{"fchmodat of arm64", "arm64", unix.AUDIT_ARCH_AARCH64, 53, []uint32{1, 1, 0o2755}, denied},
		{"fgetxattr of arm64", "arm64", unix.AUDIT_ARCH_AARCH64, 10, nil, nothing},
		{"listxattr of arm64", "arm64", unix.AUDIT_ARCH_AARCH64, 11, nil, allow},
		{"io_setup of arm64", "arm64", unix.AUDIT_ARCH_AARCH64, 0, nil, allow},
		{"keyctl of arm", "arm64", unix.AUDIT_ARCH_ARM, 311, nil, missing},
		{"io_uring of riscv64", "riscv64", unix.AUDIT_ARCH_RISCV64, 425, nil, missing},
		{"openat of loong64", "loong64", unix.AUDIT_ARCH_LOONGARCH64, 56, []uint32{1, 1, unix.O_CREAT, 0o6755}, denied},
		{"chmod of 386", "386", unix.AUDIT_ARCH_I386, 15, []uint32{1, 0o4755}, denied},
		{"mknod of arm", "arm", unix.AUDIT_ARCH_ARM, 14, []uint32{1, 0o4755}, denied},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := answer(t, filter(abis(test.goarch)), test.arch, test.nr, test.args...); got != test.want {
				t.Errorf("the answer is %#x, want %#x", got, test.want)
			}
		})
	}
	if abis("mips") != nil {
		t.Error("the calls of mips are known, and not tested")
	}
}
