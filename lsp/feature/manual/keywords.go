package manual

import (
	"firn/eval/builtin"
	"firn/parser"
)

// words holds the keywords and operators.
var words = map[parser.Kind]*Entry{
	parser.KindLetKw: {
		Name: "let", Syntax: "let name = value; ... in result",
		Doc: "Gives names to values, for use in the result and in each other. " +
			"The order of the bindings does not matter, and none is evaluated before it is needed.\n\n" +
			"A name bound here hides one of the same name further out, and cannot be changed later.",
		Examples: []builtin.Example{{Expr: "let\n  x = y + 1;\n  y = 1;\nin\nx * 10", Value: `20`}},
	},
	parser.KindInKw: {
		Name: "in", Syntax: "let name = value; ... in result",
		Doc: "Ends the bindings of a `let`; the expression behind it is the result, and sees the names.",
	},
	parser.KindIfKw: {
		Name: "if", Syntax: "if condition then value else other",
		Doc: "Chooses one of two values. The condition must be `true` or `false`: numbers, `null` and the like are not converted. " +
			"The other value is not evaluated. As an expression has to have a value, the `else` cannot be left out.",
		Examples: []builtin.Example{{Expr: `if 1 < 2 then "yes" else throw "never"`, Value: `"yes"`}},
	},
	parser.KindThenKw: {
		Name: "then", Syntax: "if condition then value else other",
		Doc: "Stands before the value that an `if` has when its condition is `true`.",
	},
	parser.KindElseKw: {
		Name: "else", Syntax: "if condition then value else other",
		Doc: "Stands before the value that an `if` has when its condition is `false`. It cannot be left out.",
	},
	parser.KindWithKw: {
		Name: "with", Syntax: "with set; value",
		Doc: "Brings the attributes of a set into scope as names.\n\n" +
			"A name that is bound by `let`, as a function's argument, by `rec`, or as a builtin is **not** hidden by it, even if it is bound further out. " +
			"Of two `with` the inner one wins. " +
			"Readers and tools cannot see where a name comes from, so large files are clearer with `inherit (set) name;`.",
		Examples: []builtin.Example{
			{Expr: `with { a = 1; b = 2; }; a + b`, Value: `3`},
			{Expr: `let a = 1; in with { a = 2; }; a`, Value: `1`},
		},
	},
	parser.KindAssertKw: {
		Name: "assert", Syntax: "assert condition; value",
		Doc: "Fails unless the condition is `true`, and otherwise is the value behind the semicolon. `builtins.tryEval` catches the failure.\n\n" +
			"The error shows the condition's source. For a message of your own use `lib.assertMsg` of nixpkgs, or `if` with `throw`.",
		Examples: []builtin.Example{{Expr: `assert 1 < 2; "fine"`, Value: `"fine"`}},
	},
	parser.KindRecKw: {
		Name: "rec", Syntax: "rec { name = value; ... }",
		Doc: "Makes a set whose attributes see each other as names.\n\n" +
			"They see what is written in the braces, not what `//` or an override changes later. An attribute that means to use a name from further out, like `x = x;`, refers to itself and never ends. " +
			"A `let` before a plain set avoids both.",
		Examples: []builtin.Example{
			{Expr: `rec { a = 1; b = a + 1; }`, Value: `{ a = 1; b = 2; }`},
			{Expr: `rec { a = 1; b = a + 1; } // { a = 10; }`, Value: `{ a = 10; b = 2; }`},
		},
	},
	parser.KindInheritKw: {
		Name: "inherit", Syntax: "inherit name ...;   inherit (set) name ...;",
		Doc: "Binds names to what they mean outside: `inherit x y;` is short for `x = x; y = y;`, with the right-hand sides looked up around the set or `let`. " +
			"`inherit (set) x y;` is short for `x = set.x; y = set.y;`.\n\n" +
			"Names that are not identifiers are quoted: `inherit (set) \"a.b\";`.",
		Examples: []builtin.Example{
			{Expr: `let x = 1; in { inherit x; }`, Value: `{ x = 1; }`},
			{Expr: `let s = { a = 1; b = 2; }; inherit (s) a b; in a + b`, Value: `3`},
		},
	},
	parser.KindOrKw: {
		Name: "or", Syntax: "set.path or default", Since: "1.0",
		Doc: "The value of a selection if any attribute of its path is missing, or if something on the way is not a set.\n\n" +
			"It replaces what is missing, not what fails: an error while an attribute is computed stays an error. " +
			"Outside of a selection `or` is an ordinary name, for historical reasons; the boolean operator is `||`.",
		Examples: []builtin.Example{
			{Expr: `{ a = 1; }.b.c or 2`, Value: `2`},
			{Expr: `{ a = throw "no"; }.a or 2`, Value: `error: no`},
		},
	},
	parser.KindQuestion: {
		Name: "?", Syntax: "set ? path", Operator: &Operator{4, None},
		Doc: "Whether a set has an attribute. The path may have dots; if something on the way is missing or no set, the answer is `false`. " +
			"The value of the last attribute is not evaluated.",
		Examples: []builtin.Example{
			{Expr: `{ a.b = throw "never"; } ? a.b`, Value: `true`},
			{Expr: `1 ? a`, Value: `false`},
		},
	},
	parser.KindNot: {
		Name: "!", Syntax: "!condition", Operator: &Operator{8, Prefix},
		Doc: "The opposite of a boolean.\n\n" +
			"It binds looser than arithmetic, but tighter than comparison: `!a == b` is `(!a) == b`.",
		Examples: []builtin.Example{{Expr: `!true`, Value: `false`}, {Expr: `!{ a = 1; } ? b`, Value: `true`}},
	},
	parser.KindPlus: {
		Name: "+", Syntax: "a + b", Operator: &Operator{7, Left},
		Doc: "Adds numbers, and joins strings or paths. The left operand decides:\n\n" +
			"- number: the right one must be a number; the sum is a float if one of the two is.\n" +
			"- string: the right one must be a string or convert to one as in `\"${}\"`; a path is copied to the store.\n" +
			"- path: the right one is appended as text, and the result is a path. A slash is not added.\n\n" +
			"Lists are joined by `++` and sets by `//`.",
		Examples: []builtin.Example{
			{Expr: `1 + 2.5`, Value: `3.5`},
			{Expr: `"a" + "b"`, Value: `"ab"`},
			{Expr: `/etc + "/hosts"`, Value: `/etc/hosts`},
		},
	},
	parser.KindMinus: {
		Name: "-", Syntax: "a - b", Operator: &Operator{7, Left}, Since: "1.6",
		Doc: "Subtracts numbers. Put spaces around it: `a-b` is one name, since names may contain dashes.",
		Examples: []builtin.Example{
			{Expr: `3 - 1`, Value: `2`},
		},
	},
	parser.KindTimes: {
		Name: "*", Syntax: "a * b", Operator: &Operator{6, Left}, Since: "1.6",
		Doc:      "Multiplies numbers.",
		Examples: []builtin.Example{{Expr: `6 * 7`, Value: `42`}},
	},
	parser.KindDivide: {
		Name: "/", Syntax: "a / b", Operator: &Operator{6, Left}, Since: "1.6",
		Doc: "Divides numbers. Two integers give an integer, cut off towards zero. Dividing by zero is an error.\n\n" +
			"Put spaces around it: `a/b` is a path.",
		Examples: []builtin.Example{{Expr: `7 / 2`, Value: `3`}, {Expr: `7 / 2.0`, Value: `3.5`}},
	},
	parser.KindConcat: {
		Name: "++", Syntax: "list ++ list", Operator: &Operator{5, Right},
		Doc:      "Joins two lists. The elements stay unevaluated.",
		Examples: []builtin.Example{{Expr: `[ 1 2 ] ++ [ 3 ]`, Value: `[ 1 2 3 ]`}},
	},
	parser.KindUpdate: {
		Name: "//", Syntax: "set // set", Operator: &Operator{9, Right},
		Doc: "A set with the attributes of both; where both have one the right side wins.\n\n" +
			"Only the outermost attributes are merged: a nested set is replaced as a whole. `lib.recursiveUpdate` of nixpkgs goes deeper. " +
			"Attributes stay unevaluated.",
		Examples: []builtin.Example{
			{Expr: `{ a = 1; b = 2; } // { b = 3; }`, Value: `{ a = 1; b = 3; }`},
			{Expr: `{ a.x = 1; } // { a.y = 2; }`, Value: `{ a = { y = 2; }; }`},
		},
	},
	parser.KindEqual: {
		Name: "==", Syntax: "a == b", Operator: &Operator{11, None},
		Doc: "Whether two values are equal: lists and sets by their members, numbers by value (`1 == 1.0`), derivations by their `outPath`. " +
			"Values of different types are not equal. Functions are never equal, not even to themselves.\n\n" +
			"As much is evaluated as it takes to find out.",
		Examples: []builtin.Example{
			{Expr: `[ 1 { a = 2; } ] == [ 1.0 { a = 2; } ]`, Value: `true`},
			{Expr: `let f = x: x; in f == f`, Value: `false`},
		},
	},
	parser.KindNotEqual: {
		Name: "!=", Syntax: "a != b", Operator: &Operator{11, None},
		Doc:      "Whether two values differ: the opposite of `==`.",
		Examples: []builtin.Example{{Expr: `1 != "1"`, Value: `true`}},
	},
	parser.KindLess:         comparison("<", "comes before"),
	parser.KindLessEqual:    comparison("<=", "comes before or equals"),
	parser.KindGreater:      comparison(">", "comes after"),
	parser.KindGreaterEqual: comparison(">=", "comes after or equals"),
	parser.KindAnd: {
		Name: "&&", Syntax: "a && b", Operator: &Operator{12, Left},
		Doc:      "Whether two booleans are both true. The right one is evaluated only if the left one is true.",
		Examples: []builtin.Example{{Expr: `false && throw "never"`, Value: `false`}},
	},
	parser.KindOr: {
		Name: "||", Syntax: "a || b", Operator: &Operator{13, Left},
		Doc:      "Whether at least one of two booleans is true. The right one is evaluated only if the left one is false.",
		Examples: []builtin.Example{{Expr: `true || throw "never"`, Value: `true`}},
	},
	parser.KindImplies: {
		Name: "->", Syntax: "a -> b", Operator: &Operator{14, Right},
		Doc: "Logical implication: `a -> b` is `!a || b`, false only if the left side is true and the right side false.\n\n" +
			"It suits assertions such as \"if X is enabled, Y has to be too\". It has nothing to do with functions, which are written with a colon.",
		Examples: []builtin.Example{{Expr: `false -> throw "never"`, Value: `true`}},
	},
	parser.KindPipeInto: {
		Name: "|>", Syntax: "value |> function", Operator: &Operator{15, Left}, Since: "2.24", Feature: "pipe-operators",
		Doc:      "Applies the function on the right to the value on the left, so that steps read in the order in which they happen.",
		Examples: []builtin.Example{{Expr: `[ 1 2 3 ] |> map (x: x * 2) |> builtins.length`, Value: `3`}},
	},
	parser.KindPipeFrom: {
		Name: "<|", Syntax: "function <| value", Operator: &Operator{15, Right}, Since: "2.24", Feature: "pipe-operators",
		Doc:      "Applies the function on the left to the value on the right, which saves the parentheses around a long argument.",
		Examples: []builtin.Example{{Expr: `builtins.length <| [ 1 ] ++ [ 2 ]`, Value: `2`}},
	},
}

func comparison(token, relation string) *Entry {
	return &Entry{
		Name: token, Syntax: "a " + token + " b", Operator: &Operator{10, None}, Since: "1.6",
		Doc: "Whether the left value " + relation + " the right one. Both must be numbers, or strings, or paths, or lists.\n\n" +
			"Strings and paths compare byte by byte, so `\"10\"` comes before `\"9\"`; for versions there is `builtins.compareVersions`. " +
			"Lists compare element by element (since Nix 2.5).",
		Examples: []builtin.Example{{Expr: "1 " + token + " 2", Value: map[bool]string{true: "true", false: "false"}[token[0] == '<']}},
	}
}

var (
	negation = Entry{
		Name: "-", Syntax: "-number", Operator: &Operator{3, Prefix},
		Doc: "The negative of a number. It binds tighter than any other operator but looser than application: " +
			"`f -1` subtracts, and a negative argument needs parentheses.",
		Examples: []builtin.Example{{Expr: `builtins.add 3 (-1)`, Value: `2`}},
	}
	formalDefault = Entry{
		Name: "?", Syntax: "{ argument ? default, ... }: body",
		Doc: "Gives an argument a default for when the caller leaves it out. " +
			"The default may refer to the other arguments, and is evaluated only if needed.\n\n" +
			"A name bound to the whole argument with `@` holds what the caller passed, **without** the defaults.",
		Examples: []builtin.Example{
			{Expr: `({ a, b ? a + 1 }: a + b) { a = 1; }`, Value: `3`},
			{Expr: `({ a ? 1 }@args: args) { }`, Value: `{ }`},
		},
	}
	legacyLet = Entry{
		Name: "let", Syntax: "let { name = value; ...; body = result; }",
		Doc: "An old form of `let`: a `rec` set of which the attribute `body` is taken. Nix advises against it; write `let ... in ...`.",
		Examples: []builtin.Example{
			{Expr: `let { x = 1; body = x + 1; }`, Value: `2`},
		},
	}
)
