package action_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/feature/action"
)

func TestUnused(t *testing.T) {
	run(t, []test{
		{"binding", "let ‸a = 1; b = 2; in b", "Remove the unused binding 'a'", "let b = 2; in b"},
		{"last binding", "let ‸a = 1; in 2", "Remove the unused binding 'a'", "2"},
		{"last binding on lines", "x:\nlet\n  # why\n  ‸a = 1; # one\nin\nx", "Remove the unused binding 'a'", "x:\nx"},
		{"no blank before", "{ x }:let ‸a = 1; in(x)", "Remove the unused binding 'a'", "{ x }:(x)"},
		{"comment above", "let\n  # about a\n  # and more\n  ‸a = 1;\n\n  # about b\n  b = 2;\nin\nb", "Remove the unused binding 'a'", "let\n\n  # about b\n  b = 2;\nin\nb"},
		{"comment that is not about it", "let\n  # general\n\n  ‸a = 1;\nin\n2", "Remove the unused binding 'a'", "let\n  # general\n\nin\n2"},
		{"used", "let ‸a = 1; in a", "", "Remove"},
		{"used by what is used", "let ‸a = 1; b = a; in b", "", "Remove"},
		{"used in a string", "let ‸a = 1; in \"${a}\"", "", "Remove"},
		{"used by an inherit", "let ‸a = 1; in { inherit a; }", "", "Remove"},
		{"used by a default", "let ‸a = 1; in { b ? a }: b", "", "Remove"},
		{"used under its name's attribute", "let ‸a.b = 1; in a.b", "", "Remove"},
		{"begins with _", "let ‸_a = 1; in 2", "", "Remove"},
		{"used by what begins with _", "let ‸a = 1; _b = a; in 2", "", "Remove"},
		{"used by a source of what begins with _", "let ‸a = 1; inherit (a) _b; in 2", "", "Remove"},
		{"only by itself", "let ‸a = [ a ]; in 2", "Remove the unused binding 'a'", "2"},
		{"by what is not used", "let ‸a = 1; b = a; c = b; in 2", "Remove the unused binding 'a', and 'b', 'c', which need it", "2"},
		{"by a source of what is not used", "let ‸s = { }; inherit (s) a b; c = 1; in c", "Remove the unused binding 's', and 'a', 'b', which need it", "let c = 1; in c"},
		{"by a source of what is used", "let ‸s = { }; inherit (s) a b; in a", "", "Remove"},
		{"in what is not used", "let a = let ‸b = 1; in b; in 2", "", "Remove the unused"},
		{"not used in what is not used", "let a = let ‸b = 1; in 3; in 2", "Remove the unused binding 'b'", "let a = 3; in 2"},
		{"several definitions", "let ‸a.b = 1; c = 2; a.d = 3; in c", "Remove the unused binding 'a'", "let c = 2; in c"},
		{"inherited", "s: let inherit (s) a ‸b; in a", "Remove the unused binding 'b'", "s: let inherit (s) a; in a"},
		{"inherited alone", "s: let inherit (s) ‸b; c = 1; in c", "Remove the unused binding 'b'", "s: let c = 1; in c"},
		{"attribute", "rec { ‸a = 1; b = 2; c = b; }", "", "Remove"},
		{"shadowed", "let ‸a = 1; in let a = 2; in a", "Remove the unused binding 'a'", "let a = 2; in a"},
		{"from a selection", "let ‸a = 1; b = 2;‸ in b", "Remove the unused binding 'a'", "let b = 2; in b"},
		{"many need it", "let ‸a = 1; b = a; c = b; d = c; e = d; f = e; g = f; h = g; i = h; in 1", "", "Remove the"},
	})
}

func TestUnusedArguments(t *testing.T) {
	run(t, []test{
		{"with an ellipsis", "{ a, ‸b, ... }: a", "Remove the unused argument 'b'", "{ a, ... }: a"},
		{"first", "{ ‸b, a, ... }: a", "Remove the unused argument 'b'", "{ a, ... }: a"},
		{"with a default", "{ a, ‸b ? a, ... }: a", "Remove the unused argument 'b'", "{ a, ... }: a"},
		{"on lines", "{\n  a,\n  ‸b, # one\n  # about the rest\n  c,\n  ...\n}:\na c", "Remove the unused argument 'b'", "{\n  a,\n  # about the rest\n  c,\n  ...\n}:\na c"},
		{"commas first", "{ a\n, ‸b\n, ...\n}:\na", "Remove the unused argument 'b'", "{ a\n, ...\n}:\na"},
		{"without an ellipsis", "{ a, ‸b }: a", "", "Remove"},
		{"of a package", "{ mkDerivation, ‸b }:\nlet x = 1; in mkDerivation { y = x; }", "Remove the unused argument 'b'", "{ mkDerivation }:\nlet x = 1; in mkDerivation { y = x; }"},
		{"of a package, alone", "{ ‸b }: (import ./.).buildGoModule { }", "Remove the unused argument 'b'", "{ }: (import ./.).buildGoModule { }"},
		{"used by a default", "{ ‸a, b ? a, ... }: b", "", "Remove"},
		{"used by the default of another that is not", "{ ‸a, b ? a, ... }: 1", "Remove the unused argument 'a', and 'b', which need it", "{ ... }: 1"},
		{"where all of them are used", "args@{ ‸a, ... }: args", "", "Remove"},
		{"outputs of a flake", "{ outputs = { self, ‸nixpkgs, ... }: { }; }", "", "Remove"},
		{"begins with _", "{ ‸_a, ... }: 1", "", "Remove"},
		{"all of them before", "‸args@{ a }: a", "Remove the unused argument 'args'", "{ a }: a"},
		{"all of them behind", "{ a } @ ‸args: a", "Remove the unused argument 'args'", "{ a }: a"},
		{"the only one", "‸a: 1", "", "Remove"},
	})
}

func TestNeedless(t *testing.T) {
	run(t, []test{
		{"with", "s: ‸with s; 1", "Remove the unused 'with s'", "s: 1"},
		{"with, at its set", "s: with ‸s.t; 1", "Remove the unused 'with s.t'", "s: 1"},
		{"with, no blank", "{ s }:‸with s;s", "Remove the unused 'with s'", "{ s }:s"},
		{"with that brings a name", "s: ‸with s; a", "", "Remove"},
		{"with that may bring a name", "s: t: ‸with s; with t; a", "", "Remove"},
		{"with that brings the set of another", "s: ‸with s; with a; 1", "", "Remove"},
		{"with around one that is used", "s: ‸with s; [ (with a; b) (with c; d) ]", "", "Remove"},
		{"with whose set uses another", "s: with s; ‸with t; 1", "Remove the unused 'with t'", "s: with s; 1"},
		{"rec", "‸rec { a = 1; b.c = a2: a2; }", "Remove 'rec', which nothing needs", "{ a = 1; b.c = a2: a2; }"},
		{"rec that is needed", "‸rec { a = 1; b = a; }", "", "Remove"},
		{"rec that is needed by an inherit", "‸rec { a = 1; b = { inherit a; }; }", "", "Remove"},
		{"rec that is needed by a name", "‸rec { a = \"x\"; ${a} = 1; }", "", "Remove"},
		{"rec that is merged", "{ a = ‸rec { b = 1; }; a.c = 2; }", "", "Remove"},
		{"rec with overrides", "‸rec { __overrides = { }; }", "", "Remove"},
		{"inherit", "{ a = 1; ‸inherit; }", "Remove the empty 'inherit'", "{ a = 1; }"},
		{"inherit with a source", "s: {\n  a = 1;\n  ‸inherit (s);\n}", "Remove the empty 'inherit'", "s: {\n  a = 1;\n}"},
		{"let", "‸let in 1", "Remove the empty 'let … in'", "1"},
		{"let with a comment", "‸let /* one */ in 1", "", "Remove"},
		{"let, no blank", "{ x }:‸let in(x)", "Remove the empty 'let … in'", "{ x }:(x)"},
	})
}

func TestRemoveAllUnused(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"several", "{ lib, pkgs, ... }@args:\nlet\n  a = 1;\n  b = a;\n  inherit (lib) c d;\nin\nwith pkgs;\nrec {\n  x = d;\n}", "{ lib, ... }:\nlet\n  inherit (lib) d;\nin\n{\n  x = d;\n}"},
		{"one after the other", "{ a, ... }: let b = a; in with b; let in 1", "{ ... }: 1"},
		{"nested", "let a = let b = 1; in 2; in rec { inherit; }", "{ }"},
		{"not what a caller may pass", "{ mkDerivation, a }: let b = a; in mkDerivation { }", "{ mkDerivation, a }: mkDerivation { }"},
		{"nothing", "{ a }: a", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := marked(t, cursor+tt.src)
			q.Only = []action.Kind{"source"}
			if tt.want == "" {
				if list := q.Find(); len(list) > 0 {
					t.Errorf("there is %q", titles(list))
				}
				return
			}
			if diff := cmp.Diff(tt.want, perform(t, q, "Remove all that is unused")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestRemoveAllUnusedAt looks where the action for the whole file is offered to
// those who have not asked for it.
func TestRemoveAllUnusedAt(t *testing.T) {
	const title = "Remove all that is unused"
	for src, want := range map[string]bool{
		"let ‸a = 1; b = 2; in 3":     true,
		"let ‸a = 1; b = 2; in b":     false, // it is the only one
		"let a = 1; b = 2; in [ ‸3 ]": false,
	} {
		if got := slices.Contains(titles(marked(t, src).Find()), title); got != want {
			t.Errorf("%s: offered: %t", src, got)
		}
	}
}

// TestManyUnused removes a long chain, and lets in each other.
func TestManyUnused(t *testing.T) {
	var chain strings.Builder
	chain.WriteString("let a0 = 1;")
	for i := range 5000 {
		fmt.Fprintf(&chain, " a%d = a%d;", i+1, i)
	}
	for name, src := range map[string]string{
		"chain":  chain.String() + " in 2",
		"nested": strings.Repeat("let x = let y = 1; in y; in ", 200) + "2",
		"withs":  "let a = " + strings.Repeat("with { }; ", 500) + "[" + strings.Repeat(" b", 5000) + " ]; in 2",
	} {
		q := marked(t, cursor+src)
		q.Only = []action.Kind{action.RemoveUnused}
		if got := perform(t, q, "Remove all that is unused"); got != "2" {
			t.Errorf("%s: got %.100q", name, got)
		}
	}
}
