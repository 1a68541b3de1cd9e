package grammar

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"firn/parser"
)

// corpus calls f for each *.nix file below the directories that FIRN_CORPUS
// lists.
func corpus(tb testing.TB, f func(path, src string)) {
	tb.Helper()
	dirs := filepath.SplitList(os.Getenv("FIRN_CORPUS"))
	if len(dirs) == 0 {
		tb.Skip("FIRN_CORPUS names no directories with nixlang files")
	}
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || !e.Type().IsRegular() || !strings.HasSuffix(path, ".nix") {
				return err
			}
			src, err := os.ReadFile(path)
			f(path, string(src))
			return err
		})
		if err != nil {
			tb.Fatal(err)
		}
	}
}

// agree returns an error unless both engines accept src and give one tree of
// it, or both refuse it.
func agree(src string) error {
	got := Parse(src)
	if err := check(got); err != nil {
		return err
	}
	want, refused := parser.Parse(src, parser.PipeOperators(true))
	switch {
	case refused != nil && Valid(got):
		return refused
	case refused != nil:
		return nil
	}
	return parser.Equal(got, want)
}

func TestCorpus(t *testing.T) {
	files, valid := 0, 0
	corpus(t, func(path, src string) {
		files++
		if err := agree(src); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if _, err := parser.Parse(src, parser.PipeOperators(true)); err == nil {
			valid++
		}
	})
	t.Logf("%d files, %d of them valid", files, valid)
}
