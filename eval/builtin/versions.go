package builtin

// versions holds the functions on package names and versions.
var versions = []Builtin{
	{
		Name: "compareVersions", Args: args("a", "b"), Type: "String -> String -> Int",
		Doc: "Compares two versions: `-1` if the first is older, `0` if they are equal, `1` if the first is newer.\n\n" +
			"Versions are cut into parts as `splitVersion` does, and the parts compared in turn, numbers by value. " +
			"A number is newer than a word, and the word `pre` is older than nothing at all, so `1.0pre1` comes before `1.0`.",
		Examples: []Example{
			{Expr: `builtins.compareVersions "1.10" "1.9"`, Value: `1`},
			{Expr: `builtins.compareVersions "2.3pre1" "2.3"`, Value: `-1`},
		},
	},
	{
		Name: "parseDrvName", Args: args("name"), Type: "String -> { name : String; version : String; }",
		Returns: []Field{
			{Name: "name", Type: "String", Doc: "What comes before the version."},
			{Name: "version", Type: "String", Doc: "The version, or the empty string."},
		},
		Doc: "Splits the name of a package from its version. The version begins behind the first dash that no letter follows.",
		Examples: []Example{
			{Expr: `builtins.parseDrvName "gtk+-3.24.1"`, Value: `{ name = "gtk+"; version = "3.24.1"; }`},
		},
	},
	{
		Name: "splitVersion", Args: args("version"), Type: "String -> [String]", Since: "2.0",
		Doc: "Cuts a version into its parts: at dots and dashes, and between digits and other characters.",
		Examples: []Example{
			{Expr: `builtins.splitVersion "1.2.3-rc4"`, Value: `[ "1" "2" "3" "rc" "4" ]`},
		},
	},
}
