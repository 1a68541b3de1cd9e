package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
)

const storeDir = "/nix/store"

// inStore is a store path with a name.
func inStore(name string) string { return storeDir + "/00000000000000000000000000000000-" + name }

var works = sync.OnceValue(func() error { return Check(context.Background()) })

// need skips tests of sandboxes where there can be none, such as in containers.
func need(t testing.TB) {
	t.Helper()
	if err := works(); err != nil {
		t.Skipf("no sandboxes here, so nothing of them is tested: %v", err)
	}
}

// makeSpec makes directories below dir for a run of the test builder.
func makeSpec(dir string, args ...string) (Spec, error) {
	s := Spec{
		Root: filepath.Join(dir, "root"), BuildDir: filepath.Join(dir, "build"), StoreDir: storeDir,
		Store:    []Mount{{Source: filepath.Join(builders, "builder"), Target: inStore("builder")}},
		Program:  inStore("builder"),
		Argv:     append([]string{"builder"}, args...),
		Env:      []string{"HOME=/homeless-shelter"},
		UserPool: filepath.Join(dir, "users"),
		Output:   newOutput(),
	}
	return s, errors.Join(os.Mkdir(s.Root, 0o700), os.Mkdir(s.BuildDir, 0o700))
}

func spec(t testing.TB, args ...string) Spec {
	t.Helper()
	dir := t.TempDir()
	s, err := makeSpec(dir, args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(Remove(s.Root), Remove(s.BuildDir)); err != nil {
			t.Error(err)
		}
	})
	return s
}

// pooled reports whether builders run as other users than the caller.
func pooled(t *testing.T) bool {
	t.Helper()
	root, err := isRoot()
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// build runs a builder and returns its result and what it printed.
func build(t testing.TB, s Spec) (Result, string) {
	t.Helper()
	r, err := Run(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return r, s.Output.(*output).String()
}

// same compares what a builder printed with lines.
func same(t *testing.T, out string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, strings.Split(strings.TrimSuffix(out, "\n"), "\n")); diff != "" {
		t.Errorf("the builder printed other lines (-want +got):\n%s", diff)
	}
}

func TestExit(t *testing.T) {
	need(t)
	for _, test := range []struct {
		name string
		args []string
		want string
		out  string
	}{
		{"success", []string{"exit", "0"}, "exited with code 0", ""},
		{"failure", []string{"exit", "3"}, "exited with code 3", ""},
		{"kill", []string{"die", "9"}, "was killed by signal 9 (killed)", ""},
		{"one terminal, not changing lines", []string{"print", "a\nb\r\n\x1b[0m\tc", "d"}, "exited with code 0", "a\nb\r\n\x1b[0m\tcd"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, out := build(t, spec(t, test.args...))
			if r.String() != test.want || out != test.out {
				t.Errorf("the builder %v and printed %q, want that it %s and printed %q", r, out, test.want, test.out)
			}
			if want := test.want == "exited with code 0"; r.Succeeded() != want {
				t.Errorf("Succeeded() = %v, want %v", r.Succeeded(), want)
			}
			if r.MaxRSS <= 0 || r.User+r.System <= 0 {
				t.Errorf("it took %d bytes and %v, want some", r.MaxRSS, r.User+r.System)
			}
		})
	}
}

func TestSelf(t *testing.T) {
	need(t)
	s := spec(t, "self", "two  words", "", "\xff\xfe")
	s.Env = []string{"A=1", "B=", "C=x y\n\xe4"}
	_, out := build(t, s)
	lines := strings.Split(out, "\n")
	out = strings.Join(slices.DeleteFunc(lines, func(l string) bool {
		return strings.HasPrefix(l, "core ") || strings.HasPrefix(l, "groups ") && !pooled(t) // a user keeps the groups that only root can drop
	}), "\n")
	want := []string{
		"user 1000 100", "groups 0", "host localhost (none)", "dir /build", "umask 022",
		`env ["A=1" "B=" "C=x y\n\xe4"]`, `args ["builder" "self" "two  words" "" "\xff\xfe"]`,
		"SigBlk: 0000000000000000",
		"CapInh: 0000000000000000", "CapPrm: 0000000000000000", "CapEff: 0000000000000000", "CapAmb: 0000000000000000",
		"NoNewPrivs: 1", "Seccomp: 2", "personality 40000", "processes 2",
	}
	if !pooled(t) {
		want = slices.Delete(want, 1, 2)
	}
	same(t, out, want...)
}

func TestSpecOfBuilder(t *testing.T) {
	need(t)
	s := spec(t, "self")
	s.UID, s.GID, s.System, s.Dir = 1234, 567, "i686-linux", "/tmp"
	_, out := build(t, s)
	want := []string{"user 1234 567", "dir /tmp"}
	if runtime.GOARCH == "amd64" {
		want = append(want, "personality 40008")
	}
	for _, line := range want {
		if !strings.Contains(out, line+"\n") {
			t.Errorf("the builder printed\n%s\nwant %q in it", out, line)
		}
	}
}

// TestSeen lists all that there is.
func TestSeen(t *testing.T) {
	need(t)
	s := spec(t, "list", "/")
	object := filepath.Join(t.TempDir(), "object")
	if err := errors.Join(os.Mkdir(object, 0o755), os.WriteFile(object+"/file", nil, 0o444), os.Symlink("object/file", object+"-link")); err != nil {
		t.Fatal(err)
	}
	s.Store = append(s.Store, Mount{Source: object, Target: inStore("object")}, Mount{Source: object + "-link", Target: inStore("link")}, s.Store[0])
	s.Paths = []Mount{
		{Source: object + "-link", Target: "/bin/sh"},
		{Source: object, Target: "/deep/er/there"},
		{Source: "/no/such/file", Target: "/missing", Optional: true},
	}
	_, out := build(t, s)
	var got []string
	for line := range strings.Lines(out) {
		if f := strings.Fields(line); !strings.HasPrefix(f[0], "/proc/") {
			got = append(got, strings.Join(append(f[:2], f[4:]...), " "))
		}
	}
	same(t, strings.Join(got, "\n"),
		"/ drwxr-xr-x", "/bin drwxr-xr-x", "/bin/sh -r--r--r--", "/build drwx------", "/deep drwxr-xr-x", "/deep/er drwxr-xr-x",
		"/deep/er/there drwxr-xr-x", "/deep/er/there/file -r--r--r--",
		"/dev drwxr-xr-x", "/dev/fd Lrwxrwxrwx /proc/self/fd", "/dev/full Dcrw-rw-rw-", "/dev/null Dcrw-rw-rw-",
		"/dev/ptmx Lrwxrwxrwx /dev/pts/ptmx", "/dev/pts drwxr-xr-x", "/dev/pts/ptmx Dcrw-rw-rw-", "/dev/random Dcrw-rw-rw-",
		"/dev/shm dtrwxrwxrwx", "/dev/stderr Lrwxrwxrwx /proc/self/fd/2", "/dev/stdin Lrwxrwxrwx /proc/self/fd/0",
		"/dev/stdout Lrwxrwxrwx /proc/self/fd/1", "/dev/tty Dcrw-rw-rw-", "/dev/urandom Dcrw-rw-rw-", "/dev/zero Dcrw-rw-rw-",
		"/etc dr-xr-xr-x", "/etc/group -rw-r--r--", "/etc/hosts -rw-r--r--", "/etc/passwd -rw-r--r--",
		"/nix drwxr-xr-x", "/nix/store dtrwxrwxr-x", inStore("builder")+" -rwxr-xr-x", inStore("link")+" Lrwxrwxrwx object/file",
		inStore("object")+" drwxr-xr-x", inStore("object")+"/file -r--r--r--",
		"/proc dr-xr-xr-x", "/tmp dtrwxrwxrwx")
}

func TestTerminal(t *testing.T) {
	need(t)
	_, out := build(t, spec(t, "tty"))
	same(t, out, "controlling no such device or address", "stdout <nil> true", "new <nil> true", "[/dev/pts/0 /dev/pts/ptmx]")
}

// TestOpenFiles runs with a file that is not closed when programs are executed, as
// if the caller had been started with it.
func TestOpenFiles(t *testing.T) {
	need(t)
	f, err := os.Open("/etc")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	leak, err := unix.FcntlInt(f.Fd(), unix.F_DUPFD, 50)
	if err != nil {
		t.Fatal(err)
	}
	defer unix.Close(leak)
	_, out := build(t, spec(t, "fd"))
	same(t, out, "0 /dev/null", "1 /dev/pts/", "2 /dev/pts/")
}

func TestFiles(t *testing.T) {
	need(t)
	dir := t.TempDir()
	if err := errors.Join(os.Chmod(dir, 0o777), os.WriteFile(dir+"/secret", nil, 0o666)); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		args []string
		want []string
	}{
		{"the machine's cannot be read", []string{"read", "/etc/shadow", dir + "/secret", "/root/x", "/proc/1/root" + dir + "/secret", "/../.." + dir + "/secret", "/sys/kernel/notes"}, []string{
			`/etc/shadow "" no such file or directory`, dir + `/secret "" no such file or directory`, `/root/x "" no such file or directory`,
			"/proc/1/root" + dir + `/secret "" permission denied`, "/../.." + dir + `/secret "" no such file or directory`, `/sys/kernel/notes "" no such file or directory`,
		}},
		{"store objects cannot be written", []string{"write", inStore("object") + "/file", inStore("object") + "/new", inStore("again") + "/file"}, []string{
			inStore("object") + "/file read-only file system", inStore("object") + "/new read-only file system", inStore("again") + "/file read-only file system",
		}},
		{"outputs and temporary files can", []string{"write", inStore("out"), "/build/x", "/tmp/x", "/dev/shm/x", "/given/file"}, []string{
			inStore("out") + " <nil>", "/build/x <nil>", "/tmp/x <nil>", "/dev/shm/x <nil>", "/given/file <nil>",
		}},
		{"accounts", []string{"read", "/etc/passwd", "/etc/group", "/etc/hosts", "/etc/nsswitch.conf"}, []string{
			`/etc/passwd "root:x:0:0:Nix build user:/build:/noshell\nnixbld:x:1000:100:Nix build user:/build:/noshell\nnobody:x:65534:65534:Nobody:/:/noshell\n" <nil>`,
			`/etc/group "root:x:0:\nnixbld:!:100:\nnogroup:x:65534:\n" <nil>`,
			`/etc/hosts "127.0.0.1 localhost\n::1 localhost\n" <nil>`, `/etc/nsswitch.conf "" no such file or directory`,
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := spec(t, test.args...)
			object, given := t.TempDir(), t.TempDir()
			if err := errors.Join(os.WriteFile(object+"/file", nil, 0o666), os.Chmod(given, 0o777)); err != nil {
				t.Fatal(err)
			}
			s.Store = append(s.Store, Mount{Source: object, Target: inStore("object")})
			s.Paths = []Mount{{Source: object, Target: inStore("again")}, {Source: given, Target: "/given"}}
			_, out := build(t, s)
			same(t, out, test.want...)
		})
	}
}

func TestOwner(t *testing.T) {
	need(t)
	s := spec(t, "write", inStore("out"), "/build/x")
	// What the caller made is the builder's, and in its way nothing.
	if err := errors.Join(os.WriteFile(s.BuildDir+"/before", nil, 0o600), os.MkdirAll(s.Root+storeDir, 0o700)); err != nil {
		t.Fatal(err)
	}
	r, _ := build(t, s)
	if other := pooled(t); (r.UID >= firstUser) != other || other && r.UID != r.GID {
		t.Errorf("it ran as user %d and group %d, with %d as the caller", r.UID, r.GID, os.Geteuid())
	}
	for _, name := range []string{s.Root + inStore("out"), s.BuildDir + "/x", s.BuildDir + "/before"} {
		var st unix.Stat_t
		if err := unix.Lstat(name, &st); err != nil || int(st.Uid) != r.UID || int(st.Gid) != r.GID {
			t.Errorf("%s belongs to %d:%d (%v), want %d:%d", name, st.Uid, st.Gid, err, r.UID, r.GID)
		}
	}
}

// TestCalls makes calls that a builder may not make, as a program of 64 bits and as
// one of 32.
func TestCalls(t *testing.T) {
	need(t)
	calls := map[string]string{
		"chmod": "operation not permitted", "fchmod": "operation not permitted", "fchmodat": "operation not permitted",
		"fchmodat2": "operation not permitted", "openat": "operation not permitted", "mknodat": "operation not permitted",
		"openat-plain": "<nil>", "mkfifo": "<nil>", "device": "operation not permitted",
		"openat2": "function not implemented", "io_uring": "function not implemented", "keyctl": "function not implemented",
		"setxattr": "operation not supported", "getxattr": "operation not supported",
		"mount": "operation not permitted", "umount": "operation not permitted", "chroot": "operation not permitted",
		"sethost": "operation not permitted", "setuid": "invalid argument", "ptrace": "operation not permitted",
		"init-mem": "permission denied", "init-root": "permission denied", "init-fds": "permission denied", "init-kill": "<nil>", "init-signals": "<nil>",
		"sysctl": "permission denied", "priority": "permission denied",
	}
	old := map[string]string{"chmod-old": "operation not permitted", "creat": "operation not permitted", "open": "operation not permitted", "mknod": "operation not permitted"}
	x32 := map[string]string{"x32-chmod": "operation not permitted", "x32-setxattr": "operation not supported"}
	sets := map[string][]map[string]string{"builder": {calls}}
	if runtime.GOARCH == "amd64" {
		sets = map[string][]map[string]string{"builder": {calls, old, x32}, "builder-386": {calls, old}}
	}
	for program, set := range sets {
		t.Run(program, func(t *testing.T) {
			if out, err := exec.Command(filepath.Join(builders, program), "exit", "0").CombinedOutput(); err != nil {
				t.Skipf("this machine cannot run it: %v: %s", err, out)
			}
			args, want := []string{"call"}, []string(nil)
			for _, calls := range set {
				for name, answer := range calls {
					args, want = append(args, name), append(want, name+" "+answer)
				}
			}
			s := spec(t, args...)
			s.Store[0].Source = filepath.Join(builders, program)
			r, out := build(t, s)
			same(t, out, want...)
			if !r.Succeeded() {
				t.Errorf("the builder %v", r)
			}
		})
	}
}

// TestNested makes the builder root of a namespace of its own.
func TestNested(t *testing.T) {
	need(t)
	s := spec(t, "nested", inStore("object"))
	s.Store = append(s.Store, Mount{Source: t.TempDir(), Target: inStore("object")})
	_, out := build(t, s)
	if strings.HasPrefix(out, "nested ") {
		t.Skipf("this machine has no namespaces in namespaces: %s", out)
	}
	same(t, out, "remount operation not permitted", "umount invalid argument", "write read-only file system", "chmod operation not permitted", "nested <nil>")
}

// started returns an output and a channel that tells when there is some.
func started(s Spec) <-chan struct{} { return s.Output.(*output).seen }

// checkFree checks that nobody holds the lock that a builder took.
func checkFree(t *testing.T, name string) {
	t.Helper()
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return // it was ended before it came that far
	}
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
		t.Errorf("a process outlives its sandbox: lock of %s: %v", name, err)
	}
}

func TestEnd(t *testing.T) {
	need(t)
	for _, test := range []struct {
		name   string
		args   []string
		change func(*Spec)
		want   End
	}{
		{"a daemon ends with its builder", []string{"daemon", "/build/lock"}, func(*Spec) {}, Exited},
		{"timeout", []string{"linger", "/build/lock"}, func(s *Spec) { s.Timeout = time.Second / 5 }, TimedOut},
		{"silence", []string{"linger", "/build/lock"}, func(s *Spec) { s.Silent = time.Second / 5 }, Silence},
		{"endless output", []string{"yes"}, func(s *Spec) { s.MaxLog = 100_001 }, LogLimit},
		{"much output at the end", []string{"print", "12345678", "9"}, func(s *Spec) { s.MaxLog = 8 }, LogLimit},
		{"as much output as is allowed", []string{"print", "1234567", "8"}, func(s *Spec) { s.MaxLog = 8 }, Exited},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := spec(t, test.args...)
			test.change(&s)
			r, out := build(t, s)
			if r.End != test.want {
				t.Errorf("the builder %v, want the end %q", r, test.want)
			}
			if test.want == LogLimit && int64(len(out)) != s.MaxLog {
				t.Errorf("%d bytes of output, want %d", len(out), s.MaxLog)
			}
			if test.args[0] != "yes" && test.args[0] != "print" {
				checkFree(t, s.BuildDir+"/lock")
			}
		})
	}
}

func TestCancel(t *testing.T) {
	need(t)
	s := spec(t, "linger", "/build/lock")
	cause := errors.New("somebody was impatient")
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		<-started(s)
		cancel(cause)
	}()
	r, err := Run(ctx, s)
	if r.End != Cancelled || !errors.Is(err, cause) {
		t.Errorf("Run = %v, %v; want that it was cancelled, with the cause", r, err)
	}
	checkFree(t, s.BuildDir+"/lock")
	if r, err := Run(ctx, s); r.End != Cancelled || !errors.Is(err, cause) {
		t.Errorf("Run of a context that is over = %v, %v", r, err)
	}
}

func init() { helpers["caller"] = caller }

// caller runs a builder that ends only with it.
func caller() int {
	builders = os.Getenv(buildersVariable)
	s, err := makeSpec(os.Getenv("DIR"), "linger", "/build/lock")
	if err == nil {
		s.Output = os.Stdout
		_, err = Run(context.Background(), s)
	}
	fmt.Println(err)
	return 1
}

func TestCallerDies(t *testing.T) {
	need(t)
	dir := t.TempDir()
	defer Remove(dir + "/root") // t.TempDir cannot, if it is no root's
	cmd := exec.Command("/proc/self/exe")
	cmd.Env = append(os.Environ(), helperVariable+"=caller", buildersVariable+"="+builders, "DIR="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	text := make([]byte, len("locked\n"))
	if _, err := io.ReadFull(out, text); err != nil || string(text) != "locked\n" {
		t.Errorf("the caller printed %q: %v", text, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the caller ended by itself")
	}
	f, err := os.Open(dir + "/build/lock")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	// This waits for the builder's end, which nobody else does.
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != nil {
		t.Error(err)
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

func TestOutputFails(t *testing.T) {
	need(t)
	s := spec(t, "yes")
	s.Output = brokenWriter{}
	if r, err := Run(t.Context(), s); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Run = %v, %v; want the error of the writer", r, err)
	}
}

// state is what a process might leak.
func state(t *testing.T) (files []string, mounts string) {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if link, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil {
			files = append(files, e.Name()+" "+link)
		}
	}
	text, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	return files, string(text)
}

func TestLeaks(t *testing.T) {
	need(t)
	build(t, spec(t, "exit", "0")) // what is made once and kept
	files, mounts := state(t)
	routines := runtime.NumGoroutine()
	build(t, spec(t, "daemon", "/build/lock"))
	for _, change := range []func(*Spec){
		func(s *Spec) { s.Timeout = time.Millisecond },
		func(s *Spec) { s.Program = "/no/such/program" },
		func(s *Spec) { s.Dir = "/no/such/directory" },
		func(s *Spec) { s.Store[0].Source = "/no/such/object" },
		func(s *Spec) { s.Output = brokenWriter{} },
		func(s *Spec) { s.MaxLog, s.Silent, s.Timeout = 1, time.Hour, time.Hour },
	} {
		s := spec(t, "yes")
		change(&s)
		if r, err := Run(t.Context(), s); r.Succeeded() && err == nil {
			t.Errorf("Run = %v, want a failure", r)
		}
	}
	filesAfter, mountsAfter := state(t)
	if diff := cmp.Diff(files, filesAfter); diff != "" {
		t.Errorf("open files (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(mounts, mountsAfter); diff != "" {
		t.Errorf("mounts (-before +after):\n%s", diff)
	}
	// A goroutine may be about to end.
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for runtime.NumGoroutine() > routines && ctx.Err() == nil {
		runtime.Gosched()
	}
	if n := runtime.NumGoroutine(); n > routines {
		buf := make([]byte, 1<<16)
		t.Errorf("%d goroutines, want %d:\n%s", n, routines, buf[:runtime.Stack(buf, true)])
	}
}

func TestErrors(t *testing.T) {
	need(t)
	dir := t.TempDir()
	for name, text := range map[string]string{"script": "#!/no/such/shell\n", "text": "hello\n"} {
		if err := os.WriteFile(dir+"/"+name, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	program := func(name string) func(*Spec) {
		return func(s *Spec) {
			s.Store = append(s.Store, Mount{Source: dir + "/" + name, Target: inStore(name)})
			s.Program = inStore(name)
		}
	}
	for _, test := range []struct {
		name   string
		change func(*Spec)
		setup  bool // rather than a fault of the builder
		want   string
	}{
		{"no program", func(s *Spec) { s.Program = "/bin/sh" }, false, "executing builder '/bin/sh': no such file or directory; the sandbox has the closure"},
		{"a relative program", func(s *Spec) { s.Program = "sh" }, false, "executing builder 'sh': no such file or directory; a builder is an absolute path"},
		{"no interpreter", program("script"), false, "no such file or directory; it is there, but what interprets it is not"},
		{"no program but text", program("text"), false, "exec format error; it is no program"},
		{"a directory", func(s *Spec) { s.Program = "/tmp" }, false, "permission denied; it is not executable"},
		{"no working directory", func(s *Spec) { s.Dir = "/no/dir" }, true, "enter the working directory /no/dir: no such file or directory"},
		{"no store object", func(s *Spec) { s.Store[0].Source = "/no/object" }, true, "/no/object: no such file or directory"},
		{"no sandbox path", func(s *Spec) { s.Paths = []Mount{{Source: "/no/path", Target: "/path"}} }, true, "/no/path: no such file or directory"},
		{"two things in one place", func(s *Spec) {
			s.Store = append(s.Store, Mount{Source: dir, Target: inStore("builder")})
		}, true, "not a directory"},
		{"a way out by a link", func(s *Spec) {
			if err := os.Symlink("/", dir+"/out"); err != nil {
				t.Error(err)
			}
			s.Store = append(s.Store, Mount{Source: dir + "/out", Target: inStore("out")}, Mount{Source: dir, Target: inStore("out") + "/tmp/firn"})
		}, true, "escapes"},
		{"no cgroup", func(s *Spec) { s.Cgroup = dir + "/no" }, true, "make a cgroup: stat " + dir + "/no"},
		{"no build directory", func(s *Spec) { s.BuildDir = dir + "/no" }, true, dir + "/no: no such file or directory"},
		{"no root", func(s *Spec) { s.Root = dir + "/no" }, true, dir + "/no: no such file or directory"},
		{"no certificates", func(s *Spec) { s.Network, s.CAFile = true, dir+"/no" }, true, dir + "/no: no such file or directory"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := spec(t, "exit", "0")
			test.change(&s)
			_, err := Run(t.Context(), s)
			var setup *SetupError
			var exec *ExecError
			if errors.As(err, &setup) != test.setup || errors.As(err, &exec) == test.setup || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Run = %#v: %v; want %q", err, err, test.want)
			}
			if out := s.Output.(*output).String(); out != "" {
				t.Errorf("%q is said to be of the builder", out)
			}
		})
	}
}

func TestWithoutMain(t *testing.T) {
	installed.Store(false)
	defer installed.Store(true)
	if err := Check(t.Context()); err == nil || !strings.Contains(err.Error(), "does not call sandbox.Main") {
		t.Errorf("Check = %v, want that Main is missing", err)
	}
}

// TestStray starts the program under the name of the first process.
func TestStray(t *testing.T) {
	cmd := &exec.Cmd{Path: "/proc/self/exe", Args: []string{initName}}
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "part of firn") {
		t.Errorf("it ended with %v and printed %q", err, out)
	}
}

// TestUnprivileged runs all other tests as a user without any rights.
func TestUnprivileged(t *testing.T) {
	if !pooled(t) {
		t.Skip("it is an ordinary user who runs the tests already")
	}
	need(t)
	const nobody = 65534
	dir := t.TempDir()
	program, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(
		os.WriteFile(dir+"/sandbox.test", program, 0o755), os.Mkdir(dir+"/tmp", 0o700), os.Chown(dir+"/tmp", nobody, nobody),
		os.Chmod(dir, 0o755), os.Chmod(filepath.Dir(dir), 0o755),
	); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(dir+"/sandbox.test", "-test.v")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TMPDIR="+dir+"/tmp", "HOME="+dir+"/tmp", buildersVariable+"="+builders)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if reason := "no sandboxes here"; strings.Contains(string(out), reason) {
		t.Skipf("not for ordinary users:\n%s", out)
	}
}

func TestTogether(t *testing.T) {
	need(t)
	var (
		wg  sync.WaitGroup
		mu  sync.Mutex
		ids []int
	)
	specs := make([]Spec, 8)
	for i := range specs {
		specs[i] = spec(t, "lines", "20000")
		specs[i].UserPool = specs[0].UserPool
	}
	var want strings.Builder
	for n := range 20000 {
		fmt.Fprintln(&want, n)
	}
	for _, s := range specs {
		wg.Go(func() {
			r, err := Run(t.Context(), s)
			if out := s.Output.(*output).String(); err != nil || !r.Succeeded() || out != want.String() {
				t.Errorf("Run = %v, %v, with %d bytes of output, want %d", r, err, len(out), want.Len())
			}
			mu.Lock()
			defer mu.Unlock()
			ids = append(ids, r.UID)
		})
	}
	wg.Wait()
	if len(ids) != len(specs) {
		t.Errorf("builders ran as %v", ids)
	}
}

func BenchmarkRun(b *testing.B) {
	need(b)
	for _, bench := range []struct {
		name    string
		objects int
	}{{"alone", 0}, {"with 500 objects", 500}} {
		b.Run(bench.name, func(b *testing.B) {
			object := b.TempDir()
			for b.Loop() {
				b.StopTimer()
				s := spec(b, "exit", "0")
				for n := range bench.objects {
					s.Store = append(s.Store, Mount{Source: object, Target: inStore(fmt.Sprint("object", n))})
				}
				b.StartTimer()
				if r, _ := build(b, s); !r.Succeeded() {
					b.Fatal(r)
				}
			}
		})
	}
}
