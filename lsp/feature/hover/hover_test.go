package hover_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/feature/disk"
	"firn/lsp/feature/hover"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/link"
	"firn/parser"
	"firn/parser/scope"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestAt describes what each ^ in a file of testdata stands before.
func TestAt(t *testing.T) {
	files, err := filepath.Glob("testdata/*.nix")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, strings.TrimSuffix(file, ".nix")+".golden", describeAll(t, string(src)))
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func describeAll(t *testing.T, marked string) string {
	src, offsets := cut(marked)
	tree, perr := parser.Parse(src)
	if perr != nil {
		t.Fatalf("%v at %s", perr, perr.Span)
	}
	info := scope.Resolve(tree)
	var b strings.Builder
	for _, off := range offsets {
		line := tree.Lines().Line(off)
		h, ok := hover.At(hover.Known{Space: infer.Alone(info), World: world()}, off)
		if !ok {
			fmt.Fprintf(&b, "==== line %d: nothing\n\n", line+1)
			continue
		}
		fmt.Fprintf(&b, "==== line %d: %s\n%s\n\n", line+1, h.Span.In(src), h.Markdown)
	}
	return b.String()
}

// cut takes the marks out and returns where they were.
func cut(marked string) (string, []uint32) {
	var b strings.Builder
	var offsets []uint32
	for i, piece := range strings.Split(marked, "^") {
		if i > 0 {
			offsets = append(offsets, uint32(b.Len()))
		}
		b.WriteString(piece)
	}
	return b.String(), offsets
}

func world() disk.World {
	return disk.World{
		File:   link.File{Path: "/home/me/project/default.nix", Home: "/home/me"},
		Search: link.SearchPath{{Prefix: "nixpkgs", Path: "/nixpkgs"}, {Path: "/channels"}},
		FS: files{fstest.MapFS{
			"home/me/project/file.nix":    {Data: []byte("{ }")},
			"home/me/dir/default.nix":     {Data: []byte("1")},
			"home/me/x/other.nix":         {Data: []byte("1")},
			"nixpkgs/lib/default.nix":     {Data: []byte("1")},
			"home/me/project/default.nix": {Data: []byte("1")},
		}},
	}
}

type files struct{ fs fstest.MapFS }

func (f files) Stat(path string) (fs.FileInfo, error) {
	return f.fs.Stat(strings.TrimPrefix(path, "/"))
}

func (f files) ReadDir(string) ([]fs.DirEntry, bool, error) {
	return nil, false, errors.New("hover lists no directories")
}

// TestCorpus describes everything in real files: nothing panics and what is
// described is where the cursor is.
func TestCorpus(t *testing.T) {
	dirs := filepath.SplitList(os.Getenv("FIRN_CORPUS"))
	if len(dirs) == 0 {
		t.Skip("FIRN_CORPUS names no directories")
	}
	files := 0
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".nix") {
				return err
			}
			if files++; files%every != 0 {
				return nil
			}
			return describeFile(t, path)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// every and step thin the corpus out to what takes seconds.
const (
	every = 20
	step  = 7
)

func describeFile(t *testing.T, path string) error {
	src, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	tree, perr := parser.Parse(string(src))
	if perr != nil {
		return nil
	}
	info := scope.Resolve(tree)
	for off := uint32(0); off <= uint32(len(src)); off += step {
		if h, ok := hover.At(hover.Known{Space: infer.Alone(info), World: world()}, off); ok && !h.Span.Touches(off) {
			t.Errorf("%s: hover at %d is about %s", path, off, h.Span)
		}
	}
	return nil
}
