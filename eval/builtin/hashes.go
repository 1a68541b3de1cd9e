package builtin

// hashes holds the functions that compute and write hashes.
var hashes = []Builtin{
	{
		Name: "hashString", Type: "String -> Text -> String", Since: "1.4",
		Args: []Arg{
			{Name: "algorithm", Doc: "`\"md5\"`, `\"sha1\"`, `\"sha256\"` or `\"sha512\"` (and `\"blake3\"` with the experimental feature `blake3-hashes`)."},
			{Name: "text"},
		},
		Doc: "The hash of a string's bytes, in hexadecimal digits.",
		Examples: []Example{{
			Expr:  `builtins.hashString "md5" "abc"`,
			Value: `"900150983cd24fb0d6963f7d28e17f72"`,
		}},
	},
	{
		Name: "hashFile", Type: "String -> Path -> String", Since: "2.3",
		Args: []Arg{
			{Name: "algorithm", Doc: "`\"md5\"`, `\"sha1\"`, `\"sha256\"` or `\"sha512\"` (and `\"blake3\"` with the experimental feature `blake3-hashes`)."},
			{Name: "path"},
		},
		Doc:      "The hash of a file's contents, in hexadecimal digits.",
		Examples: []Example{{Expr: `builtins.hashFile "sha256" ./flake.lock`}},
	},
	{
		Name: "convertHash", Type: "{ hash : String; hashAlgo? : String; toHashFormat : String; } -> String", Since: "2.19",
		Args: []Arg{{Name: "arguments", Fields: []Field{
			{Name: "hash", Type: "String", Doc: "The hash in any of the formats."},
			{Name: "hashAlgo", Type: "String", Doc: "Its algorithm; may be left out where the hash names it.", Optional: true},
			{Name: "toHashFormat", Type: "String", Doc: "`\"base16\"`, `\"nix32\"`, `\"base64\"` or `\"sri\"`. (`\"base32\"` is the old name of `nix32`.)"},
		}}},
		Doc: "Writes a hash in another format. `sri`, the form `sha256-...=`, is the one that names its algorithm.",
		Examples: []Example{{
			Expr:  "builtins.convertHash {\n  hash = \"900150983cd24fb0d6963f7d28e17f72\";\n  hashAlgo = \"md5\";\n  toHashFormat = \"sri\";\n}",
			Value: `"md5-kAFQmDzST7DWlj99KOF/cg=="`,
		}},
	},
}
