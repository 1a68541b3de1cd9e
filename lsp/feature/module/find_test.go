package module

import (
	"fmt"
	"strings"
	"testing"

	"firn/parser"
	"firn/parser/scope"
)

func TestFind(t *testing.T) {
	tests := []struct{ name, src, path, want string }{
		{"a path", `{ a.b.c = 1; }`, "a.b.c", "1 @100"},
		{"nested", `{ a = { b = { c = 1; }; d = 2; }; }`, "a.b.c", "1 @100"},
		{"config", `{ config, ... }: { options = { }; config.a.b = x; }`, "a.b", "x @100"},
		{"twice", `{ a.b = 1; } // { a.b = 2; }`, "a.b", "1 @100; 2 @100"},
		{"priorities", `{ lib, ... }: { a = lib.mkForce { b = lib.mkDefault 1; }; }`, "a.b", "1 @50"},
		{"a default", `{ lib, ... }: { a.b = lib.mkDefault 1; }`, "a.b", "1 @1000"},
		{"one that is computed", `{ lib, ... }: { a = lib.mkOverride x 1; }`, "a", "1 @?"},
		{"conditions", `{ lib, ... }: { a = lib.mkIf x { b = lib.mkMerge [ 1 (lib.mkIf y 2) ]; }; }`, "a.b", "1 @100 if x; 2 @100 if x, y"},
		{"else", `{ a = if x then 1 else 2; }`, "a", "1 @100 if x; 2 @100 if not x"},
		{"an inherited name", `{ lib, ... }: let a = 1; in { inherit a; }`, "a", "a @100"},
		{"a set below", `{ a.b.c = 1; }`, "a.b", "b @100"},
		{"an import", `{ lib, ... }: { imports = [ { a = 1; } ({ ... }: { a = lib.mkForce 2; }) ./x.nix ]; }`, "a", "1 @100; 2 @50"},
		{"another path", `{ a.b = 1; }`, "a.c", ""},
		{"an element of a list", `{ a = [ { b = 1; } ]; }`, "a.b", ""},
		{"no path", `{ a = 1; }`, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree, bad := parser.Parse(tt.src)
			if bad != nil {
				t.Fatal(bad)
			}
			m, _ := Parse(scope.Resolve(tree))
			var path []string
			if tt.path != "" {
				path = strings.Split(tt.path, ".")
			}
			var list []string
			for _, d := range m.Find(path) {
				list = append(list, showDefinition(d))
			}
			if got := strings.Join(list, "; "); got != tt.want {
				t.Errorf("Find(%q) = %q, want %q", tt.path, got, tt.want)
			}
		})
	}
}

func showDefinition(d Definition) string {
	n := d.Value
	if !n.Valid() {
		n = d.Name
	}
	s := n.Text() + " @?"
	if p, ok := d.Priority(); ok {
		s = fmt.Sprintf("%s @%d", n.Text(), p)
	}
	var conds []string
	for _, w := range d.Conditions() {
		conds = append(conds, map[WrapperKind]string{If: "", Unless: "not "}[w.Kind]+w.Cond.Text())
	}
	if len(conds) > 0 {
		s += " if " + strings.Join(conds, ", ")
	}
	return s
}
