package builtin

// attrs holds the functions on attribute sets.
var attrs = []Builtin{
	{
		Name: "attrNames", Args: args("set"), Type: "AttrsOf a -> [String]",
		Doc: "The names of a set's attributes as a list, sorted byte by byte. " +
			"The values are not looked at, so one that would fail does no harm.",
		Examples: []Example{
			{Expr: `builtins.attrNames { y = 1; x = throw "never"; }`, Value: `[ "x" "y" ]`},
		},
	},
	{
		Name: "attrValues", Args: args("set"), Type: "AttrsOf a -> [a]", Since: "1.8",
		Doc: "The values of a set's attributes as a list, in the order of their names, " +
			"which is the order of `attrNames`. The values stay unevaluated until somebody needs them.",
		Examples: []Example{{Expr: `builtins.attrValues { b = 2; a = 1; }`, Value: `[ 1 2 ]`}},
	},
	{
		Name: "catAttrs", Args: args("name", "sets"), Type: "String -> [AttrsOf a] -> [a]", Since: "1.9",
		Doc: "Collects the attribute of the given name from each set of a list. Sets without it are left out.",
		Examples: []Example{
			{Expr: `builtins.catAttrs "a" [ { a = 1; } { b = 0; } { a = 2; } ]`, Value: `[ 1 2 ]`},
		},
	},
	{
		Name: "getAttr", Args: args("name", "set"), Type: "String -> AttrsOf a -> a",
		Doc: "The attribute with the given name; an error if there is none.\n\n" +
			"With a name that is known beforehand one writes `set.name`, with a computed one `set.${name}`. " +
			"The function is handy as an argument, as in `map (builtins.getAttr \"x\") sets`. " +
			"It has no fallback: for that there is `set.${name} or default`.",
		Examples: []Example{{Expr: `builtins.getAttr "a" { a = 1; }`, Value: `1`}},
	},
	{
		Name: "hasAttr", Args: args("name", "set"), Type: "String -> AttrsOf a -> Bool",
		Doc: "Whether the set has an attribute with the given name. The attribute's value is not evaluated.\n\n" +
			"The operator says it shorter, and takes a path: `set ? a.b`. Dots in this function's name argument " +
			"are part of the name.",
		Examples: []Example{
			{Expr: `builtins.hasAttr "a" { a = throw "never"; }`, Value: `true`},
			{Expr: `builtins.hasAttr "a.b" { a.b = 1; }`, Value: `false`},
		},
	},
	{
		Name: "intersectAttrs", Args: args("a", "b"), Type: "AttrsOf a -> AttrsOf b -> AttrsOf b",
		Doc: "The attributes of the second set whose names occur in the first. The values of the first do not matter.\n\n" +
			"Together with `functionArgs` it picks from a large set what a function wants, " +
			"which is how `callPackage` in nixpkgs fills in arguments.",
		Examples: []Example{
			{Expr: `builtins.intersectAttrs { a = 1; b = 2; } { b = 20; c = 30; }`, Value: `{ b = 20; }`},
		},
	},
	{
		Name: "listToAttrs", Args: args("list"), Type: "[{ name : String; value : a; }] -> AttrsOf a",
		Doc: "Makes a set from a list of sets that have the attributes `name` and `value`.\n\n" +
			"If a name occurs more than once the **first** one wins, other than with `//`, where the right side wins. " +
			"The values are not evaluated.",
		Examples: []Example{
			{
				Expr:  `builtins.listToAttrs [ { name = "a"; value = 1; } { name = "a"; value = 2; } ]`,
				Value: `{ a = 1; }`,
			},
		},
	},
	{
		Name: "mapAttrs", Type: "(String -> a -> b) -> AttrsOf a -> AttrsOf b", Since: "2.1",
		Args: []Arg{{Name: "f", Doc: "Called with the name and the value of an attribute."}, {Name: "set"}},
		Doc: "Applies a function to every attribute and keeps the names. " +
			"A value is computed when it is asked for, not before.",
		Examples: []Example{
			{Expr: `builtins.mapAttrs (name: value: "${name}-${toString value}") { a = 1; b = 2; }`, Value: `{ a = "a-1"; b = "b-2"; }`},
		},
	},
	{
		Name: "removeAttrs", Global: true, Args: args("set", "names"), Type: "AttrsOf a -> [String] -> AttrsOf a",
		Doc: "The set without the attributes that are listed. Names that it does not have are ignored.\n\n" +
			"Mind the order of the arguments: the set comes first, other than in most functions on sets.",
		Examples: []Example{
			{Expr: `removeAttrs { a = 1; b = 2; } [ "a" "z" ]`, Value: `{ b = 2; }`},
		},
	},
	{
		Name: "zipAttrsWith", Type: "(String -> [a] -> b) -> [AttrsOf a] -> AttrsOf b", Since: "2.6",
		Args: []Arg{
			{Name: "f", Doc: "Called with a name and the list of all values under that name, in the order of the sets."},
			{Name: "sets"},
		},
		Doc: "Merges a list of sets: for each name that occurs in any of them, the function gets all the values and decides.",
		Examples: []Example{
			{
				Expr:  `builtins.zipAttrsWith (name: values: values) [ { a = 1; } { a = 2; b = 3; } ]`,
				Value: `{ a = [ 1 2 ]; b = [ 3 ]; }`,
			},
		},
	},
	{
		Name: "unsafeGetAttrPos", Args: args("name", "set"), Since: "1.7",
		Type: "String -> AttrsOf a -> Null | { column : Int; file : String; line : Int; }",
		Returns: []Field{
			{Name: "file", Type: "String", Doc: "Where the attribute is written."},
			{Name: "line", Type: "Int", Doc: "Its line, from 1."},
			{Name: "column", Type: "Int", Doc: "Its column, from 1."},
		},
		Doc: "Where in the source an attribute is defined, or `null` if that is not known " +
			"(no such attribute, or one that a builtin made).\n\n" +
			"It is called unsafe because the result depends on where files lie and how they are laid out, " +
			"and not only on what they mean. Use it for messages, not for values.",
		Examples: []Example{{Expr: `builtins.unsafeGetAttrPos "b" { a = 1; }`, Value: `null`}},
	},
}
