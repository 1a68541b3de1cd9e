package sandbox

import (
	"errors"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
)

func TestHint(t *testing.T) {
	files := func(text ...string) fstest.MapFS {
		m := fstest.MapFS{}
		for i := 0; i < len(text); i += 2 {
			m[text[i]] = &fstest.MapFile{Data: []byte(text[i+1])}
		}
		return m
	}
	for _, test := range []struct {
		name string
		root fstest.MapFS
		step string
		err  error
		want string
	}{
		{"no namespaces allowed", files("proc/sys/user/max_user_namespaces", "0\n"), "start", syscall.ENOSPC, "user.max_user_namespaces"},
		{"too many namespaces", files("proc/sys/user/max_user_namespaces", "96365\n"), "start", syscall.ENOSPC, "user.max_user_namespaces"},
		{"Debian's switch", files("proc/sys/kernel/unprivileged_userns_clone", "0\n"), "start", syscall.EPERM, "kernel.unprivileged_userns_clone=1"},
		{"Debian's switch is on", files("proc/sys/kernel/unprivileged_userns_clone", "1\n", ".dockerenv", ""), "start", syscall.EPERM, "--privileged"},
		{"AppArmor", files("proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n"), "keep mounts from the machine", syscall.EACCES, "/etc/apparmor.d"},
		{"a container", files("run/.containerenv", ""), "start", syscall.EPERM, "--security-opt"},
		{"a container with a hidden /proc", files("run/.containerenv", ""), "mount /proc", syscall.EPERM, "unmask=ALL"},
		{"a filter", files("proc/self/status", "Name:\tx\nSeccomp:\t2\nSeccomp_filters:\t1\n"), "start", syscall.EPERM, "seccomp filter"},
		{"no filter", files("proc/self/status", "Name:\tx\nSeccomp:\t0\n"), "start", syscall.EPERM, "below chroot"},
		{"an old kernel", files(), "start a process in namespaces", syscall.EINVAL, "CONFIG_USER_NS"},
		{"something else", files(".dockerenv", ""), "mount /x", syscall.ENOENT, ""},
		{"no number", files(), "run", errors.New("x"), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := hint(test.root, &SetupError{Step: test.step, Err: test.err})
			if !strings.Contains(got, test.want) || test.want == "" && got != "" {
				t.Errorf("hint = %q, want %q", got, test.want)
			}
		})
	}
	err := diagnose(&SetupError{Step: "x", Hint: "known", Err: syscall.EPERM})
	if err.Error() != "sandbox: x: operation not permitted; known" {
		t.Errorf("diagnose changes a hint: %v", err)
	}
}
