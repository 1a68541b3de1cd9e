package lsp_test

import (
	"strings"
	"testing"

	"firn/lsp/lsptest"
	"firn/parser/text"
)

// allHints returns the labels of the hints of a file.
func allHints(t *testing.T, c *lsptest.Client, file string) string {
	t.Helper()
	document, err := c.Document(file)
	if err != nil {
		t.Fatal(err)
	}
	var hints []struct{ Label string }
	whole := map[string]any{"start": map[string]any{"line": 0, "character": 0}, "end": map[string]any{"line": 1000, "character": 0}}
	if err := c.Call("textDocument/inlayHint", map[string]any{"textDocument": document, "range": whole}, &hints); err != nil {
		t.Fatal(err)
	}
	labels := make([]string, len(hints))
	for i, h := range hints {
		labels[i] = h.Label
	}
	return strings.Join(labels, " ")
}

// A client that can be told to ask again is told when more is known, and sees
// what a change in another file makes of a value.
func TestHintsAreRefreshed(t *testing.T) {
	c := lsptest.Start(t, lsptest.Options{NixPath: "nixpkgs=" + lsptest.World(t), Files: map[string]string{
		"configuration.nix": "{ pkgs, ... }: {\n  imports = [ ./other.nix ];\n  networking.useDHCP = true;\n  environment.systemPackages = [ pkgs.hello ];\n}\n",
		"other.nix":         "{ lib, ... }: { networking.useDHCP = lib.mkForce true; }\n",
	}})
	refreshes := func() int { return len(c.Messages("workspace/inlayHint/refresh")) }
	until := func(want string) {
		t.Helper()
		for {
			seen := refreshes()
			if allHints(t, c, "configuration.nix") == want {
				return
			}
			c.Await("workspace/inlayHint/refresh", func(lsptest.Message) bool { return refreshes() > seen })
		}
	}
	until("2.12.1 = 3 elements")
	for _, m := range []string{"workspace/inlayHint/refresh", "workspace/codeLens/refresh"} {
		c.Await(m, func(lsptest.Message) bool { return true })
	}
	if err := c.Open("other.nix"); err != nil {
		t.Fatal(err)
	}
	at := uint32(strings.Index(c.Source("other.nix"), "true"))
	if err := c.Edit("other.nix", text.Edit{Span: text.Span{Start: at, End: at + 4}, New: "false"}); err != nil {
		t.Fatal(err)
	}
	until("= false 2.12.1 = 3 elements")
}

func TestStatus(t *testing.T) {
	c := lsptest.Start(t, lsptest.Options{NixPath: "nixpkgs=" + lsptest.World(t), Files: map[string]string{
		"configuration.nix": "{ ... }: { imports = [ ./other.nix ]; }",
		"other.nix":         "{ lib, ... }: { networking.useDHCP = throw \"no\"; }",
		"overlay.nix":       "final: prev: { }",
		"bad/home.nix":      "{ ... }: { }",
	}})
	for _, file := range []string{"other.nix", "overlay.nix", "bad/home.nix"} {
		allHints(t, c, file)
	}
	var status struct {
		Roots []struct {
			Kind, Path, Error string
			Known             bool
			Count, Files      int
		}
		Documents        []struct{ URI, Role, Root string }
		Memory           struct{ Used, Limit uint64 }
		Readable, Denied []string
	}
	if err := c.Call("firn/status", map[string]any{}, &status); err != nil {
		t.Fatal(err)
	}
	roots := map[string]string{}
	for _, r := range status.Roots {
		word := "known"
		if r.Error != "" {
			word = "unknown"
		}
		roots[r.Kind] = word
		if r.Known && r.Count == 0 || r.Path != "" && !strings.HasSuffix(r.Path, ".nix") {
			t.Errorf("root %+v", r)
		}
	}
	if roots["NixOS"] != "known" || roots["home-manager"] != "unknown" {
		t.Errorf("roots are %v", roots)
	}
	if len(status.Documents) != 3 || status.Memory.Used == 0 || status.Memory.Limit == 0 || len(status.Readable) == 0 || len(status.Denied) == 0 {
		t.Errorf("status is %+v", status)
	}
	for _, d := range status.Documents {
		if want := map[string]string{"other.nix": "module", "overlay.nix": "overlay", "home.nix": "module"}[d.URI[strings.LastIndex(d.URI, "/")+1:]]; d.Role != want {
			t.Errorf("%s is taken for a %s, want %s", d.URI, d.Role, want)
		}
	}
}
