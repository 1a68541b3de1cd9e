// Package settings declares every setting of firn, once.
//
// The fields of [Settings] are the declaration. Their toml tag names the key,
// their doc comment is the documentation, their type and the tags oneof and
// max say what is valid, [Default] holds the defaults, and the tag scope says
// who may set them: "user" keeps a setting out of the files of projects, which
// may come from anyone. The tag flag names a flag of the command line.
//
// The keys of firn.toml, the FIRN_ variables, the flags, the configuration
// that an editor sends and docs/settings.md all follow from it. [Load] puts
// the values together.
package settings

import "time"

//go:generate go run ./generate

// Settings is the configuration of firn. Its fields are groups of settings, a
// table each in firn.toml.
type Settings struct {
	Log         Log         `toml:"log"`
	Language    Language    `toml:"language"`
	Files       Files       `toml:"files"`
	Diagnostics Diagnostics `toml:"diagnostics"`
	Hints       Hints       `toml:"hints"`
	Lenses      Lenses      `toml:"lenses"`
	Eval        Eval        `toml:"eval"`
	Store       Store       `toml:"store"`
}

// Log is about what firn reports of its own work.
type Log struct {
	// Level is the least severe kind of message that is logged.
	Level string `toml:"level" oneof:"debug info warn error" flag:"log-level"`

	// Format is `console`, for people, or `json`, a line each for programs.
	Format string `toml:"format" oneof:"console json" flag:"log-format"`

	// File is where the log goes instead of standard error. It is appended to.
	File string `toml:"file" scope:"user" flag:"log-file"`
}

// Language is about what counts as valid.
type Language struct {
	// PipeOperators admits `|>` and `<|`, which Nix does with the experimental
	// feature `pipe-operators`.
	PipeOperators bool `toml:"pipe-operators"`
}

// Files is about which files a project consists of.
type Files struct {
	// Exclude lists patterns of files that are none of it, in the notation of
	// `.gitignore`. Files that `.gitignore` excludes are left out anyway.
	Exclude []string `toml:"exclude"`
}

// Diagnostics is about the problems that the language server reports.
type Diagnostics struct {
	// Enable reports problems at all.
	Enable bool `toml:"enable"`

	// Workspace reports the problems of files that are not open, too, to
	// editors that ask for them.
	Workspace bool `toml:"workspace"`

	// Unused fades what nothing needs in editors that can: bindings, arguments,
	// with, rec, and the like.
	Unused bool `toml:"unused"`

	// Delay is how long the server waits after a change before it looks for
	// problems. A further change starts the wait again.
	Delay time.Duration `toml:"delay" max:"10s"`
}

// Hints is about what editors show between the words of a file.
type Hints struct {
	// Versions shows the versions of packages behind their names.
	Versions bool `toml:"versions"`

	// Options shows the value that an option has in the end, where a module sets
	// it to something else.
	Options bool `toml:"options"`

	// Ends shows behind a binding of many lines what it is.
	Ends bool `toml:"ends"`

	// Parameters shows before an argument what it is for, where it has no name
	// that says so.
	Parameters bool `toml:"parameters"`
}

// Lenses is about what editors show above the lines of a file.
type Lenses struct {
	// Evaluate offers to evaluate files and bindings.
	Evaluate bool `toml:"evaluate"`

	// Build offers to build what is a derivation. Nothing is built until somebody
	// says so, nor where the workspace is not trusted.
	Build bool `toml:"build"`

	// References shows how often the workspace uses the bindings of a file and the
	// options that it declares.
	References bool `toml:"references"`
}

// Eval is about evaluation, by commands and by the language server.
type Eval struct {
	// HashCache keeps the hashes of what evaluations copy to the store. They are
	// in the cache directory of the user, and spare reading files again that have
	// not changed.
	HashCache bool `toml:"hash-cache" flag:"hash-cache"`

	// Fetch lets commands fetch what evaluations ask for, as by fetchTarball, and
	// the language server where trust is set. It is kept in the cache directory of
	// the user.
	Fetch bool `toml:"fetch" flag:"fetch" scope:"user"`

	// Trust lets the language server read what is outside of the workspace, the
	// search path and the store, and fetch what configurations ask for, as Nix would.
	// Set it only where you trust all files of the workspace.
	Trust bool `toml:"trust" scope:"user" flag:"trust"`

	// Roots lists configurations that the language server does not find by
	// itself, each as KIND:PATH. The kinds are `nixos`, `home-manager`, `network`, for
	// a file with machines of Morph or NixOps, and `flake`. A path is relative to
	// the file that sets it, or to the folder of the workspace.
	Roots []string `toml:"roots" prefixes:"nixos home-manager network flake"`
}

// Store is about where what is built is kept.
type Store struct {
	// Root is the directory with the store and all that belongs to it, laid out as
	// Nix lays it out: what has the store path `/nix/store/…` is in `nix/store` below it.
	// Without one it is `firn/root` in the data directory of the user; `/` is the
	// store of the machine.
	Root string `toml:"root" scope:"user" flag:"store"`
}

// Default returns the settings that hold where nobody sets anything.
func Default() *Settings {
	return &Settings{
		Log:         Log{Level: "info", Format: "console"},
		Diagnostics: Diagnostics{Enable: true, Workspace: true, Unused: true, Delay: 5 * time.Millisecond},
		Hints:       Hints{Versions: true, Options: true, Ends: true},
		Lenses:      Lenses{Evaluate: true, Build: true},
		Eval:        Eval{HashCache: true, Fetch: true},
	}
}
