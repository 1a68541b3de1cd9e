package index_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/feature/index"
)

func TestCache(t *testing.T) {
	f := newFolder(t, map[string]string{"a.nix": "{ one = { two = x: x; }; }", "dir/b.nix": "let three = 3; in { inherit three; ä = 1; }"})
	x := &index.Index{}
	f.sync(x)
	cache := index.Cache{Dir: filepath.Join(t.TempDir(), "below", "that")}
	if err := cache.Save(f.root, x); err != nil {
		t.Fatal(err)
	}
	y := &index.Index{}
	if err := cache.Load(f.root, y); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(f.search(x, ""), f.search(y, "")); diff != "" {
		t.Errorf("(-saved +loaded):\n%s", diff)
	}
	if n := f.sync(y); n != 0 {
		t.Errorf("%d files were parsed although none has changed", n)
	}
	f.write("a.nix", "{ other = 1; }")
	if n := f.sync(y); n != 1 {
		t.Errorf("%d files were parsed for one change", n)
	}
}

func TestCacheOfAnotherFolder(t *testing.T) {
	f := newFolder(t, map[string]string{"a.nix": "{ one = 1; }"})
	g := newFolder(t, map[string]string{"b.nix": "{ two = 1; }"})
	x := &index.Index{}
	if err := x.Sync(t.Context(), append(f.paths(), g.paths()...), index.Options{Parse: anyway}); err != nil {
		t.Fatal(err)
	}
	cache := index.Cache{Dir: t.TempDir()}
	if err := cache.Save(f.root, x); err != nil {
		t.Fatal(err)
	}
	y := &index.Index{}
	if err := cache.Load(f.root, y); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"one a.nix:1:3 number"}, f.search(y, "")); diff != "" {
		t.Errorf("saved for one folder (-want +got):\n%s", diff)
	}
	z := &index.Index{}
	if err := cache.Load(g.root, z); err != nil {
		t.Errorf("nothing is kept for a folder: %v", err)
	}
	rename(t, cache.Dir, func() error { return cache.Save(g.root, x) })
	if err := cache.Load(g.root, z); err == nil || !strings.Contains(err.Error(), "of the folder") {
		t.Errorf("what is kept of another folder: %v", err)
	}
	if files, _ := z.Len(); files != 0 {
		t.Errorf("%d files were loaded", files)
	}
}

// rename makes the one file of a directory take the place of the one that save
// makes beside it.
func rename(t *testing.T, dir string, save func() error) {
	t.Helper()
	old := single(t, dir)
	data, err := os.ReadFile(old)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(old); err != nil {
		t.Fatal(err)
	}
	if err := save(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(single(t, dir), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// single returns the path of the one file in a directory.
func single(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Fatalf("%d files in the cache, want 1: %v", len(entries), err)
	}
	return filepath.Join(dir, entries[0].Name())
}

func TestDamagedCache(t *testing.T) {
	f := newFolder(t, map[string]string{"a.nix": "{ one = { two = x: x; }; }"})
	x := &index.Index{}
	f.sync(x)
	cache := index.Cache{Dir: t.TempDir()}
	if err := cache.Save(f.root, x); err != nil {
		t.Fatal(err)
	}
	path := single(t, cache.Dir)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	load := func(what string, data []byte) {
		t.Helper()
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		y := &index.Index{}
		if err := cache.Load(f.root, y); err == nil {
			t.Errorf("%s: no error", what)
		}
		if files, symbols := y.Len(); files+symbols != 0 {
			t.Errorf("%s: %d files with %d symbols are loaded", what, files, symbols)
		}
		if n := f.sync(y); n != 1 {
			t.Errorf("%s: %d files were parsed, want 1", what, n)
		}
	}
	for i := range good {
		load("cut", good[:i])
		bad := append([]byte{}, good...)
		bad[i] ^= 0x10
		load("flipped", bad)
	}
	load("longer", append(good, 0))
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := cache.Load(f.root, &index.Index{}); err == nil {
		t.Error("a directory in the place of the file: no error")
	}
}

func TestCacheIsPruned(t *testing.T) {
	cache := index.Cache{Dir: t.TempDir()}
	old := time.Now().Add(-100 * 24 * time.Hour)
	for _, name := range []string{"old.index", "old.tmp", "old.other"} {
		path := filepath.Join(cache.Dir, name)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, old, old); err != nil {
			t.Fatal(err)
		}
	}
	if err := cache.Save("/project", &index.Index{}); err != nil {
		t.Fatal(err)
	}
	left, err := filepath.Glob(filepath.Join(cache.Dir, "old.*"))
	if err != nil || len(left) != 1 || filepath.Base(left[0]) != "old.other" {
		t.Errorf("left are %v, %v", left, err)
	}
}
