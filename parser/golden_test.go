package parser_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

var update = flag.Bool("update", false, "write golden files")

// golden compares got with a file, or writes the file.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got), run with -update if that is right:\n%s", file, diff)
	}
}

// sources returns the *.nix files of a folder of testdata by name.
func sources(tb testing.TB, dir string) map[string]string {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", dir, "*.nix"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("no files in testdata/%s: %v", dir, err)
	}
	list := map[string]string{}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		list[strings.TrimSuffix(filepath.Base(file), ".nix")] = string(src)
	}
	return list
}

func TestTree(t *testing.T) {
	for name, src := range sources(t, "lang") {
		t.Run(name, func(t *testing.T) {
			tree, err := parser.Parse(src)
			if err != nil {
				t.Fatalf("%s at %s", err.Msg, err.Span)
			}
			if err := tiles(tree); err != nil {
				t.Error(err)
			}
			golden(t, filepath.Join("testdata/lang", name+".tree"), tree.String())
		})
	}
}

// tiles checks that the leaves and comments of a tree and the white space
// between them are the source, and that nodes nest.
func tiles(t *parser.Tree) error {
	at := uint32(0)
	comments := t.Comments()
	skip := func(to uint32) error {
		for at < to {
			switch {
			case len(comments) > 0 && comments[0].Start == at:
				at = comments[0].End
				comments = comments[1:]
			case strings.IndexByte(" \t\r\n", t.Source()[at]) >= 0:
				at++
			default:
				return fmt.Errorf("offset %d is in no leaf", at)
			}
		}
		return nil
	}
	for n := range t.Nodes() {
		if p := n.Parent(); p.Valid() && !p.Span().Covers(n.Span()) {
			return fmt.Errorf("%s %s lies outside of %s %s", n.Kind(), n.Span(), p.Kind(), p.Span())
		}
		if n.FirstChild().Valid() || n.Kind() == parser.KindFile {
			continue
		}
		if err := skip(n.Start()); err != nil {
			return err
		}
		if at != n.Start() {
			return fmt.Errorf("%s %s begins before %d", n.Kind(), n.Span(), at)
		}
		at = n.End()
	}
	return skip(uint32(len(t.Source())))
}

func sortedKeys(m map[string]string) []string {
	return slices.Sorted(maps.Keys(m))
}

func TestErrors(t *testing.T) {
	var b strings.Builder
	files := sources(t, "errors")
	for _, name := range sortedKeys(files) {
		src := files[name]
		var errs []*parser.Error
		tree, err := parser.Parse(src)
		if err != nil {
			errs = scope.Before(src, err)
		} else {
			errs = scope.Check(tree)
		}
		fmt.Fprintf(&b, "%s: %q\n", name, src)
		if len(errs) == 0 {
			t.Errorf("%s: no error", name)
		}
		lines := text.NewLines(src)
		for _, e := range errs {
			p := lines.Position(e.Span.Start, text.UTF8)
			fmt.Fprintf(&b, "\t%d:%d [%s] %s (%s)\n", p.Line+1, p.Column+1, e.Code, e.Msg, e.Span)
			for _, r := range e.Related {
				fmt.Fprintf(&b, "\t\t%s: %s\n", r.Span, r.Msg)
			}
		}
	}
	golden(t, "testdata/errors.golden", b.String())
}

func TestLimits(t *testing.T) {
	repeat := func(open, middle, closing string) string {
		const n = 100_000
		return strings.Repeat(open, n) + middle + strings.Repeat(closing, n)
	}
	tests := []struct {
		name, src string
		code      parser.Code // empty: valid
	}{
		{"parentheses", repeat("(", "1", ")"), parser.TooDeep},
		{"open parentheses", repeat("(", "", ""), parser.TooDeep},
		{"lists", repeat("[", "", "]"), parser.TooDeep},
		{"open lists", repeat("[", "", ""), parser.TooDeep},
		{"sets", repeat("{a=", "1", ";}"), parser.TooDeep},
		{"lambdas", repeat("a: ", "1", ""), parser.TooDeep},
		{"formals", repeat("{a ? ", "1", "}: 1"), parser.TooDeep},
		{"interpolations", repeat(`"${`, "1", `}"`), parser.TooDeep},
		{"indented interpolations", repeat("''${", "1", "}''"), parser.TooDeep},
		{"path interpolations", repeat("./${", "1", "}"), parser.TooDeep},
		{"dynamic attributes", repeat("a.${", "1", "}"), parser.TooDeep},
		{"negations", repeat("- ", "1", ""), parser.TooDeep},
		{"nots", repeat("!", "true", ""), parser.TooDeep},
		{"ifs", repeat("if ", "1", ""), parser.TooDeep},
		{"lets", repeat("let a = ", "1", ""), parser.TooDeep},
		{"legacy lets", repeat("let {a = ", "1", ";}"), parser.TooDeep},
		{"withs", repeat("with {};", "1", ""), parser.TooDeep},
		{"defaults", repeat("a.b or ", "a", ""), parser.TooDeep},
		{"sum", repeat("1 + ", "1", ""), parser.TooDeep},
		{"concatenation", repeat("[] ++ ", "[]", ""), parser.TooDeep},
		{"application", repeat("f ", "x", ""), parser.TooDeep},
		{"attribute path", "a" + repeat(".a", "", ""), ""},
		{"binding path", "{" + repeat("a.", "a", "") + " = 1; }", ""},
		{"list elements", "[" + repeat(" 1", "", "") + "]", ""},
		{"comment", "/*" + repeat("*", "", "") + "/ 1", ""},
		{"path characters", repeat("a.", "b/c", ""), ""},
		{"open string", `"` + repeat("a", "", ""), parser.SyntaxError},
		{"dollars", `"` + repeat("$", "", "") + `"`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree, err := parser.Parse(tt.src, parser.PipeOperators(true))
			switch {
			case err != nil && err.Code != tt.code:
				t.Errorf("error %q, want %q", err.Code, tt.code)
			case err == nil && tt.code != "":
				t.Errorf("no error, want %q", tt.code)
			case err == nil:
				scope.Resolve(tree).Show(scope.ShowOptions{Base: "/"})
			default:
				scope.Before(tt.src, err)
			}
		})
	}
}

func TestLargeFile(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 50 MB")
	}
	const line = "  { name = \"x\"; value = [ 1 2.5 ./a ]; }\n"
	src := "[\n" + strings.Repeat(line, 50_000_000/len(line)) + "]\n"
	tree, err := parser.Parse(src)
	if err != nil {
		t.Fatal(err.Msg)
	}
	if errs := scope.Check(tree); len(errs) > 0 {
		t.Error(errs[0].Msg)
	}
	if _, err := parser.Parse(src[:len(src)-2]); err == nil || err.Code != parser.SyntaxError {
		t.Errorf("error %v without the closing bracket", err)
	}
}

func TestPipeOperators(t *testing.T) {
	for _, src := range []string{"1 |> f |> g", "f <| g <| 1", "1 + 1 |> f"} {
		if _, err := parser.Parse(src); err == nil || err.Code != parser.PipesDisabled {
			t.Errorf("Parse(%q): %v", src, err)
		}
		if _, err := parser.Parse(src, parser.PipeOperators(true)); err != nil {
			t.Errorf("Parse(%q) with pipes: %v", src, err)
		}
	}
	for _, src := range []string{"1 |> f <| 2", "f <| 2 |> g", "1 |> x: x"} {
		if _, err := parser.Parse(src, parser.PipeOperators(true)); err == nil || err.Code != parser.SyntaxError {
			t.Errorf("Parse(%q) with pipes: %v", src, err)
		}
	}
}

func TestAt(t *testing.T) {
	const src = `{ a.b = x + "s${y}"; } # c`
	tests := []struct {
		off  uint32
		want string
	}{
		{0, `{ "{"`},
		{1, `{ "{"`},
		{2, `Name "a"`},
		{3, `Name "a"`}, // rather than the dot
		{4, `Name "b"`},
		{8, `Var "x"`},
		{9, `Var "x"`},
		{14, `Text "s"`},
		{17, `Var "y"`},
		{24, `File`},
	}
	tree, err := parser.Parse(src)
	if err != nil {
		t.Fatal(err.Msg)
	}
	for _, tt := range tests {
		n := tree.At(tt.off)
		got := n.Kind().String()
		if n.Kind() != parser.KindFile {
			got = fmt.Sprintf("%s %q", got, n.Text())
		}
		if got != tt.want {
			t.Errorf("At(%d) = %s, want %s", tt.off, got, tt.want)
		}
	}
}
