package builtin

// fetchers holds the functions that bring sources from elsewhere. They run
// during evaluation, other than the functions of the same name in nixpkgs.
var fetchers = []Builtin{
	{
		Name: "fetchurl", Type: "String | { url : String; sha256? : String; name? : String; } -> String", Since: "1.9",
		Args: []Arg{{Name: "source", Doc: "An address, or a set.", Fields: []Field{
			{Name: "url", Type: "String", Doc: "Where the file is."},
			{Name: "sha256", Type: "String", Doc: "The hash of the file. Required in pure evaluation.", Optional: true},
			{Name: "name", Type: "String", Doc: "The name in the store; the last part of the address if missing.", Optional: true},
		}}},
		Doc: "Downloads a file to the store during evaluation, and returns its path.\n\n" +
			"Without `sha256` the file is asked for again when the cached copy is older than an hour (the setting `tarball-ttl`), and pure evaluation refuses it. " +
			"In packages use `pkgs.fetchurl`, which downloads only when something is built.",
		Examples: []Example{{Expr: `builtins.fetchurl "https://example.org/data.csv"`}},
	},
	{
		Name: "fetchTarball", Global: true, Type: "String | { url : String; sha256? : String; name? : String; } -> Path", Since: "1.9",
		Args: []Arg{{Name: "source", Doc: "An address, or a set.", Fields: []Field{
			{Name: "url", Type: "String", Doc: "Where the archive is."},
			{Name: "sha256", Type: "String", Doc: "The hash of the unpacked tree. Required in pure evaluation.", Optional: true},
			{Name: "name", Type: "String", Doc: "The name in the store; `\"source\"` if missing.", Optional: true},
		}}},
		Doc: "Downloads an archive during evaluation, unpacks it to the store, and returns the path of the tree. " +
			"The archive must hold a single directory at its top, which is taken off.\n\n" +
			"The hash is the one of the unpacked tree (`nix-prefetch-url --unpack`). Without it the archive is asked for again when the cached copy is older than an hour. " +
			"It is a common way to pin nixpkgs.",
		Examples: []Example{{
			Expr: `import (fetchTarball "https://github.com/NixOS/nixpkgs/archive/nixos-25.05.tar.gz") { }`,
		}},
	},
	{
		Name: "fetchGit", Global: true, Type: "String | { url : String; ref? : String; rev? : String; ... } -> AttrsOf a", Since: "2.0",
		Args: []Arg{{Name: "source", Doc: "An address or a path, or a set.", Fields: []Field{
			{Name: "url", Type: "String", Doc: "The repository: an address or a path."},
			{Name: "rev", Type: "String", Doc: "The commit. Required in pure evaluation.", Optional: true},
			{Name: "ref", Type: "String", Doc: "The branch or tag to look in; `\"HEAD\"` if missing.", Optional: true},
			{Name: "name", Type: "String", Doc: "The name in the store; `\"source\"` if missing.", Optional: true},
			{Name: "submodules", Type: "Bool", Doc: "Fetch submodules too.", Optional: true},
			{Name: "shallow", Type: "Bool", Doc: "Fetch without history; `revCount` is then missing.", Optional: true},
			{Name: "allRefs", Type: "Bool", Doc: "Look for `rev` on all branches and tags.", Optional: true},
			{Name: "exportIgnore", Type: "Bool", Doc: "Leave out files that are marked `export-ignore`.", Optional: true},
			{Name: "lfs", Type: "Bool", Doc: "Fetch files of Git LFS.", Optional: true},
			{Name: "verifyCommit", Type: "Bool", Doc: "Check the signature of the commit. Needs the experimental feature `verified-fetches`.", Optional: true},
			{Name: "publicKey", Type: "String", Doc: "The key for the signature.", Optional: true},
			{Name: "keytype", Type: "String", Doc: "The kind of the key, such as `\"ssh-ed25519\"`.", Optional: true},
			{Name: "publicKeys", Type: "[{ key : String; type : String; }]", Doc: "Several keys for the signature.", Optional: true},
		}}},
		Returns: []Field{
			{Name: "outPath", Type: "String", Doc: "The tree in the store. The set itself can stand for it."},
			{Name: "rev", Type: "String", Doc: "The commit; all zeros for a tree with uncommitted changes."},
			{Name: "shortRev", Type: "String", Doc: "The first seven digits of the commit."},
			{Name: "revCount", Type: "Int", Doc: "How many commits lead to this one."},
			{Name: "lastModified", Type: "Int", Doc: "When it was committed, in seconds since 1970."},
			{Name: "lastModifiedDate", Type: "String", Doc: "The same as digits `YYYYMMDDhhmmss`."},
			{Name: "narHash", Type: "String", Doc: "The hash of the tree."},
			{Name: "submodules", Type: "Bool", Doc: "Whether submodules were fetched."},
		},
		Doc: "Fetches a commit of a Git repository to the store during evaluation.\n\n" +
			"A path to a local working tree without `rev` takes the files as they are, uncommitted changes included, but only files that Git tracks. " +
			"Private repositories work, since your own keys are used.",
		Examples: []Example{
			{Expr: "builtins.fetchGit {\n  url = \"https://github.com/NixOS/nix.git\";\n  ref = \"refs/tags/2.30.0\";\n}"},
		},
	},
	{
		Name: "fetchMercurial", Global: true, Type: "String | { url : String; rev? : String; name? : String; } -> AttrsOf a", Since: "2.0",
		Args: []Arg{{Name: "source", Doc: "An address, or a set.", Fields: []Field{
			{Name: "url", Type: "String", Doc: "The repository."},
			{Name: "rev", Type: "String", Doc: "A changeset, branch or tag.", Optional: true},
			{Name: "name", Type: "String", Doc: "The name in the store; `\"source\"` if missing.", Optional: true},
		}}},
		Returns: []Field{
			{Name: "outPath", Type: "String", Doc: "The tree in the store."},
			{Name: "rev", Type: "String", Doc: "The changeset."},
			{Name: "shortRev", Type: "String", Doc: "The first twelve digits of the changeset."},
			{Name: "branch", Type: "String", Doc: "The branch."},
			{Name: "revCount", Type: "Int", Doc: "How many changesets lead to this one."},
		},
		Doc:      "Fetches a changeset of a Mercurial repository to the store during evaluation.",
		Examples: []Example{{Expr: `builtins.fetchMercurial { url = "https://example.org/repo"; rev = "1.0"; }`}},
	},
	{
		Name: "fetchTree", Global: true, Type: "String | { type : String; ... } -> AttrsOf a", Since: "2.4", Feature: "fetch-tree",
		Args: []Arg{{Name: "source", Doc: "A flake reference (feature `flakes`), or a set.", Fields: []Field{
			{Name: "type", Type: "String", Doc: "The kind of source: `\"git\"`, `\"github\"`, `\"gitlab\"`, `\"sourcehut\"`, `\"tarball\"`, `\"file\"`, `\"path\"`, `\"mercurial\"`, `\"indirect\"`."},
			{Name: "url", Type: "String", Doc: "The address, for kinds that have one.", Optional: true},
			{Name: "owner", Type: "String", Doc: "The owner, for `github`, `gitlab`, `sourcehut`.", Optional: true},
			{Name: "repo", Type: "String", Doc: "The repository, for the same kinds.", Optional: true},
			{Name: "host", Type: "String", Doc: "Another host of the same kind.", Optional: true},
			{Name: "path", Type: "String", Doc: "The directory, for `path`.", Optional: true},
			{Name: "id", Type: "String", Doc: "The name in the registry, for `indirect`.", Optional: true},
			{Name: "ref", Type: "String", Doc: "A branch or tag.", Optional: true},
			{Name: "rev", Type: "String", Doc: "A commit.", Optional: true},
			{Name: "narHash", Type: "String", Doc: "The hash of the tree.", Optional: true},
			{Name: "lastModified", Type: "Int", Doc: "The time that the tree must have.", Optional: true},
			{Name: "shallow", Type: "Bool", Doc: "Fetch Git without history.", Optional: true},
			{Name: "submodules", Type: "Bool", Doc: "Fetch Git submodules too.", Optional: true},
		}}},
		Returns: []Field{
			{Name: "outPath", Type: "String", Doc: "The tree in the store."},
			{Name: "narHash", Type: "String", Doc: "The hash of the tree."},
			{Name: "rev", Type: "String", Doc: "The commit, if there is one."},
			{Name: "shortRev", Type: "String", Doc: "The first seven digits of the commit."},
			{Name: "lastModified", Type: "Int", Doc: "The time of the tree, in seconds since 1970."},
			{Name: "lastModifiedDate", Type: "String", Doc: "The same as digits `YYYYMMDDhhmmss`."},
		},
		Doc: "Fetches a tree or a file from any kind of source that flakes know, during evaluation. The inputs of a flake are fetched with it.",
		Examples: []Example{
			{Expr: "builtins.fetchTree {\n  type = \"github\";\n  owner = \"NixOS\";\n  repo = \"nixpkgs\";\n  rev = \"ae2e6b3958682513d28f7d633734571fb18285dd\";\n}"},
		},
	},
	{
		Name: "fetchClosure", Type: "{ fromStore : String; fromPath : Text; toPath? : Text; inputAddressed? : Bool; } -> String",
		Since: "2.8", Feature: "fetch-closure",
		Args: []Arg{{Name: "source", Fields: []Field{
			{Name: "fromStore", Type: "String", Doc: "The binary cache to copy from."},
			{Name: "fromPath", Type: "Text", Doc: "The store path there."},
			{Name: "toPath", Type: "Text", Doc: "The path named by content that it becomes here; empty to learn it from the error message.", Optional: true},
			{Name: "inputAddressed", Type: "Bool", Doc: "Take the path under the name that it has, which must be signed by a trusted key.", Optional: true},
		}}},
		Doc: "Copies a store path, with all it refers to, from a binary cache during evaluation, without knowing how it was built.",
		Examples: []Example{
			{Expr: "builtins.fetchClosure {\n  fromStore = \"https://cache.nixos.org\";\n  fromPath = /nix/store/r2jd6ygnmirm2g803mksqqjm4y39yi6i-git-2.33.1;\n  inputAddressed = true;\n}"},
		},
	},
}
