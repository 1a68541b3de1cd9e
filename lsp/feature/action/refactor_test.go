package action_test

import "testing"

func TestFlatten(t *testing.T) {
	run(t, []test{
		{"one line", "{ ‸a = { b = 1; c.d = 2; }; }", "Flatten 'a = { … }'", "{ a.b = 1; a.c.d = 2; }"},
		{"lines", "{\n  a.b ‸= {\n    # one\n    c = 1;\n\n    d = [\n      2\n    ]; # two\n  };\n}", "Flatten 'a.b = { … }'", "{\n  # one\n  a.b.c = 1;\n\n  a.b.d = [\n    2\n  ]; # two\n}"},
		{"text", "{\n  ‸a = {\n    b = ''\n      x\n\n        ${y}\n    '';\n  };\n}", "Flatten 'a = { … }'", "{\n  a.b = ''\n    x\n\n      ${y}\n  '';\n}"},
		{"text that keeps its place", "{\n  ‸a = {\n    b = ''x\n      y\n    '';\n    c = \"\n    \";\n  };\n}", "Flatten 'a = { … }'", "{\n  a.b = ''x\n      y\n    '';\n  a.c = \"\n    \";\n}"},
		{"text with less indentation", "{\n  ‸a = {\n    b = ''\n x\n    '';\n  };\n}", "Flatten 'a = { … }'", "{\n  a.b = ''\n x\n    '';\n}"},
		{"inherit", "s: c:\n{\n  ‸a = {\n    inherit c;\n    inherit (s) d e;\n  };\n}", "Flatten 'a = { … }'", "s: c:\n{\n  a.c = c;\n  a.d = s.d;\n  a.e = s.e;\n}"},
		{"computed names in it", "x: { ‸a = { ${x} = 1; }; }", "Flatten 'a = { … }'", "x: { a.${x} = 1; }"},
		{"recursive", "{ ‸a = rec { b = 1; }; }", "", "Flatten"},
		{"empty", "{ ‸a = { }; }", "", "Flatten"},
		{"computed name", "x: { ‸${x} = { b = 1; }; }", "", "Flatten"},
		{"cursor elsewhere", "{ a = { ‸b = 1; }; }", "", "Flatten"},
	})
}

func TestNest(t *testing.T) {
	run(t, []test{
		{"one", "{ a‸.b.c = 1; d = 2; }", "Nest in 'a = { … }'", "{ a = { b.c = 1; }; d = 2; }"},
		{"all in a line", "{ a‸.b = 1; d = 2; a.c = 3; }", "Nest in 'a = { … }'", "{ a = { b = 1; c = 3; }; d = 2; }"},
		{
			"lines", "{\n  # about a\n  a.b = 1; # one\n  d = 2;\n  # about c\n  a.‸c = [\n    3\n  ];\n  e = 4;\n}", "Nest in 'a = { … }'",
			"{\n  # about a\n  a = {\n    b = 1; # one\n    # about c\n    c = [\n      3\n    ];\n  };\n  d = 2;\n  e = 4;\n}",
		},
		{"comment", "{\n  a‸.b = 1; # one\n}", "Nest in 'a = { … }'", "{\n  a = {\n    b = 1; # one\n  };\n}"},
		{"text", "{\n  a‸.b = ''\n    x\n  '';\n}", "Nest in 'a = { … }'", "{\n  a = {\n    b = ''\n      x\n    '';\n  };\n}"},
		{"text that keeps its place", "{\n  a‸.b = ''x\n    y\n  '';\n}", "Nest in 'a = { … }'", "{\n  a = {\n    b = ''x\n    y\n  '';\n  };\n}"},
		{"single name", "{ ‸a = 1; }", "", "Nest"},
		{"computed name", "x: { ${x‸}.a = 1; }", "", "Nest"},
	})
}

func TestExtract(t *testing.T) {
	run(t, []test{
		{"to the let around", "let\n  a = 1;\nin\nf: f ‸(a + 1)‸", "Extract to the variable 'value'", "let\n  a = 1;\n  value = (a + 1);\nin\nf: f value"},
		{"above the binding that uses it", "let a = 1; b = [ ‸a.c‸ ]; in b", "Extract to the variable 'c'", "let a = 1; c = a.c; b = [ c ]; in b"},
		{"into an empty let", "let in [ ‸1‸ ]", "Extract to the variable 'value'", "let value = 1; in [ value ]"},
		{"into a let whose first binding uses it", "let\n  a = [ ‸1‸ ];\nin a", "Extract to the variable 'value'", "let\n  value = 1;\n  a = [ value ];\nin a"},
		{"new let", "{ a = [ ‸1 ‸]; }", "Extract to the variable 'value'", "{ a = let value = 1; in [ value ]; }"},
		{"new let on lines", "x:\n[\n  ‸x.y.z‸\n]", "Extract to the variable 'z'", "x:\nlet\n  z = x.y.z;\nin\n[\n  z\n]"},
		{"whole file", "‸1 + 2‸", "Extract to the variable 'value'", "let\n  value = 1 + 2;\nin\nvalue"},
		{"argument that the let does not see", "let a = 1; in x: [ ‸x.y‸ ]", "Extract to the variable 'y'", "let a = 1; in x: let y = x.y; in [ y ]"},
		{"with between", "let a = 1; in p: with p; [ ‸b.c‸ ]", "Extract to the variable 'c'", "let a = 1; in p: with p; let c = b.c; in [ c ]"},
		{"set that binds the name", "let a = 1; in rec { b = 2; c = [ ‸b.d‸ ]; }", "Extract to the variable 'd'", "let a = 1; in rec { b = 2; c = let d = b.d; in [ d ]; }"},
		{"recursive set as the body", "x: rec { b = 2; c = ‸(x 1)‸; }", "Extract to the variable 'value'", "x: let value = (x 1); in rec { b = 2; c = value; }"},
		{"own names go along", "let a = 1; in [ ‸(x: x + a)‸ ]", "Extract to the variable 'value'", "let a = 1; value = (x: x + a); in [ value ]"},
		{"name that is taken", "value: [ ‸1‸ ]", "Extract to the variable 'value2'", "value: let value2 = 1; in [ value2 ]"},
		{"name of a builtin", "x: [ ‸x.map‸ ]", "Extract to the variable 'map2'", "x: let map2 = x.map; in [ map2 ]"},
		{"no blanks around", "f: if f(‸(1)‸)then 1 else 2", "Extract to the variable 'value'", "f: let value = (1); in if f value then 1 else 2"},
		{"touching words", "f: if f‸(1)‸then 1 else 2", "Extract to the variable 'value'", "f: let value = (1); in if f value then 1 else 2"},
		{"in a string", "x: \"a ${‸x.y‸}\"", "Extract to the variable 'y'", "x: let y = x.y; in \"a ${y}\""},
		{"part of an expression", "1 + ‸2 * 3‸ + 4", "Extract to the variable 'value'", "let\n  value = 2 * 3;\nin\n1 + value + 4"},
		{"in a set that is merged", "{ a.b = 1; a = { c = ‸2‸; }; }", "Extract to the variable 'value'", "let\n  value = 2;\nin\n{ a.b = 1; a = { c = value; }; }"},
		{"not an expression", "{ ‸a = 1;‸ }", "", "Extract"},
		{"not all of it", "1 + ‸2 * 3 + 4‸", "", "Extract"},
		{"in parentheses", "f: f (‸1 + 2‸)", "Extract to the variable 'value'", "f: let value = 1 + 2; in f value"},
		{"all in parentheses", "(‸1 + 2‸)", "Extract to the variable 'value'", "let\n  value = 1 + 2;\nin\nvalue"},
		{"attribute of that name", "x: { y = [ ‸x.y‸ ]; }", "Extract to the variable 'y'", "x: { y = let y = x.y; in [ y ]; }"},
		{"variable", "x: [ ‸x‸ ]", "", "Extract"},
		{"name", "{ ‸\"a\"‸ = 1; }", "", "Extract"},
	})
}

func TestInline(t *testing.T) {
	run(t, []test{
		{"last binding", "let ‸a = 1; in [ a a ]", "Inline 'a'", "[ 1 1 ]"},
		{"one of several", "let\n  ‸a = 1;\n  b = 2;\nin\na + b", "Inline 'a'", "let\n  b = 2;\nin\n1 + b"},
		{"from a use", "let a = 1; in [ ‸a ]", "Inline 'a'", "[ 1 ]"},
		{"one use", "let a = 1; in [ a ‸a ]", "Inline this use of 'a'", "let a = 1; in [ a 1 ]"},
		{"operand that binds more tightly", "let ‸a = 1 * 2; in a + 3", "Inline 'a'", "1 * 2 + 3"},
		{"operand that does not", "let ‸a = 1 + 2; in a * 3", "Inline 'a'", "(1 + 2) * 3"},
		{"operand on the side that groups", "let ‸a = 1 - 2; in a - 3", "Inline 'a'", "1 - 2 - 3"},
		{"operand on the other side", "let ‸a = 1 - 2; in 3 - a", "Inline 'a'", "3 - (1 - 2)"},
		{"argument", "f: let ‸a = f 1; in f a", "Inline 'a'", "f: f (f 1)"},
		{"function", "f: let ‸a = f 1; in a 2", "Inline 'a'", "f: f 1 2"},
		{"function that is written out", "let ‸f = x: x; in f 1", "Inline 'f'", "(x: x) 1"},
		{"item of a list", "s: let ‸a = s.b; c = -1; in [ a c ]", "Inline 'a'", "s: let c = -1; in [ s.b c ]"},
		{"negative item of a list", "let ‸c = -1; in [ c ]", "Inline 'c'", "[ (-1) ]"},
		{"longer selection", "s: let ‸a = s.b; in a.c.d", "Inline 'a'", "s: s.b.c.d"},
		{"longer selection with a default", "s: let ‸a = s.b; in a.c or 1", "Inline 'a'", "s: (s.b).c or 1"},
		{"selection from it", "s: let ‸a = { b = 1; }; in a.b or s", "Inline 'a'", "s: { b = 1; }.b or s"},
		{"path that is selected from", "let ‸a = ./x; in a.b", "Inline 'a'", "(./x).b"},
		{"body of a let", "x: let ‸a = let b = x; in b; in a", "Inline 'a'", "x: let b = x; in b"},
		{"inherit", "let ‸a = 1; in { inherit a; }", "Inline 'a'", "{ a = 1; }"},
		{"in a string", "let ‸a = x: x; in \"${a 1}\"", "Inline 'a'", "\"${(x: x) 1}\""},
		{"in another binding", "let ‸a = 1; b = a; in b", "Inline 'a'", "let b = 1; in b"},
		{"comment", "let\n  # why\n  ‸a = 1;\nin a", "Inline 'a'", "let\n  # why\nin 1"},
		{"same with", "p: with p; let ‸a = b; in a", "Inline 'a'", "p: with p; b"},
		{"another with", "p: q: with p; let ‸a = b; in with q; a", "", "Inline"},
		{"captured", "x: let ‸a = x; in x: a", "", "Inline"},
		{"captured by the set of an inherit", "x: let ‸a = x; in rec { inherit a; x = 1; }", "", "Inline"},
		{"builtin that is captured", "let ‸a = map; in map: a", "", "Inline"},
		{"itself", "let ‸a = [ a ]; in a", "", "Inline"},
		{"several definitions", "let ‸a.b = 1; a.c = 2; in a", "", "Inline"},
		{"attribute", "rec { ‸a = 1; b = a; }", "", "Inline"},
		{"argument of a function", "‸a: a", "", "Inline"},
		{"not used", "let ‸a = 1; in 2", "", "Inline"},
	})
}
