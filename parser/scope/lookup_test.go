package scope_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"firn/parser"
	"firn/parser/scope"
)

func TestLookup(t *testing.T) {
	tests := []struct{ name, src string }{
		{"let", "let a = 1; b = a; in let a = b; in a"},
		{"recursive set", "rec { a = 1; b = a; c = { a = 2; d = a; }; }"},
		{"lambda", "a: { b ? a, c ? b }@d: [ a b c d ]"},
		{"inherit looks outside", "a: let inherit a; in rec { inherit a; b = { inherit a; }; }"},
		{"inherit in a set of paths", "a: rec { a.b = 1; c = { inherit a; }; }"},
		{"merged sets", "{ a = rec { x = 1; }; a = { y = x; }; }"},
		{"path into a recursive set", "x: { a = rec { x = 1; }; a.b.c = x; }"},
		{"two recursive sets on the way", "x: { a = rec { b = rec { x = 1; }; x = 2; }; a.b.c = x; }"},
		{"own scope before those on the way", "{ a = rec { x = 1; }; a.b = rec { x = 2; y = x; }; }"},
		{"with is no scope", "a: with { a = 1; }; a"},
		{"legacy let", "let { body = a; a = 1; }"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree, err := parser.Parse(tt.src)
			if err != nil {
				t.Fatal(err)
			}
			checkLookup(t, scope.Resolve(tree))
		})
	}
}

// checkLookup looks up every name of a file where it stands.
func checkLookup(t *testing.T, info *scope.Info) {
	t.Helper()
	for n := range info.Tree().Nodes() {
		kind, want := info.Ref(n.ID())
		if kind == scope.NoRef {
			continue
		}
		name := n.Text()
		if n.Kind() != parser.KindVar {
			name, _ = n.AttrName()
		}
		if got := info.Lookup(n.ID(), name); got != want {
			t.Fatalf("Lookup(%s at %s) = %d, want %d", name, n.Span(), got, want)
		}
	}
}

func TestScopeOf(t *testing.T) {
	tree, err := parser.Parse("{ a = x: let y = x; in y; }")
	if err != nil {
		t.Fatal(err)
	}
	info := scope.Resolve(tree)
	for id := range scope.BindingID(info.Bindings()) {
		s, ok := info.ScopeOf(id)
		if want := info.Name(id) != "a"; ok != want {
			t.Errorf("ScopeOf(%s) is %v, want %v", info.Name(id), ok, want)
		}
		if ok && info.Find(s, info.Name(id)) != id {
			t.Errorf("%s is not found in its scope", info.Name(id))
		}
	}
}

func TestLookupInCorpus(t *testing.T) {
	dirs := os.Getenv("FIRN_CORPUS")
	if dirs == "" {
		t.Skip("FIRN_CORPUS is not set")
	}
	for _, dir := range filepath.SplitList(dirs) {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".nix") {
				return err
			}
			src, err := os.ReadFile(path)
			if err != nil {
				return nil // a dangling link
			}
			if tree, bad := parser.Parse(string(src)); bad == nil {
				checkLookup(t, scope.Resolve(tree))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
