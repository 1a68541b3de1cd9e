package manual

import (
	"firn/eval/builtin"
	"firn/parser"
)

// literals holds punctuation and what stands for a value by itself.
var literals = map[parser.Kind]*Entry{
	parser.KindInt: {
		Name: "integer", Syntax: "123",
		Doc: "An integer of 64 bits with sign. Arithmetic that leaves its range is an error.",
	},
	parser.KindFloat: {
		Name: "float", Syntax: "1.5   .5   1.5e3", Since: "2.0",
		Doc: "A floating-point number of 64 bits. It needs the dot: `1e3` is not a number.",
	},
	parser.KindURI: {
		Name: "URL", Syntax: "https://example.org/x",
		Doc: "A string, written without quotes because it looks like a URL. Nix advises against this form: put it in quotes. " +
			"It also means that `x:x` is a string, while `x: x` is a function.",
	},
	parser.KindPath: {
		Name: "path", Syntax: "./file   ../dir   /absolute   ~/home   dir/file",
		Doc: "A path to a file or directory. A relative one is relative to the file that it stands in, wherever that is imported from; `~/` is the home directory (not in pure evaluation).\n\n" +
			"A path is not a string: put into one by `\"${./file}\"`, or given to a derivation, the file is copied to the store and the text is where it lies there. `toString ./file` keeps the place. " +
			"The current directory alone is `./.`. A path may contain `${}` (since Nix 2.4).",
		Examples: []builtin.Example{{Expr: `builtins.typeOf ./file`, Value: `"path"`}},
	},
	parser.KindSearchPath: {
		Name: "lookup path", Syntax: "<name>   <name/below>",
		Doc: "A path that is looked for in the entries of `NIX_PATH` and of the option `-I`, in their order. Without a match it fails, in a way that `builtins.tryEval` catches.\n\n" +
			"What it finds depends on the machine; in pure evaluation, thus in flakes, it finds nothing.",
	},
	parser.KindDollarBrace: {
		Name: "${", Syntax: "\"text ${value} text\"   ./path/${name}   set.${name}",
		Doc: "Puts a value into a string, a path or an attribute's name. In a string the value must be a string, a path, or a set with `outPath` (a derivation) or `__toString`; " +
			"numbers need `toString`. A path is copied to the store.\n\n" +
			"To write the two characters themselves: `\\${` between `\"`, `''${` between `''`.",
		Examples: []builtin.Example{
			{Expr: `"1 + 1 = ${toString (1 + 1)}"`, Value: `"1 + 1 = 2"`},
			{Expr: `let n = "b"; in { a = 1; ${n} = 2; }`, Value: `{ a = 1; b = 2; }`},
		},
	},
	parser.KindQuote: {
		Name: "\"", Syntax: "\"text\"",
		Doc: "A string. It may have several lines. `\\n`, `\\r` and `\\t` stand for line break, return and tab; a backslash before any other character stands for that character, so `\\\"`, `\\\\` and `\\${`.",
	},
	parser.KindIndQuote: {
		Name: "''", Syntax: "''\n  text\n''",
		Doc: "An indented string: the indentation that its lines have in common is taken off, as is a first line that is blank. Only spaces count as indentation, not tabs.\n\n" +
			"Backslashes are plain text. `'''` stands for `''`, `''$` for `$`, `''\\n`, `''\\r` and `''\\t` for line break, return and tab.",
		Examples: []builtin.Example{{Expr: "''\n  a\n    b\n''", Value: `"a\n  b\n"`}},
	},
	parser.KindAssign: {
		Name: "=", Syntax: "name = value;",
		Doc: "Binds a name or an attribute to a value. The value is evaluated when it is needed. The semicolon is required, behind the last binding too.",
	},
	parser.KindSemicolon: {
		Name: ";", Syntax: "name = value;",
		Doc: "Ends a binding, an `inherit`, or the head of `with` and `assert`.",
	},
	parser.KindColon: {
		Name: ":", Syntax: "argument: body   { a, b ? 1, ... }: body",
		Doc: "Makes a function: what stands before it is the argument, what follows is the result. " +
			"A function of several arguments is one that returns a function: `a: b: a + b`. " +
			"It is called by writing the arguments behind it: `f 1 2`.\n\n" +
			"A space has to follow, since `x:x` is a URL.",
		Examples: []builtin.Example{{Expr: `(a: b: a + b) 1 2`, Value: `3`}},
	},
	parser.KindAt: {
		Name: "@", Syntax: "{ a, ... }@args: body   args@{ a, ... }: body",
		Doc: "Names the whole set that a function was called with, beside the names of its attributes. " +
			"It is what the caller passed: the defaults of missing attributes are **not** in it.",
		Examples: []builtin.Example{{Expr: `({ a, ... }@all: all) { a = 1; b = 2; }`, Value: `{ a = 1; b = 2; }`}},
	},
	parser.KindEllipsis: {
		Name: "...", Syntax: "{ a, ... }: body",
		Doc: "Lets the caller pass attributes that are not listed. Without it they are an error. They can be reached through `@`.",
		Examples: []builtin.Example{
			{Expr: `({ a, ... }: a) { a = 1; b = 2; }`, Value: `1`},
		},
	},
	parser.KindComma: {
		Name: ",", Syntax: "{ a, b }: body",
		Doc: "Separates the arguments of a function that takes a set. Lists have none: their elements are separated by spaces.",
	},
	parser.KindDot: {
		Name: ".", Syntax: "set.name   set.name.below   set.name or default", Operator: &Operator{1, None},
		Doc: "Selects an attribute. The name may be computed, `set.${name}`, or quoted, `set.\"a.b\"`. " +
			"If it is missing that is an error, unless `or` gives a default.",
		Examples: []builtin.Example{{Expr: `{ a.b = 1; }.a.b`, Value: `1`}},
	},
	parser.KindLeftBracket:  &listBrackets,
	parser.KindRightBracket: &listBrackets,
	parser.KindLeftParen:    &parentheses,
	parser.KindRightParen:   &parentheses,
}

var (
	nestingDot = Entry{
		Name: ".", Syntax: "name.below = value;",
		Doc: "Binds an attribute of a nested set: `a.b = 1;` is `a = { b = 1; };`. Several such bindings, and literal sets, are merged.",
		Examples: []builtin.Example{
			{Expr: `{ a.b = 1; a.c = 2; }`, Value: `{ a = { b = 1; c = 2; }; }`},
		},
	}
	listBrackets = Entry{
		Name: "[ ]", Syntax: "[ element element ... ]",
		Doc: "A list. White space separates the elements, there are no commas. " +
			"A call among them needs parentheses: `[ f x ]` has two elements, `[ (f x) ]` one. Elements may be of different types, and stay unevaluated until needed.",
		Examples: []builtin.Example{{Expr: `[ 1 "two" (1 + 2) ]`, Value: `[ 1 "two" 3 ]`}},
	}
	parentheses = Entry{
		Name: "( )", Syntax: "(expression)",
		Doc: "Groups an expression. Arguments of a function, and elements of a list, need them unless they are a single name, literal, list, set or selection.",
	}
	attrSet = Entry{
		Name: "{ }", Syntax: "{ name = value; ... }",
		Doc: "An attribute set. The values are evaluated when they are needed; the order does not matter. " +
			"They do not see each other as names, unless `rec` stands before the braces.",
		Examples: []builtin.Example{{Expr: `{ b = 1; a.c = 2; }`, Value: `{ a = { c = 2; }; b = 1; }`}},
	}
	formals = Entry{
		Name: "{ }", Syntax: "{ a, b ? default, ... }: body",
		Doc: "The argument of a function that takes a set: the attributes that it wants, by name. " +
			"All that have no default must be passed, and others must not, unless `...` allows them.",
		Examples: []builtin.Example{{Expr: `({ a, b ? 2 }: a + b) { a = 1; }`, Value: `3`}},
	}
)

// braces says what a brace means by the node around it.
var braces = map[parser.Kind]*Entry{
	parser.KindAttrSet:   &attrSet,
	parser.KindLegacyLet: &legacyLet,
	parser.KindFormals:   &formals,
	parser.KindInterp:    literals[parser.KindDollarBrace],
}
