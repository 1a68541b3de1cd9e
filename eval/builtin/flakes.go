package builtin

// flakes holds the functions on flakes and references to them.
var flakes = []Builtin{
	{
		Name: "getFlake", Type: "String -> AttrsOf a", Since: "2.4", Feature: "flakes", Always: true,
		Args: []Arg{{Name: "reference", Doc: "A flake reference such as `\"github:NixOS/nixpkgs\"`, or an absolute path, as a string."}},
		Returns: []Field{
			{Name: "inputs", Type: "AttrsOf a", Doc: "The flakes that it was given."},
			{Name: "outputs", Type: "AttrsOf a", Doc: "What its function `outputs` returned. The same attributes are in the set itself."},
			{Name: "outPath", Type: "String", Doc: "The source in the store."},
			{Name: "sourceInfo", Type: "AttrsOf a", Doc: "What is known of the source, such as `rev` and `narHash`."},
			{Name: "narHash", Type: "String", Doc: "The hash of the source."},
		},
		Doc: "Fetches a flake and returns its outputs together with facts about its source.\n\n" +
			"In pure evaluation the reference must name an exact version, by `rev` or `narHash`. " +
			"A path means all files of the directory, and one behind `git+file:` those that Git tracks. " +
			"Inputs that its lock file does not have are locked for this evaluation; nothing is written.",
		Examples: []Example{
			{Expr: `(builtins.getFlake "github:NixOS/nixpkgs").legacyPackages.x86_64-linux.hello`},
		},
	},
	{
		Name: "parseFlakeRef", Args: args("reference"), Type: "String -> AttrsOf a", Since: "2.18", Feature: "flakes", Always: true,
		Returns: []Field{{Name: "type", Type: "String", Doc: "The kind of the reference; the other attributes depend on it."}},
		Doc:     "Takes a flake reference apart.",
		Examples: []Example{{
			Expr:  `builtins.parseFlakeRef "github:NixOS/nixpkgs/23.05?dir=lib"`,
			Value: `{ dir = "lib"; owner = "NixOS"; ref = "23.05"; repo = "nixpkgs"; type = "github"; }`,
		}},
	},
	{
		Name: "flakeRefToString", Args: args("attributes"), Type: "AttrsOf a -> String", Since: "2.18", Feature: "flakes", Always: true,
		Doc: "Writes a flake reference, given by its parts, in the short form. It undoes `parseFlakeRef`.",
		Examples: []Example{{
			Expr:  `builtins.flakeRefToString { type = "github"; owner = "NixOS"; repo = "nixpkgs"; }`,
			Value: `"github:NixOS/nixpkgs"`,
		}},
	},
}
