package folding_test

import (
	"testing"

	"firn/lsp/feature/folding"
)

// FuzzOf checks that folds come in order and hide lines that there are.
func FuzzOf(f *testing.F) {
	f.Add("{\n  a = ''\n    b\n  '';\n  # c\n  # d\n}\n", 2)
	f.Add("let\r inherit a;\r inherit b;\rin [\r", 0)
	f.Fuzz(func(t *testing.T, src string, limit int) {
		tree := parse(src)
		checkFolds(t, "input", tree)
		all := folding.Of(tree, folding.Options{LinesOnly: true})
		some := folding.Of(tree, folding.Options{LinesOnly: true, Limit: limit})
		if limit > 0 && len(some) != min(limit, len(all)) {
			t.Errorf("%d of %d folds for a limit of %d", len(some), len(all), limit)
		}
	})
}
