package builtin

// texts holds the functions on strings. A string is a sequence of bytes here,
// whatever the encoding.
var texts = []Builtin{
	{
		Name: "concatStringsSep", Args: args("separator", "list"), Type: "String -> [Text] -> String", Since: "1.10",
		Doc: "Joins strings, with a separator between them. Paths among them are copied to the store, as in `\"${./file}\"`.",
		Examples: []Example{
			{Expr: `builtins.concatStringsSep "/" [ "usr" "local" "bin" ]`, Value: `"usr/local/bin"`},
		},
	},
	{
		Name: "match", Args: args("regex", "text"), Type: "String -> String -> Null | [Null | String]", Since: "1.8",
		Doc: "Matches the **whole** string against a POSIX extended regular expression. The result is `null` if it does not match, " +
			"and otherwise a list of what the groups (in parentheses) matched; a group that took no part is `null`.\n\n" +
			"To find something within a text put `.*` around it. `\\d`, `\\w` and the like do not exist; write `[0-9]`. " +
			"In a `\"` string a backslash has to be doubled.",
		Examples: []Example{
			{Expr: `builtins.match "([a-z]+)-([0-9.]+)" "nix-2.3"`, Value: `[ "nix" "2.3" ]`},
			{Expr: `builtins.match "b" "abc"`, Value: `null`},
			{Expr: `builtins.match ".*b.*" "abc" != null`, Value: `true`},
		},
	},
	{
		Name: "replaceStrings", Args: args("from", "to", "text"), Type: "[String] -> [Text] -> String -> String", Since: "1.10",
		Doc: "Replaces strings: wherever one of the first list occurs, the one at the same place of the second list goes in. " +
			"At each spot the first that fits is taken, and what was put in is not searched again.",
		Examples: []Example{
			{Expr: `builtins.replaceStrings [ "a" "b" ] [ "b" "a" ] "aabb"`, Value: `"bbaa"`},
			{Expr: `builtins.replaceStrings [ " " ] [ "-" ] "a b c"`, Value: `"a-b-c"`},
		},
	},
	{
		Name: "split", Args: args("regex", "text"), Type: "String -> String -> [String | [Null | String]]", Since: "2.0",
		Doc: "Cuts a string wherever a POSIX extended regular expression matches. The result alternates between the pieces, as strings, " +
			"and the matches, as lists of what their groups matched.\n\n" +
			"To get the pieces alone filter by `builtins.isString`.",
		Examples: []Example{
			{Expr: `builtins.split "," "a,b"`, Value: `[ "a" [ ] "b" ]`},
			{Expr: `builtins.split "([0-9])" "a1b"`, Value: `[ "a" [ "1" ] "b" ]`},
			{Expr: `builtins.filter builtins.isString (builtins.split "\n" "x\ny")`, Value: `[ "x" "y" ]`},
		},
	},
	{
		Name: "stringLength", Args: args("text"), Type: "Text -> Int",
		Doc:      "The number of **bytes** of a string; a letter outside of ASCII has several.",
		Examples: []Example{{Expr: `builtins.stringLength "naïve"`, Value: `6`}},
	},
	{
		Name: "substring", Type: "Int -> Int -> Text -> String",
		Args: []Arg{
			{Name: "start", Doc: "How many bytes to skip. Not negative."},
			{Name: "length", Doc: "How many bytes to take; a negative number means all."},
			{Name: "text"},
		},
		Doc: "A piece of a string, counted in bytes. Where the string ends the piece ends; there is no error.",
		Examples: []Example{
			{Expr: `builtins.substring 0 3 "nixos"`, Value: `"nix"`},
			{Expr: `builtins.substring 3 (-1) "nixos"`, Value: `"os"`},
		},
	},
	{
		Name: "toString", Global: true, Args: args("value"), Type: "a -> String",
		Doc: "Turns a value into a string.\n\n" +
			"Numbers get their digits (a float always six of them behind the dot), `true` is `\"1\"`, `false` and `null` are the empty string, a list is joined by spaces. " +
			"Of a set its `__toString` is called, or else its `outPath` taken. Functions, and other sets, are an error.\n\n" +
			"A path becomes its text: it is **not** copied to the store, as it would be in `\"${./file}\"`. So the result means something on this machine only.",
		Examples: []Example{
			{Expr: `toString [ 1 "two" true ]`, Value: `"1 two 1"`},
			{Expr: `toString 1.5`, Value: `"1.500000"`},
			{Expr: `toString { __toString = self: "x${self.n}"; n = "1"; }`, Value: `"x1"`},
		},
	},
}
