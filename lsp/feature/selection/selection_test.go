package selection

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/parser"
	"firn/parser/grammar"
	"firn/parser/text"
)

func TestAt(t *testing.T) {
	tests := []struct {
		name, src string // with a | where the cursor is
		want      []string
	}{
		{"empty file", "|", nil},
		{"name", "a.b|c", []string{"bc", "a.bc"}},
		{"list", "[ x |y ]", []string{"y", "x y", "[ x y ]"}},
		{"empty list", "[|]", []string{"]", "[]"}},
		{"inside an empty list", "[ | ]", []string{"[  ]"}},
		{"set", "{ a = 1; |b = 2; }", []string{"b", "b = 2;", "a = 1; b = 2;", "{ a = 1; b = 2; }"}},
		{"parentheses", "f (|x)", []string{"x", "(x)", "f (x)"}},
		{"interpolation", `"a ${x|} b"`, []string{"x", "${x}", "a ${x} b", `"a ${x} b"`}},
		{"word of a string", `"one t|wo"`, []string{"two", "one two", `"one two"`}},
		{"between words of a string", `"one | two"`, []string{"one  two", `"one  two"`}},
		{"escape", `"a\|n"`, []string{"n", `\n`, `a\n`, `"a\n"`}},
		{"indented string", "''\n  a|b\n''", []string{"ab", "\n  ab\n", "''\n  ab\n''"}},
		{"comment", "# so|me words\n1", []string{"some", "# some words", "# some words\n1"}},
		{"end of a comment", "1 # so|", []string{"so", "# so", "1 # so"}},
		{"block comment in a list", "[ /* a|b */ 1 ]", []string{"ab", "/* ab */", "[ /* ab */ 1 ]"}},
		{"broken", "{ a = |; }", []string{";", "a = ;", "{ a = ; }"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before, after, _ := strings.Cut(tt.src, "|")
			tree := grammar.Parse(before + after)
			var got []string
			for _, s := range At(tree, uint32(len(before))) {
				got = append(got, s.In(tree.Source()))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// Whatever the text, each span holds the one before and the last is all.
func FuzzAt(f *testing.F) {
	f.Add("{ a = [ 1 ''x${y}'' ]; # c\n }", uint32(7))
	f.Fuzz(func(t *testing.T, src string, off uint32) {
		check(t, grammar.Parse(src), min(off, uint32(len(src))))
	})
}

func check(t *testing.T, tree *parser.Tree, off uint32) {
	t.Helper()
	last := text.Span{Start: off, End: off}
	for i, s := range At(tree, off) {
		if !s.Covers(last) || i > 0 && s == last {
			t.Fatalf("%q at %d: %s comes after %s", tree.Source(), off, s, last)
		}
		last = s
	}
	if whole := (text.Span{End: uint32(len(tree.Source()))}); last != whole {
		t.Fatalf("%q at %d ends with %s", tree.Source(), off, last)
	}
}
