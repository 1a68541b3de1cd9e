package action_test

import "testing"

func TestMissingTokens(t *testing.T) {
	run(t, []test{
		{"semicolon at the end", "{ a = 1‸ }", "Insert missing ';'", "{ a = 1; }"},
		{"semicolon at the end of the line", "{\n  a = 1‸\n  b = 2;\n}", "Insert missing ';'", "{\n  a = 1;\n  b = 2;\n}"},
		{"cursor at the error", "{\n  a = 1\n  b ‸= 2;\n}", "Insert missing ';'", "{\n  a = 1;\n  b = 2;\n}"},
		{"semicolon before a path", "{\n  a = 1\n  b.c ‸= 2;\n}", "Insert missing ';'", "{\n  a = 1;\n  b.c = 2;\n}"},
		{"semicolon after an inherit", "a: {\n  inherit a\n  b ‸= 2;\n}", "Insert missing ';'", "a: {\n  inherit a;\n  b = 2;\n}"},
		{"semicolon before an inherit", "a: {\n  b = 1‸\n  inherit a;\n}", "Insert missing ';'", "a: {\n  b = 1;\n  inherit a;\n}"},
		{"semicolon after a with", "p: with p\n[ ]‸", "Insert missing ';'", "p: with p;\n[ ]"},
		{"semicolon before in", "let a = 1 ‸in a", "Insert missing ';'", "let a = 1; in a"},
		{"parenthesis", "{ a = (1 + 2‸; }", "Insert missing ')'", "{ a = (1 + 2); }"},
		{"bracket", "{ a = [ 1 2‸; }", "Insert missing ']'", "{ a = [ 1 2]; }"},
		{"brace", "{ a = { b = 1; ‸; }", "Insert missing '}'", "{ a = { b = 1;} ; }"},
		{"equals", "{ a ‸1; }", "Insert missing '='", "{ a = 1; }"},
		{"in", "let a = 1;\n‸a", "Insert missing 'in'", "let a = 1; in\na"},
		{"then", "a: if a\n1 ‸else 2", "Insert missing 'then'", "a: if a then\n1 else 2"},
		{"then on the same line", "a: if a 1 ‸else 2", "Insert missing 'then'", "a: if a then 1 else 2"},
		{"comma", "{ a ‸b }: a", "Insert missing ','", "{ a, b }: a"},
		{"colon", "{ a, b } ‸a", "Insert missing ':'", "{ a, b }: a"},
		{"too much", "{ a = 1;‸; }", "Remove ';'", "{ a = 1; }"},
		{"comma in a list", "[ 1‸, 2 ]", "Remove ','", "[ 1 2 ]"},
		{"quote", "{\n  a = \"x‸;\n  b = 1;\n}", "", "Insert missing '}'"},

		{"end of the file", "{\n  a = [\n    1‸\n", "Insert missing '];}'", "{\n  a = [\n    1\n  ];\n}\n"},
		{"end of the file after a binding", "{ a = 1;‸", "Insert missing '}'", "{ a = 1;}"},
		{"end of the file in parentheses", "f: f (f [ { a = 1‸", "Insert missing ';}])'", "f: f (f [ { a = 1;}])"},
		{"end of the file in an interpolation", "a: \"${a‸", "Insert missing '}\"'", "a: \"${a}\""},
	})
}

func TestMissingQuotes(t *testing.T) {
	tests := []test{
		{"quote", "{\n  a = \"x;\n  b = 1;\n}", "Insert missing '\"'", "{\n  a = \"x\";\n  b = 1;\n}"},
		{"quote and semicolon", "{\n  a = \"x\n  b = 1;\n}", "Insert missing '\";'", "{\n  a = \"x\";\n  b = 1;\n}"},
		{"quote before other strings", "{\n  a = \"x;\n  b = \"y\";\n}", "Insert missing '\"'", "{\n  a = \"x\";\n  b = \"y\";\n}"},
		{"quotes", "{\n  a = ''\n    x\n  ;\n  b = 1;\n}", "Insert missing ''''", "{\n  a = ''\n    x\n  '';\n  b = 1;\n}"},
		{"quotes and semicolon", "{\n  a = ''\n    x\n  b = 1;\n}", "Insert missing ''';'", "{\n  a = ''\n    x'';\n  b = 1;\n}"},
	}
	for i := range tests {
		// The error is far behind; ask where it is.
		_, err := parse(tests[i].src)
		at := min(int(err.Span.Start), len(tests[i].src))
		tests[i].src = tests[i].src[:at] + cursor + tests[i].src[at:]
	}
	run(t, tests)
}

func TestNoFix(t *testing.T) {
	for _, src := range []string{"‸", "{ a = ‸; }", "a ‸= 1", "let a = 1; in‸"} {
		q := marked(t, src)
		for _, a := range q.Find() {
			got := perform(t, q, a.Title)
			rest := len(q.Info.Tree().Source()) - int(q.Errors[0].Span.Start)
			if _, err := parse(got); err != nil && len(got)-int(err.Span.Start) >= rest {
				t.Errorf("%s: %q gives %s, with an error at %s", src, a.Title, got, err.Span)
			}
		}
	}
}
