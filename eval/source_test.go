package eval_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"firn/eval"
	"firn/store/hash"
	"firn/store/nar"
	"firn/store/path"
)

// TestSources makes the store objects again that an evaluation has added, when it is
// over: they must have the hashes that their paths were made of.
func TestSources(t *testing.T) {
	dir := t.TempDir()
	for name, mode := range map[string]os.FileMode{"a/b": 0o644, "a/c/d": 0o755, "a/result/e": 0o644, "run": 0o755} {
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(name), mode); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct{ name, expr string }{
		{"a directory", `"${./a}"`},
		{"a file", `"${./run}"`},
		{"filtered", `builtins.path { path = ./a; filter = p: t: baseNameOf p != "result"; name = "x"; }`},
		{"filtered to nothing", `builtins.filterSource (p: t: false) ./a`},
		{"the bytes of a file", `builtins.path { path = ./run; recursive = false; name = "x"; }`},
		{"fetched", `(fetchTree { type = "path"; path = "` + dir + `/a"; }).outPath`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var added []eval.Source
			settings := eval.Settings{Features: map[string]bool{"fetch-tree": true, "flakes": true}}
			settings.Added = func(_ context.Context, s eval.Source) error {
				added = append(added, s)
				return nil
			}
			e := eval.New(eval.Options{Host: eval.OS{}, Settings: settings})
			v, err := e.Text(t.Context(), "test", dir, test.expr)
			if err != nil {
				t.Fatal(err)
			}
			text, err := v.Raw(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if len(added) != 1 || string(added[0].Path) != text {
				t.Fatalf("got %v, want one source with the path %s", added, text)
			}
			if got := contentOf(t, added[0]); got != added[0].Hash {
				t.Errorf("the tree has the hash %s, the source %s", got, added[0].Hash)
			}
		})
	}
}

// contentOf returns the hash of what a source is made of.
func contentOf(t *testing.T, s eval.Source) hash.Hash {
	t.Helper()
	if s.Method == path.NAR {
		h, _, err := nar.Sum(t.Context(), hash.SHA256, s.Tree)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	info, err := s.Tree.FS.Lstat(s.Tree.Root)
	if err != nil {
		t.Fatal(err)
	}
	if info.Executable {
		t.Error("what is addressed by its bytes can be executed")
	}
	in, err := s.Tree.FS.Open(s.Tree.Root)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	w := hash.New(hash.SHA256)
	if _, err := io.Copy(w, in); err != nil {
		t.Fatal(err)
	}
	return w.Sum()
}
