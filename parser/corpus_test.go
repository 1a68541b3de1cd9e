package parser_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"firn/parser"
	"firn/parser/scope"
)

// corpus returns the *.nix files below the directories that FIRN_CORPUS lists.
func corpus(tb testing.TB) map[string]string {
	tb.Helper()
	dirs := filepath.SplitList(os.Getenv("FIRN_CORPUS"))
	if len(dirs) == 0 {
		tb.Skip("FIRN_CORPUS names no directories with nixlang files")
	}
	files := map[string]string{}
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() || !strings.HasSuffix(path, ".nix") {
				return err
			}
			src, err := os.ReadFile(path)
			files[path] = string(src)
			return err
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
	return files
}

func BenchmarkParse(b *testing.B) {
	files := corpus(b)
	bench := func(name string, use func(*parser.Tree)) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			size := int64(0)
			for _, src := range files {
				size += int64(len(src))
			}
			b.SetBytes(size)
			for b.Loop() {
				for _, src := range files {
					if tree, err := parser.Parse(src); err == nil {
						use(tree)
					}
				}
			}
			b.ReportMetric(float64(len(files)), "files")
		})
	}
	bench("tree", func(*parser.Tree) {})
	bench("check", func(t *parser.Tree) { scope.Check(t) })
	bench("resolve", func(t *parser.Tree) { scope.Resolve(t) })
}
