package lsp_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/lsptest"
)

// symbolNames asks for workspace symbols and returns their names.
func symbolNames(t *testing.T, c *lsptest.Client, params map[string]any) []string {
	t.Helper()
	var symbols []struct{ Name string }
	if err := c.Call("workspace/symbol", params, &symbols); err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, s := range symbols {
		names = append(names, s.Name)
	}
	return names
}

// manyNames is a file with n attributes.
func manyNames(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  name%d = %d;\n", i, i)
	}
	return "{\n" + b.String() + "}\n"
}

func TestSymbolsInParts(t *testing.T) {
	c := lsptest.Start(t, lsptest.Options{Files: map[string]string{"default.nix": manyNames(7500)}})
	if names := symbolNames(t, c, map[string]any{"query": "name", "partialResultToken": "parts"}); len(names) != 0 {
		t.Errorf("%d symbols are in the answer, although it came in parts", len(names))
	}
	got := 0
	for _, m := range c.Messages("$/progress") {
		var p struct {
			Token string
			Value []any
		}
		if err := json.Unmarshal(m.Params, &p); err == nil && p.Token == "parts" {
			got += len(p.Value)
		}
	}
	if got != 7500 {
		t.Errorf("%d symbols came in parts, want 7500", got)
	}
}

func TestSymbolsAreCutAloud(t *testing.T) {
	c := lsptest.Start(t, lsptest.Options{Files: map[string]string{"default.nix": manyNames(7500)}})
	if names := symbolNames(t, c, map[string]any{"query": ""}); len(names) != 5000 {
		t.Errorf("%d symbols, want 5000", len(names))
	}
	c.Await("window/logMessage", func(m lsptest.Message) bool {
		return strings.Contains(string(m.Params), "7500 symbols match")
	})
	if names := symbolNames(t, c, map[string]any{"query": "name7499"}); len(names) != 1 {
		t.Errorf("%q, want one symbol", names)
	}
}

func TestSymbolsAreKept(t *testing.T) {
	root, cache := t.TempDir(), t.TempDir()
	files := map[string]string{"a.nix": "{ one = 1; }", "b.nix": "{ two = 2; }"}
	ask := func(want ...string) {
		t.Helper()
		t.Run("start", func(t *testing.T) {
			c := lsptest.Start(t, lsptest.Options{Root: root, Cache: cache, Files: files})
			if diff := cmp.Diff(want, symbolNames(t, c, map[string]any{"query": ""})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	ask("one", "two")
	if entries, err := os.ReadDir(filepath.Join(cache, "index")); err != nil || len(entries) != 1 {
		t.Fatalf("the cache has %d entries, want 1: %v", len(entries), err)
	}
	if entries, err := os.ReadDir(root); err != nil || len(entries) != 2 {
		t.Errorf("the workspace has %d entries, want 2: %v", len(entries), err)
	}
	files["a.nix"] = "{ one = 1; three = 3; }"
	ask("one", "three", "two")
	if err := os.Remove(filepath.Join(root, "b.nix")); err != nil {
		t.Fatal(err)
	}
	delete(files, "b.nix")
	ask("one", "three")
	damage(t, filepath.Join(cache, "index"))
	ask("one", "three")
}

// damage overwrites the files of a directory with other text.
func damage(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if err := os.WriteFile(filepath.Join(dir, e.Name()), []byte("firn index 1\nsomething else"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
