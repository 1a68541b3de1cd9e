package navigate_test

import (
	"testing"

	"firn/lsp/feature/disk"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/link"
	"firn/lsp/feature/navigate"
	"firn/parser/grammar"
	"firn/parser/scope"
)

// FuzzQuery asks everything about places in any text. Answers lie in the text.
func FuzzQuery(f *testing.F) {
	for _, src := range []string{
		"let a.b = 1; inherit (import ./lib.nix) one; in a.b one",
		"{ f = { x ? 1, ... }@args: with args; x; y = f { x = ",
		"with import ./loop.nix; let inherit (a) b; in { inherit b \"c\" ${\"d\"}; }",
		"rec { a = a.b; } // a.",
	} {
		f.Add(src, uint16(len(src)/2))
	}
	f.Fuzz(func(t *testing.T, src string, at uint16) {
		info := scope.Resolve(grammar.Parse(src))
		off := min(uint32(at), uint32(len(src)))
		world := disk.World{File: link.File{Path: "/project/main.nix"}, FS: project}
		q := navigate.Query{Space: infer.Open(info, world, project.load), World: world}
		_, definitions := q.Definition(off)
		_, declarations := q.Declaration(off)
		_, implementations := q.Implementation(off)
		for _, l := range append(append(definitions, declarations...), implementations...) {
			if l.Path == "" && (int(l.Span.End) > len(src) || !l.Span.Covers(l.Name)) {
				t.Errorf("location %+v in %d bytes", l, len(src))
			}
		}
		last := uint32(0)
		for _, h := range navigate.Highlights(info, off) {
			if h.Span.Start < last || int(h.Span.End) > len(src) {
				t.Errorf("highlight %v behind %d", h.Span, last)
			}
			last = h.Span.End
		}
	})
}
