package folding_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/feature/folding"
	"firn/parser"
	"firn/parser/grammar"
	"firn/parser/text"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestOf(t *testing.T) {
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
			tree := parse(string(src))
			got := "whole lines\n" + render(tree, folding.Options{LinesOnly: true}) +
				"\nat columns\n" + render(tree, folding.Options{}) +
				"\nthe outermost three\n" + render(tree, folding.Options{LinesOnly: true, Limit: 3})
			golden(t, strings.TrimSuffix(file, ".nix")+".golden", got)
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

// render writes a fold per line: the lines that it hides, and what stays
// visible of the first and the last.
func render(tree *parser.Tree, o folding.Options) string {
	var b strings.Builder
	lines, src := tree.Lines(), tree.Source()
	for _, f := range folding.Of(tree, o) {
		first, last := lines.Span(f.First), lines.Span(lines.Line(f.Span.End))
		before, after := src[first.Start:f.Span.Start], src[f.Span.End:last.End]
		if o.LinesOnly {
			before, after = first.In(src), lines.Span(f.Last+1).In(src)
		}
		fmt.Fprintf(&b, "%3d-%-3d %-8s%s ... %s\n", f.First+1, f.Last+1, f.Kind, before, strings.TrimSpace(after))
	}
	return b.String()
}

// parse returns the tree of any text, also of a broken one.
func parse(src string) *parser.Tree {
	if tree, err := parser.Parse(src); err == nil {
		return tree
	}
	return grammar.Parse(src)
}

func TestLimit(t *testing.T) {
	tree := parse(strings.Repeat("{ a = [\n", 50) + strings.Repeat("]; }\n", 50))
	for _, limit := range []int{1, 2, 7, 48, 49} {
		folds := folding.Of(tree, folding.Options{LinesOnly: true, Limit: limit})
		if len(folds) != limit || folds[0].First != 0 || folds[limit-1].First != uint32(limit-1) {
			t.Errorf("limit %d: %d folds, the last from line %d", limit, len(folds), folds[len(folds)-1].First)
		}
	}
}

func TestLineBreaks(t *testing.T) {
	for _, br := range []string{"\n", "\r\n", "\r"} {
		tree := parse(strings.Join([]string{"{", "  a = [", "    1", "  ];", "}"}, br))
		var got []string
		for _, f := range folding.Of(tree, folding.Options{LinesOnly: true}) {
			got = append(got, fmt.Sprintf("%d-%d", f.First, f.Last))
		}
		if diff := cmp.Diff([]string{"0-3", "1-2"}, got); diff != "" {
			t.Errorf("line break %q (-want +got):\n%s", br, diff)
		}
	}
}

// TestInvariants checks the folds of real files, where FIRN_CORPUS names some.
func TestInvariants(t *testing.T) {
	corpus := os.Getenv("FIRN_CORPUS")
	if corpus == "" {
		t.Skip("FIRN_CORPUS is not set")
	}
	for _, dir := range filepath.SplitList(corpus) {
		err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() || filepath.Ext(path) != ".nix" {
				return err
			}
			src, err := os.ReadFile(path)
			if tree, fault := parser.Parse(string(src)); fault == nil {
				checkFolds(t, path, tree)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func checkFolds(t *testing.T, path string, tree *parser.Tree) {
	t.Helper()
	for _, linesOnly := range []bool{false, true} {
		last := text.Span{}
		for i, f := range folding.Of(tree, folding.Options{LinesOnly: linesOnly}) {
			if f.First >= f.Last || f.Last >= tree.Lines().Count() || i > 0 && f.Span.Start < last.Start {
				t.Errorf("%s: fold %d is %+v", path, i, f)
			}
			last = f.Span
		}
	}
}

func BenchmarkOf(b *testing.B) {
	tree := parse("{ " + strings.Repeat("\n  # what\n  name = callPackage ../path/to {\n    inherit (x) y;\n    z = 1;\n  };", 10_000) + "}")
	b.SetBytes(int64(len(tree.Source())))
	for b.Loop() {
		folding.Of(tree, folding.Options{LinesOnly: true})
	}
}
