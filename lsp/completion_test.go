package lsp_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"firn/lsp/lsptest"
	"firn/parser/text"
)

// BenchmarkCompletion measures the time from a key stroke in a large file until
// the items to complete with arrive, in a list that they are chosen from anew
// with each character.
func BenchmarkCompletion(b *testing.B) {
	c := lsptest.Start(b, lsptest.Options{Files: map[string]string{"all.nix": largeFile(b)}})
	if err := c.Open("all.nix"); err != nil {
		b.Fatal(err)
	}
	document, err := c.Document("all.nix")
	if err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	var took []time.Duration
	at, left := uint32(0), ""
	for b.Loop() {
		if left == "" {
			src := c.Source("all.nix")
			at = uint32(strings.LastIndex(src[:r.IntN(len(src))], ";\n") + 2)
			left = "  x = callPackage { a = lib.name; };\n"
		}
		start := time.Now()
		if err := c.Edit("all.nix", text.Edit{Span: text.Span{Start: at, End: at}, New: left[:1]}); err != nil {
			b.Fatal(err)
		}
		at, left = at+1, left[1:]
		place := text.NewLines(c.Source("all.nix")).Position(at, text.UTF16)
		var list struct{ Items []any }
		params := map[string]any{"textDocument": document, "position": map[string]any{"line": place.Line, "character": place.Column}}
		if err := c.Call("textDocument/completion", params, &list); err != nil {
			b.Fatal(err)
		}
		took = append(took, time.Since(start))
		time.Sleep(30 * time.Millisecond) // as between keys that are held down
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
}
