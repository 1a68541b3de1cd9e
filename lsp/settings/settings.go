// Package settings declares every setting of firn, once.
//
// The fields of [Settings] are the declaration: their toml tag names the key,
// their doc comment is the documentation, their type says what is valid, the
// value in [Default] is the default, and the scope tag says who may set them.
// The keys of firn.toml, the FIRN_ variables, the configuration section that
// an editor sends and docs/settings.md all follow from it.
package settings

import "time"

// Settings is the configuration of firn. The fields of its groups are the
// settings; a group is a table in firn.toml.
type Settings struct {
	Log         Log         `toml:"log"`
	Language    Language    `toml:"language"`
	Files       Files       `toml:"files"`
	Diagnostics Diagnostics `toml:"diagnostics"`
}

// Log is about what firn reports of its own work.
type Log struct {
	// Level is the least severe kind of message that is logged: `debug`,
	// `info`, `warn` or `error`.
	Level string `toml:"level" oneof:"debug,info,warn,error"`

	// Format is `console`, for people, or `json`, for programs.
	Format string `toml:"format" oneof:"console,json"`

	// File is where the log goes, in place of standard error. It is appended
	// to. A project cannot set it: files of a project must not make firn write
	// anywhere.
	File string `toml:"file" scope:"user"`
}

// Language is about what counts as valid.
type Language struct {
	// PipeOperators admits `|>` and `<|`, as the experimental feature
	// `pipe-operators` of Nix does.
	PipeOperators bool `toml:"pipe-operators"`
}

// Files is about which files belong to a project.
type Files struct {
	// Exclude lists patterns of files that do not, in the notation of
	// `.gitignore`. Files that `.gitignore` excludes are left out anyway.
	Exclude []string `toml:"exclude"`
}

// Diagnostics is about the problems that the language server reports.
type Diagnostics struct {
	// Enable reports problems at all.
	Enable bool `toml:"enable"`

	// Delay is how long the server waits after a change before it looks for
	// problems. A further change starts the wait again.
	Delay time.Duration `toml:"delay" max:"10s"`
}

// Default returns the settings that hold where nobody sets anything.
func Default() *Settings {
	return &Settings{
		Log:         Log{Level: "info", Format: "console"},
		Diagnostics: Diagnostics{Enable: true, Delay: 5 * time.Millisecond},
	}
}
