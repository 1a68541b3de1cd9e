package rename_test

import (
	"errors"
	"testing"

	"firn/lsp/feature/rename"
	"firn/parser"
	"firn/parser/scope"
)

// FuzzRename renames anything to anything. What is not refused leaves a valid
// file valid.
func FuzzRename(f *testing.F) {
	f.Add("let a = 1; in { inherit a; b = a; }", uint16(4), "c")
	f.Add("{ a, b ? a }@args: with { x = a; }; rec { inherit (args) a; inherit x; }", uint16(2), "x y")
	f.Add("let s = { a = 1; }; t = s // { b = 2; }; in t.a + s.a or t.b", uint16(10), `"if"`)
	f.Add("_:x", uint16(0), "a")
	f.Fuzz(func(t *testing.T, src string, at uint16, to string) {
		q := rename.Query{Info: scope.Resolve(parse(src)), Parse: parse}
		edits, err := q.Rename(min(uint32(at), uint32(len(src))), to)
		if err != nil {
			if r := (*rename.Refusal)(nil); !errors.As(err, &r) {
				t.Fatalf("not a refusal: %v", err)
			}
			return
		}
		for i, e := range edits {
			if i > 0 && edits[i-1].End > e.Start {
				t.Fatalf("edits %v and %v overlap", edits[i-1], e)
			}
		}
		after := apply(src, edits)
		if _, bad := parser.Parse(src); bad != nil {
			return
		}
		if _, bad := parser.Parse(after); bad != nil {
			t.Fatalf("%q becomes %q: %v", src, after, bad)
		}
	})
}
