package action_test

import (
	"strings"
	"testing"

	"firn/lsp/feature/action"
)

func TestDocumentation(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"function of lib", "{ lib, ... }: lib.strings.‸toUpper 1", "lib.strings.toUpper"},
		{"up to the cursor", "{ lib, ... }: lib.‸strings.toUpper", "lib.strings"},
		{"of a package set", "pkgs: pkgs.lib.‸mkIf", "lib.mkIf"},
		{"in parentheses", "pkgs: (pkgs.lib).‸mkIf", "lib.mkIf"},
		{"inherited", "{ lib }: let inherit (lib) mkIf; in ‸mkIf true", "lib.mkIf"},
		{"where it is inherited", "{ lib }: let inherit (lib.strings) ‸toUpper; in 1", "lib.strings.toUpper"},
		{"inherited from what is inherited", "{ lib }: let inherit (lib) strings; inherit (strings) toUpper; in ‸toUpper", "lib.strings.toUpper"},
		{"from a with", "{ lib }: with lib; ‸mkIf", "lib.mkIf"},
		{"from one of two", "{ lib, x }: with lib; with x; ‸mkIf", ""},
		{"builtin", "‸map", "builtins.map"},
		{"builtin with the prefix", "builtins.‸map", "builtins.map"},
		{"builtin with underscores", "‸__head", "builtins.head"},
		{"no builtin", "builtins: builtins.‸map", ""},
		{"value", "‸true", ""},
		{"type", "{ lib }: lib.types.‸str", ""},
		{"argument", "{ lib, x }: ‸x", ""},
		{"a set of the file", "let lib = { a = 1; }; in lib.‸a", ""},
		{"lib itself", "{ lib }: ‸lib.a", ""},
		{"computed name", "{ lib }: lib.${lib.x}.‸y", ""},
		{"strange name", "{ lib }: lib.‸\"a/b\"", ""},
		{"itself", "let inherit (a) a; in ‸a", ""},
		{"in a broken file", "{ lib }: { a = lib.‸mkIf", "lib.mkIf"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := marked(t, tt.src)
			q.Only = []action.Kind{action.Documentation}
			if list := q.Find(); len(list) > 0 {
				t.Errorf("there is %q for who cannot open it", titles(list))
			}
			q.Browses = true
			var names []string
			for _, a := range q.Find() {
				names = append(names, a.Opens...)
				if _, ok := q.Edits(a); ok {
					t.Errorf("%q has edits", a.Title)
				}
			}
			if got := strings.Join(names, "."); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
