package signature_test

import (
	"fmt"
	"strings"
	"testing"

	"firn/lsp/feature/infer"
	"firn/lsp/feature/signature"
	"firn/parser"
	"firn/parser/scope"
)

func TestAt(t *testing.T) {
	tests := []struct {
		name, src, want string
	}{
		{"first argument", "let f = x: y: x; in f ^1", "f [x] y"},
		{"second argument", "let f = x: y: x; in f 1 ^2", "f x [y]"},
		{"too many arguments", "let f = x: y: x; in f 1 2 ^3", ""},
		{"attribute", "let s.f = x: x; in s.f ^1", "s.f [x]"},
		{"function with formals as a whole", "let f = { a, b ? 1, ... }: a; in f ^g", "f [{ a, b?, ... }]"},
		{"formals", "let f = { a, b ? 1, ... }: a; in f { ^a = 1; }", "f { [a], b ? 1, ... }"},
		{"value of a formal", "let f = { a, b ? 1, ... }: a; in f { a = 1; b = ^2; }", "f { a, [b ? 1], ... }"},
		{"nested attribute of a formal", "let f = { a, b ? 1 }: a; in f { b.c = ^2; }", "f { a, [b ? 1] }"},
		{"attribute that is none of the formals", "let f = { a }: a; in f { z = ^2; }", "f { a }"},
		{"second argument with formals", "let f = x: { a, b }: a; in f 1 { b = ^2; }", "f { a, [b] }"},
		{"inner call", "let f = x: x; g = y: y; in f (g ^1)", "g [y]"},
		{"parentheses", "let f = x: y: x; in f 1 (^2)", "f x [y]"},
		{"unknown inner call", "let f = x: y: x; in f (h ^1)", "f [x] y"},
		{"list argument", "let f = x: x; in f [ 1 ^2 ]", "f [x]"},
		{"body of a lambda", "let f = x: x; in f (y: ^y)", ""},
		{"let in an argument", "let f = x: x; in f (let a = ^1; in a)", ""},
		{"interpolation in an argument", "let f = x: x; in f \"${^f}\"", ""},
		{"string as an argument", "let f = x: x; in f \"a^b\"", "f [x]"},
		{"path as an argument", "import ./a^b", "import [path] : Path | String -> a"},
		{"builtin", "map ^f", "map [f] list : (a -> b) -> [a] -> [b]"},
		{"second argument of a builtin", "builtins.add 1 ^2", "builtins.add a [b] : Number -> Number -> Number"},
		{"attributes of a builtin's argument", "builtins.path { name = ^1; }", "path { path, [name?], filter?, recursive?, sha256? }"},
		{"behind the call", "{ a = map f l; b = ^1; }", ""},
		{"operator", "map f l ++ ^x", ""},
		{"comment", "map # f^\n x", ""},
		{"partly applied", "let f = x: y: x; g = f 1; in g ^2", "g [y]"},
		{"behind let", "let f = x: let z = 1; in y: x; in f 1 ^2", "f x [y]"},
		{"argument in an inherit", "let f = { a }: a; in f { inherit ^a; }", "f { a }"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before, after, _ := strings.Cut(test.src, "^")
			tree, err := parser.Parse(before + after)
			if err != nil {
				t.Fatal(err)
			}
			h, ok := signature.At(infer.Alone(scope.Resolve(tree)), uint32(len(before)))
			if got := show(h); got != test.want || ok != (test.want != "") {
				t.Errorf("At(%s) is %q, want %q", test.src, got, test.want)
			}
		})
	}
}

// show returns a label with the active parameter in brackets.
func show(h signature.Help) string {
	if h.Active < 0 || h.Active >= len(h.Params) {
		return h.Label
	}
	s := h.Params[h.Active].Span
	return fmt.Sprintf("%s[%s]%s", h.Label[:s.Start], s.In(h.Label), h.Label[s.End:])
}

func TestDoc(t *testing.T) {
	src := "{\n  /** Adds. */\n  add = a: { b, # the second\n  c }: a;\n  x = rec { f = a: { b, # the second\n    c }: a; y = f 1 { b = 2; }; };\n}"
	tree, err := parser.Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	h, ok := signature.At(infer.Alone(scope.Resolve(tree)), uint32(strings.Index(src, "2;")))
	if !ok || h.Params[h.Active].Doc != "the second" {
		t.Errorf("help is %+v", h)
	}
}
