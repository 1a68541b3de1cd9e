package builtin

// constants holds what is not a function, and getEnv, which is one in name only.
var constants = []Builtin{
	{
		Name: "builtins", Global: true, Type: "AttrsOf a",
		Doc: "The set of everything that the language brings along.\n\n" +
			"A few of its members are also in scope under their bare names (`map`, `toString`, `import`, ...); " +
			"the others need the prefix. To use one that older versions of Nix lack, test for it: " +
			"`builtins ? warn`, or give a fallback: `builtins.warn or builtins.trace`.",
		Examples: []Example{{Expr: `builtins ? map`, Value: `true`}},
	},
	{
		Name: "true", Global: true, Type: "Bool",
		Doc: "The boolean for yes. It is an ordinary name and not a keyword, so a file can bind it to something else; " +
			"`with` cannot hide it.",
		Examples: []Example{{Expr: `if true then 1 else 2`, Value: `1`}},
	},
	{
		Name: "false", Global: true, Type: "Bool",
		Doc:      "The boolean for no. Like `true` an ordinary name that a file can bind anew.",
		Examples: []Example{{Expr: `!false`, Value: `true`}},
	},
	{
		Name: "null", Global: true, Type: "Null",
		Doc: "The value that stands for nothing.\n\n" +
			"An attribute that is `null` still exists: `{ a = null; } ? a` is `true`. " +
			"In a dynamic attribute name, `{ ${null} = 1; }`, it leaves the attribute out. " +
			"`toString null` is the empty string, while `\"${null}\"` is an error.",
		Examples: []Example{{Expr: `{ ${if false then "a" else null} = 1; }`, Value: `{ }`}},
	},
	{
		Name: "currentSystem", Type: "String",
		Doc: "The kind of machine that Nix builds for unless told otherwise, such as `\"x86_64-linux\"` or " +
			"`\"aarch64-darwin\"`; the setting `system` changes it.\n\n" +
			"It does not exist in pure evaluation, thus not in flakes: there the system is passed along as an argument.",
		Examples: []Example{{Expr: `builtins.currentSystem`}},
	},
	{
		Name: "currentTime", Type: "Int",
		Doc: "The time at which the evaluation started, in seconds since 1970-01-01 UTC. " +
			"It stays the same for the whole evaluation, and it does not exist in pure evaluation.\n\n" +
			"Whatever it flows into is rebuilt each time.",
		Examples: []Example{{Expr: `builtins.currentTime`}},
	},
	{
		Name: "getEnv", Args: args("name"), Type: "String -> String",
		Doc: "The value of an environment variable, and the empty string if it is not set. " +
			"In pure evaluation, thus in flakes, it is always the empty string.\n\n" +
			"What reads it gives different results on different machines, so it is best kept to the edge of a program.",
		Examples: []Example{{Expr: `builtins.getEnv "NO_SUCH_VARIABLE"`, Value: `""`}},
	},
	{
		Name: "langVersion", Type: "Int",
		Doc: "The version of the language, which says little: it has been 6 for many years. " +
			"Ask whether a builtin exists (`builtins ? name`) or compare `builtins.nixVersion`.",
		Examples: []Example{{Expr: `builtins.langVersion`, Value: `6`}},
	},
	{
		Name: "nixPath", Type: "[{ path : String; prefix : String; }]", Since: "1.8",
		Doc: "The places where `<name>` is looked for, in their order: first those given with `-I`, " +
			"then those of the environment variable `NIX_PATH`. It is empty in pure evaluation.\n\n" +
			"`<nixpkgs/lib>` means `builtins.findFile builtins.nixPath \"nixpkgs/lib\"`.",
		Examples: []Example{{Expr: `builtins.nixPath`}},
	},
	{
		Name: "nixVersion", Type: "String",
		Doc:      "The version of the program that evaluates, to be compared with `compareVersions`.",
		Examples: []Example{{Expr: `builtins.compareVersions builtins.nixVersion "2.3" >= 0`, Value: `true`}},
	},
	{
		Name: "storeDir", Type: "String", Since: "1.9",
		Doc:      "The directory of the store, which is `\"/nix/store\"` nearly everywhere.",
		Examples: []Example{{Expr: `builtins.storeDir`}},
	},
}
