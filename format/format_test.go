package format_test

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"firn/format"
	"firn/parser"
)

var update = flag.Bool("update", false, "write golden files")

// TestGolden lays out the files NAME.in of the archives in testdata as NAME.out,
// and as NAME.strict if there is one. Lines are 60 wide, so that little is enough
// to fill them.
func TestGolden(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		find := func(name string) *txtar.File {
			i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == name })
			if i < 0 {
				return nil
			}
			return &a.Files[i]
		}
		for _, in := range a.Files {
			base, ok := strings.CutSuffix(in.Name, ".in")
			if !ok {
				continue
			}
			for _, end := range []string{".out", ".strict"} {
				want := find(base + end)
				if want == nil {
					continue
				}
				t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar")+"/"+base+end, func(t *testing.T) {
					o := format.Options{Width: 60, Strict: end == ".strict"}
					got, err := format.Source(string(in.Data), o)
					if err != nil {
						got = "error: " + err.Error() + "\n"
					} else if again, err := format.Source(got, o); err != nil || again != got {
						t.Errorf("the second time it is\n%s%v", again, err)
					}
					if *update {
						want.Data = []byte(got)
					} else if diff := cmp.Diff(string(want.Data), got); diff != "" {
						t.Error(diff)
					}
				})
			}
		}
		if *update {
			if err := os.WriteFile(name, txtar.Format(a), 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestCarriageReturn checks what becomes of carriage returns: those that end lines
// go, and those in strings stay what they are.
func TestCarriageReturn(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"between tokens", "{\r\n  a = 1;\r\n}\r\n", "{\n  a = 1;\n}\n"},
		{"behind a comment", "# a\r\nb", "# a\nb\n"},
		{"in a comment", "/*\r\n  a\r\n  b\r\n*/\r\nc", "/*\n  a\n  b\n*/\nc\n"},
		{"in an indented string", "''\r''", "''\r''\n"},
		{"in a string", "\"a\rb\"", "\"a\rb\"\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := format.Source(tt.in, format.Options{}); err != nil || got != tt.want {
				t.Errorf("%q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

// corpus returns the valid files of FIRN_CORPUS.
func corpus(t testing.TB) map[string]string {
	t.Helper()
	dirs := filepath.SplitList(os.Getenv("FIRN_CORPUS"))
	if len(dirs) == 0 {
		t.Skip("FIRN_CORPUS names no folders with real files")
	}
	files := map[string]string{}
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() || !strings.HasSuffix(path, ".nix") {
				return err
			}
			src, err := os.ReadFile(path)
			if _, bad := format.Parse(string(src)); bad == nil {
				files[path] = string(src)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// TestCorpus checks what must hold of every layout.
func TestCorpus(t *testing.T) {
	for path, src := range corpus(t) {
		for _, o := range []format.Options{{}, {Width: 20}, {Width: 60}, {Width: 80, Strict: true}, {Width: 80}, {Width: 100, Strict: true}, {Width: 200, Indent: 4}} {
			checkLayout(t, path, src, o)
		}
	}
}

// checkLayout checks that a layout means the same, has all comments in their
// order, and is its own layout.
func checkLayout(t *testing.T, name, src string, o format.Options) {
	t.Helper()
	out, err := format.Source(src, o)
	if err != nil {
		t.Errorf("%s %+v: %v", name, o, err)
		return
	}
	before, after := comments(t, src), comments(t, out)
	if before != after {
		t.Errorf("%s %+v: comments\n%.500s\nbecome\n%.500s", name, o, before, after)
	}
	again, err := format.Source(out, o)
	if err != nil || again != out {
		t.Errorf("%s %+v: the second time it is another one: %v\n%.500s", name, o, err, cmp.Diff(out, again))
	}
}

// comments returns what the comments of a text say, without marks and blanks.
func comments(t *testing.T, src string) string {
	t.Helper()
	tree, bad := format.Parse(src)
	if bad != nil {
		t.Fatal(bad)
	}
	var b strings.Builder
	for _, c := range tree.Comments() {
		for _, r := range c.In(src) {
			if !unicode.IsSpace(r) && !strings.ContainsRune("#*/", r) {
				b.WriteRune(r)
			}
		}
	}
	return b.String()
}

// FuzzSource checks what must hold of the layout of any text.
func FuzzSource(f *testing.F) {
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range a.Files {
			f.Add(string(file.Data), uint8(60), false)
		}
	}
	if os.Getenv("FIRN_CORPUS") != "" {
		const small = 4000
		for _, src := range corpus(f) {
			if len(src) < small {
				f.Add(src, uint8(100), false)
			}
		}
	}
	f.Fuzz(func(t *testing.T, src string, width uint8, strict bool) {
		o := format.Options{Width: int(width), Strict: strict}
		out, err := format.Source(src, o)
		if _, ok := errors.AsType[*parser.Error](err); ok {
			t.Skip("not valid")
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := format.Source(out, o); err != nil {
			t.Errorf("the second time: %v\n%s", err, out)
		}
		if a, b := comments(t, src), comments(t, out); a != b {
			t.Errorf("comments %q become %q", a, b)
		}
	})
}
