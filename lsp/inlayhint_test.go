package lsp_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"firn/lsp/lsptest"
	"firn/parser/text"
)

// allHints returns the labels of the hints of a file.
func allHints(t testing.TB, c *lsptest.Client, file string) string {
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

// BenchmarkHints measures how long it takes to look for the hints of a module of
// two hundred lines in a configuration of NixOS, once its values are known.
func BenchmarkHints(b *testing.B) {
	var src strings.Builder
	src.WriteString("{ config, lib, pkgs, ... }:\n{\n  environment.systemPackages = with pkgs; [\n")
	for name := range strings.FieldsSeq("vim htop jq git tmux wget curl emacs zsh fish python3 go gcc gdb strace lsof tree ripgrep fd nmap") {
		src.WriteString("    " + name + "\n")
	}
	src.WriteString("  ];\n")
	for i := range 22 {
		fmt.Fprintf(&src, "  users.users.user%d = {\n    isNormalUser = true;\n    shell = pkgs.zsh;\n    packages = [ pkgs.jq pkgs.tree ];\n  };\n", i)
	}
	for i := range 10 {
		fmt.Fprintf(&src, "  systemd.services.service%d = {\n    script = \"${pkgs.hello}/bin/hello\";\n    serviceConfig.Restart = \"always\";\n    enable = lib.mkDefault true;\n  };\n", i)
	}
	src.WriteString("  networking.firewall.enable = lib.mkDefault true;\n}\n")
	files := machine(b)
	files["hints.nix"] = src.String()
	files["configuration.nix"] = strings.Replace(files["configuration.nix"], "imports = [", "imports = [ ./hints.nix", 1)
	c := lsptest.Start(b, lsptest.Options{
		Files: files, NixPath: "nixpkgs=" + nixpkgs(b),
		Capabilities: map[string]any{"workspace": map[string]any{"inlayHint": nil}}, // it waits for what is evaluated
	})
	first := allHints(b, c, "hints.nix")
	var took []time.Duration
	for b.Loop() {
		start := time.Now()
		if again := allHints(b, c, "hints.nix"); again != first {
			b.Fatalf("the hints are %s, and were %s", again, first)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	b.ReportMetric(float64(len(strings.Fields(first))), "hints")
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}
