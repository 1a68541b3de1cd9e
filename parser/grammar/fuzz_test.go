package grammar

import (
	"os"
	"path/filepath"
	"testing"

	"firn/parser/text"
)

// seeds calls f for each text of the corpus that both engines share.
func seeds(tb testing.TB, f func(src string)) {
	tb.Helper()
	files, err := filepath.Glob("../testdata/*/*.nix")
	if err != nil || len(files) == 0 {
		tb.Fatalf("no texts in ../testdata: %v", err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		f(string(src))
	}
	f("=0//=0/*")
	f("a /*")
	f("/$0")
}

// FuzzAgree checks that any text has a sound tree, and that a text is valid
// for both engines with one and the same tree, or for neither.
func FuzzAgree(f *testing.F) {
	seeds(f, func(src string) { f.Add(src) })
	f.Fuzz(func(t *testing.T, src string) {
		if err := agree(src); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzEdit checks the trees of a text that is edited twice: they are sound,
// and where the text is valid they are those of a fresh parse.
func FuzzEdit(f *testing.F) {
	seeds(f, func(src string) {
		f.Add(src, uint16(3), uint16(1), "a", uint16(9), uint16(0), "}")
		f.Add(src, uint16(30), uint16(9), "", uint16(1), uint16(2), "''")
	})
	f.Fuzz(func(t *testing.T, src string, at, n uint16, insert string, at2, n2 uint16, insert2 string) {
		b := Open(src)
		defer b.Close()
		for _, e := range []struct {
			at, n  uint16
			insert string
		}{{at, n, insert}, {at2, n2, insert2}} {
			start := min(int(e.at), len(src))
			end := min(start+int(e.n), len(src))
			edit := text.Edit{Span: text.Span{Start: uint32(start), End: uint32(end)}, New: e.insert}
			src = edit.Apply(src)
			b.Edit(edit)
			if err := follow(b, src); err != nil {
				t.Fatal(err)
			}
		}
	})
}
