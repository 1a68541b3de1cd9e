package symbol_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/feature/symbol"
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
			golden(t, strings.TrimSuffix(file, ".nix")+".golden", render(parse(string(src))))
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

// render writes a symbol per line, indented below its parent.
func render(tree *parser.Tree) string {
	var b strings.Builder
	symbols := symbol.Of(tree)
	for _, s := range symbols {
		for p := s.Parent; p != symbol.None; p = symbols[p].Parent {
			b.WriteString("  ")
		}
		kind := s.Kind.String()
		if s.Local {
			kind = "local " + kind
		}
		fmt.Fprintf(&b, "%s: %s %s %s | %s\n", s.Name, kind, place(tree, s.Span), place(tree, s.Selection), symbol.Detail(tree, s))
	}
	return b.String()
}

func place(tree *parser.Tree, s text.Span) string {
	from, to := tree.Lines().Position(s.Start, text.UTF8), tree.Lines().Position(s.End, text.UTF8)
	return fmt.Sprintf("%d:%d-%d:%d", from.Line+1, from.Column+1, to.Line+1, to.Column+1)
}

// parse returns the tree of any text, also of a broken one.
func parse(src string) *parser.Tree {
	if tree, err := parser.Parse(src); err == nil {
		return tree
	}
	return grammar.Parse(src)
}

func TestNestingIsBounded(t *testing.T) {
	const depth = parser.MaxDepth / 4
	tree := parse(strings.Repeat("{ a = ", depth) + "1" + strings.Repeat("; }", depth))
	symbols := symbol.Of(tree)
	if len(symbols) != depth {
		t.Fatalf("%d symbols, want %d", len(symbols), depth)
	}
	deepest := 0
	for i, s := range symbols {
		level := 0
		for p := s.Parent; p != symbol.None; p = symbols[p].Parent {
			level++
		}
		deepest = max(deepest, level)
		if s.Parent >= int32(i) || s.Parent != symbol.None && !symbols[s.Parent].Span.Covers(s.Span) {
			t.Fatalf("symbol %d has parent %d", i, s.Parent)
		}
	}
	if deepest != symbol.MaxNesting-1 {
		t.Errorf("symbols nest %d deep, want %d", deepest, symbol.MaxNesting-1)
	}
}

func TestLongNameIsCut(t *testing.T) {
	tree := parse(`{ ${"` + strings.Repeat("é", 1000) + `"} = 1; }`)
	name := symbol.Of(tree)[0].Name
	if len(name) > 300 || !strings.HasSuffix(name, "é…") {
		t.Errorf("name of %d bytes: %q", len(name), name)
	}
}

func TestInvalidUTF8(t *testing.T) {
	tree := parse("{ \"a\xff\" = \"\xfe\"; \"b \xff\" = 1; inherit \"\xff\"; }")
	for _, s := range symbol.Of(tree) {
		if !utf8.ValidString(s.Name) || !utf8.ValidString(symbol.Detail(tree, s)) {
			t.Errorf("%q: %q is not UTF-8", s.Name, symbol.Detail(tree, s))
		}
	}
}

func BenchmarkOf(b *testing.B) {
	tree := parse("{ " + strings.Repeat("\n  name = callPackage ../path/to { inherit (x) y; z = 1; };", 10_000) + "}")
	b.SetBytes(int64(len(tree.Source())))
	for b.Loop() {
		for _, s := range symbol.Of(tree) {
			symbol.Detail(tree, s)
		}
	}
}
