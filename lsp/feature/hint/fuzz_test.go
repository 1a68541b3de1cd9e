package hint_test

import (
	"testing"

	"firn/lsp/feature/hint"
	"firn/parser/text"
)

// FuzzAll looks for hints in any text: each is in the span, in the order of the
// text, and says something.
func FuzzAll(f *testing.F) {
	for _, src := range []string{
		"{ pkgs, hello, ... }: with pkgs; { port = 81; list = [ hello vim pkgs.tools.jq ]; vars.a = mkForce \"${pkgs.hello}\"; }",
		"let f = a: bc: 1; inherit (pkgs) vim; in { config, ... }: { deep = if f 1 2 then { port = config.package; } else { port = 80; }; }",
		"{ options.a = mkOption { }; config.port = ",
	} {
		f.Add(src, uint16(0), uint16(200))
	}
	f.Fuzz(func(t *testing.T, src string, start, end uint16) {
		if len(src) > 2000 {
			t.Skip()
		}
		q := ask(src, hint.End, hint.Version, hint.Final, hint.Parameter)
		size := uint32(len(src))
		a, b := min(uint32(start), size), min(uint32(end), size)
		q.Span = text.Span{Start: min(a, b), End: max(a, b)}
		last := uint32(0)
		for _, h := range q.All().List {
			h.Tooltip()
			if !q.Span.Touches(h.Offset) || h.Offset < last || h.Label == "" {
				t.Errorf("%q in %v has hint %q at %d behind one at %d", src, q.Span, h.Label, h.Offset, last)
			}
			last = h.Offset
		}
		for _, v := range q.Values() {
			if !q.Span.Covers(v.Span) || v.Text == "" {
				t.Errorf("%q in %v has value %q at %v", src, q.Span, v.Text, v.Span)
			}
		}
	})
}
