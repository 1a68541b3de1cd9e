package editors_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCorpus breaks and mends the largest file of each folder that
// FIRN_CORPUS names.
func TestCorpus(t *testing.T) {
	corpus := os.Getenv("FIRN_CORPUS")
	if corpus == "" {
		t.Skip("FIRN_CORPUS names no folders")
	}
	for _, dir := range filepath.SplitList(corpus) {
		file := largest(t, dir)
		for _, p := range programs {
			t.Run(p.name+" "+filepath.Base(file), func(t *testing.T) {
				e := start(t, p)
				e.open(copied(e, file))
				e.problems()
				e.do("top")
				e.do("insert", ") ")
				e.problems("syntax-error")
				e.do("top")
				e.do("erase", 2)
				e.problems()
			})
		}
	}
}

// copied returns a copy of a file in the workspace of the editor.
func copied(e *editor, file string) string {
	e.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		e.Fatal(err)
	}
	to := filepath.Join(e.workspace, filepath.Base(file))
	if err := os.WriteFile(to, src, 0o666); err != nil {
		e.Fatal(err)
	}
	return to
}

// largest returns the largest Nix file below a folder.
func largest(t *testing.T, dir string) string {
	t.Helper()
	var file string
	var most int64
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || !strings.HasSuffix(path, ".nix") {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Size() > most {
			file, most = path, info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if file == "" {
		t.Skipf("%s has no Nix file", dir)
	}
	return file
}
