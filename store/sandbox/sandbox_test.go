package sandbox

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// builders is a directory that everybody may read, with the program of
// testdata/builder for this machine, and as builder-386 for its predecessor. It is
// for Linux only.
var builders string

const buildersVariable = "FIRN_TEST_BUILDERS"

func TestMain(m *testing.M) {
	Main()
	os.Exit(testMain(m))
}

func testMain(m *testing.M) int {
	if again, ok := helpers[os.Getenv(helperVariable)]; ok {
		return again()
	}
	if builders = os.Getenv(buildersVariable); builders != "" || runtime.GOOS != "linux" {
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "firn-builders-")
	if err == nil {
		defer os.RemoveAll(dir)
		builders = dir
		err = makeBuilders(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

func makeBuilders(dir string) error {
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	for name, arch := range map[string]string{"builder": "", "builder-386": "386"} {
		cmd := exec.Command("go", "build", "-o", filepath.Join(dir, name), ".")
		cmd.Dir = "testdata/builder"
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if arch != "" {
			cmd.Env = append(cmd.Env, "GOARCH="+arch, "GOOS=linux")
		}
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build the builder: %w\n%s", err, out)
		}
	}
	return nil
}

// helperVariable names what the test program does instead of testing, one of
// helpers.
const helperVariable = "FIRN_TEST_HELPER"

var helpers = map[string]func() int{}

// output keeps what a builder prints.
type output struct {
	mu   sync.Mutex
	buf  bytes.Buffer
	seen chan struct{} // is closed when there is something
	once sync.Once
}

func newOutput() *output { return &output{seen: make(chan struct{})} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.once.Do(func() { close(o.seen) })
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

func TestComplete(t *testing.T) {
	good := Spec{Root: "r", BuildDir: "b", StoreDir: "/nix/store", Program: "/p", Argv: []string{"p"}}
	for _, test := range []struct {
		name   string
		change func(*Spec)
		want   string // "" for no error
	}{
		{"good", func(*Spec) {}, ""},
		{"no root", func(s *Spec) { s.Root = "" }, "a root and a build directory are needed"},
		{"no store directory", func(s *Spec) { s.StoreDir = "" }, `store directory: "" is not a clean absolute path`},
		{"the root as the store directory", func(s *Spec) { s.StoreDir = "/" }, `store directory: "/" is not`},
		{"relative working directory", func(s *Spec) { s.Dir = "x" }, `working directory: "x" is not`},
		{"a mount over all", func(s *Spec) { s.Paths = []Mount{{Source: "/x", Target: "/"}} }, `mount of /x: "/" is not`},
		{"a mount of a way out", func(s *Spec) { s.Store = []Mount{{Source: "/x", Target: "/a/../../b"}} }, `"/a/../../b" is not`},
		{"no arguments", func(s *Spec) { s.Argv = nil }, "no builder, or none of its arguments"},
		{"NUL in the environment", func(s *Spec) { s.Env = []string{"A=\x00"} }, "NUL byte"},
		{"negative user", func(s *Spec) { s.UID = -1 }, "user -1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := good
			test.change(&s)
			err := s.complete()
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("complete() = %v, want %q", err, test.want)
			}
		})
	}
	if err := good.complete(); err != nil || good.UID != 1000 || good.GID != 100 || good.Dir != "/build" {
		t.Errorf("complete() = %v, made user %d, group %d and directory %s", err, good.UID, good.GID, good.Dir)
	}
}
