package infer_test

import (
	"fmt"
	"strings"
	"testing"

	"firn/lsp/feature/infer"
	"firn/parser"
	"firn/parser/scope"
)

func TestOf(t *testing.T) {
	tests := []struct {
		name, src, want string
	}{
		{"set", "{ a = 1; b.c = 2; }", "a b"},
		{"dynamic name", "{ a = 1; ${x} = 2; }", "a ..."},
		{"binding", "let s = { a = 1; }; in s", "a"},
		{"nested path", "let s = { b.c = 1; b.d = 2; }; in s.b", "c d"},
		{"merged sets", "let s = { b = { c = 1; }; b.d = 2; }; in s.b", "c d"},
		{"recursive set", "rec { a = { x = 1; }; b = a; }.b", "x"},
		{"inherit", "let a = { x = 1; }; s = { inherit a; }; in s.a", "x"},
		{"inherit from", "let a = { x = { y = 1; }; }; inherit (a) x; in x", "y"},
		{"update", "{ a = 1; } // { b = 2; }", "b a"},
		{"update, right side wins", "({ a.x = 1; } // { a.y = 2; }).a", "y"},
		{"update with something unknown", "{ a = 1; } // f x", "a ..."},
		{"with", "with { a = { x = 1; }; }; a", "x"},
		{"outer with", "with { a = { x = 1; }; }; with { b = 1; }; a", "x"},
		{"with something unknown inside", "with { a = { x = 1; }; }; with f; a", "..."},
		{"let wins over with", "let a = { y = 1; }; in with { a = { x = 1; }; }; a", "y"},
		{"conditional", "if c then { a = 1; } else { b = 1; }", "a b ..."},
		{"default of a selection", "{ }.a or { x = 1; }", "x ..."},
		{"parentheses, assert, let", "(assert c; let x = 1; in { a = x; })", "a"},
		{"old let", "let { body = { a = 1; }; }", "a"},
		{"function of the file", "let f = x: { a = x; }; in f 1", "a"},
		{"default of a formal", "let f = { s ? { a = 1; } }: s; in f { }", "a ..."},
		{"whole argument", "let f = { a, b ? 1 }@all: all; in f { }", "a b"},
		{"whole argument, open", "let f = all@{ a, ... }: all; in f { }", "a ..."},
		{"result of a builtin", "builtins.tryEval 1", "success value ..."},
		{"result of a builtin with two arguments", "builtins.partition (x: x) [ ]", "right wrong ..."},
		{"builtin that lacks an argument", "builtins.partition (x: x)", ""},
		{"unknown argument", "x: x", ""},
		{"number", "1", ""},
		{"unknown name", "let f = x: x; in f 1", "..."},
		{"endless", "let a = b; b = a; in a", "..."},
		{"endless update", "let a = a // a; in a", "..."},
		{"doubling", "let a = b // b; b = c // c; c = d // d; d = { x = 1; }; in a", "x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			info := resolve(t, test.src)
			v := infer.Of(info, info.Tree().Root().FirstChild())
			if got := show(v); got != test.want {
				t.Errorf("Of(%s) has %q, want %q", test.src, got, test.want)
			}
		})
	}
}

func show(v infer.Value) string {
	var names []string
	for _, a := range v.Attrs() {
		names = append(names, a.Name)
	}
	if v.Open {
		names = append(names, "...")
	}
	return strings.Join(names, " ")
}

func resolve(t *testing.T, src string) *scope.Info {
	t.Helper()
	tree, err := parser.Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	return scope.Resolve(tree)
}

func TestFunction(t *testing.T) {
	tests := []struct {
		name, src, want string
	}{
		{"lambda", "x: 1", "x: 1"},
		{"binding", "let f = x: y: x; in f", "x: y: x"},
		{"second argument", "let f = x: y: x; in f 1", "y: x"},
		{"behind let", "let f = x: let z = x; in y: z; in f 1", "y: z"},
		{"attribute", "let s.f = x: 1; in s.f", "x: 1"},
		{"builtin", "map", "f"},
		{"second argument of a builtin", "map f", "list"},
		{"no more arguments", "map f l", ""},
		{"member of builtins", "builtins.add 1", "b"},
		{"all builtins with a prefix", "with builtins; add 1", "b"},
		{"hidden global", "__add", "a"},
		{"alternatives", "if c then 1 else x: 1", "x: 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			info := resolve(t, test.src)
			v := infer.Of(info, info.Tree().Root().FirstChild())
			got := v.Lambda.Text()
			if arg := v.Arg(); arg != nil {
				got = arg.Name
			}
			if got != test.want || v.IsFunction() != (test.want != "") {
				t.Errorf("Of(%s) takes %q, want %q", test.src, got, test.want)
			}
		})
	}
}

func TestResolve(t *testing.T) {
	tests := []struct {
		name, src, attr string
		want            string // the attribute's definition
	}{
		{"selection", "let s = { a = 1; }; in s.a", "a", "binding a at 10"},
		{"path", "let s.a.b = 1; in s.a.b", "b", "binding b at 8"},
		{"has-attribute test", "let s = { a = 1; }; in s ? a", "a", "binding a at 10"},
		{"inherit from", "let s = { a = 1; }; in { inherit (s) a; }", "a", "binding a at 10"},
		{"builtin", "builtins.map", "map", "builtin map"},
		{"field", "(builtins.tryEval 1).success", "success", "field success"},
		{"not there", "let s = { a = 1; }; in s.b", "b", ""},
		{"string", `let s."x y" = 1; in s."x y"`, `"x y"`, "binding x y at 6"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			info := resolve(t, test.src)
			var last parser.Node
			for n := range info.Tree().Nodes() {
				if n.Text() == test.attr && (n.Kind() == parser.KindName || n.Kind() == parser.KindString) {
					last = n
				}
			}
			a, ok := infer.Resolve(info, last)
			if got := describe(info, a); got != test.want || ok != (test.want != "") {
				t.Errorf("Resolve(%s) = %q, want %q", test.attr, got, test.want)
			}
		})
	}
}

func describe(info *scope.Info, a infer.Attr) string {
	switch {
	case a.Name == "":
		return ""
	case a.Builtin != nil:
		return "builtin " + a.Builtin.Name
	case a.Field != nil:
		return "field " + a.Field.Name
	}
	name := info.Tree().Node(info.Binding(a.Binding).Name)
	return fmt.Sprintf("binding %s at %d", a.Name, name.Start())
}

// TestExponential asks what takes forever without a limit on the steps.
func TestExponential(t *testing.T) {
	var b strings.Builder
	b.WriteString("let ")
	for i := range 60 {
		fmt.Fprintf(&b, "a%d = a%d // a%d; ", i, i+1, i+1)
	}
	b.WriteString("a60 = { x = 1; }; in a0")
	info := resolve(t, b.String())
	if v := infer.Of(info, info.Tree().Root().FirstChild()); !v.Open {
		t.Error("the answer claims to be complete")
	}
}
