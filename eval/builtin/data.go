package builtin

// data holds the functions that read and write other formats.
var data = []Builtin{
	{
		Name: "fromJSON", Args: args("text"), Type: "String -> a", Since: "1.8",
		Doc: "Reads a text in JSON. Objects become sets and arrays lists; a number with a dot or an exponent becomes a float, any other an integer. " +
			"Of an object's equal keys the last one counts.",
		Examples: []Example{
			{Expr: `builtins.fromJSON ''{"a": [1, 2.5, null]}''`, Value: `{ a = [ 1 2.5 null ]; }`},
			{Expr: `builtins.fromJSON (builtins.readFile ./package.json)`},
		},
	},
	{
		Name: "toJSON", Args: args("value"), Type: "a -> String", Since: "1.7",
		Doc: "Writes a value as JSON, with the keys in order and without white space.\n\n" +
			"A derivation, like any set with `outPath`, becomes the string of that path, a set with `__toString` the string that gives. " +
			"A path is copied to the store and becomes its store path. Functions are an error. " +
			"The whole value gets evaluated.",
		Examples: []Example{{Expr: `builtins.toJSON { b = [ 1 null ]; a = "x"; }`, Value: `"{\"a\":\"x\",\"b\":[1,null]}"`}},
	},
	{
		Name: "fromTOML", Global: true, Args: args("text"), Type: "String -> AttrsOf a", Since: "2.1",
		Doc: "Reads a text in TOML, such as a `Cargo.toml`. Tables become sets. Dates and times are refused unless the experimental feature `parse-toml-timestamps` is on.",
		Examples: []Example{
			{Expr: "builtins.fromTOML ''\n  [package]\n  name = \"x\"\n''", Value: `{ package = { name = "x"; }; }`},
		},
	},
	{
		Name: "toXML", Args: args("value"), Type: "a -> String",
		Doc: "Writes a value as XML. It shows of functions the names of their arguments, and of derivations where they are. " +
			"For exchanging data `toJSON` is the usual choice.",
		Examples: []Example{{
			Expr:  `builtins.toXML 1`,
			Value: `"<?xml version='1.0' encoding='utf-8'?>\n<expr>\n  <int value=\"1\" />\n</expr>\n"`,
		}},
	},
}
