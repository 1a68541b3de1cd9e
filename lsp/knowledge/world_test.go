package knowledge_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/eval"
)

var update = flag.Bool("update", false, "rewrite golden files")

// TestMessages evaluates wrong configurations with the module system of the tests.
// Where FIRN_LIB is the directory lib of a nixpkgs of 2026, that says the same.
func TestMessages(t *testing.T) {
	const golden = "../testdata/messages.golden"
	got := messages(t, "../testdata/world/lib")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", golden, diff)
	}
	if lib := os.Getenv("FIRN_LIB"); lib != "" {
		if diff := cmp.Diff(messages(t, lib), got); diff != "" {
			t.Errorf("the module system of the tests differs from %s (-want +got):\n%s", lib, diff)
		}
	}
}

// messages returns what a library says of each wrong configuration.
func messages(t *testing.T, lib string) string {
	t.Helper()
	var dirs [2]string
	for i, dir := range []string{lib, "../testdata"} {
		abs, err := filepath.Abs(dir)
		if err != nil {
			t.Fatal(err)
		}
		dirs[i] = abs
	}
	e := eval.New(eval.Options{Host: eval.OS{}})
	cases, err := e.Text(t.Context(), "messages", "/", fmt.Sprintf("import %s/messages.nix (import %s)", dirs[1], dirs[0]))
	if err != nil {
		t.Fatal(err)
	}
	attrs, err := cases.Attrs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, a := range attrs {
		err := a.Value.Deep(t.Context())
		var e *eval.Error
		if !errors.As(err, &e) {
			t.Errorf("%s: %v", a.Name, err)
			continue
		}
		fmt.Fprintf(&out, "== %s\n%s\n", a.Name, strings.TrimRight(e.Msg, "\n"))
	}
	return out.String()
}

// TestWorld evaluates all packages of the package set of the tests, and a system.
func TestWorld(t *testing.T) {
	world, err := filepath.Abs("../testdata/world")
	if err != nil {
		t.Fatal(err)
	}
	e := eval.New(eval.Options{Host: eval.OS{}})
	v, err := e.Text(t.Context(), "world", "/", fmt.Sprintf(`
		let
		  pkgs = import %[1]s { system = "x86_64-linux"; };
		  inherit (pkgs) lib;
		  good = lib.filterAttrs (_: p: (builtins.tryEval (lib.isDerivation p && p.meta.available)).value) (removeAttrs pkgs [ "gone-tool" ]);
		  nixos = import %[1]s/nixos { system = "x86_64-linux"; configuration.services.openssh.enable = true; };
		in
		{
		  packages = builtins.length (builtins.attrValues (builtins.mapAttrs (_: p: p.drvPath) good));
		  drvs = builtins.deepSeq (map (p: p.drvPath) (builtins.attrValues good)) true;
		  system = nixos.system.drvPath;
		  options = builtins.length (lib.optionAttrSetToDocList nixos.options);
		}`, world))
	if err != nil {
		t.Fatal(err)
	}
	got, err := v.JSON(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"packages":26`, `"drvs":true`, `-nixos-system-nixos-26.11.drv"`, `"options":210`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in %s", want, got)
		}
	}
}
