package module_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"firn/lsp/feature/cursor"
	"firn/lsp/feature/module"
	"firn/parser"
	"firn/parser/grammar"
	"firn/parser/scope"
)

// FuzzModule reads any text as a module, and asks for the place of anything in
// it. Outside of let, both tell the same of a valid text.
func FuzzModule(f *testing.F) {
	f.Add("{ config, lib, ... }: { imports = [ ./a { b = 1; } ]; options.c = lib.mkOption { }; config = lib.mkIf d { e.\"f\" = 1; }; }", uint16(90))
	f.Add("let a = { b = 1; }; in with a; { c = mkMerge [ a (mkForce { }) ]; inherit (d) e; f = { name, ... }: { g = [ { h = 1; } ]; }; }", uint16(70))
	f.Add("args@{ ... }: assert x; { a = if b then { } // (mkOverride 10) { c = 1; } else optional d { e = args.config.f; }; ", uint16(60))
	f.Add("{ outputs = { nixpkgs, ... }: { a = nixpkgs.lib.nixosSystem { modules = [ ./b ({ config, ... }: { c.d = 1; }) { e = [ f ]; } ]; }; }; }", uint16(110))
	f.Fuzz(func(t *testing.T, src string, off uint16) {
		info := scope.Resolve(grammar.Parse(src))
		module.At(cursor.At(src, uint32(off)), info)
		module.AtInline(cursor.At(src, uint32(off)), info)
		m, _ := module.Parse(info)
		m.Declared()
		for n := range info.Tree().Nodes() {
			module.ConfigRef(info, n)
			if m, ok := module.MentionAt(info, n); ok && !mentionsAgain(info, m) {
				t.Fatalf("%q: %s at %d is not found by its path", src, module.Show(m.Path), n.Start())
			}
		}
		if _, bad := parser.Parse(src); bad != nil {
			return
		}
		for d := range m.All() {
			if msg := disagreement(info, d); msg != "" && !inLet(d.Name) && standsAlone(src, d.Name) {
				t.Fatalf("%q: %s", src, msg)
			}
		}
	})
}

// mentionsAgain reports whether a mention is among those of its path.
func mentionsAgain(info *scope.Info, m module.Mention) bool {
	list := module.Mentions(info, module.Names(m.Path))
	return slices.ContainsFunc(list, func(o module.Mention) bool { return o.Name == m.Name && o.Role == m.Role })
}

// standsAlone reports whether there is a space before a node. A cursor between
// two tokens without one belongs to the first.
func standsAlone(src string, n parser.Node) bool {
	return n.Start() > 0 && src[n.Start()-1] == ' '
}

// disagreement returns in what At differs from a definition that Parse found.
func disagreement(info *scope.Info, d *module.Def) string {
	want, element := d.Path(), d.Step.Kind == module.Element
	if !element {
		want = want[:len(want)-1]
	}
	off := d.Name.Start()
	p, ok := module.At(cursor.At(info.Tree().Source(), off), info)
	if !ok || !slices.Equal(p.Steps, want) || p.Value != element {
		return fmt.Sprintf("at %d is %v, want %s", off, p, module.Show(want))
	}
	return ""
}

// TestHostile reads texts that lead to many places, none of which may take long.
func TestHostile(t *testing.T) {
	var double strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&double, "a%d = a%d // { x = a%d; };", i, i+1, i+1)
	}
	tests := []struct {
		name, src string
	}{
		{"names that double", "let " + double.String() + " in { config = a0; }"},
		{"sets", strings.Repeat("{ a = ", 3000)},
		{"closed sets", strings.Repeat("{ a = ", 3000) + "1" + strings.Repeat("; }", 3000)},
		{"lists", "{ a = " + strings.Repeat("[ ", 5000)},
		{"parentheses", "{ a = " + strings.Repeat("(", 5000) + "f" + strings.Repeat(")", 5000) + " { "},
		{"wrappers", "{ a = " + strings.Repeat("mkIf c (", 5000) + "1" + strings.Repeat(")", 5000) + "; }"},
		{"functions", "{ a = " + strings.Repeat("x: ", 5000) + "1; }"},
		{"imports", strings.Repeat("{ imports = [ ", 2500) + strings.Repeat(" ]; }", 2500)},
		{"let in let", strings.Repeat("let a = ", 3000) + "1" + strings.Repeat("; in a", 3000)},
		{"open let", strings.Repeat("let a = ", 5000)},
		{"path", "{ " + strings.Repeat("a.", 100_000) + "b = 1; }"},
		{"arguments", "{ a = f" + strings.Repeat(" x", 9000) + "; }"},
		{"update", "{ a = x" + strings.Repeat(" // x", 9000) + "; }"},
		{"bindings", "{ " + strings.Repeat("a.b.c = { d = [ e ]; }; ", 30_000) + "}"},
		{"selection", "{ config, ... }: config" + strings.Repeat(".a", 100_000)},
		{"machines", "{ testScript = x; nodes = { " + strings.Repeat("a = { a.a = 1; }; ", 20_000) + "}; " + strings.Repeat("a = 1; ", 20_000) + "}"},
		{"names", "{ config, ... }: f" + strings.Repeat(` [ "a" "a" ]`, 9000)},
		{"selections", "{ config, ... }: " + strings.Repeat("(", 5000) + "config" + strings.Repeat(".a)", 5000)},
		{"types", "{ options.a = mkOption { type = " + strings.Repeat("attrsOf (submodule { options.a = mkOption { type = ", 1000) + "x" + strings.Repeat("; }; })", 1000) + "; }; }"},
	}
	for _, test := range tests {
		t.Run(test.name, func(*testing.T) {
			info := scope.Resolve(grammar.Parse(test.src))
			m, _ := module.Parse(info)
			m.Declared()
			module.Mentions(info, []string{"a", "a"})
			module.Declaring(info, []string{"a", "a"})
			for quarter := range 4 {
				off := uint32(len(test.src) * (quarter + 1) / 4)
				module.At(cursor.At(test.src, off), info)
				module.AtInline(cursor.At(test.src, off), info)
				module.ConfigRef(info, info.Tree().At(off-1))
			}
		})
	}
}
