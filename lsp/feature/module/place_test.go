package module_test

import (
	"fmt"
	"strings"
	"testing"

	"firn/lsp/feature/cursor"
	"firn/lsp/feature/module"
	"firn/parser/grammar"
	"firn/parser/scope"
)

func TestAt(t *testing.T) {
	tests := []struct {
		name, src, want string
	}{
		// Names.
		{"empty module", "{ ^ }", "top"},
		{"nothing closed", "{ config, ... }: { ^", "top"},
		{"first name", "{ serv^ }", "top word=serv"},
		{"path", "{ services.^ }", "config services"},
		{"path with a word", "{ services.nginx.ena^ }", "config services.nginx word=ena"},
		{"nested set", "{ services.nginx = { ena^ }; }", "config services.nginx word=ena"},
		{"nested set, nothing closed", "{ services.nginx = { ena^", "config services.nginx word=ena"},
		{"before another binding", "{ services.nginx.ena^\n  boot.x = 1; }", "config services.nginx word=ena"},
		{"before another binding in a set", "{ services = {\n ng^\n x.y = 1; };\n}", "config services word=ng"},
		{"behind a binding without semicolon", "{ a.b = 1\n c = { ^", "config c"},
		{"behind an unfinished name", "{ foo\n services.nginx.ena^ }", "config services.nginx word=ena"},
		{"quoted behind an unfinished name", "{ foo\n users.\"a^\" }", "config users word=\"a"},
		{"between bindings", "{ a = 1; ^ b = 2; }", "top"},
		{"key config", "{ config = { a.^ }; }", "config a"},
		{"key config, empty", "{ config = { ^ }; }", "config"},
		{"path below config", "{ config.a.^ }", "config a"},
		{"set below config", "{ config.a = { b = { ^ }; }; }", "config a.b"},
		{"options", "{ options = { a.^ }; }", "options a"},
		{"path below options", "{ options.a.b = { ^ }; }", "options a.b"},
		{"options, empty", "{ options = { ^", "options"},
		{"condition of a declaration", "{ options = mkIf c { ^ }; }", "options"},
		{"argument of mkOption", "{ options.a = mkOption { ^ }; }", "-"},
		{"quoted name", `{ services.nginx.virtualHosts."x" = { locations."/" = { ^ }; }; }`, `config services.nginx.virtualHosts.x.locations."/"`},
		{"set with quoted name", `{ fileSystems = { "/" = { ^ }; }; }`, `config fileSystems."/"`},
		{"inside a quoted name", `{ users."ali^"; }`, `config users word="ali`},
		{"inside a first quoted name", `{ users = { "ali^`, `config users word="ali`},
		{"dynamic name", "{ a.${x}.b = { ^ }; }", "config a.<name>.b"},
		{"interpolated name", `{ a."${x}y".b = { ^ }; }`, "config a.<name>.b"},
		{"escaped name", `{ a."b\nc" = { ^ }; }`, `config a."b\nc"`},
		{"constant dynamic name", `{ a.${"b"}.c = { ^ }; }`, "config a.b.c"},
		{"submodule as a set", "{ users.users.alice = { ^ }; }", "config users.users.alice"},
		{"submodule as a function", "{ a.b = ({ name, ... }: { ^ }); }", "top a.b"},
		{"key of a submodule", "{ a.b = ({ name, ... }: { config = { c.^ }; }); }", "config a.b.c"},
		{"imports of a submodule", "{ a.b = { name, ... }: { imports = [ { c.^ } ]; }; }", "config a.b.c"},
		{"element", "{ xs = [ { ^ } ]; }", "config xs.<element>"},
		{"second element", "{ xs = [ { a = 1; } { b.^ } ]; }", "config xs.<element>.b"},
		{"key in a nested set", "{ a = { config = { ^ }; }; }", "config a.config"},
		{"meta", "{ meta = { ^ }; }", "config meta"},
		{"other key", "{ freeformType = { ^ }; }", "-"},
		{"recursive set", "rec { a = { ^", "config a"},
		{"inherit", "{ services = { inherit ^", "config services"},
		{"inherit, second name", "{ services = { inherit a b^; }; }", "config services word=b"},
		{"inherit from", "{ services = { inherit (x) a ^; }; }", "config services"},
		{"source of an inherit", "{ services = { inherit (^) a; }; }", "-"},

		// Around the set.
		{"let", "let cfg = 1; in { ^ }", "top"},
		{"let in a function", "{ config, ... }: let cfg = 1; in { a.^ }", "config a"},
		{"with", "with lib; { ^", "top"},
		{"with of a call", "{ lib, ... }@args: with (f lib); { ^", "top"},
		{"nested with", "with (with a; b); with c; { ^", "top"},
		{"assert", "assert a == b; { ^ }", "top"},
		{"name of all arguments", "args: { ^ }", "top"},
		{"name before the formals", "args@{ ... }: { a.^ }", "config a"},
		{"parentheses", "({ ... }: ({ a.^ }))", "config a"},
		{"update", "x // { ^ }", "top"},
		{"update of an option", "{ a = x // { ^ }; }", "config a"},
		{"update of a call", "{ a = f x // { ^ }; }", "config a"},
		{"function of a function", "{ pkgs }: { config, ... }: { a.^ }", "config a"},
		{"formals", "{ config, ^ }: { }", "-"},
		{"default of a formal", "{ config ? { ^ }, ... }: { }", "-"},

		// Wrappers.
		{"mkIf", "{ config = lib.mkIf c { services.^ }; }", "config services"},
		{"mkIf with a test", "{ config = lib.mkIf (c && d) { services.^ }; }", "config services"},
		{"mkIf of a selection", "{ config = mkIf cfg.enable { a = { ^", "config a"},
		{"mkMerge", "{ config = mkMerge [ { services.^ } ]; }", "config services"},
		{"second of mkMerge", "{ config = mkMerge [ (mkIf c { a = 1; }) (mkIf d { b.^ }) ]; }", "config b"},
		{"mkMerge of lists", "{ config = mkMerge ([ x ] ++ optionals c [ { b.^ } ]); }", "config b"},
		{"mkMerge with a single one", "{ config = mkMerge (optional c { b.^ }); }", "config b"},
		{"mkForce", "{ a.b = lib.mkForce { ^ }; }", "config a.b"},
		{"mkOverride", "{ a.b = mkOverride 10 { ^ }; }", "config a.b"},
		{"mkOrder in mkIf", "{ a.b = mkIf c (mkOrder 10 { ^ }); }", "config a.b"},
		{"long name", "{ a = lib.modules.mkIf c { ^ }; }", "config a"},
		{"application in parentheses", "{ a = (lib.mkIf c) { ^ }; }", "config a"},
		{"application in more parentheses", "{ a = ((mkOverride) 10) { ^ }; }", "config a"},
		{"other function in parentheses", "{ a = (x: mkIf x) { ^ }; }", "-"},
		{"operator in parentheses", "{ a = (1 + mkForce) { ^ }; }", "-"},
		{"optionalAttrs", "{ a = { } // optionalAttrs c { ^ }; }", "config a"},
		{"then", "{ a = if c then { ^ } else { }; }", "config a"},
		{"else", "{ a = if c then { } else { ^ }; }", "config a"},
		{"else of else", "{ a = if c then { } else if d then { } else { b = { ^", "config a.b"},
		{"if in a condition", "{ a = if (if b then c else d) then { ^", "config a"},
		{"condition of if", "{ a = if f { ^ } then 1 else 2; }", "-"},
		{"let in a condition", "{ a = if let x = 1; in { ^", "-"},
		{"let in then", "{ a = if c then let x = 1; in { ^", "config a"},
		{"condition of mkIf", "{ a = mkIf { ^ } 1; }", "-"},
		{"condition of mkIf, name", "{ a = mkIf ^ { }; }", "-"},
		{"third argument of mkIf", "{ a = mkIf c { } { ^ }; }", "-"},
		{"argument of another function", "{ a = f { ^ }; }", "-"},
		{"argument of a function of a set", "{ a = x.mkThing c { ^ }; }", "-"},
		{"alias", "{ a = mkAliasDefinitions { ^ }; }", "-"},
		{"operand of a comparison", "{ a = 1 == { ^ }; }", "-"},
		{"interpolation", `{ a = "${ { ^ } }"; }`, "-"},

		// Imports.
		{"inline module", "{ imports = [ { services.^ } ]; }", "config services"},
		{"inline function", "{ imports = [ ({ pkgs, ... }: { services = { ^ }; }) ]; }", "config services"},
		{"inline module, empty", "{ imports = [ ./a.nix { ^ } ]; }", "top"},
		{"options of an inline module", "{ imports = [ { options.a = { ^ }; } ]; }", "options a"},
		{"optional import", "{ imports = lib.optional c { a.^ }; }", "config a"},
		{"joined imports", "{ imports = [ ./a ] ++ lib.optionals c [ { a.^ } ]; }", "config a"},
		{"import", "{ imports = [ ^ ]; }", "imports ="},
		{"import with a path", "{ imports = [ ./x ./y^ ]; }", "imports = word=./y"},
		{"imports as a whole", "{ imports = ^ }", "imports ="},
		{"set as imports", "{ imports = { ^ }; }", "-"},
		{"argument of an import", "{ imports = [ (f { ^ }) ]; }", "-"},

		// Names of let.
		{"followed name", "let cfg = { services.^ }; in { config = cfg; }", "config services"},
		{"followed name, elsewhere", "{ ... }: let cfg = { ^ }; in { services.a = mkIf c cfg; }", "config services.a"},
		{"name that is not followed", "let cfg = { services.^ }; in { config = f cfg; }", "-"},
		{"unused name", "let cfg = { ^ }; in { }", "-"},
		{"followed path", "let cfg.a.^; in { config = cfg; }", "config a"},
		{"names of let", "let ^", "-"},
		{"followed module", "let m = { a.^ }; in { imports = [ m ]; }", "config a"},
		{"local function", "let f = x: { ^ }; in { a = f 1; }", "-"},

		// Values.
		{"value", "{ networking.firewall.enable = ^ }", "config networking.firewall.enable ="},
		{"value with a word", "{ a.enable = tr^; }", "config a.enable = word=tr"},
		{"value in a set", "{ a = { enable = tr^", "config a.enable = word=tr"},
		{"value behind mkForce", "{ a.b = mkForce ^ }", "config a.b ="},
		{"value behind mkIf", "{ a.b = mkIf c ^ }", "config a.b ="},
		{"value behind mkDefault", "{ a.b = lib.mkDefault (^ }", "config a.b ="},
		{"value before another binding", "{ a.b = ^\n  c = 1; }", "config a.b ="},
		{"value in a list", "{ a.b = [ ^ ]; }", "config a.b.<element> ="},
		{"value in a list with a word", "{ a.b = [ x y^ ]; }", "config a.b.<element> = word=y"},
		{"value in a list of a with", "{ a.b = with pkgs; [ ^ ]; }", "config a.b.<element> ="},
		{"value in a joined list", "{ a.b = [ x ] ++ [ ^ ]; }", "config a.b.<element> ="},
		{"value of optional", "{ a.b = optional c ^; }", "config a.b.<element> ="},
		{"list of optionals", "{ a.b = optionals c [ ^ ]; }", "config a.b.<element> ="},
		{"value of then", "{ a.b = if c then ^ }", "config a.b ="},
		{"value of else", "{ a.b = if c then 1 else ^ }", "config a.b ="},
		{"one of mkMerge", "{ a.b = mkMerge [ ^ ]; }", "config a.b ="},
		{"argument of mkMerge", "{ a.b = mkMerge ^; }", "-"},
		{"string", `{ a.b = "x^"; }`, "config a.b ="},
		{"open string", `{ a.b = "x^`, "config a.b ="},
		{"string in a list", `{ a.b = [ "x" "y^" ]; }`, "config a.b.<element> ="},
		{"string behind a function", `{ a.b = f "x^"; }`, "-"},
		{"indented string", "{ a.b = ''\n  x^ ''; }", "config a.b ="},
		{"path literal", "{ a.b = ./x^; }", "config a.b = word=./x"},
		{"path in angle brackets", "{ a.b = <x^>; }", "config a.b = word=x"},
		{"value of an element", "{ xs = [ { a = ^ } ]; }", "config xs.<element>.a ="},
		{"value of config", "{ config = ^ }", "config ="},
		{"value of a declaration", "{ options.a.b = mk^ }", "options a.b = word=mk"},
		{"body of a module", "{ config, ... }: ^", "-"},
		{"operand", "{ a.b = c ^ }", "-"},
		{"operator", "{ a.b = c + ^ }", "-"},
		{"attribute", "{ a.b = c.^ }", "-"},
		{"comment", "{ a.b = # ^\n 1; }", "-"},
		{"with itself", "{ a.b = with ^; 1; }", "-"},
		{"unnamed", "^", "-"},
		{"bound on depth", "{ " + strings.Repeat("a.", 70) + "^ }", "-"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before, after, _ := strings.Cut(test.src, "^")
			if got := showPlace(before+after, uint32(len(before))); got != test.want {
				t.Errorf("At(%s)\n is %s\nwant %s", test.src, got, test.want)
			}
		})
	}
}

var sections = [...]string{
	module.TopLevel: "top", module.Config: "config", module.Options: "options", module.Imports: "imports",
}

func showPlace(src string, off uint32) string {
	p, ok := module.At(cursor.At(src, off), scope.Resolve(grammar.Parse(src)))
	if !ok {
		return "-"
	}
	var b strings.Builder
	b.WriteString(sections[p.Section])
	if len(p.Steps) > 0 {
		b.WriteString(" " + module.Show(p.Steps))
	}
	if p.Value {
		b.WriteString(" =")
	}
	if !p.Word.Empty() {
		fmt.Fprintf(&b, " word=%s", p.Word.In(src))
	}
	return b.String()
}
