package rename_test

import (
	"fmt"
	"strings"
	"testing"

	"firn/lsp/feature/navigate"
	"firn/lsp/feature/rename"
	"firn/parser/scope"
)

// BenchmarkRename renames a variable with thousands of uses in a large file.
func BenchmarkRename(b *testing.B) {
	var src strings.Builder
	src.WriteString("{ lib, callPackage }:\nlet\n  local = 1;\nin\nrec {\n")
	for i := range 7000 {
		fmt.Fprintf(&src, "  package%d = callPackage ../path/to/%d {\n    inherit (lib) a%d;\n    x = local;\n  };\n", i, i, i)
	}
	src.WriteString("}\n")
	q := rename.Query{Info: scope.Resolve(parse(src.String())), Parse: parse}
	off := uint32(strings.Index(src.String(), "local"))
	b.Run("rename", func(b *testing.B) {
		for b.Loop() {
			if _, err := q.Rename(off, "other"); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("references", func(b *testing.B) {
		for b.Loop() {
			navigate.References(q.Info, off)
		}
	})
}
