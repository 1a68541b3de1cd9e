package builtin

import (
	"cmp"
	"flag"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"firn/parser"
)

var nix = flag.String("nix", "", "a nix-instantiate to compare the table with")

func TestTable(t *testing.T) {
	byName := func(a, b Builtin) int { return cmp.Compare(a.Name, b.Name) }
	if !slices.IsSortedFunc(Table, byName) {
		t.Error("Table is not sorted by name")
	}
	for i, b := range Table {
		if i > 0 && Table[i-1].Name == b.Name {
			t.Errorf("%s is there twice", b.Name)
		}
		for what, text := range map[string]string{"Doc": b.Doc, "Type": b.Type} {
			if text == "" || strings.TrimSpace(text) != text {
				t.Errorf("%s: %s is %q", b.Name, what, text)
			}
		}
		if !strings.HasSuffix(b.Doc, ".") {
			t.Errorf("%s: the description does not end with a full stop", b.Name)
		}
		if len(b.Examples) == 0 {
			t.Errorf("%s has no example", b.Name)
		}
	}
}

func TestTypesShowTheArguments(t *testing.T) {
	for _, b := range Table {
		if got := arrows(b.Type); got != len(b.Args) && b.Name != "fetchurl" {
			t.Errorf("%s has %d arguments, but its type %s has %d", b.Name, len(b.Args), b.Type, got)
		}
	}
}

// arrows counts the arguments of a type: its arrows outside of all brackets.
func arrows(typ string) int {
	depth, n := 0, 0
	for i, c := range typ {
		switch {
		case strings.ContainsRune("([{", c):
			depth++
		case strings.ContainsRune(")]}", c):
			depth--
		case depth == 0 && strings.HasPrefix(typ[i:], "->"):
			n++
		}
	}
	return n
}

func TestLookup(t *testing.T) {
	tests := []struct {
		name   string
		find   func(string) *Builtin
		word   string
		want   string
		global string
	}{
		{name: "member", find: Lookup, word: "add", want: "add", global: "__add"},
		{name: "bare name", find: LookupGlobal, word: "map", want: "map", global: "map"},
		{name: "underscores", find: LookupGlobal, word: "__add", want: "add", global: "__add"},
		{name: "member only", find: LookupGlobal, word: "add"},
		{name: "global without underscores", find: LookupGlobal, word: "__map"},
		{name: "nothing", find: Lookup, word: ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			b := test.find(test.word)
			switch {
			case b == nil && test.want != "":
				t.Errorf("found nothing for %q", test.word)
			case b != nil && (b.Name != test.want || b.GlobalName() != test.global):
				t.Errorf("found %s (global %s) for %q, want %q (%q)", b.Name, b.GlobalName(), test.word, test.want, test.global)
			}
		})
	}
}

func TestExamplesParse(t *testing.T) {
	for _, b := range Table {
		for _, e := range b.Examples {
			if _, err := parser.Parse(e.Expr); err != nil {
				t.Errorf("%s: %s: %v", b.Name, e.Expr, err)
			}
		}
	}
}

// TestNix asks Nix for all that the table says and Nix can tell: run it with
// -nix=PATH of a nix-instantiate.
func TestNix(t *testing.T) {
	if *nix == "" {
		t.Skip("no -nix given")
	}
	t.Run("names", func(t *testing.T) { compareNames(t) })
	for _, b := range Table {
		t.Run(b.Name, func(t *testing.T) { compareBuiltin(t, b) })
	}
}

func compareNames(t *testing.T) {
	var names []string
	for _, b := range Table {
		if b.Setting == "" {
			names = append(names, fmt.Sprintf("%q", b.Name))
		}
	}
	want := "[ " + strings.Join(names, " ") + " ]"
	if got := evaluate(t, "builtins.attrNames builtins"); got != want {
		t.Errorf("Nix has\n%s\nand the table\n%s", got, want)
	}
}

func compareBuiltin(t *testing.T, b Builtin) {
	if b.Setting != "" {
		return
	}
	if got, want := evaluate(t, fmt.Sprintf("builtins.isFunction builtins.%s", b.Name)), fmt.Sprint(b.IsFunction()); got != want {
		t.Errorf("isFunction is %s, want %s", got, want)
	}
	if got := evaluate(t, b.GlobalName()); strings.HasPrefix(got, "error:") {
		t.Errorf("there is no global %s: %s", b.GlobalName(), got)
	}
	compareArity(t, b)
	for _, e := range b.Examples {
		if e.Value == "" {
			continue
		}
		if got := evaluate(t, e.Expr); got != e.Value {
			t.Errorf("%s\n  is %s\n  want %s", e.Expr, got, e.Value)
		}
	}
}

// compareArity applies b to all but one of its arguments, which leaves a
// function, and then to all, which does not.
func compareArity(t *testing.T, b Builtin) {
	if !b.IsFunction() || b.Name == "derivation" { // derivation is written in nixlang
		return
	}
	some := b.GlobalName() + strings.Repeat(" null", len(b.Args)-1)
	if got := evaluate(t, some); !strings.HasPrefix(got, "<PRIMOP") {
		t.Errorf("%s is %s, want a function", some, got)
	}
	if got := evaluate(t, some+" null"); strings.HasPrefix(got, "<PRIMOP") {
		t.Errorf("%s null is still a function", some)
	}
}

// evaluate returns what Nix prints for an expression, or the last line of its
// error.
func evaluate(t *testing.T, expr string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), *nix, "--eval", "--strict", "--read-write-mode", "-E", expr,
		"--extra-experimental-features", "flakes fetch-tree fetch-closure dynamic-derivations")
	cmd.Env = append(cmd.Environ(), "HOME="+t.TempDir())
	var out, errors strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &errors
	if err := cmd.Run(); err == nil {
		return strings.TrimSpace(out.String())
	}
	lines := strings.Split(strings.TrimSpace(errors.String()), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
