package module_test

import (
	"strings"
	"testing"

	"firn/lsp/feature/module"
	"firn/parser/grammar"
	"firn/parser/scope"
)

func TestConfigRef(t *testing.T) {
	tests := []struct {
		name, src, want string
	}{
		{"last name", "{ config, ... }: config.a.b^", "a.b"},
		{"inner name", "{ config, ... }: config.a^.b", "a"},
		{"the argument", "{ config, ... }: config^.a", "config"},
		{"options", "{ options, ... }: options.a^", "options: a"},
		{"all arguments", "args: args.config.a^", "a"},
		{"all arguments beside formals", "args@{ ... }: args.options.a^", "options: a"},
		{"other argument of all", "args: args.lib.a^", "-"},
		{"has-attribute test", "{ config, ... }: config ? a.b^", "a.b"},
		{"below a has-attribute test", "{ config, ... }: config.x ? a^", "x.a"},
		{"with a default", "{ config, ... }: config.a.b^ or 1", "a.b"},
		{"quoted name", `{ config, ... }: config.a."b c^"`, `a."b c"`},
		{"dynamic name", "{ config, ... }: config.a.${x}.b^", "a.<name>.b"},
		{"alias", "{ config, ... }: let cfg = config.a.b; in cfg.c^", "a.b.c"},
		{"alias itself", "{ config, ... }: let cfg = config.a.b; in cfg^", "a.b"},
		{"alias of an alias", "{ config, ... }: let c = config; d = (c.a); in { x = d.b^; }", "a.b"},
		{"alias in a set", "{ config, ... }: rec { c = config.a; d = c.b^; }", "a.b"},
		{"parentheses", "{ config, ... }: (config.a).b^", "a.b"},
		{"name in an inherit", "{ config, ... }: { inherit (config.a) b^; }", "a.b"},
		{"use of an inherited name", "{ config, ... }: let inherit (config) a; in a.b^", "a.b"},
		{"use of a second inherit", "{ config, ... }: let inherit (config) a; inherit (a) b; in b.c^", "a.b.c"},
		{"inherit without a source", "{ config, ... }: let c = config.a; in { inherit c^; }", "a"},
		{"use of a passed name", "{ config, ... }: let s = rec { inherit config; x = config.a^; }; in s", "a"},
		{"function of a function", "{ pkgs }: { config, ... }: config.a^", "a"},
		{"behind let and with", "let x = 1; in with x; ({ config, ... }: { y = config.a^; })", "a"},
		{"inline module", "{ imports = [ ({ config, ... }: config.a^) ]; }", "a"},
		{"optional inline module", "{ ... }: { imports = [ ./a ] ++ lib.optional c ({ config, ... }: { x = config.a^; }); }", "a"},
		{"inline module of a submodule", "{ a.b = { ... }: { imports = [ ({ config, ... }: config.a^) ]; }; }", "-"},
		{"inline module of a call", "{ a = submodule { imports = [ ({ config, ... }: config.a^) ]; }; }", "-"},
		{"argument of an import", "{ imports = [ (f ({ config, ... }: config.a^)) ]; }", "-"},
		{"config of an element", "{ a = [ ({ config, ... }: config.a^) ]; }", "-"},
		{"config of a submodule", "{ config, ... }: { a = { config, ... }: config.b^; }", "-"},
		{"config of a local function", "let f = { config }: config.a^; in f", "-"},
		{"config of a let", "let config = { }; in config.a^", "-"},
		{"other formal", "{ pkgs, ... }: pkgs.a^", "-"},
		{"unbound", "config.a^", "-"},
		{"defined name", "{ config, ... }: { a^ = 1; }", "-"},
		{"loop", "let a = a.b; in a.c^", "-"},
		{"loop of two", "let a = b.x; b = a.y; in a.c^", "-"},
		{"while it is written", "{ config, ... }: { a = config.b^", "b"},
		{"call", "{ config, ... }: (f config).a^", "-"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before, after, _ := strings.Cut(test.src, "^")
			info := scope.Resolve(grammar.Parse(before + after))
			if got := showRef(info, uint32(len(before))-1); got != test.want {
				t.Errorf("ConfigRef(%s) is %s, want %s", test.src, got, test.want)
			}
		})
	}
}

func showRef(info *scope.Info, off uint32) string {
	n := info.Tree().At(off)
	if parent := n.Parent(); !n.Kind().IsExpr() && parent.Kind().IsExpr() {
		n = parent // the text of a string
	}
	ref, ok := module.ConfigRef(info, n)
	if !ok {
		return "-"
	}
	for i, name := range ref.Names {
		if s := ref.Steps[i]; s.Kind == module.Attr && strings.Trim(name.Text(), `"`) != s.Name {
			return "a node that is not " + s.Name
		}
	}
	got := module.Show(ref.Steps)
	switch {
	case ref.Options:
		return "options: " + got
	case got == "":
		return "config"
	}
	return got
}

// TestRefOfSelection asks for whole expressions.
func TestRefOfSelection(t *testing.T) {
	info := scope.Resolve(grammar.Parse("{ config, ... }: config.a.b ? c.d"))
	var got []string
	for n := range info.Tree().Nodes() {
		if ref, ok := module.ConfigRef(info, n); ok && n.Kind().IsExpr() {
			got = append(got, n.Kind().String()+" "+module.Show(ref.Steps))
		}
	}
	if got, want := strings.Join(got, ", "), "HasAttr a.b.c.d, Select a.b, Var "; got != want {
		t.Errorf("the references are %s, want %s", got, want)
	}
}
