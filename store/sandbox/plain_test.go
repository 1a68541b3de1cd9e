//go:build unix

package sandbox

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// shell is a run of a shell script without a sandbox.
func shell(t *testing.T, script string) Spec {
	t.Helper()
	return Spec{Program: "/bin/sh", Argv: []string{"sh", "-c", script}, BuildDir: t.TempDir(), Output: newOutput()}
}

func TestPlain(t *testing.T) {
	for _, test := range []struct {
		name, script string
		change       func(*Spec)
		want         string
		out          string
	}{
		{"success", "echo $A$HOME; echo b >&2", func(s *Spec) { s.Env = []string{"A=a"} }, "exited with code 0", "a\nb\n"},
		{"failure", "exit 4", nil, "exited with code 4", ""},
		{"signal", "kill -9 $$", nil, "was killed by signal 9 (killed)", ""},
		{"terminal", "test -t 1 && test -t 2 && ! test -t 0 && echo yes", nil, "exited with code 0", "yes\n"},
		{"timeout", "trap '' TERM INT HUP; while :; do :; done", func(s *Spec) { s.Timeout = time.Second / 5 }, "took too long", ""},
		{"silence", "while :; do :; done", func(s *Spec) { s.Silent = time.Second / 5 }, "printed nothing for too long", ""},
		{"endless output", "while :; do echo 123456789; done", func(s *Spec) { s.MaxLog = 20 }, "printed too much", "123456789\n123456789\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := shell(t, test.script)
			if test.change != nil {
				test.change(&s)
			}
			r, err := RunPlain(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			if out := s.Output.(*output).String(); r.String() != test.want || out != test.out {
				t.Errorf("it %v and printed %q, want that it %s and printed %q", r, out, test.want, test.out)
			}
			if r.UID != os.Getuid() {
				t.Errorf("it ran as %d", r.UID)
			}
		})
	}
}

func TestPlainDirectory(t *testing.T) {
	s := shell(t, "pwd -P")
	want, err := filepath.EvalSymlinks(s.BuildDir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := RunPlain(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if out := s.Output.(*output).String(); out != want+"\n" {
		t.Errorf("it ran in %q, want %q", out, want)
	}
}

// TestPlainGroup leaves a process behind that would hold the terminal, and a pipe,
// for ever.
func TestPlainGroup(t *testing.T) {
	s := shell(t, "exec 3> pipe; sleep 100000 & echo started")
	name := filepath.Join(s.BuildDir, "pipe")
	if err := unix.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
	pipe, err := os.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	if r, err := RunPlain(t.Context(), s); err != nil || !r.Succeeded() || s.Output.(*output).String() != "started\n" {
		t.Errorf("RunPlain = %v, %v, and printed %q", r, err, s.Output)
	}
	// This waits until nobody can write to it.
	if text, err := io.ReadAll(pipe); err != nil || len(text) > 0 {
		t.Errorf("read %q, %v", text, err)
	}
}

func TestPlainErrors(t *testing.T) {
	s := shell(t, "")
	s.Program = "/no/such/program"
	var missing *ExecError
	if _, err := RunPlain(t.Context(), s); !errors.As(err, &missing) || err.Error() != "executing builder '/no/such/program': no such file or directory" {
		t.Errorf("no program: %v", err)
	}
	s = shell(t, "")
	s.Dir = "/no/such/directory"
	var exec *ExecError
	if _, err := RunPlain(t.Context(), s); err == nil || errors.As(err, &exec) || !strings.Contains(err.Error(), "/no/such/directory") {
		t.Errorf("no directory: %v", err)
	}
	s = shell(t, "echo a; while :; do :; done")
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-s.Output.(*output).seen
		cancel()
	}()
	if r, err := RunPlain(ctx, s); r.End != Cancelled || !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v, %v", r, err)
	}
	s = shell(t, "while :; do echo a; done")
	s.Output = failing{}
	if _, err := RunPlain(t.Context(), s); !errors.Is(err, os.ErrClosed) {
		t.Errorf("a writer that fails: %v", err)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, os.ErrClosed }
