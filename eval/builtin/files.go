package builtin

// files holds the functions on paths and files.
var files = []Builtin{
	{
		Name: "import", Global: true, Args: args("path"), Type: "Path | String -> a",
		Doc: "Reads a file and evaluates it. For a directory it takes the `default.nix` in it.\n\n" +
			"It is an ordinary function: `import ./f.nix { x = 1; }` calls what the file holds with the set. " +
			"The file sees none of the names around the call; what it needs is passed as an argument. " +
			"A file is evaluated once, however often it is imported.\n\n" +
			"Given a path inside a derivation's output, that is built first, in the middle of the evaluation (\"import from derivation\").",
		Examples: []Example{
			{Expr: `import ./default.nix { }`},
			{Expr: `let pkgs = import <nixpkgs> { }; in pkgs.hello`},
		},
	},
	{
		Name: "scopedImport", Global: true, Type: "AttrsOf a -> Path | String -> b", Since: "1.8",
		Args: []Arg{{Name: "scope", Doc: "Names that the file sees besides the builtins, which it can replace."}, {Name: "path"}},
		Doc: "Like `import`, but the file sees further names. The file is evaluated anew on each call, and readers of the file cannot tell " +
			"where its names come from, so an argument is nearly always better.",
		Examples: []Example{{Expr: `scopedImport { x = 1; } ./uses-x.nix`}},
	},
	{
		Name: "baseNameOf", Global: true, Args: args("path"), Type: "Path | Text -> String",
		Doc: "What stands behind the last slash of a path or string. One slash at the end does not count.",
		Examples: []Example{
			{Expr: `baseNameOf "/etc/nixos/configuration.nix"`, Value: `"configuration.nix"`},
			{Expr: `baseNameOf ./src/main.c`, Value: `"main.c"`},
		},
	},
	{
		Name: "dirOf", Global: true, Args: args("path"), Type: "Path | Text -> Path | String",
		Doc: "What stands before the last slash: of a path a path, of a string a string, which is `\".\"` if there is no slash.",
		Examples: []Example{
			{Expr: `dirOf "/etc/nixos/configuration.nix"`, Value: `"/etc/nixos"`},
			{Expr: `dirOf "file"`, Value: `"."`},
		},
	},
	{
		Name: "readFile", Args: args("path"), Type: "Path | Text -> String",
		Doc: "The contents of a file as a string. The file must not hold NUL bytes, as strings cannot.\n\n" +
			"The last line break is part of the string. Reading from the output of a derivation builds it first.",
		Examples: []Example{{Expr: `builtins.readFile ./version.txt`}},
	},
	{
		Name: "readDir", Args: args("path"), Type: "Path | Text -> AttrsOf String", Since: "1.8",
		Doc: "The entries of a directory: a set from each name to `\"regular\"`, `\"directory\"`, `\"symlink\"` or `\"unknown\"`. " +
			"Hidden files are among them; subdirectories are not entered.",
		Examples: []Example{
			{Expr: `builtins.attrNames (builtins.readDir ./.)`},
		},
	},
	{
		Name: "readFileType", Args: args("path"), Type: "Path | Text -> String", Since: "2.14",
		Doc:      "What a path is: `\"regular\"`, `\"directory\"`, `\"symlink\"` or `\"unknown\"`. A link is not followed.",
		Examples: []Example{{Expr: `builtins.readFileType ./.`, Value: `"directory"`}},
	},
	{
		Name: "pathExists", Args: args("path"), Type: "Path | Text -> Bool",
		Doc: "Whether a file or directory exists. With a slash at its end a string asks for a directory.\n\n" +
			"In a flake only files that Git tracks exist.",
		Examples: []Example{{Expr: `builtins.pathExists ./no-such-file`, Value: `false`}},
	},
	{
		Name: "path", Type: "{ path : Path | Text; name? : String; filter? : String -> String -> Bool; recursive? : Bool; sha256? : String; } -> String", Since: "2.0",
		Args: []Arg{{Name: "arguments", Fields: []Field{
			{Name: "path", Type: "Path | Text", Doc: "What to copy."},
			{Name: "name", Type: "String", Doc: "The name in the store; the last part of the path if missing.", Optional: true},
			{Name: "filter", Type: "String -> String -> Bool", Doc: "Called with the path and the type of each entry; what it refuses is left out, a directory with all in it.", Optional: true},
			{Name: "recursive", Type: "Bool", Doc: "`false` hashes a single file's contents alone, as `fetchurl` does.", Optional: true},
			{Name: "sha256", Type: "String", Doc: "The expected hash. If the store has the result already, nothing is read.", Optional: true},
		}}},
		Doc: "Copies a file or directory to the store and returns where it is.\n\n" +
			"`\"${./src}\"` copies as well, but takes the name from the directory, so that a checkout in another place gives another store path. " +
			"With `name` the result depends on the contents alone.",
		Examples: []Example{
			{Expr: "builtins.path {\n  path = ./.;\n  name = \"source\";\n  filter = path: type: baseNameOf path != \"result\";\n}"},
		},
	},
	{
		Name: "filterSource", Type: "(String -> String -> Bool) -> Path -> String",
		Args: []Arg{
			{Name: "filter", Doc: "Called with the path and the type of each entry below the directory: `\"regular\"`, `\"directory\"`, `\"symlink\"` or `\"unknown\"`."},
			{Name: "path"},
		},
		Doc: "Copies a directory to the store without the entries that the filter refuses. A refused directory is left out with all in it.\n\n" +
			"`path` does the same and can set the name, on which the result otherwise depends.",
		Examples: []Example{
			{Expr: `builtins.filterSource (path: type: baseNameOf path != ".git") ./.`},
		},
	},
	{
		Name: "findFile", Type: "[{ path : Text; prefix : String; }] -> String -> Path", Since: "1.8",
		Args: []Arg{{Name: "searchPath", Doc: "Where to look, such as `builtins.nixPath`."}, {Name: "name"}},
		Doc: "Looks for a file in a search path: the first entry whose prefix fits and below which the rest exists. " +
			"`<name>` in the language is a call of it. An error that `tryEval` catches if nothing is found.",
		Examples: []Example{{Expr: `builtins.findFile builtins.nixPath "nixpkgs/lib"`}},
	},
	{
		Name: "storePath", Args: args("path"), Type: "Path | Text -> String",
		Doc: "Declares that a path is one of the store, and returns it as a string that depends on it. Without this, a path in the store is copied there again like any other.\n\n" +
			"Pure evaluation refuses it.",
		Examples: []Example{{Expr: `builtins.storePath /nix/store/r2jd6ygnmirm2g803mksqqjm4y39yi6i-git-2.33.1`}},
	},
	{
		Name: "toFile", Args: args("name", "text"), Type: "String -> String -> String",
		Doc: "Writes a text to a file in the store, right away, and returns its path.\n\n" +
			"The text may hold store paths of files, but none of derivations, since those are not built yet. `pkgs.writeText` of nixpkgs has no such limit.",
		Examples: []Example{{
			Expr:  `builtins.toFile "greeting" "hello"`,
			Value: `"/nix/store/5akl8zsmda0yrr63v4khwgskih2g2hsh-greeting"`,
		}},
	},
	{
		Name: "toPath", Args: args("text"), Type: "Text -> String",
		Deprecated: "Write `/. + \"/the/path\"` for a path from an absolute string, or `./. + \"/name\"` for one beside the file.",
		Doc:        "Checks that a string is an absolute path and tidies it up. Despite its name it returns a string.",
		Examples:   []Example{{Expr: `builtins.toPath "/a//b/../c"`, Value: `"/a/c"`}},
	},
}
