package flake

import (
	"context"

	"firn/lsp/feature/option"
)

// key is an attribute that a flake can have.
type key struct {
	name, doc string
	typ       *option.Type
	example   string // in nixlang
}

// keys are the attributes of one set.
type keys struct {
	loc  []string
	list []key
}

// Schema returns what a flake.nix can set (Nix manual, "nix flake", Flake format), as
// options.
func Schema() option.Tree {
	return keys{nil, []key{
		{"description", "What the flake is, in one line. `nix flake metadata` shows it.", str, `"A web server"`},
		{"inputs", "The flakes that this one depends on, by the names under which the function `outputs` gets them. The lock file `flake.lock` pins each.", set(inputs([]string{"inputs", "<name>"}, 0)), ""},
		{"outputs", "A function of the inputs, and of the flake itself as `self`, that returns what the flake provides: packages, modules, configurations.", free("function"), "{ self, nixpkgs }: { }"},
		{"nixConfig", "Settings of Nix that hold while the flake is built. Users are asked whether they agree.", sub("settings", settings), ""},
	}}
}

var (
	str   = &option.Type{Name: "str", Description: "string"}
	boole = &option.Type{Name: "bool", Description: "boolean"}
	texts = &option.Type{Name: "listOf", Description: "list of strings", Elem: str}
)

func free(what string) *option.Type { return &option.Type{Name: "anything", Description: what} }

func set(elem *option.Type) *option.Type {
	return &option.Type{Name: "attrsOf", Description: "set of " + elem.Description + "s", Elem: elem}
}

func sub(what string, of keys) *option.Type {
	return &option.Type{Name: "submodule", Description: what, Sub: of, Free: true}
}

// maxInputs is how deep inputs of inputs are offered.
const maxInputs = 8

// inputs returns the type of an input at a place.
func inputs(loc []string, depth int) *option.Type {
	list := []key{
		{"url", "Where the input is, as a flake reference: `github:OWNER/REPO`, `github:OWNER/REPO/BRANCH`, `git+https://…`, `path:./DIR`, `https://….tar.gz`, or a name of the registry.", str, `"github:NixOS/nixpkgs/nixos-unstable"`},
		{"flake", "Whether the input is a flake. Of one that is none only the files are used, by its `outPath`.", boole, "false"},
		{"follows", "The input that is used in place of this one, as a path of names from the flake: `nixpkgs`, or `home-manager/nixpkgs`.", str, `"nixpkgs"`},
		{"type", "What sort of reference it is, if it is written as attributes: `github`, `gitlab`, `sourcehut`, `git`, `mercurial`, `path`, `tarball`, `file`, `indirect`.", str, `"github"`},
		{"owner", "The owner of the repository, of `github`, `gitlab` and `sourcehut`.", str, ""},
		{"repo", "The name of the repository, of `github`, `gitlab` and `sourcehut`.", str, ""},
		{"host", "The host of the forge, if it is another one than usual.", str, ""},
		{"ref", "The branch or the tag.", str, ""},
		{"rev", "The commit.", str, ""},
		{"dir", "The directory of the tree in which the flake.nix is.", str, ""},
		{"path", "The path, of `path`.", str, ""},
		{"id", "The name in the registry, of `indirect`.", str, ""},
		{"narHash", "The hash that the tree must have.", str, ""},
		{"submodules", "Whether the submodules of a repository are fetched, too.", boole, ""},
		{"shallow", "Whether the history of a repository is left out.", boole, ""},
		{"lfs", "Whether the files are fetched that Git LFS keeps elsewhere.", boole, ""},
	}
	if depth < maxInputs {
		below := append(append([]string(nil), loc...), "inputs", "<name>")
		list = append(list, key{"inputs", "What is used in place of the inputs of this input.", set(inputs(below, depth+1)), ""})
	}
	return sub("input", keys{loc, list})
}

var settings = keys{[]string{"nixConfig"}, []key{
	{"extra-substituters", "Binary caches to ask besides those that there are.", texts, `[ "https://cache.example.org" ]`},
	{"extra-trusted-public-keys", "Keys with which what comes from binary caches may be signed, besides those that there are.", texts, ""},
	{"substituters", "The binary caches to ask.", texts, ""},
	{"trusted-public-keys", "The keys with which what comes from binary caches may be signed.", texts, ""},
	{"bash-prompt", "The prompt in the shell of `nix develop`.", str, ""},
	{"bash-prompt-prefix", "What comes before the prompt in the shell of `nix develop`.", str, ""},
	{"bash-prompt-suffix", "What comes behind the prompt in the shell of `nix develop`.", str, ""},
	{"flake-registry", "The registry in which names of flakes are looked up.", str, ""},
	{"commit-lock-file-summary", "The message with which the lock file is committed.", str, ""},
	{"allow-import-from-derivation", "Whether an evaluation may build what it imports.", boole, "false"},
	{"extra-experimental-features", "Features of Nix that are turned on.", texts, `[ "pipe-operators" ]`},
}}

// Names implements [option.Tree].
func (k keys) Names(context.Context) []string {
	names := make([]string, len(k.list))
	for i, a := range k.list {
		names[i] = a.name
	}
	return names
}

// Below implements [option.Tree].
func (k keys) Below(_ context.Context, name string) (option.Tree, bool) {
	for _, a := range k.list {
		if a.name == name {
			return leaf{k.loc, a}, true
		}
	}
	return nil, false
}

// Option implements [option.Tree].
func (keys) Option(context.Context) *option.Option { return nil }

// leaf is one attribute.
type leaf struct {
	loc []string
	key
}

// Names implements [option.Tree].
func (leaf) Names(context.Context) []string { return nil }

// Below implements [option.Tree].
func (leaf) Below(context.Context, string) (option.Tree, bool) { return nil, false }

// Option implements [option.Tree].
func (l leaf) Option(context.Context) *option.Option {
	return &option.Option{Loc: append(append([]string(nil), l.loc...), l.name), Type: l.typ, Description: l.doc, Example: l.example}
}
