package local

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"firn/store"
	"firn/store/hash"
	"firn/store/nar"
	"firn/store/path"
)

// reopen gives up what this process holds.
func reopen(t *testing.T, s *Store) *Store {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return open(t, s.o.at(s.Root()))
}

func (o Options) at(root string) Options {
	o.Root = root
	return o
}

func TestCollect(t *testing.T) {
	var progress []store.Progress
	s := open(t, Options{Events: func(e store.Event) {
		if p, ok := e.(store.Progress); ok {
			progress = append(progress, p)
		}
	}})
	work := t.TempDir()
	low := addText(t, s, "low", "low")
	mid := addText(t, s, "mid", "mid", low)
	top := addText(t, s, "top", "top", mid)
	dead := addText(t, s, "dead", "dead", low)
	deader := addText(t, s, "deader", "deader", dead)
	result := filepath.Join(work, "result")
	if err := s.AddRoot(t.Context(), result, top); err != nil {
		t.Fatal(err)
	}
	s = reopen(t, s)
	lock := must(s.Lock(t.Context(), []path.Path{somePath}))(t)

	dry := must(s.Collect(t.Context(), CollectOptions{DryRun: true, Paths: []path.Path{low, dead, deader}}))(t)
	if want := []string{string(deader), string(dead)}; !slices.Equal(dry.Paths, want) || dry.Freed == 0 {
		t.Errorf("a dry run removes %q, %d bytes", dry.Paths, dry.Freed)
	}
	some := must(s.Collect(t.Context(), CollectOptions{Paths: []path.Path{low, dead}}))(t)
	var reasons []string
	for _, a := range some.Alive {
		reasons = append(reasons, a.String())
	}
	want := []string{
		fmt.Sprintf("'%s' is still alive: indirect root '%s' -> %s -> %s -> %s", low, result, top, mid, low),
		fmt.Sprintf("'%s' is still alive: %s -> %s", dead, deader, dead),
	}
	if diff := cmp.Diff(want, reasons); diff != "" || len(some.Paths) > 0 {
		t.Errorf("removed %q; -want +got\n%s", some.Paths, diff)
	}
	if _, err := s.Collect(t.Context(), CollectOptions{Paths: []path.Path{somePath}}); err == nil || !strings.Contains(err.Error(), "is not in the store") {
		t.Errorf("what is not there: %v", err)
	}
	first := must(s.Collect(t.Context(), CollectOptions{MaxFreed: 1}))(t)
	if !slices.Equal(first.Paths, []string{string(deader)}) || first.Freed < 2 {
		t.Errorf("with a limit it removes %q, %d bytes", first.Paths, first.Freed)
	}
	progress = nil
	rest := must(s.Collect(t.Context(), CollectOptions{}))(t)
	if !slices.Equal(rest.Paths, []string{string(dead)}) {
		t.Errorf("the rest is %q", rest.Paths)
	}
	if len(progress) != 1 || progress[0].Done != progress[0].Total || progress[0].Total == 0 {
		t.Errorf("progress %v", progress)
	}
	if _, err := os.Lstat(s.Real(somePath) + ".lock"); err != nil {
		t.Errorf("a lock that is held was removed: %v", err)
	}
	if err := lock.Unlock(); err != nil {
		t.Error(err)
	}
	// A link that leads to nothing does not keep anything, and is forgotten.
	if err := os.Remove(result); err != nil {
		t.Fatal(err)
	}
	last := must(s.Collect(t.Context(), CollectOptions{}))(t)
	if want := []string{string(top), string(mid), string(low)}; !slices.Equal(last.Paths, want) {
		t.Errorf("at last it removes %q", last.Paths)
	}
	for _, dir := range []string{s.real, filepath.Join(s.state, "gcroots", "auto"), filepath.Join(s.real, linksName)} {
		for _, e := range must(os.ReadDir(dir))(t) {
			if e.Name() != linksName {
				t.Errorf("left: %s", filepath.Join(dir, e.Name()))
			}
		}
	}
	if info, err := os.Stat(filepath.Join(s.state, "db", "reserved")); err != nil || info.Size() != reservedSize {
		t.Errorf("nothing is reserved: %v", err)
	}
}

// TestCollectHeldMeanwhile holds an object between the plan and the removal: it stays
// with what it needs.
func TestCollectHeldMeanwhile(t *testing.T) {
	s := open(t, Options{})
	low := addText(t, s, "low", "low")
	top := addText(t, s, "top", "top", low)
	dead := addText(t, s, "dead", "dead", low)
	s = reopen(t, s)
	c := &collector{s: s}
	c.server = must(s.serveRoots())(t)
	if err := c.plan(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(c.dead) != 3 {
		t.Fatalf("%d are dead", len(c.dead))
	}
	c.server.hold(top.HashPart())
	late := addText(t, s, "late", "late", dead) // which nobody has held before it was there
	if err := errors.Join(c.sweep(t.Context()), c.server.close()); err != nil {
		t.Error(err)
	}
	valid := must(s.Valid(t.Context(), []path.Path{low, top, dead, late}))(t)
	if len(valid) != 4 || len(c.result.Paths) > 0 {
		t.Errorf("valid: %v; removed %q", valid, c.result.Paths)
	}
}

// TestCollectSomeHeldMeanwhile is like it when only some objects are to be removed.
func TestCollectSomeHeldMeanwhile(t *testing.T) {
	s := open(t, Options{})
	p := addText(t, s, "x", "x")
	s = reopen(t, s)
	c := &collector{s: s, o: CollectOptions{Paths: []path.Path{p}}}
	c.server = must(s.serveRoots())(t)
	if err := c.plan(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.server.hold(p.HashPart())
	if err := errors.Join(c.sweep(t.Context()), c.server.close()); err != nil {
		t.Error(err)
	}
	if len(c.result.Paths) > 0 || len(c.result.Alive) != 1 || c.result.Alive[0].Root == nil || c.result.Alive[0].Root.Kind != Temporary {
		t.Errorf("collected %+v", c.result)
	}
}

func TestUnreadableRoots(t *testing.T) {
	w := &warnings{}
	s := open(t, Options{Events: w.take})
	for _, c := range []struct {
		name    string
		cleanup bool
		err     error
		fails   bool
	}{
		{"removing", true, fs.ErrPermission, true},
		{"looking", false, fs.ErrPermission, false},
		{"a broken disk", false, syscall.EIO, true},
	} {
		f := &finder{s: s, ctx: t.Context(), cleanup: c.cleanup}
		if err := f.unreadable(c.err); (err != nil) != c.fails || c.fails && !errors.Is(err, c.err) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if len(w.texts) != 1 {
		t.Errorf("warned of %q", w.texts)
	}
}

func TestRoots(t *testing.T) {
	s := open(t, Options{})
	work := t.TempDir()
	p := addText(t, s, "x", "x")
	q := addText(t, s, "y", "y")
	file := filepath.Join(work, "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	gone := must(s.Dir().Text("gone", hash.SumString(hash.SHA256, ""), nil))(t)
	for _, c := range []struct {
		name, link string
		p          path.Path
		want       string
	}{
		{"a file", file, p, "already exists"},
		{"nothing valid", filepath.Join(work, "a"), gone, "is not valid"},
		{"in the store", filepath.Join(s.real, "a"), p, "cannot be in the store"},
		{"at a store path", string(p) + "/a", p, "cannot be in the store"},
		{"a new directory", filepath.Join(work, "b", "result"), p, ""},
		{"again", filepath.Join(work, "b", "result"), q, ""},
	} {
		err := s.AddRoot(t.Context(), c.link, c.p)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
	t.Chdir(work)
	if err := s.AddRoot(t.Context(), "relative", p); err != nil {
		t.Error(err)
	}
	// A file with the name of an object is a root, and one that names none is not.
	for _, name := range []string{p.Base(), gone.Base(), "x"} {
		if err := os.WriteFile(filepath.Join(s.state, "gcroots", name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s = reopen(t, s)
	if err := s.Hold(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	want := []Root{
		{Temporary, filepath.Join(s.state, "temproots", fmt.Sprint(os.Getpid())), q},
		{Indirect, filepath.Join(work, "b", "result"), q},
		{Indirect, filepath.Join(work, "relative"), p},
		{Direct, filepath.Join(s.state, "gcroots", p.Base()), p},
	}
	less := func(a, b Root) int { return strings.Compare(a.Link, b.Link) }
	slices.SortFunc(want, less)
	got := must(s.Roots(t.Context()))(t)
	slices.SortFunc(got, less)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if _, err := os.Stat(proc + "/self/fd"); err != nil {
		t.Skip("this system does not tell of processes")
	}
	f := must(os.Open(s.Real(p)))(t)
	defer f.Close()
	running := must(s.Roots(t.Context()))(t)
	if !slices.ContainsFunc(running, func(r Root) bool {
		return r.Kind == Running && r.Path == p && strings.HasPrefix(r.Link, fmt.Sprintf("/proc/%d/fd/", os.Getpid()))
	}) {
		t.Errorf("an open file is no root: %v", running)
	}
}

func TestVerify(t *testing.T) {
	s := open(t, Options{Optimise: true})
	good, bad := addText(t, s, "good", "good"), addText(t, s, "bad", "bad")
	gone := addText(t, s, "gone", "gone")
	needs := addText(t, s, "needs", "needs", gone)
	also := addText(t, s, "also", "also", gone)
	for _, p := range []path.Path{gone, needs} {
		if err := os.Remove(s.Real(p)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(s.Real(bad), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.Real(bad), []byte("BAD"), 0o644); err != nil {
		t.Fatal(err)
	}
	verify := func(o VerifyOptions) []string {
		var faults []string
		for _, f := range must(s.Verify(t.Context(), o))(t).Faults {
			faults = append(faults, fmt.Sprintf("%s %s %v", f.Path.Name(), strings.SplitN(f.Err.Error(), ":", 2)[0], f.Forgotten))
		}
		slices.Sort(faults)
		return faults
	}
	missing := func(name, forgotten string) string { return name + " " + errGone.Error() + " " + forgotten }
	modified, link := "bad it was modified false", " it was modified false"
	for _, c := range []struct {
		name string
		o    VerifyOptions
		want []string
	}{
		{"existence", VerifyOptions{}, []string{missing("gone", "false"), missing("needs", "false")}},
		{"contents", VerifyOptions{Contents: true}, []string{link, modified, missing("gone", "false"), missing("needs", "false")}},
		{"some", VerifyOptions{Contents: true, Paths: []path.Path{good, bad}}, []string{modified}},
		{"what is not valid", VerifyOptions{Paths: []path.Path{somePath}}, []string{"x '" + string(somePath) + "' is not valid in the local store false"}},
		{"forgetting", VerifyOptions{Forget: true}, []string{missing("gone", "false"), missing("needs", "true")}},
		{"after that", VerifyOptions{Forget: true}, []string{missing("gone", "false")}},
	} {
		got := verify(c.o)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", c.name, diff)
		}
	}
	if valid := must(s.Valid(t.Context(), []path.Path{gone, needs, also}))(t); !valid[gone] || valid[needs] || !valid[also] {
		t.Errorf("valid: %v", valid)
	}
}

func TestCanonicalize(t *testing.T) {
	s := open(t, Options{})
	old := umask(0o077)
	defer umask(old)
	dir := filepath.Join(t.TempDir(), "out")
	t.Cleanup(func() { _ = removable(dir) })
	for name, mode := range map[string]fs.FileMode{"a": 0o600, "b": 0o4755, "d/c": 0o070, "d/e/f": 0o444} {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(os.WriteFile(name, []byte(name), 0o600), os.Chmod(name, mode|mode&0o4000<<11)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Symlink("nowhere", filepath.Join(dir, "l")), os.Link(filepath.Join(dir, "a"), filepath.Join(dir, "h"))); err != nil {
		t.Fatal(err)
	}
	if err := s.Canonicalize(t.Context(), dir, os.Getuid()); err != nil {
		t.Fatal(err)
	}
	want := []string{
		". dr-xr-xr-x 1", "a -r--r--r-- 1", "b -r-xr-xr-x 1", "d dr-xr-xr-x 1", "d/c -r--r--r-- 1",
		"d/e dr-xr-xr-x 1", "d/e/f -r--r--r-- 1", "h -r--r--r-- 1", "l L--------- 1",
	}
	if diff := cmp.Diff(want, metadata(t, dir)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	// What is added does not depend on the umask either.
	info, _ := describe(t, s.Dir(), "src", nar.Tree{FS: sample(t), Root: "/"})
	if err := s.AddTree(t.Context(), info, nar.Tree{FS: sample(t), Root: "/"}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sampleMetadata, metadata(t, s.Real(info.Path))); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	var invalid *InvalidFileError
	if err := s.Canonicalize(t.Context(), dir, os.Getuid()+1); !errors.As(err, &invalid) || !strings.Contains(err.Error(), "invalid ownership") {
		t.Errorf("files of somebody else: %v", err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	pipe(t, filepath.Join(dir, "pipe"))
	if err := s.Canonicalize(t.Context(), dir, -1); !errors.As(err, &invalid) || invalid.Name != filepath.Join(dir, "pipe") {
		t.Errorf("a pipe: %v", err)
	}
}

// TestForeignFiles normalises as root what another user has made.
func TestForeignFiles(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give files away")
	}
	s := open(t, Options{})
	const owner = 30001
	dir := filepath.Join(t.TempDir(), "out")
	file := filepath.Join(dir, "a")
	err := errors.Join(os.Mkdir(dir, 0o755), os.WriteFile(file, nil, 0o644), os.Link(file, filepath.Join(dir, "b")), os.Symlink("a", filepath.Join(dir, "c")))
	for _, name := range []string{dir, file, filepath.Join(dir, "c")} {
		err = errors.Join(err, os.Lchown(name, owner, owner))
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Canonicalize(t.Context(), dir, owner); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{dir, file, filepath.Join(dir, "c")} {
		if uid := stat(must(os.Lstat(name))(t)).uid; uid != 0 {
			t.Errorf("%s belongs to %d", name, uid)
		}
	}
	// A builder has linked a file of somebody else.
	mine := filepath.Join(t.TempDir(), "secret")
	other := filepath.Join(t.TempDir(), "out")
	err = errors.Join(os.WriteFile(mine, nil, 0o600), os.Mkdir(other, 0o755), os.Link(mine, filepath.Join(other, "x")), os.Lchown(other, owner, owner))
	if err != nil {
		t.Fatal(err)
	}
	var invalid *InvalidFileError
	if err := s.Canonicalize(t.Context(), other, owner); !errors.As(err, &invalid) {
		t.Errorf("a linked file: %v", err)
	}
	if mode := must(os.Stat(mine))(t).Mode(); mode != 0o600 {
		t.Errorf("its mode is %v now", mode)
	}
}

func TestLogs(t *testing.T) {
	s := open(t, Options{})
	p := somePath + ".drv"
	if _, err := s.OpenLog(p); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("no log: %v", err)
	}
	read := func() string {
		r, err := s.OpenLog(p)
		if err != nil {
			return err.Error()
		}
		b, err := io.ReadAll(r)
		return fmt.Sprint(string(b), errors.Join(err, r.Close()))
	}
	name := s.LogFile(p)
	if name != filepath.Join(s.Root(), "nix/var/log/nix/drvs/00/000000000000000000000000000000-x.drv") {
		t.Errorf("the log is at %s", name)
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	var z strings.Builder
	w := must(zstd.NewWriter(&z))(t)
	if _, err := io.WriteString(w, "zst"); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	// The text "bz2", compressed by bzip2.
	bz2 := must(hex.DecodeString("425a683931415926535980aa200b0000008980100010000010200021981984617724538509080aa200b0"))(t)
	for _, c := range []struct{ extension, content, want string }{
		{".zst", z.String(), "zst<nil>"},
		{".bz2", string(bz2), "bz2<nil>"},
		{".bz2", "x", "unexpected EOF"},
		{"", "plain", "plain<nil>"},
	} {
		if err := os.WriteFile(name+c.extension, []byte(c.content), 0o644); err != nil {
			t.Fatal(err)
		}
		if got := read(); !strings.Contains(got, c.want) {
			t.Errorf("%q: read %q, want %q", c.extension, got, c.want)
		}
	}
	l := must(s.CreateLog(p))(t)
	if _, err := io.WriteString(l, "new"); err != nil {
		t.Error(err)
	}
	if got := read(); got != "new<nil>" { // which can be followed
		t.Errorf("read %q", got)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if entries := must(os.ReadDir(filepath.Dir(name)))(t); len(entries) != 1 {
		t.Errorf("logs %v", entries)
	}
	if _, err := s.OpenLog("x"); err == nil {
		t.Error("the log of what is no path was opened")
	}
}

// slow yields a byte at a time.
func slow(s string) io.Reader { return iotest.OneByteReader(strings.NewReader(s)) }

func TestScanPaths(t *testing.T) {
	base := somePath.Base()
	long := base + strings.Repeat("y", path.MaxNameLen-1)
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"nothing", "", nil},
		{"a path", "/nix/store/" + base, []string{base}},
		{"a file in one", "X=/nix/store/" + base + "/bin:/nix/store/" + base + "y\x00", []string{base, base + "y"}},
		{"maps", "7f00-7f01 r-xp 0 fe:00 12  /nix/store/" + base + "/lib/x.so (deleted)\n", []string{base}},
		{"another directory", "/root/nix/store/" + base + "\n/r/s/" + base + "-r", []string{base, base + "-r"}},
		{"too short", "/nix/store/x /nix/store/", nil},
		{"the longest", "/nix/store/" + long + "\n", []string{long}},
		{"too long", "/nix/store/" + long + "y\n", nil},
		{"far away", strings.Repeat("/nix/store", 1<<14) + "/" + base, []string{base}},
	} {
		for kind, r := range map[string]io.Reader{"at once": strings.NewReader(c.text), "slowly": slow(c.text)} {
			var got []string
			if err := scanPaths(r, []string{"/nix/store", "/r/s"}, func(b string) { got = append(got, b) }); err != nil {
				t.Error(err)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s, %s: found %q, want %q", c.name, kind, got, c.want)
			}
		}
	}
	if err := scanPaths(iotest.ErrReader(fs.ErrPermission), []string{"/nix/store"}, func(string) {}); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("a reader that fails: %v", err)
	}
}

func FuzzScanPaths(f *testing.F) {
	f.Add("/nix/store/" + somePath.Base() + "/x /nix/store/nix/store/" + somePath.Base())
	f.Add("/s//s/" + somePath.Base())
	f.Fuzz(func(t *testing.T, text string) {
		var whole, parts []string
		dirs := []string{"/nix/store", "/s"}
		if err := scanPaths(strings.NewReader(text), dirs, func(b string) { whole = append(whole, b) }); err != nil {
			t.Fatal(err)
		}
		if err := scanPaths(slow(text), dirs, func(b string) { parts = append(parts, b) }); err != nil {
			t.Fatal(err)
		}
		slices.Sort(whole)
		slices.Sort(parts)
		if !slices.Equal(whole, parts) {
			t.Errorf("found %q at once and %q slowly", whole, parts)
		}
		for _, b := range whole {
			if !strings.Contains(text, "/"+b) || len(b) > maxBase {
				t.Errorf("found %q", b)
			}
		}
	})
}

func FuzzTempRoots(f *testing.F) {
	for _, s := range []string{"", "a\x00", "a\x00b", "\x00\x00", string(somePath) + "\x00" + string(somePath)} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		roots := parseTempRoots(b)
		var again []byte
		for _, r := range roots {
			again = append(append(again, r...), 0)
		}
		rest, ok := strings.CutPrefix(string(b), string(again))
		if !ok || strings.Contains(rest, "\x00") {
			t.Errorf("%q is read as %q", b, roots)
		}
	})
}

// FuzzArchive adds what may be an archive: it is an object, or nothing stays.
func FuzzArchive(f *testing.F) {
	_, archive := describe(f, path.DefaultDir, "x", nar.Tree{FS: sample(f), Root: "/x"})
	f.Add(archive)
	_, archive = describe(f, path.DefaultDir, "x", nar.Tree{FS: sample(f), Root: "/deep"})
	f.Add(archive)
	s := open(f, Options{NoSync: true})
	f.Fuzz(func(t *testing.T, b []byte) {
		info := &store.Info{Path: somePath, NarHash: hash.Sum(hash.SHA256, b), NarSize: int64(len(b))}
		err := s.AddArchive(t.Context(), info, bytes.NewReader(b))
		valid := must(s.Valid(t.Context(), []path.Path{somePath}))(t)
		if (err == nil) != valid[somePath] {
			t.Errorf("%v, and valid: %v", err, valid)
		}
		if err == nil {
			must(s.invalidate(t.Context(), somePath))(t)
			if err := s.removeObject(somePath); err != nil {
				t.Error(err)
			}
		}
		if names := left(t, s); len(names) > 0 {
			t.Errorf("left in the store: %q, %v", names, err)
		}
	})
}
