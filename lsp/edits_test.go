package lsp_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"firn/lsp/lsptest"
	"firn/parser/text"
)

// edited are files of a configuration that is edited at random.
var edited = map[string]string{
	"configuration.nix": `{ config, lib, pkgs, ... }:
{
  imports = [ ./part.nix ];
  nixpkgs.overlays = [ (import ./overlay.nix) ];
  networking.hostName = lib.mkForce "first";
  services.nginx.virtualHosts."a.b".locations."/".proxyPass = "http://x";
  environment.systemPackages = with pkgs; [ hello mine ];
  environment.etc.name.text = config.networking.fqdn;
}
`,
	"part.nix":    "{ lib, ... }:\n{\n  services.openssh = {\n    enable = true;\n    settings.PermitRootLogin = lib.mkDefault \"no\";\n  };\n  users.users.me.isNormalUser = true;\n}\n",
	"overlay.nix": "final: prev: {\n  mine = final.callPackage ./package.nix { };\n}\n",
	"package.nix": "{ lib, stdenv, openssl }:\nstdenv.mkDerivation {\n  pname = \"mine\";\n  version = \"1\";\n  buildInputs = [ openssl ];\n  meta.license = lib.licenses.mit;\n}\n",
}

// TestRandomEdits edits a configuration while it is evaluated, and asks about it all
// the time. Whatever the files say meanwhile, nothing breaks, and in the end all is
// known again.
func TestRandomEdits(t *testing.T) {
	c := lsptest.Start(t, lsptest.Options{Files: edited, NixPath: "nixpkgs=" + lsptest.World(t), Capabilities: pulling})
	r := rand.New(rand.NewPCG(7, 11))
	names := []string{"configuration.nix", "part.nix", "overlay.nix", "package.nix"}
	for range 400 {
		name := names[r.IntN(len(names))]
		if err := c.Edit(name, randomEdit(r, c.Source(name), edited[name])); err != nil {
			t.Fatal(err)
		}
		askAnything(t, c, r, name)
	}
	for _, name := range names {
		src := c.Source(name)
		if err := c.Edit(name, text.Edit{Span: text.Span{End: uint32(len(src))}, New: edited[name]}); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range names {
		problems(t, c, name) // so that its text counts
	}
	for _, name := range names {
		if found := problems(t, c, name); len(found) > 0 {
			t.Errorf("in the end there are problems in %s: %v", name, found)
		}
	}
	document, err := c.Document("configuration.nix")
	if err != nil {
		t.Fatal(err)
	}
	src := edited["configuration.nix"]
	if h := hoverAt(t, c, document, src, uint32(strings.Index(src, "hostName"))); !strings.Contains(h, "Value: `\"first\"`") {
		t.Errorf("in the end the option is described by\n%s", h)
	}
}

// randomEdit returns an edit that takes something away, adds something, or makes the
// text again what it was.
func randomEdit(r *rand.Rand, src, original string) text.Edit {
	at := func() uint32 { return uint32(r.IntN(len(src) + 1)) }
	switch r.IntN(4) {
	case 0:
		start := at()
		return text.Edit{Span: text.Span{Start: start, End: min(start+uint32(r.IntN(12)), uint32(len(src)))}}
	case 1:
		return text.Edit{Span: text.Span{End: uint32(len(src))}, New: original}
	}
	pieces := []string{
		"{ ", "}", "[", "]", "(", ")", ";", ".", " = ", "\"", "''", "${", "lib.", "config.", "pkgs.", "services.", "enable = true;", "x: ", "let a = a; in ",
		"import ./part.nix", "import ./configuration.nix", "throw \"no\"", "lib.mkIf true ", "imports = [ ./package.nix ];", "rec ", "with pkgs; ", "\n",
	}
	start := at()
	return text.Edit{Span: text.Span{Start: start, End: start}, New: pieces[r.IntN(len(pieces))]}
}

// askAnything asks something about a random place of a file.
func askAnything(t *testing.T, c *lsptest.Client, r *rand.Rand, name string) {
	t.Helper()
	document, err := c.Document(name)
	if err != nil {
		t.Fatal(err)
	}
	src := c.Source(name)
	p := text.NewLines(src).Position(uint32(r.IntN(len(src)+1)), text.UTF16)
	position := map[string]any{"line": p.Line, "character": p.Column}
	method := []string{
		"textDocument/completion", "textDocument/hover", "textDocument/definition", "textDocument/implementation", "textDocument/references", "textDocument/diagnostic",
	}[r.IntN(6)]
	params := map[string]any{"textDocument": document}
	if method != "textDocument/diagnostic" {
		params["position"] = position
	}
	if method == "textDocument/references" {
		params["context"] = map[string]any{"includeDeclaration": true}
	}
	var answer json.RawMessage
	if err := c.Call(method, params, &answer); err != nil {
		t.Errorf("%s: %v in\n%s", method, err, src)
	}
}
