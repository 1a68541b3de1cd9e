package layout_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/feature/layout"
)

func TestExplicit(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"alone", "{ inherit ‸a; }", "{ x = y; }"},
		{"among others", "{ inherit b ‸a c; }", "{ inherit b c; x = y; }"},
		{"from a source", "{ inherit (s.t) ‸a; }", "{ x = s.t.y; }"},
		{"from a source that needs parentheses", "{ inherit (f 1) ‸a b; }", "{ inherit (f 1) b; x = (f 1).y; }"},
		{"alone from a source that needs parentheses", "{ inherit (f 1) ‸a; }", "{ x = (f 1).y; }"},
		{"comment in the statement", "{ inherit /* one */ ‸a; }", "{ inherit /* one */; x = y; }"},
		{"comment in the source", "{ inherit (/* one */ s) ‸a; }", "{ inherit (/* one */ s); x = s.y; }"},
		{"on lines", "{\n  inherit\n    a\n    ‸b;\n}", "{\n  inherit\n    a;\n  x = y;\n}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := at(t, tt.src)
			src := n.Tree().Source()
			for _, p := range slices.Backward(layout.Explicit{Item: n, Attr: "x", Value: "y"}.Parts()) {
				if p.Attr >= 0 && p.New[p.Attr] != 'x' || p.Value >= 0 && p.New[p.Value] != 'y' {
					t.Errorf("%q: the names are not at %d and %d", p.New, p.Attr, p.Value)
				}
				src = p.Apply(src)
			}
			if diff := cmp.Diff(tt.want, src); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
