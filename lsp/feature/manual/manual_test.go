package manual

import (
	"flag"
	"os/exec"
	"strings"
	"testing"

	"firn/parser"
)

var nix = flag.String("nix", "", "a nix-instantiate to run the examples with")

func TestEveryTokenHasAnEntry(t *testing.T) {
	// The braces, and a dot of attribute paths, depend on what is around them.
	special := map[parser.Kind]bool{parser.KindLeftBrace: true, parser.KindRightBrace: true}
	for k := parser.KindInvalid; k.String() != "Kind(?)"; k++ {
		if k.IsToken() && !special[k] && entries[k] == nil {
			t.Errorf("no entry for %q", k)
		}
		if e := entries[k]; k.IsOperator() && e != nil && e.Operator == nil {
			t.Errorf("the operator %q has no level", k)
		}
	}
}

func TestOf(t *testing.T) {
	tests := []struct {
		name, src, want string
	}{
		{name: "keyword", src: "^if true then 1 else 2", want: "if condition then value else other"},
		{name: "let", src: "^let x = 1; in x", want: "let name = value; ... in result"},
		{name: "old let", src: "^let { body = 1; }", want: legacyLet.Syntax},
		{name: "minus", src: "1 ^- 2", want: "a - b"},
		{name: "negation", src: "^-x", want: "-number"},
		{name: "attribute test", src: "x ^? a", want: "set ? path"},
		{name: "default", src: "{ x ^? 1 }: x", want: formalDefault.Syntax},
		{name: "set", src: "^{ }", want: attrSet.Syntax},
		{name: "formals", src: "{ x ^}: x", want: formals.Syntax},
		{name: "interpolation", src: `"${x^}"`, want: literals[parser.KindDollarBrace].Syntax},
		{name: "selection", src: "a^.b", want: literals[parser.KindDot].Syntax},
		{name: "deeper selection", src: "a.b^.c", want: literals[parser.KindDot].Syntax},
		{name: "nested binding", src: "{ a^.b = 1; }", want: nestingDot.Syntax},
		{name: "path", src: "^./x", want: literals[parser.KindPath].Syntax},
		{name: "string", src: `^"x"`, want: literals[parser.KindQuote].Syntax},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before, after, _ := strings.Cut(test.src, "^")
			tree, err := parser.Parse(before + after)
			if err != nil {
				t.Fatal(err)
			}
			leaf := leafAt(tree, uint32(len(before)))
			e := Of(leaf)
			if e == nil {
				t.Fatalf("no entry for %s %q", leaf.Kind(), leaf.Text())
			}
			if e.Syntax != test.want {
				t.Errorf("Of(%s %q) is about %q, want %q", leaf.Kind(), leaf.Text(), e.Syntax, test.want)
			}
		})
	}
}

func leafAt(tree *parser.Tree, off uint32) parser.Node {
	for n := range tree.Nodes() {
		if n.Start() == off && !n.FirstChild().Valid() {
			return n
		}
	}
	return tree.Node(parser.NoNode)
}

func TestExamplesParse(t *testing.T) {
	for _, e := range all() {
		if !strings.HasSuffix(e.Doc, ".") && !strings.HasSuffix(e.Doc, "`.") {
			t.Errorf("%s: the description does not end with a full stop", e.Name)
		}
		for _, example := range e.Examples {
			if _, err := parser.Parse(example.Expr, parser.PipeOperators(true)); err != nil {
				t.Errorf("%s: %s: %v", e.Name, example.Expr, err)
			}
		}
	}
}

// TestNix runs the examples with the nix-instantiate that -nix=PATH names.
func TestNix(t *testing.T) {
	if *nix == "" {
		t.Skip("no -nix given")
	}
	for _, e := range all() {
		for _, example := range e.Examples {
			if got := evaluate(t, example.Expr); got != example.Value {
				t.Errorf("%s\n  is %s\n  want %s", example.Expr, got, example.Value)
			}
		}
	}
}

func all() []*Entry {
	list := []*Entry{&negation, &formalDefault, &legacyLet, &nestingDot, &attrSet, &formals}
	for _, e := range entries {
		list = append(list, e)
	}
	return list
}

func evaluate(t *testing.T, expr string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), *nix, "--eval", "--strict", "-E", expr,
		"--extra-experimental-features", "pipe-operators")
	cmd.Env = append(cmd.Environ(), "HOME="+t.TempDir())
	var out, errors strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errors
	if err := cmd.Run(); err == nil {
		return strings.TrimSpace(out.String())
	}
	lines := strings.Split(strings.TrimSpace(errors.String()), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
