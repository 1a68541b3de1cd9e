package expression_test

import (
	"strings"
	"testing"

	"firn/lsp/feature/expression"
	"firn/parser"
	"firn/parser/grammar"
	"firn/parser/text"
)

func TestAt(t *testing.T) {
	tests := []struct {
		name, src, want string // the selection is between ‹ and ›
	}{
		{"selection", "{ a = 1 + ‹2 * 3›; }", "2 * 3"},
		{"selection with blanks", "[ ‹ (f x) › ]", "(f x)"},
		{"part of an expression", "f ‹x + ›y", "f x + y"},
		{"number", "{ a = 1‹›2; }", "12"},
		{"name of a binding", "{ a‹› = 1 + 2; }", "1 + 2"},
		{"name in a path", "{ a.b‹›.c = 1; }", "1"},
		{"quoted name", "{ \"a‹›\" = 1; }", "1"},
		{"sign of a binding", "{ a =‹› 1; }", "1"},
		{"whole binding", "{ ‹a = 1;› }", "1"},
		{"variable", "x: f x‹›", "x"},
		{"beginning of a selection", "p‹›kgs.a.b c", "pkgs.a.b"},
		{"end of a selection", "pkgs.a.b‹› c", "pkgs.a.b"},
		{"beginning of a selection, selected", "‹pkgs›.a.b c", "pkgs"},
		{"selection with a default", "p‹›kgs.a or 1", "pkgs"},
		{"function", "m‹›ap f x", "map"},
		{"in a string", "\"a‹›b\"", "\"ab\""},
		{"interpolation", "\"a${x‹›}b\"", "x"},
		{"inherited name", "{ inherit (pkgs) a‹›; }", "{ inherit (pkgs) a; }"},
		{"bracket", "{ x = [‹› 1 ]; }", "[ 1 ]"},
		{"whole function", "‹{ a }: { b = a; }›", "{ b = a; }"},
		{"comment", "# a‹›b\n", ""},
		{"nothing", "‹›", ""},
		{"broken", "{ a = f ‹›x; b = ", "x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before, rest, _ := strings.Cut(test.src, "‹")
			selected, after, _ := strings.Cut(rest, "›")
			tree := grammar.Parse(before + selected + after)
			start := uint32(len(before))
			got := ""
			if n := expression.At(tree, text.Span{Start: start, End: start + uint32(len(selected))}); n.Valid() {
				got = n.Text()
			}
			if got != test.want {
				t.Errorf("At(%s) is %q, want %q", test.src, got, test.want)
			}
		})
	}
}

func TestWhole(t *testing.T) {
	tests := []struct {
		name, src, want string
	}{
		{"set", "{ a = 1; }", "{ a = 1; }"},
		{"function", "{ a }: a", "a"},
		{"function in parentheses", "({ a }: (b: a))", "a"},
		{"let", "let a = 1; in x: a", "let a = 1; in x: a"},
		{"function without a body", "a:", "a:"},
		{"nothing", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if n := expression.Whole(grammar.Parse(test.src)); n.Valid() {
				got = n.Text()
			}
			if got != test.want {
				t.Errorf("Whole(%s) is %q, want %q", test.src, got, test.want)
			}
		})
	}
}

// FuzzAt looks at every place of a text: what is found is an expression that the
// evaluator can be asked for.
func FuzzAt(f *testing.F) {
	for _, s := range []string{"{ a.b = c.d or e; inherit (x) y; }", "let a = \"${b}\"; in x: { c }@d: [ a ]", "f (", "a ? b.\"c\""} {
		f.Add(s, uint32(1), uint32(4))
	}
	f.Fuzz(func(t *testing.T, src string, start, end uint32) {
		if len(src) > 1000 {
			t.Skip()
		}
		size := uint32(len(src))
		start, end = min(start, size), min(end, size)
		n := expression.At(grammar.Parse(src), text.Span{Start: min(start, end), End: max(start, end)})
		if n.Valid() && (!n.Kind().IsExpr() || n.Kind() == parser.KindMissing && n.Text() != "") {
			t.Errorf("At(%q, %d, %d) is a %v", src, start, end, n.Kind())
		}
	})
}
