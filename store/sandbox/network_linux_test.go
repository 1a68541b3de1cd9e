package sandbox

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// listen makes sockets of the machine: one of its network, and one with an abstract
// name.
func listen(t *testing.T) (tcp, abstract string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	u, err := net.Listen("unix", "@"+t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { u.Close() })
	return l.Addr().String(), u.Addr().String()
}

func TestNetwork(t *testing.T) {
	need(t)
	tcp, abstract := listen(t)
	version, _, errno := unix.Syscall(unix.SYS_LANDLOCK_CREATE_RULESET, 0, 0, unix.LANDLOCK_CREATE_RULESET_VERSION)
	scoped := "operation not permitted"
	if errno != 0 || version < landlockScopes {
		scoped = "<nil>"
	}
	s := spec(t, "connect", "tcp", tcp, "unix", abstract)
	_, out := build(t, s)
	same(t, out, "tcp connection refused", "unix connection refused", "own <nil>", "interfaces false")

	s = spec(t, "connect", "tcp", tcp, "unix", abstract)
	s.Network = true
	_, out = build(t, s)
	lines := strings.SplitAfter(out, "\n")
	same(t, strings.Join(lines[:min(3, len(lines))], ""), "tcp <nil>", "unix "+scoped, "own <nil>")
}

func TestNetworkFiles(t *testing.T) {
	need(t)
	ca := filepath.Join(t.TempDir(), "ca")
	if err := os.WriteFile(ca, []byte("certificates\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := spec(t, "read", "/etc/nsswitch.conf", "/etc/ssl/certs/ca-certificates.crt", "/etc/services")
	s.Network, s.CAFile = true, ca
	_, out := build(t, s)
	for _, want := range []string{`/etc/nsswitch.conf "hosts: files dns\nservices: files\n" <nil>`, `/etc/ssl/certs/ca-certificates.crt "certificates\n" <nil>`} {
		if !strings.Contains(out, want+"\n") {
			t.Errorf("%s\nis without %s", out, want)
		}
	}
	if _, err := os.Stat("/etc/services"); errors.Is(err, os.ErrNotExist) != strings.Contains(out, `/etc/services "" no such file`) {
		t.Errorf("/etc/services is not the machine's: %v, %.200s", err, out)
	}
}

func TestResolve(t *testing.T) {
	need(t)
	_, out := build(t, spec(t, "resolve", "localhost"))
	same(t, out, "[127.0.0.1 ::1] <nil>")
}
