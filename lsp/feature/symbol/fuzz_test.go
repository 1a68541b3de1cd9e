package symbol_test

import (
	"testing"
	"unicode/utf8"

	"firn/lsp/feature/symbol"
)

// FuzzOf checks what editors rely on, and the index with them: the order, and
// that ranges nest.
func FuzzOf(f *testing.F) {
	f.Add("{ a.b = { inherit (c) d; ${e} = 1; }; }")
	f.Add("let x = ; y = [ { z = 2; in")
	f.Fuzz(func(t *testing.T, src string) {
		tree := parse(src)
		start := uint32(0)
		symbols := symbol.Of(tree)
		for i, s := range symbols {
			if s.Name == "" || !utf8.ValidString(s.Name+symbol.Detail(tree, s)) || !s.Kind.Valid() {
				t.Errorf("symbol %d is %+v", i, s)
			}
			if s.Selection.Start < start || !s.Span.Covers(s.Selection) {
				t.Errorf("symbol %d at %v, its name at %v, behind %d", i, s.Span, s.Selection, start)
			}
			if s.Parent >= int32(i) || s.Parent != symbol.None && !symbols[s.Parent].Span.Covers(s.Span) {
				t.Errorf("symbol %d is not inside its parent %d", i, s.Parent)
			}
			start = s.Selection.Start
		}
	})
}
