package eval_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"firn/eval"
	"firn/eval/sumcache"
)

// later is a host on which some time has passed, that counts which files are
// opened.
type later struct {
	eval.OS
	seconds int64
	opened  int
}

func (h *later) Now() int64 { return h.OS.Now() + h.seconds }

func (h *later) Open(p string) (io.ReadCloser, error) {
	h.opened++
	return h.OS.Open(p)
}

// aged is how many seconds make a file old enough for its hash to be kept.
const aged = 3600

// copying evaluates a text with the hashes in a directory, or none for "", and
// returns the string that it is, or an error, and how many files were opened.
func copying(tb testing.TB, src, cache string, s eval.Settings, host *later) (out string, opened int) {
	tb.Helper()
	o := eval.Options{Host: host, Settings: s}
	sums := sumcache.New(cache)
	if cache != "" {
		o.Sums = sums
	}
	before := host.opened
	v, err := eval.New(o).Text(tb.Context(), "«string»", "/", src)
	if err == nil {
		out, err = v.Raw(tb.Context())
	}
	if e, ok := errors.AsType[*eval.Error](err); ok {
		out = "error: " + e.Msg
	} else if err != nil {
		tb.Fatal(err)
	}
	if err := sums.Save(); err != nil {
		tb.Fatal(err)
	}
	return out, host.opened - before
}

// try fails a test if something did not work.
func try(tb testing.TB, errs ...error) {
	tb.Helper()
	if err := errors.Join(errs...); err != nil {
		tb.Fatal(err)
	}
}

// put writes a file that has the given time of modification.
func put(p, text string, modified time.Time) error {
	return errors.Join(os.WriteFile(p, []byte(text), 0o644), os.Chtimes(p, modified, modified))
}

func TestSums(t *testing.T) {
	old, newer := time.Unix(1_000_000_000, 0), time.Unix(1_000_000_001, 0)
	for _, tt := range []struct {
		name   string
		at     string // what is copied, in the directory
		change func(dir string) error
		again  bool // files are read again
	}{
		{"nothing", ".", func(string) error { return nil }, false},
		{"nothing about a file", "a", func(string) error { return nil }, false},
		{"another file", "sub/b", func(dir string) error { return put(dir+"/a", "two", newer) }, false},
		{"content of the same size", ".", func(dir string) error { return put(dir+"/a", "two", newer) }, true},
		{"content of the same size in a file", "a", func(dir string) error { return put(dir+"/a", "two", newer) }, true},
		{"content though not the time of modification", "a", func(dir string) error { return put(dir+"/a", "two", old) }, true},
		{"replaced by one of the same time", ".", func(dir string) error {
			return errors.Join(put(dir+"/../new", "two", old), os.Rename(dir+"/../new", dir+"/a"), os.Chtimes(dir, old, old))
		}, true},
		{"content far below", ".", func(dir string) error { return put(dir+"/sub/sub/c", "six", newer) }, true},
		{"size", ".", func(dir string) error { return put(dir+"/a", "three", old) }, true},
		{"time alone", ".", func(dir string) error { return os.Chtimes(dir+"/a", newer, newer) }, true},
		{"executable", "a", func(dir string) error { return os.Chmod(dir+"/a", 0o755) }, true},
		{"a new file", ".", func(dir string) error { return put(dir+"/sub/new", "", old) }, true},
		{"a file gone", ".", func(dir string) error { return os.Remove(dir + "/sub/b") }, true},
		{"a name", ".", func(dir string) error { return os.Rename(dir+"/sub/b", dir+"/sub/d") }, true},
		{"names exchanged", ".", func(dir string) error {
			return errors.Join(os.Rename(dir+"/a", dir+"/x"), os.Rename(dir+"/sub/b", dir+"/a"), os.Rename(dir+"/x", dir+"/sub/b"))
		}, true},
		{"where a link leads", ".", func(dir string) error {
			return errors.Join(os.Remove(dir+"/link"), os.Symlink("b", dir+"/link"))
		}, true},
		{"a directory in the place of a file", ".", func(dir string) error {
			return errors.Join(os.Remove(dir+"/a"), os.Mkdir(dir+"/a", 0o755))
		}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir, cache, host := filepath.Join(t.TempDir(), "tree"), t.TempDir(), &later{seconds: aged}
			try(t, os.MkdirAll(dir+"/sub/sub", 0o755), put(dir+"/a", "one", old), put(dir+"/sub/b", "four", old),
				put(dir+"/sub/sub/c", "five", old), os.Symlink("a", dir+"/link"))
			src := fmt.Sprintf(`builtins.path { path = %s; name = "x"; }`, filepath.Join(dir, tt.at))
			if _, opened := copying(t, src, cache, eval.Settings{}, host); opened == 0 {
				t.Error("at first no file was read")
			}
			time.Sleep(30 * time.Millisecond) // some systems count time in such steps
			try(t, tt.change(dir))
			want, _ := copying(t, src, "", eval.Settings{}, host)
			got, opened := copying(t, src, cache, eval.Settings{}, host)
			if got != want || opened > 0 != tt.again {
				t.Errorf("%s, with %d files read; without a cache %s", got, opened, want)
			}
			if again, opened := copying(t, src, cache, eval.Settings{}, host); again != want || opened > 0 {
				t.Errorf("then %s, with %d files read", again, opened)
			}
		})
	}
}

// TestYoungSums checks that no hash is kept of what may change once more without
// another time of change.
func TestYoungSums(t *testing.T) {
	for name, tt := range map[string]struct {
		seconds int64
		kept    bool
	}{"before it was written": {-aged, false}, "at once": {0, false}, "a second later": {1, false}, "later": {6, true}} {
		t.Run(name, func(t *testing.T) {
			dir, cache := t.TempDir(), t.TempDir()
			try(t, put(dir+"/a", "one", time.Unix(1, 0)))
			src := fmt.Sprintf(`"${%s/a}"`, dir)
			copying(t, src, cache, eval.Settings{}, &later{seconds: tt.seconds})
			if _, opened := copying(t, src, cache, eval.Settings{}, &later{}); opened == 0 != tt.kept {
				t.Errorf("then %d files are read", opened)
			}
		})
	}
}

// TestSumsOf checks which ways to copy files know hashes of another evaluation.
func TestSumsOf(t *testing.T) {
	dir := t.TempDir()
	try(t, put(dir+"/a", "one", time.Unix(1, 0)))
	host := &later{seconds: aged}
	for name, tt := range map[string]struct {
		src  string
		kept bool
	}{
		"a string":                    {`"${DIR}"`, true},
		"a file":                      {`"${DIR/a}"`, true},
		"JSON":                        {`builtins.toJSON { x = DIR; }`, true},
		"a derivation":                {`(derivation { name = "x"; builder = DIR/a; system = "s"; args = [ DIR ]; }).drvPath`, true},
		"builtins.path":               {`builtins.path { path = DIR; name = "x"; }`, true},
		"below a store path":          {`builtins.path { path = "${DIR}/a"; }`, true},
		"of a file without archive":   {`builtins.path { path = DIR/a; recursive = false; } + builtins.readFile DIR/a`, true}, // no archive
		"a filter":                    {`builtins.path { path = DIR; filter = p: t: true; }`, false},
		"filterSource":                {`builtins.filterSource (p: t: true) DIR`, false},
		"a filter that takes nothing": {`"${DIR}" + builtins.filterSource (p: t: false) DIR`, true},
		"a text":                      {`builtins.path { path = builtins.toFile "a" "b"; }`, true}, // no file
		"what is not there":           {`"${DIR/none}"`, true},
	} {
		t.Run(name, func(t *testing.T) {
			src, cache := strings.ReplaceAll(tt.src, "DIR", dir), t.TempDir()
			want, _ := copying(t, src, "", eval.Settings{}, host)
			for _, when := range []string{"first", "second"} {
				got, opened := copying(t, src, cache, eval.Settings{}, host)
				if got != want {
					t.Errorf("the %s time %s, not %s", when, got, want)
				}
				if when == "second" && opened == 0 != tt.kept {
					t.Errorf("the second time %d files are read", opened)
				}
			}
		})
	}
}

// TestGuardedSums checks that a hash does not tell of what may not be read.
func TestGuardedSums(t *testing.T) {
	dir, cache := t.TempDir(), t.TempDir()
	try(t, os.MkdirAll(dir+"/top/open", 0o755), os.Mkdir(dir+"/top/secret", 0o755), put(dir+"/top/open/a", "one", time.Unix(1, 0)),
		put(dir+"/top/secret/a", "two", time.Unix(1, 0)), os.Symlink("../secret", dir+"/top/open/out"))
	restricted := eval.Settings{Restricted: true, Allowed: []string{dir + "/top/open"}}
	for src, forbidden := range map[string]bool{
		`"${DIR/top/secret}"`:                        true,
		`"${DIR/top/secret/a}"`:                      true,
		`"${DIR/top/open/out/a}"`:                    true,
		`builtins.path { path = DIR/top/open/out; }`: true,
		`"${DIR/top}"`:                               true,
		`"${DIR/top/open}"`:                          false,
		`"${DIR/top/open/a}"`:                        false,
	} {
		t.Run(src, func(t *testing.T) {
			src, host := strings.ReplaceAll(src, "DIR", dir), &later{seconds: aged}
			free, _ := copying(t, src, cache, eval.Settings{}, host)
			want, _ := copying(t, src, "", restricted, host)
			got, _ := copying(t, src, cache, restricted, host)
			if got != want || (got != free) != forbidden || forbidden != strings.Contains(got, "is forbidden in restricted mode") {
				t.Errorf("%s, without a cache %s, without a restriction %s", got, want, free)
			}
		})
	}
}

// realTrees are directories with real files.
func realTrees() []string {
	list := []string{"../docs", "../examples", "testdata"}
	if corpus := os.Getenv("FIRN_CORPUS"); corpus != "" {
		list = append(list, filepath.SplitList(corpus)...)
	}
	return list
}

// TestSumsOfTrees copies real directories with and without kept hashes.
func TestSumsOfTrees(t *testing.T) {
	cache, host := t.TempDir(), &later{seconds: aged}
	for _, tree := range realTrees() {
		t.Run(tree, func(t *testing.T) {
			at, err := filepath.Abs(tree)
			try(t, err)
			src := fmt.Sprintf(`builtins.path { path = /. + "%s"; name = "x"; }`, at)
			want, _ := copying(t, src, "", eval.Settings{}, host)
			for _, reads := range []bool{true, false} {
				if got, opened := copying(t, src, cache, eval.Settings{}, host); got != want || opened > 0 != reads {
					t.Errorf("%s, with %d files read; without a cache %s", got, opened, want)
				}
			}
		})
	}
}

// BenchmarkCopy copies a directory of 2,000 files to the store, and those of
// FIRN_CORPUS, in evaluations that begin anew.
func BenchmarkCopy(b *testing.B) {
	made := filepath.Join(b.TempDir(), "made")
	for i := range 2000 {
		dir := fmt.Sprintf("%s/%d", made, i%50)
		try(b, os.MkdirAll(dir, 0o755), put(fmt.Sprintf("%s/%d.nix", dir, i), strings.Repeat("{ }\n", i), time.Unix(1, 0)))
	}
	host := &later{seconds: aged}
	for _, tree := range append(realTrees()[3:], made) {
		src := fmt.Sprintf(`builtins.path { path = /. + "%s"; name = "x"; }`, tree)
		for name, cache := range map[string]string{"read": "", "kept": b.TempDir()} {
			copying(b, src, cache, eval.Settings{}, host)
			b.Run(filepath.Base(tree)+"/"+name, func(b *testing.B) {
				for b.Loop() {
					copying(b, src, cache, eval.Settings{}, host)
				}
			})
		}
	}
}
