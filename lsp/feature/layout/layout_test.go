package layout_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/feature/layout"
	"firn/parser"
	"firn/parser/text"
)

// cursor marks the place of the question in a test's source.
const cursor = "‸"

// at returns the statement or item that begins at the cursor.
func at(t *testing.T, src string) parser.Node {
	t.Helper()
	before, after, ok := strings.Cut(src, cursor)
	tree, err := parser.Parse(before + after)
	if !ok || err != nil {
		t.Fatalf("%s: %v", src, err)
	}
	for n := range tree.Nodes() {
		statement := n.Kind() == parser.KindBinding || n.Kind() == parser.KindInherit || n.Parent().Kind() == parser.KindInherit
		if statement && n.Start() == uint32(len(before)) {
			return n
		}
	}
	t.Fatalf("nothing begins at the cursor in %s", src)
	return parser.Node{}
}

func TestRemoveStatement(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"beside others", "{ a = 1; ‸b = 2; c = 3; }", "{ a = 1; c = 3; }"},
		{"first", "{ ‸a = 1; b = 2; }", "{ b = 2; }"},
		{"only one", "{ ‸a = 1; }", "{ }"},
		{"lines of its own", "{\n  a = 1;\n  ‸b = [\n    2\n  ]; # two\n  c = 3;\n}", "{\n  a = 1;\n  c = 3;\n}"},
		{"comment of the line above", "{\n  a = 1; # one\n  ‸b = 2; c = 3;\n}", "{\n  a = 1; # one\n   c = 3;\n}"},
		{"behind a comment in the line", "{ a = 1; /* two */ ‸b = 2; c = 3; }", "{ a = 1; /* two */ c = 3; }"},
		{"inherit", "{\n  ‸inherit a;\n  b = 1;\n}", "{\n  b = 1;\n}"},
		{"carriage returns", "{\r\n  ‸a = 1;\r\n  b = 1;\r\n}", "{\r\n  b = 1;\r\n}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := at(t, tt.src)
			if diff := cmp.Diff(tt.want, layout.RemoveStatement(n.Tree(), n).Apply(n.Tree().Source())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestRemoveItem(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"last", "{ inherit a ‸b; }", "{ inherit a; }"},
		{"first", "{ inherit ‸a b; }", "{ inherit b; }"},
		{"behind a source", "{ inherit (a)‸a b; }", "{ inherit (a) b; }"},
		{"on a line", "{\n  inherit\n    a\n    ‸b\n    c;\n}", "{\n  inherit\n    a\n    c;\n}"},
		{"behind a line comment", "{ inherit a # one\n  ‸b c; }", "{ inherit a # one\n  c; }"},
		{"behind a block comment", "{ inherit a /* one */ ‸b c; }", "{ inherit a /* one */ c; }"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := at(t, tt.src)
			if diff := cmp.Diff(tt.want, layout.RemoveItem(n.Tree(), n).Apply(n.Tree().Source())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestBelow(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"beside", "{ ‸a = 1; b = 2; }", "{ a = 1; x; b = 2; }"},
		{"below", "{\n  ‸a = 1;\n}", "{\n  a = 1;\n  x;\n}"},
		{"below a comment", "{\n\t‸a = 1; # one\n}", "{\n\ta = 1; # one\n\tx;\n}"},
		{"before what follows", "{\n  ‸a = 1; b = 2; # two\n}", "{\n  a = 1;\n  x; b = 2; # two\n}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := at(t, tt.src)
			off, gap := layout.Below(n.Tree(), n)
			edit := text.Edit{Span: text.Span{Start: off, End: off}, New: gap + "x;"}
			if diff := cmp.Diff(tt.want, edit.Apply(n.Tree().Source())); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
