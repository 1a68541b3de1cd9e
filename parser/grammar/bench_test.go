package grammar

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"firn/parser"
	"firn/parser/text"
)

// sized returns a valid text of about n bytes: a set of many small packages.
func sized(n int) string {
	var b strings.Builder
	b.WriteString("{ callPackage, fetchurl, lib, ... } @ args:\n\nwith lib; rec {\n")
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "  # The package %d.\n  package%d = callPackage ../tools/package-%d { };\n\n", i, i, i)
		fmt.Fprintf(&b, "  tool%d = callPackage ../tools/%d { inherit (args) stdenv; name = \"tool-${toString %d}\"; deps = [ package%d.out ]; };\n\n", i, i, i, i)
	}
	b.WriteString("}\n")
	return b.String()
}

// texts are those that are measured: three sizes, and the largest file of the
// corpus if there is one.
func texts(b *testing.B, f func(b *testing.B, src string)) {
	for _, n := range []int{2_000, 50_000, 700_000} {
		b.Run(fmt.Sprintf("%dkB", n/1000), func(b *testing.B) { f(b, sized(n)) })
	}
	b.Run("corpus", func(b *testing.B) {
		largest := ""
		corpus(b, func(_, src string) {
			if len(src) > len(largest) && Valid(Parse(src)) {
				largest = src
			}
		})
		f(b, largest)
	})
}

func BenchmarkOpen(b *testing.B) {
	texts(b, func(b *testing.B, src string) {
		b.SetBytes(int64(len(src)))
		b.ReportAllocs()
		for b.Loop() {
			Open(src).Close()
		}
	})
}

// BenchmarkEdit measures single characters typed and deleted at random places,
// each of which is undone before the next.
func BenchmarkEdit(b *testing.B) {
	texts(b, func(b *testing.B, src string) {
		r := rand.New(rand.NewPCG(1, 2))
		buffer := Open(src)
		defer buffer.Close()
		var took []time.Duration
		b.ReportAllocs()
		for b.Loop() {
			e, undo := keystroke(r, src)
			start := time.Now()
			buffer.Edit(e)
			took = append(took, time.Since(start))
			buffer.Edit(undo)
		}
		if err := parser.Equal(buffer.Tree(), Parse(src)); err != nil {
			b.Error(err)
		}
		slices.Sort(took)
		for _, p := range []int{50, 95, 99} {
			b.ReportMetric(took[(len(took)-1)*p/100].Seconds()*1e3, fmt.Sprintf("p%d-ms", p))
		}
	})
}

// keystroke returns an edit that inserts, deletes or replaces a character, and
// the edit that undoes it. What it inserts is as frequent as in the text.
func keystroke(r *rand.Rand, src string) (edit, undo text.Edit) {
	at := uint32(r.IntN(len(src)))
	edit = text.Edit{Span: text.Span{Start: at, End: at}}
	if r.IntN(3) > 0 {
		edit.End++
	}
	if edit.Empty() || r.IntN(2) == 0 {
		i := r.IntN(len(src))
		edit.New = src[i : i+1]
	}
	undo.Span = text.Span{Start: at, End: at + uint32(len(edit.New))}
	undo.New = edit.In(src)
	return edit, undo
}
