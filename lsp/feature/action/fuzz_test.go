package action_test

import (
	"testing"

	"firn/lsp/feature/action"
	"firn/parser"
	"firn/parser/text"
)

// FuzzFind carries out all that is offered for any place of any text: edits do
// not overlap, and what could be read can be read afterwards.
func FuzzFind(f *testing.F) {
	for _, src := range []string{
		"let a = 1; in { inherit a; b.c = a + 1; }",
		"{ a.b = ''\n  x ${y}\n''; a.c = \"\\n\"; d = { e = 1; inherit (f) g; }; }",
		"{ x, y ? 1 }: let { body = x; }", "{ a = 1; a = [ 2 ", "{ a, a }: b ./c/ 99999999999999999999",
		"{ x = \"a; y = ''b\n; }", "if a b else c",
		"{ a, b ? a, ... }@c: let d = b; inherit (a) e _f; g.h = d; in with a; rec { inherit; }", "let x = y: y; in x (x 1)",
	} {
		f.Add(src, uint16(3), uint16(0))
		f.Add(src, uint16(len(src)/2), uint16(5))
	}
	f.Fuzz(func(t *testing.T, src string, at, length uint16) {
		span := text.Span{Start: min(uint32(at), uint32(len(src)))}
		span.End = min(span.Start+uint32(length), uint32(len(src)))
		q := query(src, span)
		q.Free = func(string) bool { return true }
		_, bad := parser.Parse(src)
		seen := map[string]bool{}
		for _, a := range q.Find() {
			if key := string(a.Kind) + a.Title; seen[key] && a.Fixes == nil {
				t.Errorf("%q twice", a.Title)
			} else {
				seen[key] = true
			}
			edits, ok := q.Edits(a)
			if !ok {
				continue
			}
			for i, e := range edits {
				if e.Start > e.End || int(e.End) > len(src) || i > 0 && edits[i-1].End > e.Start {
					t.Fatalf("%q: edits %v", a.Title, edits)
				}
			}
			after := action.Apply(src, edits)
			if _, err := parser.Parse(after); bad == nil && err != nil {
				t.Fatalf("%q makes %q of %q: %v", a.Title, after, src, err)
			}
		}
	})
}
