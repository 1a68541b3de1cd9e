package action_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/feature/action"
	"firn/parser"
	"firn/parser/grammar"
	"firn/parser/scope"
	"firn/parser/text"
)

// cursor marks the place of the question in a test's source; two of them are
// the ends of a selection.
const cursor = "‸"

func parse(src string) (*parser.Tree, *parser.Error) { return parser.Parse(src) }

// query asks about a text that may be broken.
func query(src string, span text.Span) action.Query {
	tree, err := parser.Parse(src)
	if err != nil {
		tree = grammar.Parse(src)
	}
	q := action.Query{Info: scope.Resolve(tree), Span: span, Parse: parse}
	if err != nil {
		q.Errors = append(q.Errors, err)
	}
	q.Errors = append(q.Errors, q.Info.Errors()...)
	return q
}

// marked asks about a text with marks.
func marked(t *testing.T, src string) action.Query {
	t.Helper()
	parts := strings.Split(src, cursor)
	if len(parts) < 2 || len(parts) > 3 {
		t.Fatalf("%d marks in %q", len(parts)-1, src)
	}
	span := text.Span{Start: uint32(len(parts[0])), End: uint32(len(parts[0]))}
	if len(parts) == 3 {
		span.End += uint32(len(parts[1]))
	}
	return query(strings.Join(parts, ""), span)
}

func titles(list []action.Action) []string {
	var out []string
	for _, a := range list {
		out = append(out, a.Title)
	}
	return out
}

// perform carries out the action with the given title.
func perform(t *testing.T, q action.Query, title string) string {
	t.Helper()
	list := q.Find()
	i := slices.IndexFunc(list, func(a action.Action) bool { return a.Title == title })
	if i < 0 {
		t.Fatalf("no %q, but %q", title, titles(list))
	}
	edits, ok := q.Edits(list[i])
	if !ok {
		t.Fatalf("%q: the file cannot be read with %q", title, edits)
	}
	for i, e := range edits {
		if i > 0 && edits[i-1].End > e.Start {
			t.Fatalf("edits %v and %v overlap", edits[i-1], e)
		}
	}
	return action.Apply(q.Info.Tree().Source(), edits)
}

// test is a row of the tables: the action titled title makes want of src. An
// empty title says that none begins with want.
type test struct{ name, src, title, want string }

func run(t *testing.T, tests []test) {
	t.Helper()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := marked(t, tt.src)
			if tt.title == "" {
				for _, got := range titles(q.Find()) {
					if strings.HasPrefix(got, tt.want) {
						t.Errorf("there is %q", got)
					}
				}
				return
			}
			got := perform(t, q, tt.title)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.src, diff)
			}
			if _, err := parser.Parse(got); err != nil {
				t.Errorf("the result cannot be read: %v", err)
			}
		})
	}
}

func TestInherit(t *testing.T) {
	run(t, []test{
		{"variable", "x: { ‸x = x; }", "Convert to 'inherit x'", "x: { inherit x; }"},
		{"variable in parentheses", "x: { x ‸= (x); }", "Convert to 'inherit x'", "x: { inherit x; }"},
		{"itself", "rec { ‸x = x; }", "", "Convert to 'inherit"},
		{"another name", "x: { ‸y = x; }", "", "Convert to 'inherit"},
		{"comment", "x: { ‸x = /* why */ x; }", "", "Convert to 'inherit"},
		{"selection", "s: let x ‸= s.x; in x", "Convert to 'inherit (s)'", "s: let inherit (s) x; in x"},
		{"longer path", "s: { x = s.t.‸x; }", "Convert to 'inherit (s.t)'", "s: { inherit (s.t) x; }"},
		{"from a call", "s: { ‸x = (s 1).x; }", "Convert to 'inherit (s 1)'", "s: { inherit (s 1) x; }"},
		{"quoted", `s: { ‸"x y" = s."x y"; }`, "Convert to 'inherit (s)'", `s: { inherit (s) "x y"; }`},
		{"default", "s: { ‸x = s.x or 1; }", "", "Convert to 'inherit"},
		{"longer name", "s: { ‸x.y = s.y; }", "", "Convert to 'inherit"},

		{"item", "x: { inherit ‸x; }", "Convert 'x' to a binding", "x: { x = x; }"},
		{"item of several", "x: y: {\n  inherit x ‸y;\n}", "Convert 'y' to a binding", "x: y: {\n  inherit x;\n  y = y;\n}"},
		{"item from a set", "s: let inherit (s) a ‸b; in a", "Convert 'b' to a binding", "s: let inherit (s) a; b = s.b; in a"},
		{"item of a let", "x: let inherit ‸x; in x", "", "Convert"},
		{"all", "s: {\n  ‸inherit (s) a \"b c\";\n}", "Convert to bindings", "s: {\n  a = s.a;\n  \"b c\" = s.\"b c\";\n}"},
		{"all in a line", "a: b: { ‸inherit a b; }", "Convert to bindings", "a: b: { a = a; b = b; }"},
	})
}

func TestAttrNames(t *testing.T) {
	run(t, []test{
		{"quote", "{ ‸a.b = 1; }", "Quote the attribute name", `{ "a".b = 1; }`},
		{"quote in a selection", "x: x.‸or", "Quote the attribute name", `x: x."or"`},
		{"unquote", `{ a."‸b" = 1; }`, "Remove the quotes", "{ a.b = 1; }"},
		{"unquote in an inherit", `a: { inherit "‸a"; }`, "Remove the quotes", "a: { inherit a; }"},
		{"needs quotes", `{ a."‸b c" = 1; }`, "", "Remove"},
		{"keyword", `{ a."‸if" = 1; }`, "", "Remove"},
		{"interpolated", `{ ${‸"b"} = 1; }`, "Remove the quotes", "{ b = 1; }"},
		{"interpolated with quotes", `{ ${‸"b c"} = 1; }`, "Remove the interpolation", `{ "b c" = 1; }`},
		{"computed", `b: { ${‸b} = 1; }`, "", "Remove"},
		{"variable", "‸a: a", "", "Quote"},
	})
}

func TestLiterals(t *testing.T) {
	run(t, []test{
		{"trailing slash", "[ ./a/b/‸ ]", "Remove the trailing slash", "[ ./a/b ]"},
		{"trailing slash with interpolation", "a: [ ./${a}/‸ ]", "Remove the trailing slash", "a: [ ./${a} ]"},
		{"trailing slash at the end of the file", "./a/b/‸", "Remove the trailing slash", "./a/b"},
		{"integer to float", "‸9223372036854775808", "Convert to a float", "9223372036854775808.0"},
		{"integer to string", "‸9223372036854775808", "Convert to a string", `"9223372036854775808"`},
		{"float to string", "[ 1.0e‸999 ]", "Convert to a string", `[ "1.0e999" ]`},
		{"URL", "[ https://example.org/‸a ]", "Quote the URL", `[ "https://example.org/a" ]`},
	})
}

func TestStringNotation(t *testing.T) {
	run(t, []test{
		{"indented", `"a‸b"`, "Convert to an indented string", "''ab''"},
		{"lines", "{\n  x = \"a‸\\nb ${x}\\n\";\n}", "Convert to an indented string", "{\n  x = ''\n    a\n    b ${x}\n  '';\n}"},
		{"no newline at the end", `"a\n‸  b"`, "Convert to an indented string", "''\n  a\n    b''"},
		{"blanks at the beginning", `"  ‸a"`, "Convert to an indented string", `''''\  a''`},
		{"all lines indented", `"  ‸a\n  b\n"`, "Convert to an indented string", "''\n  ''\\  a\n  ''\\  b\n''"},
		{"blanks at the end", `"a‸\n  "`, "Convert to an indented string", "''\n  a\n  ''\\  ''"},
		{"empty lines", `"a‸\n\n\nb\n"`, "Convert to an indented string", "''\n  a\n\n\n  b\n''"},
		{"quotes", `"‸''a'b'"`, "Convert to an indented string", `'''''a'b''\'''`},
		{"dollars", `"‸\${a} $\${b} $$ \$${c}"`, "Convert to an indented string", "''''${a} $''${b} $$ ''$${c}''"},
		{"carriage return", `"‸a\r\tb"`, "Convert to an indented string", "''a''\\r\tb''"},
		{"only a newline", `"‸\n"`, "Convert to an indented string", "''\n\n''"},
		{"empty", `"‸"`, "Convert to an indented string", "''''"},
		{"attribute", `{ "‸a b" = 1; }`, "", "Convert to an indented"},
		{"interpolation in a string", `a: "${‸a}"`, "", "Convert to an indented"},

		{"double-quoted", "''a‸b''", "Convert to a double-quoted string", `"ab"`},
		{"double-quoted lines", "''\n  a\n    ‸b\t\"c\"\\\n''", "Convert to a double-quoted string", `"a\n  b\t\"c\"\\\n"`},
		{"double-quoted dollars", "c: ''‸''${a} $${b} ''$${c}''", "Convert to a double-quoted string", `c: "\${a} $\${b} \$${c}"`},
		{"double-quoted quotes", "''‸'''''\\'''", "Convert to a double-quoted string", `"'''"`},
	})
}

func TestDuplicates(t *testing.T) {
	run(t, []test{
		{"this", "{\n  a = 1;\n  ‸a = 2;\n}", "Remove this definition of 'a'", "{\n  a = 1;\n}"},
		{"first", "{\n  a = 1;\n  ‸a = 2;\n}", "Remove the first definition of 'a'", "{\n  a = 2;\n}"},
		{"cursor on the first", "{ ‸a = 1; a = 2; }", "Remove the first definition of 'a'", "{ a = 2; }"},
		{"path", "{ a.b = 1; a.‸b = 2; }", "Remove this definition of 'a.b'", "{ a.b = 1; }"},
		{"in a merged set", "{ a.b = 1; a = { ‸b = 2; c = 3; }; }", "Remove this definition of 'b'", "{ a.b = 1; a = { c = 3; }; }"},
		{"inherit", "b: { a = 1; inherit b ‸a; }", "Remove this definition of 'a'", "b: { a = 1; inherit b; }"},
		{"only item", "a: { a = 1; inherit ‸a; }", "Remove this definition of 'a'", "a: { a = 1; }"},
		{"formal", "{ a, b, ‸a }: a", "Remove this argument 'a'", "{ a, b }: a"},
		{"formal in the middle", "{ a, ‸a ? 1, b }: a", "Remove this argument 'a'", "{ a, b }: a"},
		{"name of the set", "‸a@{ a }: a", "Remove the name 'a' of the argument", "{ a }: a"},
		{"name of the set behind it", "{ ‸a }@a: a", "Remove the name 'a' of the argument", "{ a }: a"},
	})
}

func TestUndefined(t *testing.T) {
	run(t, []test{
		{"similar variable", "let foobar = 1; in ‸foobra", "Replace by 'foobar'", "let foobar = 1; in foobar"},
		{"similar builtin", "‸mpa", "Replace by 'map'", "map"},
		{"builtin that needs a prefix", "‸attrNames { }", "Replace by 'builtins.attrNames'", "builtins.attrNames { }"},
		{"prefix that means something else", "builtins: ‸attrNames", "", "Replace by 'builtins"},
		{"as elsewhere", "lib: [ lib.attrsets.mapAttrs' ‸mapAttrs' ]", "Replace by 'lib.attrsets.mapAttrs''", "lib: [ lib.attrsets.mapAttrs' lib.attrsets.mapAttrs' ]"},
		{"as elsewhere, but not here", "[ (lib: lib.mkIf) ‸mkIf ]", "", "Replace by 'lib"},
		{"argument", "{ a, b ? 1 }: ‸c", "Add 'c' to the arguments", "{ a, b ? 1, c }: c"},
		{"argument before the ellipsis", "{ a, ... }: ‸c", "Add 'c' to the arguments", "{ a, c, ... }: c"},
		{"only an ellipsis", "{ ... }: ‸c", "Add 'c' to the arguments", "{ c, ... }: c"},
		{"no arguments", "{ }: ‸c", "Add 'c' to the arguments", "{ c }: c"},
		{"lines with trailing commas", "{\n  a,\n  b,\n}: ‸c", "Add 'c' to the arguments", "{\n  a,\n  b,\n  c,\n}: c"},
		{"lines with leading commas", "{ a\n, b\n}: ‸c", "Add 'c' to the arguments", "{ a\n, b\n, c\n}: c"},
		{"one line", "{\n  a,\n}: ‸c", "Add 'c' to the arguments", "{\n  a,\n  c,\n}: c"},
		{"inherit", "{ a }: { inherit ‸c; }", "Add 'c' to the arguments", "{ a, c }: { inherit c; }"},
		{"innermost", "{ a }: { b }: ‸c", "Add 'c' to the arguments of the innermost function", "{ a }: { b, c }: c"},
		{"outermost", "{ a }: { b }: ‸c", "Add 'c' to the arguments of the outermost function", "{ a, c }: { b }: c"},
		{"no function", "[ ‸c ]", "", "Add"},
	})
}

func TestLegacyLet(t *testing.T) {
	run(t, []test{
		{"let", "‸let { body = a; a = 1; }", "Convert to 'let … in …'", "let a = 1; in a"},
		{"lines", "‸let {\n  a = 1;\n  body = a;\n}", "Convert to 'let … in …'", "let\n  a = 1;\nin a"},
		{"argument", "f: f ‸let { body = 1; }", "Convert to 'let … in …'", "f: f (let in 1)"},
		{"body that is used", "‸let { body = 1; a = body; }", "Convert to 'rec { … }.body'", "rec { body = 1; a = body; }.body"},
		{"no body", "‸let { a = 1; }", "", "Convert to"},
	})
}

func TestFromWith(t *testing.T) {
	run(t, []test{
		{"with", "p: ‸with p; [ b a b ]", "Convert to 'let inherit (p) …'", "p: let inherit (p) a b; in [ b a b ]"},
		{"lines", "p:\nwith‸ p.q;\n[\n  a\n]", "Convert to 'let inherit (p.q) …'", "p:\nlet\n  inherit (p.q) a;\nin\n[\n  a\n]"},
		{"parentheses", "‸with (f: f) { a = 1; }; a", "Convert to 'let inherit ((f: f) { a = 1; }) …'", "let\n  inherit ((f: f) { a = 1; }) a;\nin\na"},
		{"inherit", "p: ‸with p; { inherit a; }", "Convert to 'let inherit (p) …'", "p: let inherit (p) a; in { inherit a; }"},
		{"in a with that is seen", "p: ‸with p; with { b = 1; }; [ a b ]", "Convert to 'let inherit (p) …'", "p: let inherit (p) a; in with { b = 1; }; [ a b ]"},
		{"in a with that is not", "p: q: ‸with p; with q; a", "", "Convert"},
		{"nothing", "p: ‸with p; p", "", "Convert"},
		{"name in the set", "p: with p; ‸with a; [ a b ]", "", "Convert"},
		{"comment", "p: ‸with p; /* why */ a", "", "Convert"},
	})
}

func TestOnly(t *testing.T) {
	q := marked(t, "x: { ‸x = x; }")
	all := len(q.Find())
	q.Only = []action.Kind{"refactor"}
	if got := len(q.Find()); got != all {
		t.Errorf("%d refactorings, want %d", got, all)
	}
	q.Only = []action.Kind{action.QuickFix, "refactor.re"}
	if got := titles(q.Find()); len(got) != 0 {
		t.Errorf("fixes: %q", got)
	}
}
