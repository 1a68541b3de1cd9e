package sandbox

import (
	"errors"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// diagnose adds to the error of a sandbox what it is on this machine that prevents
// it.
func diagnose(err error) error {
	var setup *SetupError
	if errors.As(err, &setup) && setup.Hint == "" {
		setup.Hint = hint(os.DirFS("/"), setup)
	}
	return err
}

// hint reads what a machine, whose root is given, forbids.
func hint(root fs.FS, e *SetupError) string {
	forbidden := errors.Is(e.Err, unix.EPERM) || errors.Is(e.Err, unix.EACCES)
	switch {
	case errors.Is(e.Err, unix.ENOSPC) || setting(root, "proc/sys/user/max_user_namespaces") == "0":
		return "this machine allows too few user namespaces: set user.max_user_namespaces to 10000, as in `sysctl -w user.max_user_namespaces=10000`, and other user.max_*_namespaces if they are 0"
	case errors.Is(e.Err, unix.EINVAL) && strings.Contains(e.Step, "namespaces"):
		return "the kernel of this machine was built without some of the namespaces (CONFIG_USER_NS, CONFIG_PID_NS, CONFIG_NET_NS)"
	case !forbidden:
		return ""
	case setting(root, "proc/sys/kernel/unprivileged_userns_clone") == "0":
		return "this machine allows user namespaces to root only: run `sysctl -w kernel.unprivileged_userns_clone=1` as root, and write it to a file in /etc/sysctl.d to keep it"
	case setting(root, "proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1":
		return "AppArmor restricts user namespaces: allow them to this program with a profile in /etc/apparmor.d that says `userns,`, or run `sysctl -w kernel.apparmor_restrict_unprivileged_userns=0` as root"
	case strings.Contains(e.Step, "/proc"):
		return "parts of /proc are hidden, as in a container: run the container with an open /proc (podman: --security-opt unmask=ALL, docker: --security-opt systempaths=unconfined)"
	case inContainer(root):
		return "this is a container that forbids it: run it with --privileged, or with --security-opt seccomp=unconfined and --security-opt apparmor=unconfined"
	case filtered(root):
		return "a seccomp filter that this program runs under forbids it, such as that of a service (systemd: RestrictNamespaces, SystemCallFilter)"
	}
	return "the kernel forbids it: user namespaces are not for programs below chroot, nor for those that a security module (SELinux, AppArmor) keeps from them"
}

// setting returns a value of the kernel, "" if there is none.
func setting(root fs.FS, name string) string {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// inContainer looks for what Docker, Podman and Kubernetes leave behind.
func inContainer(root fs.FS) bool {
	for _, name := range []string{".dockerenv", "run/.containerenv", "var/run/secrets/kubernetes.io"} {
		if _, err := fs.Stat(root, name); err == nil {
			return true
		}
	}
	return false
}

func filtered(root fs.FS) bool {
	for line := range strings.Lines(setting(root, "proc/self/status")) {
		if value, ok := strings.CutPrefix(line, "Seccomp:"); ok {
			return strings.TrimSpace(value) == "2"
		}
	}
	return false
}
