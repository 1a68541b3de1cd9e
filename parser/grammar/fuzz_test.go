package grammar

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"firn/parser/text"
)

// seeds calls f for each text of the corpus that both engines share, and for
// those of the golden files.
func seeds(tb testing.TB, f func(src string)) {
	tb.Helper()
	for _, glob := range []string{"../testdata/*/*.nix", "testdata/*.nix"} {
		files, err := filepath.Glob(glob)
		if err != nil || len(files) == 0 {
			tb.Fatalf("no texts in %s: %v", glob, err)
		}
		for _, file := range files {
			src, err := os.ReadFile(file)
			if err != nil {
				tb.Fatal(err)
			}
			f(string(src))
		}
	}
	f(sample)
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

// FuzzParse checks that the scanner has repaired whatever tree-sitter would have
// to recover from, which takes it time without measure.
func FuzzParse(f *testing.F) {
	seeds(f, func(src string) { f.Add(src) })
	f.Fuzz(func(t *testing.T, src string) {
		b := Open(src)
		defer b.Close()
		if b.engine != nil && b.engine.gaveUp() {
			t.Fatal("tree-sitter found an error")
		}
	})
}

// FuzzEdit checks the trees of a text that is edited, twice as told and then at
// random: they are sound, and where the text is valid they are those of a fresh
// parse.
func FuzzEdit(f *testing.F) {
	seeds(f, func(src string) {
		f.Add(src, uint16(3), uint16(1), "a", uint16(9), uint16(0), "}")
		f.Add(src, uint16(30), uint16(9), "", uint16(1), uint16(2), "''")
	})
	f.Fuzz(func(t *testing.T, src string, at, n uint16, insert string, at2, n2 uint16, insert2 string) {
		b := Open(src)
		defer b.Close()
		edit := func(e text.Edit) {
			src = e.Apply(src)
			b.Edit(e)
			if err := follow(b, src); err != nil {
				t.Fatalf("%v %q, now %q: %v", e.Span, e.New, src, err)
			}
		}
		edit(text.Edit{Span: span(src, at, n), New: insert})
		edit(text.Edit{Span: span(src, at2, n2), New: insert2})
		r := rand.New(rand.NewPCG(uint64(at), uint64(at2)))
		for range n % 8 {
			edit(randomEdit(r, src))
		}
	})
}

// span returns n bytes of src from at on, as far as there are any.
func span(src string, at, n uint16) text.Span {
	start := min(int(at), len(src))
	return text.Span{Start: uint32(start), End: uint32(min(start+int(n), len(src)))}
}
