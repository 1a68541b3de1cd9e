package format_test

import (
	"testing"

	"firn/format"
)

// BenchmarkSource lays out the valid files of FIRN_CORPUS.
func BenchmarkSource(b *testing.B) {
	files := corpus(b)
	size := 0
	for _, src := range files {
		size += len(src)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		for name, src := range files {
			if _, err := format.Source(src, format.Options{}); err != nil {
				b.Fatalf("%s: %v", name, err)
			}
		}
	}
}
