package index_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/feature/index"
	"firn/parser"
	"firn/parser/grammar"
	"firn/parser/text"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// folder is a directory of files that are old enough for their times of change
// to be trusted.
type folder struct {
	tb   testing.TB
	root string
	age  time.Duration
}

func newFolder(tb testing.TB, files map[string]string) *folder {
	f := &folder{tb: tb, root: tb.TempDir(), age: time.Hour}
	for name, src := range files {
		f.write(name, src)
	}
	return f
}

func (f *folder) path(name string) string { return filepath.Join(f.root, name) }

func (f *folder) write(name, src string) {
	f.tb.Helper()
	path := f.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		f.tb.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(src), 0o644); err != nil {
		f.tb.Fatal(err)
	}
	f.age -= time.Second
	then := time.Now().Add(-f.age)
	if err := os.Chtimes(path, then, then); err != nil {
		f.tb.Fatal(err)
	}
}

func (f *folder) remove(name string) {
	f.tb.Helper()
	if err := os.Remove(f.path(name)); err != nil {
		f.tb.Fatal(err)
	}
}

// paths are those of all files, hidden ones and links too.
func (f *folder) paths() []string {
	f.tb.Helper()
	var paths []string
	err := filepath.WalkDir(f.root, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		f.tb.Fatal(err)
	}
	return paths
}

func parse(src string) *parser.Tree {
	if tree, err := parser.Parse(src); err == nil {
		return tree
	}
	return grammar.Parse(src)
}

func anyway(src string) (*parser.Tree, error) { return parse(src), nil }

// sync brings x up to date and returns how many files were parsed for that.
func (f *folder) sync(x *index.Index) int {
	f.tb.Helper()
	var parsed atomic.Int64
	err := x.Sync(f.tb.Context(), f.paths(), index.Options{
		Parse: func(src string) (*parser.Tree, error) {
			parsed.Add(1)
			return parse(src), nil
		},
	})
	if err != nil {
		f.tb.Fatal(err)
	}
	return int(parsed.Load())
}

// search returns the matches as "container.name file:line:column kind".
func (f *folder) search(x *index.Index, pattern string, open ...index.Open) []string {
	f.tb.Helper()
	results, err := x.Search(f.tb.Context(), pattern, open)
	if err != nil {
		f.tb.Fatal(err)
	}
	var list []string
	for m := range results.All() {
		rel, err := filepath.Rel(f.root, m.Path)
		if err != nil {
			f.tb.Fatal(err)
		}
		list = append(list, fmt.Sprintf("%s %s:%d:%d %s", strings.TrimPrefix(m.Container+"."+m.Name, "."), rel, m.Line+1, m.Column+1, m.Kind))
	}
	if len(list) != results.Len() {
		f.tb.Errorf("%d matches, but Len is %d", len(list), results.Len())
	}
	return list
}

func TestSync(t *testing.T) {
	f := newFolder(t, map[string]string{"a.nix": "{ one = 1; }", "dir/b.nix": "{ two = 2; }", "c.nix": "{ three = 3; }", "broken.nix": "{ five = 5; x = ; six = 6; "})
	x := &index.Index{}
	step := func(what string, parsed int, want ...string) {
		t.Helper()
		if n := f.sync(x); n != parsed {
			t.Errorf("%s: %d files were parsed, want %d", what, n, parsed)
		}
		if diff := cmp.Diff(want, f.search(x, "")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	const five, six = "five broken.nix:1:3 number", "six broken.nix:1:19 number"
	step("at first", 4, "one a.nix:1:3 number", five, "x broken.nix:1:13 attribute", six, "three c.nix:1:3 number", "two dir/b.nix:1:3 number")
	step("without a change", 0, "one a.nix:1:3 number", five, "x broken.nix:1:13 attribute", six, "three c.nix:1:3 number", "two dir/b.nix:1:3 number")
	f.write("a.nix", "{ uno = 1; }")
	f.write("broken.nix", "{ five = 5; x = 0; six = 6; ")
	step("two are changed", 2, "uno a.nix:1:3 number", five, "x broken.nix:1:13 number", "six broken.nix:1:20 number", "three c.nix:1:3 number", "two dir/b.nix:1:3 number")
	f.remove("c.nix")
	f.remove("broken.nix")
	f.write("d.nix", "{ four = 4; }")
	step("two are gone and one is there", 1, "uno a.nix:1:3 number", "four d.nix:1:3 number", "two dir/b.nix:1:3 number")
}

func TestRefresh(t *testing.T) {
	f := newFolder(t, map[string]string{"a.nix": "{ one = 1; }", "b.nix": "{ two = 2; }"})
	x := &index.Index{}
	f.sync(x)
	f.remove("a.nix")
	f.write("b.nix", "{ other = 2; }")
	before := x.Changes()
	err := x.Refresh(t.Context(), []string{f.path("a.nix"), f.path("b.nix"), f.path("none.nix")}, index.Options{Parse: anyway})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"other b.nix:1:3 number"}, f.search(x, "")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if x.Changes() == before {
		t.Error("Changes is as before")
	}
}

// TestRecentChange checks that a file is read again which could have been
// changed once more within the resolution of its time of change.
func TestRecentChange(t *testing.T) {
	f := newFolder(t, map[string]string{"a.nix": "{ one = 1; }"})
	now := time.Now()
	if err := os.Chtimes(f.path("a.nix"), now, now); err != nil {
		t.Fatal(err)
	}
	x := &index.Index{}
	f.sync(x)
	if n := f.sync(x); n != 1 {
		t.Errorf("%d files were parsed, want 1", n)
	}
}

func TestCancel(t *testing.T) {
	f := newFolder(t, map[string]string{"a.nix": "{ one = 1; }"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	x := &index.Index{}
	if err := x.Sync(ctx, f.paths(), index.Options{Parse: anyway}); !errors.Is(err, context.Canceled) {
		t.Errorf("Sync: %v", err)
	}
	f.sync(x)
	if _, err := x.Search(ctx, "", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("Search: %v", err)
	}
}

func TestProgress(t *testing.T) {
	files := map[string]string{}
	for i := range 50 {
		files[fmt.Sprintf("%d.nix", i)] = "{ }"
	}
	f := newFolder(t, files)
	last := 0
	err := (&index.Index{}).Sync(t.Context(), f.paths(), index.Options{Parse: anyway, Progress: func(done, total int) {
		if done != last+1 || total != 50 {
			t.Errorf("%d of %d are done after %d", done, total, last)
		}
		last = done
	}})
	if err != nil || last != 50 {
		t.Errorf("%d are done, %v", last, err)
	}
}

func TestUnreadable(t *testing.T) {
	f := newFolder(t, map[string]string{"a.nix": "{ one = 1; }"})
	x := &index.Index{}
	f.sync(x)
	f.write("a.nix", "{ two = ")
	refused := errors.New("refused")
	calls, reasons := 0, []error{}
	o := index.Options{
		Parse:   func(string) (*parser.Tree, error) { calls++; return nil, refused },
		Skipped: func(_ string, reason error) { reasons = append(reasons, reason) },
	}
	for range 2 {
		if err := x.Sync(t.Context(), f.paths(), o); err != nil {
			t.Fatal(err)
		}
	}
	if calls != 1 || len(reasons) != 1 || !errors.Is(reasons[0], refused) || len(f.search(x, "")) != 0 {
		t.Errorf("%d calls, reasons %v, symbols %v", calls, reasons, f.search(x, ""))
	}
}

func TestSkipped(t *testing.T) {
	f := newFolder(t, map[string]string{"a.nix": "{ one = 1; }", "large.nix": "{ two = 2; }"})
	if err := os.Truncate(f.path("large.nix"), index.MaxFileSize+1); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(f.path("a.nix"), f.path("link.nix")); err != nil {
		t.Skip(err)
	}
	var mu sync.Mutex
	var skipped []string
	x := &index.Index{}
	o := index.Options{Parse: anyway, Skipped: func(path string, reason error) {
		mu.Lock()
		defer mu.Unlock()
		skipped = append(skipped, filepath.Base(path)+": "+reason.Error())
	}}
	for range 2 {
		if err := x.Sync(t.Context(), f.paths(), o); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"large.nix: larger than 25165824 bytes"}, skipped); diff != "" {
		t.Errorf("skipped (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"one a.nix:1:3 number"}, f.search(x, "")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A file at which something panics is left out, and no other.
func TestPanic(t *testing.T) {
	f := newFolder(t, map[string]string{"a.nix": "{ one = 1; }", "b.nix": "panic", "c.nix": "{ two = 2; }"})
	var reason error
	o := index.Options{
		Parse: func(src string) (*parser.Tree, error) {
			if src == "panic" {
				panic("for the test")
			}
			return anyway(src)
		},
		Skipped: func(_ string, err error) { reason = err },
	}
	x := &index.Index{}
	if err := x.Sync(t.Context(), f.paths(), o); err != nil {
		t.Fatal(err)
	}
	if p, ok := errors.AsType[*index.PanicError](reason); !ok || p.Value != "for the test" || len(p.Stack) == 0 {
		t.Errorf("the reason is %v", reason)
	}
	if diff := cmp.Diff([]string{"one a.nix:1:3 number", "two c.nix:1:3 number"}, f.search(x, "")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSearch(t *testing.T) {
	f := newFolder(t, map[string]string{
		"lib/options.nix": `{ lib }:
let
  inherit (lib) mkIf;
  mkOpt = x: x;
in
rec {
  mkOption = args: args;
  mkOptionType = { };
  nested.mkOption = 1;
}
`,
		"module.nix": `{ lib, ... }:
{
  options.services.nginx = {
    enable = lib.mkOption { default = false; };
    package = null;
  };
  services.nginx.enable = true;
  "ä".b = 1; c = 2;
  "quoted.name" = [ ];
}
`,
	})
	x := &index.Index{}
	f.sync(x)
	var b strings.Builder
	for _, pattern := range []string{"mkoption", "mkO", "MkO", "enable", "nginx.enable", "services.", ".", "ä", "quoted.name", "nothing at all", ""} {
		fmt.Fprintf(&b, "%q\n", pattern)
		for _, m := range f.search(x, pattern) {
			fmt.Fprintf(&b, "    %s\n", m)
		}
	}
	golden(t, "testdata/search.golden", b.String())
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func TestOpen(t *testing.T) {
	f := newFolder(t, map[string]string{"a.nix": "{ one = 1; }", "b.nix": "{ two = 2; }"})
	x := &index.Index{}
	f.sync(x)
	got := f.search(x, "",
		index.Open{Path: f.path("b.nix"), Tree: parse("{ zwei = 2; drei = { vier = 4; }; }")},
		index.Open{Path: f.path("aa.nix"), Tree: parse("{ elf = 11; }")})
	want := []string{
		"one a.nix:1:3 number", "elf aa.nix:1:3 number", "zwei b.nix:1:3 number", "drei b.nix:1:13 set",
		"drei.vier b.nix:1:22 number",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("with open files (-want +got):\n%s", diff)
	}
	want = []string{"one a.nix:1:3 number", "two b.nix:1:3 number"}
	if diff := cmp.Diff(want, f.search(x, "")); diff != "" {
		t.Errorf("without them (-want +got):\n%s", diff)
	}
}

func TestWide(t *testing.T) {
	f := newFolder(t, map[string]string{"a.nix": "{ a = 1; \"ä\" = 2; b = 3;\r\n c = \"ö\r\"; d = 4; \n\n e = 5; }"})
	x := &index.Index{}
	f.sync(x)
	results, err := x.Search(t.Context(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for m := range results.All() {
		got = append(got, fmt.Sprintf("%s %d:%d %v %v", m.Name, m.Line, m.Column, m.Wide, m.Span))
	}
	want := []string{"a 0:2 false 2-3", `"ä" 0:9 true 9-13`, "b 0:19 true 19-20", "c 1:1 false 28-29", "d 2:3 false 39-40", "e 4:1 false 49-50"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestConcurrent is for the race detector.
func TestConcurrent(t *testing.T) {
	files := map[string]string{}
	for i := range 40 {
		files[fmt.Sprintf("%d.nix", i)] = fmt.Sprintf("{ name%d = { inner%d = 1; }; }", i, i)
	}
	f := newFolder(t, files)
	x := &index.Index{}
	cache := index.Cache{Dir: t.TempDir()}
	var work sync.WaitGroup
	for n := range 4 {
		work.Go(func() {
			for round := range 10 {
				paths := f.paths()
				if err := x.Sync(t.Context(), paths[(n+round)%20:], index.Options{Parse: anyway}); err != nil {
					t.Error(err)
				}
			}
		})
		work.Go(func() {
			for range 20 {
				results, err := x.Search(t.Context(), "inner", []index.Open{{Path: f.path("0.nix"), Tree: parse("{ innermost = 1; }")}})
				if err != nil || results.Len() == 0 || !slices.ContainsFunc(slices.Collect(results.All()), func(m index.Match) bool { return m.Name == "innermost" }) {
					t.Errorf("search: %v", err)
				}
			}
		})
	}
	work.Go(func() {
		for range 10 {
			if err := errors.Join(cache.Save(f.root, x), cache.Load(f.root, &index.Index{})); err != nil {
				t.Error(err)
			}
		}
	})
	work.Wait()
}

// TestCorpus checks on real files, where FIRN_CORPUS names some, that every
// symbol is where the index says.
func TestCorpus(t *testing.T) {
	corpus := os.Getenv("FIRN_CORPUS")
	if corpus == "" {
		t.Skip("FIRN_CORPUS is not set")
	}
	for _, root := range filepath.SplitList(corpus) {
		f := &folder{tb: t, root: root}
		x := &index.Index{}
		var paths []string
		for _, path := range f.paths() {
			if filepath.Ext(path) == ".nix" {
				paths = append(paths, path)
			}
		}
		if err := x.Sync(t.Context(), paths, index.Options{Parse: anyway}); err != nil {
			t.Fatal(err)
		}
		results, err := x.Search(t.Context(), "", nil)
		if err != nil {
			t.Fatal(err)
		}
		checkPlaces(t, results)
	}
}

func checkPlaces(t *testing.T, results *index.Results) {
	t.Helper()
	sources := map[string]*parser.Tree{}
	for m := range results.All() {
		tree := sources[m.Path]
		if tree == nil {
			src, err := os.ReadFile(m.Path)
			if err != nil {
				t.Fatal(err)
			}
			tree = parse(string(src))
			sources[m.Path] = tree
		}
		at := tree.Lines().Position(m.Span.Start, text.UTF8)
		utf16 := tree.Lines().Position(m.Span.Start, text.UTF16)
		if at.Line != m.Line || at.Column != m.Column || !m.Wide && utf16 != at {
			t.Fatalf("%s: %q is at %v, the index says %d:%d", m.Path, m.Name, at, m.Line, m.Column)
		}
		if src := m.Span.In(tree.Source()); src != m.Name && !strings.ContainsAny(src, " \t\r\n$") {
			t.Fatalf("%s: %q is %q", m.Path, m.Name, src)
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	files := map[string]string{}
	for i := range 200 {
		var src strings.Builder
		for j := range 500 {
			fmt.Fprintf(&src, "  name%d-%d = { version = 1; buildInputs = [ ]; };\n", i, j)
		}
		files[fmt.Sprintf("%d.nix", i)] = "{\n" + src.String() + "}\n"
	}
	f := newFolder(b, files)
	x := &index.Index{}
	f.sync(x)
	for _, pattern := range []string{"", "version", "name7-", "nam.ver"} {
		b.Run(pattern, func(b *testing.B) {
			for b.Loop() {
				if _, err := x.Search(b.Context(), pattern, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
