package json

import (
	stdjson "encoding/json"
	"fmt"
	"strings"
	"testing"
)

// records returns a list of n small objects.
func records(n int) string {
	var b strings.Builder
	b.WriteByte('[')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"deps":[%d,%d],"id":%d,"name":"pkg-%d","ok":%t}`, i+1, i+2, i, i, i%2 == 0)
	}
	b.WriteByte(']')
	return b.String()
}

func BenchmarkParse(b *testing.B) {
	for _, bm := range []struct{ name, src string }{
		{"records", records(50000)},
		{"strings", "[" + strings.Repeat(`"a string of the usual length, about like this one",`, 20000) + `""]`},
		{"escapes", "[" + strings.Repeat(`"C:\\dir\\file\n\u00e9",`, 20000) + `""]`},
		{"text", "[" + strings.Repeat(`"größer als über das Übliche hinaus",`, 20000) + `""]`},
		{"floats", "[" + strings.Repeat(`3.141592653589793,-2.5e-3,`, 20000) + `0]`},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.SetBytes(int64(len(bm.src)))
			b.ReportAllocs()
			for b.Loop() {
				if err := Parse(bm.src, silent{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkStandard is a measure for the others.
func BenchmarkStandard(b *testing.B) {
	src := []byte(records(50000))
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if !stdjson.Valid(src) {
			b.Fatal("not valid")
		}
	}
}

func BenchmarkAppendString(b *testing.B) {
	for _, bm := range []struct{ name, s string }{
		{"short", "pkg-12345"},
		{"long", strings.Repeat("a string of the usual length ", 100)},
		{"escapes", strings.Repeat("line\n\"x\"", 100)},
		{"text", strings.Repeat("größer ", 100)},
	} {
		b.Run(bm.name, func(b *testing.B) {
			b.SetBytes(int64(len(bm.s)))
			dst := make([]byte, 0, 10000)
			for b.Loop() {
				if _, err := AppendString(dst, bm.s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
