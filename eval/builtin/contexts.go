package builtin

// contexts holds the functions on string contexts: what a string remembers of
// the store paths that went into it.
var contexts = []Builtin{
	{
		Name: "hasContext", Args: args("text"), Type: "String -> Bool", Since: "2.0",
		Doc: "Whether a string remembers store paths, as it does when a derivation or a file was put into it with `${}`. " +
			"What remembers them makes a build depend on them.",
		Examples: []Example{{Expr: `builtins.hasContext "plain"`, Value: `false`}},
	},
	{
		Name: "getContext", Args: args("text"), Since: "2.3",
		Type: "String -> AttrsOf { allOutputs? : Bool; outputs? : [String]; path? : Bool; }",
		Doc: "The store paths that a string remembers, as a set with the path as name. `path = true` stands for the path itself, " +
			"`outputs` lists outputs of a derivation, and `allOutputs = true` means the derivation with all it is built from.",
		Examples: []Example{{Expr: `builtins.getContext "plain"`, Value: `{ }`}},
	},
	{
		Name: "appendContext", Args: args("text", "context"), Since: "2.3",
		Type: "String -> AttrsOf { allOutputs? : Bool; outputs? : [String]; path? : Bool; } -> String",
		Doc: "The same string with further store paths to remember, in the form that `getContext` returns. " +
			"The text itself is not changed.",
		Examples: []Example{{Expr: `builtins.appendContext "text" { }`, Value: `"text"`}},
	},
	{
		Name: "unsafeDiscardStringContext", Args: args("text"), Type: "Text -> String",
		Doc: "The same string without the store paths that it remembers.\n\n" +
			"It is needed where such paths are refused, as in names of attributes. It is unsafe since a build that uses the result " +
			"no longer depends on the paths that stand in it, so they may be missing.",
		Examples: []Example{{Expr: `builtins.unsafeDiscardStringContext "plain"`, Value: `"plain"`}},
	},
	{
		Name: "unsafeDiscardOutputDependency", Args: args("text"), Type: "Text -> String",
		Doc: "Turns a dependency on a derivation with all its outputs, as `drvPath` carries it, into one on the `.drv` file alone. " +
			"Whoever uses the result gets the recipe and need not build it.\n\n" +
			"`addDrvOutputDependencies` is the way back.",
		Examples: []Example{{Expr: `builtins.unsafeDiscardOutputDependency "plain"`, Value: `"plain"`}},
	},
	{
		Name: "addDrvOutputDependencies", Args: args("text"), Type: "Text -> String", Since: "2.19",
		Doc: "Turns a dependency on a `.drv` file into one on the derivation with all its outputs, as `drvPath` carries it. " +
			"The string must remember exactly one path, and that a derivation.\n\n" +
			"It undoes `unsafeDiscardOutputDependency`.",
		Examples: []Example{{
			Expr:  `builtins.addDrvOutputDependencies "plain"`,
			Value: `error: context of string 'plain' must have exactly one element, but has 0`,
		}},
	},
}
