package module_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"firn/lsp/feature/module"
	"firn/parser/grammar"
	"firn/parser/scope"
)

func TestMentions(t *testing.T) {
	tests := []struct{ name, path, src, want string }{
		{
			"all shapes of attribute paths", "a.b.c",
			"{ imports = [ ]; a.b.c = 1; a.b = { c = 2; }; a = { b.c = 3; b = { inherit c; }; }; x.a.b.c = 4; }",
			"{ imports = [ ]; a.b.⟦sets c⟧ = 1; a.b = { ⟦sets c⟧ = 2; }; a = { b.⟦sets c⟧ = 3; b = { inherit ⟦sets c⟧; }; }; x.a.b.c = 4; }",
		},
		{
			"quoted names", "a.b c",
			`{ config, ... }: { a."b c" = 1; a.${"b c"} = config.a."b c"; a.${b} = 1; }`,
			`{ config, ... }: { a.⟦sets "b c"⟧ = 1; a.⟦sets ${"b c"}⟧ = config.a.⟦reads "b c"⟧; a.${b} = 1; }`,
		},
		{
			"conditions and merges", "a.b",
			"{ lib, ... }: { config = lib.mkIf x (lib.mkMerge [ { a.b = 1; } (lib.mkIf y { a = lib.mkForce { b = 2; }; }) ]); }",
			"{ lib, ... }: { config = lib.mkIf x (lib.mkMerge [ { a.⟦sets b⟧ = 1; } (lib.mkIf y { a = lib.mkForce { ⟦sets b⟧ = 2; }; }) ]); }",
		},
		{
			"inline modules", "a.b",
			"{ imports = [ { a.b = 1; } ({ config, ... }: { options.a.b = 1; config.a.c = config.a.b; }) ]; }",
			"{ imports = [ { a.⟦sets b⟧ = 1; } ({ config, ... }: { options.a.⟦declares b⟧ = 1; config.a.c = config.a.⟦reads b⟧; }) ]; }",
		},
		{
			"reads", "a.b",
			"{ config, options, ... }: let cfg = config.a; inherit (cfg) b; in { x = [ cfg.b (config ? a.b) options.a.b.isDefined config.a.b.c (cfg.b or 1) b ]; }",
			"{ config, options, ... }: let cfg = config.a; inherit (cfg) ⟦reads b⟧; in { x = [ cfg.⟦reads b⟧ (config ? a.⟦reads b⟧) options.a.⟦reads b⟧.isDefined config.a.⟦reads b⟧.c (cfg.⟦reads b⟧ or 1) b ]; }",
		},
		{
			"with", "a.b",
			"{ config, ... }: { x = with config.a; [ b (with config.c; b) ]; }",
			"{ config, ... }: { x = with config.a; [ ⟦reads? b⟧ (with config.c; b) ]; }",
		},
		{
			"a set of options", "a.b",
			"{ config, ... }: { options.a.b.c = 1; config.a.b.c = config.a.b.c; }",
			"{ config, ... }: { options.a.⟦declares b⟧.c = 1; config.a.⟦sets b⟧.c = config.a.⟦reads b⟧.c; }",
		},
		{
			"any name", "a.<name>.c",
			"{ config, ... }: { a.x.c = 1; a.${y}.c = config.a.z.c; a.c = 1; }",
			"{ config, ... }: { a.x.⟦sets c⟧ = 1; a.${y}.⟦sets c⟧ = config.a.z.⟦reads c⟧; a.c = 1; }",
		},
		{
			"any element", "a.*.c",
			"{ imports = [ ]; a = [ { c = 1; } ] ++ [ { c = 2; } ]; a.x.c = 1; }",
			"{ imports = [ ]; a = [ { ⟦sets c⟧ = 1; } ] ++ [ { ⟦sets c⟧ = 2; } ]; a.x.c = 1; }",
		},
		{
			"any name or element", "a.<name?>.c",
			"{ imports = [ ]; a = [ { c = 1; } ]; a.x.c = 2; }",
			"{ imports = [ ]; a = [ { ⟦sets c⟧ = 1; } ]; a.x.⟦sets c⟧ = 2; }",
		},
		{
			"options of submodules", "a.<name>.c",
			"{ lib, ... }: { options.a = lib.mkOption { type = with lib.types; nullOr (attrsOf (submodule ({ name, ... }: { options.c = lib.mkOption { }; }))); }; }",
			"{ lib, ... }: { options.a = lib.mkOption { type = with lib.types; nullOr (attrsOf (submodule ({ name, ... }: { options.⟦declares c⟧ = lib.mkOption { }; }))); }; }",
		},
		{
			"options of a submodule with a name", "a.*.c.d",
			"let s = { options.c.d = lib.mkOption { }; }; t = lib.types.submodule s; in { options.a = lib.mkOption { type = lib.types.either lib.types.int (lib.types.listOf t); }; }",
			"let s = { options.c.⟦declares d⟧ = lib.mkOption { }; }; t = lib.types.submodule s; in { options.a = lib.mkOption { type = lib.types.either lib.types.int (lib.types.listOf t); }; }",
		},
		{
			"renamed options", "a.b",
			`{ imports = [ (lib.mkRenamedOptionModule [ "a" "b" ] [ "a" "c" ]) (lib.mkAliasOptionModule [ "x" ] [ "a" "b" ]) (f [ "a" "b" ]) ]; }`,
			`{ imports = [ (lib.mkRenamedOptionModule [ "a" ⟦declares "b"⟧ ] [ "a" "c" ]) (lib.mkAliasOptionModule [ "x" ] [ "a" ⟦reads "b"⟧ ]) (f [ "a" "b" ]) ]; }`,
		},
		{
			"options below in a list of names", "a.b",
			`{ imports = [ (mkAliasOptionModule [ "x" "b" ] [ "a" "b" "c" ]) ]; }`,
			`{ imports = [ (mkAliasOptionModule [ "x" "b" ] [ "a" ⟦reads "b"⟧ "c" ]) ]; }`,
		},
		{
			"a file that may be something else", "a.b",
			"{ a.b = 1; }",
			"{ a.⟦sets? b⟧ = 1; }",
		},
		{
			"modules in a flake", "a.b",
			"{ outputs = { nixpkgs, ... }: { x = nixpkgs.lib.nixosSystem { system = y; modules = [ ./z.nix { a.b = 1; } ({ config, ... }: { a.c = config.a.b; }) ]; }; a.b = 2; }; }",
			"{ outputs = { nixpkgs, ... }: { x = nixpkgs.lib.nixosSystem { system = y; modules = [ ./z.nix { a.⟦sets b⟧ = 1; } ({ config, ... }: { a.c = config.a.⟦reads b⟧; }) ]; }; a.b = 2; }; }",
		},
		{
			"machines of a test", "a.b",
			"import ./make-test.nix ({ pkgs, ... }: { nodes = { one = { a.b = 1; }; two = { config, ... }: { a = { b = config.a.b; }; }; }; machine = { ... }: { a.b = 2; }; testScript = x; a.b = 3; })",
			"import ./make-test.nix ({ pkgs, ... }: { nodes = { one = { a.⟦sets b⟧ = 1; }; two = { config, ... }: { a = { ⟦sets b⟧ = config.a.⟦reads b⟧; }; }; }; machine = { ... }: { a.⟦sets b⟧ = 2; }; testScript = x; a.b = 3; })",
		},
		{
			"machine of a test by its path", "a.b",
			"{ testers }: testers.runNixOSTest { nodes.one = { a.b = 1; }; testScript = x; }",
			"{ testers }: testers.runNixOSTest { nodes.one = { a.⟦sets b⟧ = 1; }; testScript = x; }",
		},
		{
			"machines of no test", "a.b",
			"{ x }: { nodes = { one = { a.b = 1; }; }; machine = { a.b = 2; }; }",
			"{ x }: { nodes = { one = { a.b = 1; }; }; machine = { a.b = 2; }; }",
		},
		{
			"modules of something else", "a.b",
			"{ x }: x.submoduleWith { modules = [ { a.b = 1; } ({ config, ... }: config.a.b) ]; }",
			"{ x }: x.submoduleWith { modules = [ { a.b = 1; } ({ config, ... }: config.a.b) ]; }",
		},
		{
			"no module", "a.b",
			"{ stdenv }: stdenv.mkDerivation { a.b = 1; }",
			"{ stdenv }: stdenv.mkDerivation { a.b = 1; }",
		},
		{
			"while it is written", "a.b",
			"{ config, ... }: { a.b = ; c = config.a.b",
			"{ config, ... }: { a.⟦sets b⟧ = ; c = config.a.⟦reads b⟧",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			info := scope.Resolve(grammar.Parse(test.src))
			if got := marked(test.src, module.Mentions(info, strings.Split(test.path, "."))); got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

// marked returns a text with mentions in brackets.
func marked(src string, list []module.Mention) string {
	slices.SortFunc(list, func(a, b module.Mention) int { return cmp.Compare(b.Name.Start(), a.Name.Start()) })
	for _, m := range list {
		maybe := ""
		if m.Maybe {
			maybe = "?"
		}
		src = fmt.Sprintf("%s⟦%s%s %s⟧%s", src[:m.Name.Start()], m.Role, maybe, m.Name.Text(), src[m.Name.End():])
	}
	return src
}

// What a name mentions is found again by the path that it mentions.
func TestMentionAt(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"set", "{ config, ... }: { a.^b = 1; }", "sets a.b"},
		{"set in a set", "{ config, ... }: { a = { ^b = 1; }; }", "sets a.b"},
		{"inner name", "{ config, ... }: { ^a.b = 1; }", "sets a"},
		{"read", "{ config, ... }: { x = config.a.^b; }", "reads a.b"},
		{"read through a name", "{ config, ... }: let cfg = config.a; in { x = cfg.^b; }", "reads a.b"},
		{"inherit with a source", "{ config, ... }: { inherit (config.a) ^b; }", "reads a.b"},
		{"inherit", "{ config, ... }: { a = { inherit ^b; }; }", "sets a.b"},
		{"declaration", "{ lib, ... }: { options.a.^b = lib.mkOption { }; }", "declares a.b"},
		{"declaration of a set", "{ lib, ... }: { options.^a.b = lib.mkOption { }; }", "declares a"},
		{"declaration in a submodule", "{ lib, ... }: { options.a = lib.mkOption { type = lib.types.attrsOf (lib.types.submodule { options.^b = lib.mkOption { }; }); }; }", "declares a.<name>.b"},
		{"plain set", "{ a.^b = 1; }", "sets? a.b"},
		{"argument of something else", "{ config }: config.^a", "reads? a"},
		{"set in a flake", "{ outputs = { nixpkgs, ... }: nixpkgs.lib.nixosSystem { modules = [ { a.^b = 1; } ]; }; }", "sets a.b"},
		{"declared in a flake", "{ outputs = { nixpkgs, ... }: nixpkgs.lib.nixosSystem { modules = [ { options.a.^b = 1; } ]; }; }", "declares a.b"},
		{"variable that an option is bound to", "{ config, ... }: let cfg = config.a; in { x = ^cfg.b; }", "-"},
		{"its definition", "{ config, ... }: let ^cfg = config.a; in { x = cfg.b; }", "-"},
		{"key of a module", "{ ^config.a = 1; }", "-"},
		{"value", "{ config, ... }: { a = ^b; }", "-"},
		{"attribute of something else", "{ pkgs, ... }: { a = pkgs.^b; }", "-"},
		{"attribute of a set with a name", "{ pkgs, ... }: let s = { ^b = 1; }; in { a = s; }", "sets a.b"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before, after, _ := strings.Cut(test.src, "^")
			info := scope.Resolve(grammar.Parse(before + after))
			got := "-"
			if m, ok := module.MentionAt(info, info.Tree().At(uint32(len(before)))); ok {
				maybe := ""
				if m.Maybe {
					maybe = "?"
				}
				got = fmt.Sprintf("%s%s %s", m.Role, maybe, module.Show(m.Path))
				list := module.Mentions(info, module.Names(m.Path))
				if !slices.ContainsFunc(list, func(o module.Mention) bool { return o.Name == m.Name && o.Role == m.Role }) {
					t.Errorf("%v is not among %v", m, list)
				}
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
