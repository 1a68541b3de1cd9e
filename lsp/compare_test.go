package lsp_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gogit "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/object"

	"firn/lsp/lsptest"
)

// commit puts files into a new repository.
func commit(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	repo, err := gogit.PlainInit(dir, false)
	if err != nil {
		t.Fatal(err)
	}
	work, err := repo.Worktree()
	if err != nil {
		t.Fatal(err)
	}
	for name, src := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := work.Add(name); err != nil {
			t.Fatal(err)
		}
	}
	who := &object.Signature{Name: "test", Email: "test@example.org", When: time.Unix(1, 0)}
	if _, err := work.Commit("first", &gogit.CommitOptions{Author: who}); err != nil {
		t.Fatal(err)
	}
}

// TestComparing compares what is in the editor with what is committed, in a file and in
// one that it imports.
func TestComparing(t *testing.T) {
	files := map[string]string{
		"ok.nix":    script("ok", "echo ${import ./input.nix}", ""),
		"input.nix": script("input", "echo old", "  flag = 1;\n"),
		"set.nix":   "{\n  a = import ./ok.nix;\n  b = import ./input.nix;\n}\n",
	}
	for name, test := range map[string]struct {
		settings map[string]any
		want     string
	}{
		"trusted":     {trusting, ""},
		"not trusted": {map[string]any{}, "trust it by the setting eval.trust"},
	} {
		t.Run(name, func(t *testing.T) {
			root := t.TempDir()
			commit(t, root, files)
			c := lsptest.Start(t, lsptest.Options{Files: files, Root: root, Settings: test.settings})
			for name := range files {
				if err := c.Open(name); err != nil {
					t.Fatal(err)
				}
			}
			compare := func(params map[string]any) (text string, err error) {
				var report struct{ Text, Error string }
				err = c.Call("firn/compare", params, &report)
				return report.Text + report.Error, err
			}
			whole := map[string]any{"textDocument": map[string]any{"uri": c.URI("ok.nix")}}
			if test.want != "" {
				if _, err := compare(whole); err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("got %v", err)
				}
				return
			}
			eventually(t, func() bool { // the settings come
				_, err := compare(whole)
				return err == nil
			})
			if got, err := compare(whole); err != nil || got != "" {
				t.Errorf("got %q, %v", got, err)
			}
			replace(t, c, "input.nix", "flag = 1", "flag = 2")
			const want = "  input\n    env flag:\n      - 1\n      + 2\n"
			if got, err := compare(whole); err != nil || got != "ok\n"+want {
				t.Errorf("got %q, %v", got, err)
			}
			place := map[string]any{"line": 1, "character": 2}
			binding := map[string]any{"textDocument": map[string]any{"uri": c.URI("set.nix")}, "range": map[string]any{"start": place, "end": place}}
			if got, err := compare(binding); err != nil || got != "ok\n"+want {
				t.Errorf("got %q, %v", got, err)
			}
			var lenses json.RawMessage
			if err := c.Call("workspace/executeCommand", map[string]any{"command": "firn.compare", "arguments": []any{c.URI("ok.nix")}}, &lenses); err != nil {
				t.Fatal(err)
			}
			told := c.Await("window/showMessage", func(lsptest.Message) bool { return true })
			if !strings.Contains(string(told.Params), "env flag") {
				t.Errorf("told %s", told.Params)
			}
		})
	}
}
