package builtin

// native holds what runs foreign code, which Nix has only when asked for.
var native = []Builtin{
	{
		Name: "exec", Args: args("command"), Type: "[Text] -> a", Since: "2.0",
		Setting: "allow-unsafe-native-code-during-evaluation",
		Doc: "Runs a program during evaluation and evaluates what it prints as an expression.\n\n" +
			"Whoever can make you evaluate such a file can run anything on your machine; hence it exists only with the setting.",
		Examples: []Example{{Expr: `builtins.exec [ "echo" "1 + 1" ]`}},
	},
	{
		Name: "importNative", Args: args("path", "symbol"), Type: "Path -> String -> a", Since: "1.8",
		Setting: "allow-unsafe-native-code-during-evaluation",
		Doc: "Loads a shared library into the evaluator and returns the value that the function of the given name in it makes. " +
			"It exists only with the setting.",
		Examples: []Example{{Expr: `builtins.importNative ./plugin.so "initialize"`}},
	},
}
