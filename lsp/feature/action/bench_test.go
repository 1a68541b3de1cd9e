package action_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"firn/lsp/feature/action"
	"firn/parser/text"
)

// packages is a file like the largest of nixpkgs.
func packages(n int) string {
	var b strings.Builder
	b.WriteString("{ lib, pkgs }:\nwith pkgs;\n{\n")
	for i := range n {
		fmt.Fprintf(&b, "  package%d = callPackage ../path/to/%d {\n    inherit (lib) a%d;\n    x = \"y\";\n  };\n", i, i, i)
	}
	return b.String() + "}\n"
}

// BenchmarkFind asks at places of a large file, and in one that lacks a token.
func BenchmarkFind(b *testing.B) {
	src := packages(7000)
	half := len(src) / 2
	cut := half + strings.Index(src[half:], ";")
	for name, src := range map[string]string{"valid": src, "broken": src[:cut] + src[cut+1:]} {
		b.Run(name, func(b *testing.B) {
			q := query(src, text.Span{})
			random := rand.New(rand.NewPCG(1, 2))
			var times []time.Duration
			b.SetBytes(int64(len(src)))
			for b.Loop() {
				q.Span.Start = uint32(random.IntN(len(src)))
				if len(q.Errors) > 0 {
					q.Span.Start = q.Errors[0].Span.Start
				}
				q.Span.End = q.Span.Start
				start := time.Now()
				for _, a := range q.Find() {
					if a.Kind == action.QuickFix {
						q.Edits(a)
					}
				}
				times = append(times, time.Since(start))
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)*95/100].Microseconds())/1000, "p95-ms")
		})
	}
}
