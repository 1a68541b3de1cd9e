package session

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.lsp.dev/uri"

	"firn/lsp/settings"
	"firn/parser"
	"firn/parser/grammar"
	"firn/parser/text"
)

func newSession(t testing.TB) *Session {
	s := New(t.Context(), Config{Base: settings.Default()})
	t.Cleanup(s.Shutdown)
	return s
}

func open(t testing.TB, s *Session, u uri.URI, src string) *File {
	t.Helper()
	if err := s.Open(u, "nix", 1, src); err != nil {
		t.Fatal(err)
	}
	return s.Snapshot().Overlay(u)
}

func insert(t testing.TB, s *Session, u uri.URI, version int32, p text.Position, added string) *File {
	t.Helper()
	if err := s.Change(u, version, []Change{{&Range{p, p}, added}}); err != nil {
		t.Fatal(err)
	}
	return s.Snapshot().Overlay(u)
}

func TestSnapshotStays(t *testing.T) {
	s := newSession(t)
	const u = "untitled:Untitled-1"
	first := open(t, s, u, "a")
	snapshot := s.Snapshot()
	second := insert(t, s, u, 7, at(0, 1), " b")
	if got := snapshot.Overlay(u); got != first || got.Source() != "a" || got.Version() != 1 {
		t.Errorf("the snapshot has version %d %q", got.Version(), got.Source())
	}
	if got := s.Snapshot().Overlay(u); got != second || got.Source() != "a b" || got.Version() != 7 {
		t.Errorf("the session has version %d %q", got.Version(), got.Source())
	}
	if second.Path() != "" || !second.Open() || second.URI() != u {
		t.Errorf("path %q, open %v, URI %s", second.Path(), second.Open(), second.URI())
	}
	if first.Replaced().Err() == nil || second.Replaced().Err() != nil {
		t.Errorf("replaced: first %v, second %v", first.Replaced().Err(), second.Replaced().Err())
	}
	if snapshot.Context().Err() == nil {
		t.Error("the context of the old snapshot goes on")
	}
	if snapshot.World().Err() != nil {
		t.Error("an edit ends the world")
	}
	if err := s.Close(u); err != nil {
		t.Fatal(err)
	}
	if snapshot.World().Err() == nil || second.Replaced().Err() == nil {
		t.Error("closing a document changes nothing")
	}
	if _, err := s.Snapshot().File(t.Context(), u); err == nil {
		t.Error("a closed document without a file is found")
	}
}

// Who waits for a change must not be told of one over and over again.
func TestShutdown(t *testing.T) {
	s := newSession(t)
	f := open(t, s, "file:///a.nix", "1")
	before := s.Snapshot()
	s.Shutdown()
	after := s.Snapshot()
	if before.World().Err() == nil || before.Context().Err() == nil || f.Replaced().Err() == nil {
		t.Error("a shutdown changes nothing")
	}
	if after.World().Err() != nil || after.Context().Err() != nil || after.Overlay("file:///a.nix") != nil {
		t.Error("after a shutdown there is still a change to come")
	}
}

func TestNotOpen(t *testing.T) {
	s := newSession(t)
	for name, err := range map[string]error{
		"change": s.Change("file:///x.nix", 1, nil),
		"close":  s.Close("file:///x.nix"),
	} {
		if err == nil {
			t.Errorf("%s of a document that is not open is no error", name)
		}
	}
}

// Clients spell the URI of one file in several ways.
func TestKey(t *testing.T) {
	tests := []struct{ name, a, b string }{
		{"escaped", "file:///a%20b+c.nix", "file:///a b%2Bc.nix"},
		{"local host", "file:///a.nix", "file://localhost/a.nix"},
		{"detours", "file:///a/b.nix", "file:///a//x/../b.nix"},
		{"case of escapes", "file:///%c3%a9.nix", "file:///%C3%A9.nix"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if a, b := Key(uri.MustParse(tt.a)), Key(uri.MustParse(tt.b)); a != b {
				t.Errorf("%s is %s and %s is %s", tt.a, a, tt.b, b)
			}
		})
	}
	if a, b := Key("untitled:a"), Key("untitled:b"); a == b || a == "" {
		t.Errorf("untitled documents are %q and %q", a, b)
	}
}

func TestDisk(t *testing.T) {
	s := newSession(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "a.nix")
	write := func(src string, mtime time.Time) {
		t.Helper()
		if err := os.WriteFile(path, []byte(src), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, mtime, mtime); err != nil {
			t.Fatal(err)
		}
	}
	read := func() *File {
		t.Helper()
		f, err := s.Snapshot().File(t.Context(), uri.File(path))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	now := time.Now()
	write("1", now)
	first := read()
	if again := read(); again != first {
		t.Error("an unchanged file is read again")
	}
	if first.Open() || first.Version() != 0 || first.Path() != path || first.Replaced().Err() != nil {
		t.Errorf("file on disk: %+v", first)
	}
	write("2", now.Add(time.Second))
	if got := read(); got.Source() != "2" {
		t.Errorf("after a change the file is %q", got.Source())
	}
	open(t, s, uri.File(path), "3")
	if got := read(); got.Source() != "3" {
		t.Errorf("an open file is %q", got.Source())
	}
	if f, err := s.Snapshot().FileAt(t.Context(), path); err != nil || f.Source() != "3" {
		t.Errorf("FileAt has %v, %v", f, err)
	}
	if _, err := s.Snapshot().FileAt(t.Context(), dir); err == nil {
		t.Error("a directory is a file")
	}
	if _, err := s.Snapshot().FileAt(t.Context(), path+"x"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Snapshot().FileAt(ctx, dir); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}

func TestDiskCacheIsBounded(t *testing.T) {
	c := newDiskCache()
	dir := t.TempDir()
	for i := range 10 {
		path := filepath.Join(dir, strconv.Itoa(i))
		if err := os.WriteFile(path, make([]byte, maxDisk/4), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := c.file(t.Context(), path, settings.Language{}); err != nil {
			t.Fatal(err)
		}
	}
	if c.size > maxDisk || len(c.entries) != 4 || c.recent.Len() != 4 {
		t.Errorf("%d bytes in %d entries", c.size, len(c.entries))
	}
}

func TestErrors(t *testing.T) {
	tests := []struct {
		name, src string
		want      []parser.Code
	}{
		{"valid", "{ a = 1; }", nil},
		{"syntax", "{ a = 1 }", []parser.Code{parser.SyntaxError}},
		{"duplicate", "{ a = 1; a = 2; }", []parser.Code{parser.DuplicateAttribute}},
		{"pipes", "x: x |> x", []parser.Code{parser.PipesDisabled}},
	}
	for _, tt := range tests {
		for _, where := range []string{"open", "disk"} {
			t.Run(tt.name+" "+where, func(t *testing.T) {
				s := newSession(t)
				path := filepath.Join(t.TempDir(), "a.nix")
				if err := os.WriteFile(path, []byte(tt.src), 0o666); err != nil {
					t.Fatal(err)
				}
				if where == "open" {
					open(t, s, uri.File(path), tt.src)
				}
				f, err := s.Snapshot().FileAt(t.Context(), path)
				if err != nil {
					t.Fatal(err)
				}
				var got []parser.Code
				for _, e := range f.Errors() {
					got = append(got, e.Code)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("-want +got:\n%s", diff)
				}
				if f.Tree().Source() != tt.src || f.Scope().Tree() != f.Tree() {
					t.Error("the tree is not one of the file")
				}
				if (f.SyntaxError() != nil) != (len(tt.want) > 0 && tt.want[0] != parser.DuplicateAttribute) {
					t.Errorf("SyntaxError() = %v", f.SyntaxError())
				}
			})
		}
	}
}

func TestConfig(t *testing.T) {
	s := newSession(t)
	s.SetFolders([]Folder{{Path: "/a"}, {Path: "/a/b"}, {Path: "/c/"}})
	pipes := settings.Default()
	pipes.Language.PipeOperators = true
	doc := open(t, s, "file:///a/b/x.nix", "1 |> 2")
	if doc.SyntaxError() == nil {
		t.Error("pipes are valid by default")
	}
	s.SetConfig(Config{Base: settings.Default(), Folders: map[string]*settings.Settings{"/a/b": pipes, "/c/": pipes}})
	if got := s.Snapshot().Overlay("file:///a/b/x.nix"); got.SyntaxError() != nil || got.Version() != 1 {
		t.Errorf("version %d has %v", got.Version(), got.SyntaxError())
	}
	for path, want := range map[string]bool{"/a/b/y": true, "/a/b": true, "/a/bc": false, "/a/y": false, "/c/x/y": true, "": false} {
		if got := s.Snapshot().ConfigFor(path).Language.PipeOperators; got != want {
			t.Errorf("pipes in %q: %v, want %v", path, got, want)
		}
	}
}

func TestEqualConfigChangesNothing(t *testing.T) {
	s := newSession(t)
	s.SetConfig(Config{Base: settings.Default(), Folders: map[string]*settings.Settings{"/a": settings.Default()}})
	before := s.Snapshot()
	s.SetConfig(Config{Base: settings.Default(), Folders: map[string]*settings.Settings{"/a": settings.Default()}})
	if s.Snapshot() != before {
		t.Error("an equal configuration makes another snapshot")
	}
	other := settings.Default()
	other.Diagnostics.Enable = false
	s.SetConfig(Config{Base: settings.Default(), Folders: map[string]*settings.Settings{"/a": other}})
	if s.Snapshot().Config() != before.Config() || s.Snapshot().config.of("/a") == before.config.of("/a") {
		t.Error("settings are shared wrongly")
	}
}

func TestFiles(t *testing.T) {
	s := newSession(t)
	root := t.TempDir()
	write := func(names ...string) {
		t.Helper()
		for _, name := range names {
			if err := os.MkdirAll(filepath.Join(root, filepath.Dir(name)), 0o777); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(root, name), nil, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	check := func(want string) {
		t.Helper()
		files, err := s.Snapshot().Files(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.ReplaceAll(strings.Join(files, " "), root+"/", ""); got != want {
			t.Errorf("Files() = %s, want %s", got, want)
		}
	}
	write("a.nix", "b/c.nix", "d/e.nix")
	check("")
	s.SetFolders([]Folder{{Path: filepath.Join(root, "b")}, {Path: root}, {}, {Path: "/none"}})
	check("b/c.nix a.nix d/e.nix")
	write("b/new.nix")
	check("b/c.nix a.nix d/e.nix")
	s.FilesChanged([]FileChange{{Path: filepath.Join(root, "a.nix"), ContentOnly: true}})
	check("b/c.nix a.nix d/e.nix")
	s.FilesChanged([]FileChange{{Path: filepath.Join(root, "b/new.nix")}})
	check("b/c.nix b/new.nix a.nix d/e.nix")
	config := settings.Default()
	config.Files.Exclude = []string{"/d"}
	s.SetConfig(Config{Base: settings.Default(), Folders: map[string]*settings.Settings{root: config}})
	check("b/c.nix b/new.nix a.nix")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.SetFolders([]Folder{{Path: root}})
	if _, err := s.Snapshot().Files(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end: %v", err)
	}
}

// The trees of all versions are right, whoever asks for them in which order,
// while edits go on.
func TestTreesWhileEditing(t *testing.T) {
	s := newSession(t)
	const u = "file:///a.nix"
	r := rand.New(rand.NewPCG(5, 6))
	pieces := []string{"a", " ", "1", "{ b = c; }", "[", "]", "\n", "''", "\"", "${x}", "# é\n"}
	file := open(t, s, u, "{ x }: [ x ]\n")
	var all sync.WaitGroup
	ask := func(f *File) {
		all.Go(func() {
			tree := f.Tree()
			if tree.Source() != f.Source() {
				t.Errorf("version %d has the tree of another text", f.Version())
			}
			if grammar.Valid(tree) {
				if err := parser.Equal(tree, grammar.Parse(f.Source())); err != nil {
					t.Errorf("version %d: %v", f.Version(), err)
				}
			}
		})
	}
	for version := range int32(1500) {
		if r.IntN(4) == 0 {
			file.Hold()
			ask(file)
		}
		if r.IntN(50) == 0 {
			file.Prepare()
		}
		switch r.IntN(200) {
		case 0:
			file = open(t, s, u, "{ x }: [ x ]\n")
		case 1:
			if err := s.Change(u, version, []Change{{nil, "a"}, {between(0, 0, 0, 0), "b "}}); err != nil {
				t.Fatal(err)
			}
			file = s.Snapshot().Overlay(u)
		default:
			line := uint32(r.IntN(4))
			file = insert(t, s, u, version, at(line, uint32(r.IntN(20))), pieces[r.IntN(len(pieces))])
		}
	}
	all.Wait()
	if file.Tree().Source() != file.Source() {
		t.Error("the last version has the tree of another text")
	}
}

// Versions that nobody asks about cost nothing to keep.
func TestQueueIsBounded(t *testing.T) {
	s := newSession(t)
	const u = "file:///a.nix"
	f := open(t, s, u, "[ ]")
	f.Prepare()
	for range 3 * maxSteps {
		f = insert(t, s, u, 1, at(0, 2), "1 ")
	}
	if n := len(f.doc.queue); n > maxSteps {
		t.Errorf("%d versions wait", n)
	}
	if err := parser.Equal(f.Tree(), grammar.Parse(f.Source())); err != nil {
		t.Error(err)
	}
	f.Prepare()
	f = insert(t, s, u, 1, at(0, 2), "1 ")
	if err := parser.Equal(f.Tree(), grammar.Parse(f.Source())); err != nil {
		t.Error(err)
	}
}

func TestClosedDocumentFreesItsParser(t *testing.T) {
	s := newSession(t)
	const u = "file:///a.nix"
	f := open(t, s, u, "[ ]")
	f.Prepare()
	if f.doc.buffer == nil {
		t.Fatal("no parser")
	}
	later := insert(t, s, u, 2, at(0, 2), "1 ")
	if err := s.Close(u); err != nil {
		t.Fatal(err)
	}
	if f.doc.buffer != nil {
		t.Error("the parser is still there")
	}
	if got := later.Tree().Source(); got != "[ 1 ]" {
		t.Errorf("the tree of a closed document is of %q", got)
	}
	later.Prepare()
	if f.doc.buffer != nil {
		t.Error("the parser is there again")
	}
}

func TestOpen(t *testing.T) {
	s := newSession(t)
	open(t, s, "file:///a.nix", "1")
	open(t, s, "file:///b.nix", "2")
	again := open(t, s, "file:///a.nix", "3")
	var got []string
	for f := range s.Snapshot().Open() {
		got = append(got, f.Source())
	}
	slices.Sort(got)
	if diff := cmp.Diff([]string{"2", "3"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if again.Version() != 1 {
		t.Errorf("version %d", again.Version())
	}
}

func TestPeek(t *testing.T) {
	s := newSession(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "a.nix")
	if err := os.WriteFile(path, []byte("one"), 0o600); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(dir, "b.nix")
	open(t, s, uri.File(other), "two")
	ended, end := context.WithCancel(t.Context())
	end()
	tests := []struct {
		name string
		ctx  context.Context
		path string
		want string
		fail bool
	}{
		{"file", t.Context(), path, "one", false},
		{"open file", t.Context(), other, "two", false},
		{"no file", t.Context(), filepath.Join(dir, "c.nix"), "", true},
		{"directory", t.Context(), dir, "", true},
		{"too late", ended, path, "", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := s.Snapshot().Peek(test.ctx, test.path)
			if got != test.want || (err != nil) != test.fail {
				t.Errorf("Peek = %q, %v", got, err)
			}
		})
	}
	if n := len(s.disk.entries); n != 0 {
		t.Errorf("%d files are kept", n)
	}
}
