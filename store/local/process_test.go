package local

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"firn/store"
	"firn/store/hash"
	"firn/store/path"
)

// helper is the variable that makes this program one that does something to a store,
// says so, and ends when its standard input does.
const helper = "FIRN_LOCAL_TEST_HELPER"

func TestMain(m *testing.M) {
	if todo := os.Getenv(helper); todo != "" {
		if err := help(todo, os.Args[1], path.Path(os.Args[2])); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func help(todo, root string, p path.Path) (err error) {
	ctx := context.Background()
	s, err := Open(ctx, Options{Root: root})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	switch todo {
	case "lock":
		lock, err := s.Lock(ctx, []path.Path{p})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, lock.Unlock()) }()
	case "hold":
		if err := s.Hold(ctx, p); err != nil {
			return err
		}
	}
	fmt.Println("done")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// process is another process that works on a store.
type process struct {
	*exec.Cmd
	stdin io.WriteCloser
}

// start starts another process, and waits until it has done what it is to do.
func start(t *testing.T, todo string, s *Store, p path.Path) *process {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), must(os.Executable())(t), s.Root(), string(p))
	cmd.Env = append(os.Environ(), helper+"="+todo)
	stdin := must(cmd.StdinPipe())(t)
	stdout := must(cmd.StdoutPipe())(t)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(stdout).ReadString('\n'); line != "done\n" {
		t.Fatalf("the other process says %q, %v", line, err)
	}
	return &process{cmd, stdin}
}

// end ends the process as it should end.
func (p *process) end(t *testing.T) {
	t.Helper()
	if err := errors.Join(p.stdin.Close(), p.Wait()); err != nil {
		t.Error(err)
	}
}

// kill ends the process without warning.
func (p *process) kill(t *testing.T) {
	t.Helper()
	if err := p.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = p.Wait() // which says that it was killed
}

// waits collects what is waited for, and does something at the first wait.
type waits struct {
	mu    sync.Mutex
	texts []string
	ended int
	then  func()
}

func (w *waits) take(e store.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := e.(type) {
	case store.Started:
		if e.Kind != store.Waiting {
			return
		}
		w.texts = append(w.texts, e.Text)
		if w.then != nil {
			w.then()
			w.then = nil
		}
	case store.Finished:
		w.ended++
	}
}

var somePath = path.Path("/nix/store/00000000000000000000000000000000-x")

// TestLockProcesses waits for another process that has a lock, which ends or dies.
func TestLockProcesses(t *testing.T) {
	for name, end := range map[string]func(*process, *testing.T){"ends": (*process).end, "dies": (*process).kill} {
		w := &waits{}
		s := open(t, Options{Events: w.take})
		other := start(t, "lock", s, somePath)
		ctx, cancel := context.WithCancel(t.Context())
		w.then = cancel
		if _, err := s.Lock(ctx, []path.Path{somePath}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: a cancelled wait: %v", name, err)
		}
		w.then = func() { end(other, t) }
		lock, err := s.Lock(t.Context(), []path.Path{somePath})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Lstat(s.Real(somePath) + ".lock"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := lock.Unlock(); err != nil {
			t.Error(err)
		}
		if len(w.texts) < 2 || !strings.Contains(w.texts[0], string(somePath)) || w.ended < 2 {
			t.Errorf("%s: told %q, %d ended", name, w.texts, w.ended)
		}
		if _, err := os.Stat("/proc/locks"); err == nil && !strings.Contains(w.texts[0], "process "+strconv.Itoa(other.Process.Pid)+" (") {
			t.Errorf("%s: the holder is not named in %q", name, w.texts[0])
		}
		if names := left(t, s); len(names) > 0 {
			t.Errorf("%s: left in the store: %q", name, names)
		}
	}
}

// TestLockGoroutines has goroutines of two stores in one directory count, with a lock
// around what is not safe.
func TestLockGoroutines(t *testing.T) {
	a := open(t, Options{})
	b := open(t, Options{Root: a.Root()})
	other := path.Path("/nix/store/11111111111111111111111111111111-y")
	count := 0
	var wg sync.WaitGroup
	for i := range 40 {
		s, paths := a, []path.Path{somePath, other}
		if i%2 == 0 {
			s, paths = b, []path.Path{other, somePath, other}
		}
		wg.Go(func() {
			lock, err := s.Lock(t.Context(), paths)
			if err != nil {
				t.Error(err)
				return
			}
			count++
			if err := lock.Unlock(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if count != 40 {
		t.Errorf("counted %d", count)
	}
	if len(locking.m) > 0 {
		t.Errorf("%d turns are left", len(locking.m))
	}
}

// TestStaleLock locks where there is the lock of somebody who wrote to it.
func TestStaleLock(t *testing.T) {
	s := open(t, Options{})
	if err := os.WriteFile(s.Real(somePath)+".lock", []byte("d"), 0o600); err != nil {
		t.Fatal(err)
	}
	lock := must(s.Lock(t.Context(), []path.Path{somePath}))(t)
	if err := lock.Unlock(); err != nil {
		t.Error(err)
	}
	info, archive := describe(t, s.Dir(), "x", s.tree(addText(t, s, "x", "x")))
	if err := lock.AddArchive(t.Context(), info, bytes.NewReader(archive)); err == nil {
		t.Error("something was added without a lock")
	}
}

// TestLockAddArchive adds under a lock that is held.
func TestLockAddArchive(t *testing.T) {
	s := open(t, Options{})
	info, archive := describe(t, s.Dir(), "y", s.tree(addText(t, s, "x", "x")))
	lock := must(s.Lock(t.Context(), []path.Path{info.Path}))(t)
	for range 2 { // the second time it is there
		if err := lock.AddArchive(t.Context(), info, bytes.NewReader(archive)); err != nil {
			t.Error(err)
		}
	}
	if err := lock.Unlock(); err != nil {
		t.Error(err)
	}
	if valid := must(s.Valid(t.Context(), []path.Path{info.Path}))(t); !valid[info.Path] {
		t.Error("it is not valid")
	}
}

// TestAddAtOnce has many add the same to stores in one directory.
func TestAddAtOnce(t *testing.T) {
	a := open(t, Options{NoSync: true})
	b := open(t, Options{Root: a.Root(), NoSync: true})
	info, archive := describe(t, a.Dir(), "x", a.tree(addText(t, a, "x", "x")))
	var wg sync.WaitGroup
	for i := range 20 {
		s := []*Store{a, b}[i%2]
		wg.Go(func() {
			if err := s.AddArchive(t.Context(), info, bytes.NewReader(archive)); err != nil {
				t.Error(err)
			}
			p := must(s.Dir().Text(strconv.Itoa(i), hash.SumString(hash.SHA256, ""), nil))(t)
			if err := s.AddText(t.Context(), p, "", nil); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if all := must(a.All(t.Context()))(t); len(all) != 22 {
		t.Errorf("%d objects are valid", len(all))
	}
	if res := must(b.Verify(t.Context(), VerifyOptions{Contents: true}))(t); len(res.Faults) > 0 {
		t.Errorf("faults %v", res.Faults)
	}
}

// TestHoldProcesses collects what another process holds, until it ends or dies.
func TestHoldProcesses(t *testing.T) {
	for name, end := range map[string]func(*process, *testing.T){"ends": (*process).end, "dies": (*process).kill} {
		s := open(t, Options{})
		p := addText(t, s, "x", "x")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = open(t, Options{Root: s.Root()})
		other := start(t, "hold", s, p)
		res := must(s.Collect(t.Context(), CollectOptions{Paths: []path.Path{p}}))(t)
		link := filepath.Join(s.state, "temproots", strconv.Itoa(other.Process.Pid))
		want := fmt.Sprintf("'%s' is still alive: temporary root '%s' -> %s", p, link, p)
		if len(res.Paths) > 0 || len(res.Alive) != 1 || res.Alive[0].String() != want {
			t.Errorf("%s: collected %q, %v, want %q", name, res.Paths, res.Alive, want)
		}
		end(other, t)
		res = must(s.Collect(t.Context(), CollectOptions{Paths: []path.Path{p}}))(t)
		if !slices.Equal(res.Paths, []string{string(p)}) {
			t.Errorf("%s: collected %q afterwards, %v", name, res.Paths, res.Alive)
		}
		if names := must(os.ReadDir(filepath.Join(s.state, "temproots")))(t); len(names) > 0 {
			t.Errorf("%s: left in temproots: %v", name, names)
		}
	}
}

// TestTempRootsFile looks at the file: what is in it, and when it goes.
func TestTempRootsFile(t *testing.T) {
	a := open(t, Options{})
	name := filepath.Join(a.state, "temproots", strconv.Itoa(os.Getpid()))
	// That of a process that had the same number and died.
	if err := os.WriteFile(name, []byte("x\x00"), 0o600); err != nil {
		t.Fatal(err)
	}
	b := open(t, Options{Root: a.Root()})
	for _, s := range []*Store{a, b, a} {
		if err := s.Hold(t.Context(), somePath, somePath+"y"); err != nil {
			t.Fatal(err)
		}
	}
	want := []path.Path{somePath, somePath + "y"}
	if got := parseTempRoots(must(os.ReadFile(name))(t)); !slices.Equal(got, want) {
		t.Errorf("held %q", got)
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(name); err != nil {
		t.Errorf("a store is open: %v", err)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no store is open: %v", err)
	}
	// A process of another namespace has the same number.
	f, err := openLock(t.Context(), name, exclusive, a.waiting("nobody", ""))
	if err != nil {
		t.Fatal(err)
	}
	c := open(t, Options{Root: a.Root()})
	if err := c.Hold(t.Context(), somePath); err != nil {
		t.Error(err)
	}
	if got := parseTempRoots(must(os.ReadFile(name + "-1"))(t)); !slices.Equal(got, want[:1]) {
		t.Errorf("held %q", got)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
}

// TestRootServer speaks to a collector.
func TestRootServer(t *testing.T) {
	warned := &warnings{}
	s := open(t, Options{Events: warned.take, Root: filepath.Join(t.TempDir(), strings.Repeat("long", 30))})
	gc, err := openLock(t.Context(), filepath.Join(s.state, "gc.lock"), exclusive, s.waiting("nobody", ""))
	if err != nil {
		t.Fatal(err)
	}
	server := must(s.serveRoots())(t)
	if err := s.Hold(t.Context(), somePath); err != nil {
		t.Error(err)
	}
	if server.begin(somePath.HashPart()) {
		t.Error("what is held would be removed")
	}
	dial := func() net.Conn {
		name, done, err := socketName(filepath.Join(s.state, socketDir))
		if err != nil {
			t.Fatal(err)
		}
		defer done()
		return must(net.Dial("unix", name))(t)
	}
	for _, c := range []struct{ name, line, want string }{
		{"no path", "x\n", ""},
		{"the path of another store", "/gnu/store/00000000000000000000000000000000-x\n", ""},
		{"a long line", strings.Repeat("x", 2*maxLine), ""},
		{"a path that only Nix takes", "/nix/store/22222222222222222222222222222222-.-x\n", "1"},
	} {
		conn := dial()
		if _, err := io.WriteString(conn, c.line); err != nil {
			t.Error(err)
		}
		got := make([]byte, 1)
		n, _ := conn.Read(got) // an error if nothing comes
		if string(got[:n]) != c.want {
			t.Errorf("%s: answered %q, want %q", c.name, got[:n], c.want)
		}
		_ = conn.Close()
	}
	warned.mu.Lock()
	if len(warned.texts) != 2 {
		t.Errorf("warned of %q", warned.texts)
	}
	warned.mu.Unlock()
	// While something is removed, whoever wants it waits.
	pending := path.Path("/nix/store/33333333333333333333333333333333-x")
	if !server.begin(pending.HashPart()) {
		t.Fatal("nobody holds it")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Hold(ctx, pending); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled wait: %v", err)
	}
	held := make(chan error)
	go func() { held <- s.Hold(t.Context(), pending) }()
	server.mu.Lock()
	for !server.held[pending.HashPart()] {
		server.mu.Unlock()
		runtime.Gosched() // the server takes it
		server.mu.Lock()
	}
	select {
	case err := <-held:
		t.Errorf("it did not wait: %v", err)
	default:
	}
	server.mu.Unlock()
	server.end()
	if err := <-held; err != nil {
		t.Error(err)
	}
	// When the collector ends, the lock is free.
	go func() { held <- s.Hold(t.Context(), pending+"2") }()
	if err := errors.Join(server.close(), gc.Close(), <-held); err != nil {
		t.Error(err)
	}
}

// warnings collects warnings.
type warnings struct {
	mu    sync.Mutex
	texts []string
}

func (w *warnings) take(e store.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if e, ok := e.(store.Warning); ok {
		w.texts = append(w.texts, e.Text)
	}
}
