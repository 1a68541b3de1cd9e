// Package builtin describes the functions and constants that nixlang has
// without importing anything.
//
// [Table] is the one list of them: completion and hover show what it says, and
// evaluation runs what it names. The prose is written for somebody who meets
// the builtin for the first time, so it says what is lazy and what surprises.
//
// A type is written as in `map : (a -> b) -> [a] -> [b]`: a lower-case letter
// is any type, and the same letter the same type; [a] is a list; AttrsOf a is a
// set whose attributes are all of one type; { x : a; y? : b; } is a set with
// known attributes, of which y may be missing; Number is Int or Float; Text is
// whatever can stand in a string's `${}`.
package builtin

import (
	"cmp"
	"slices"
)

// Builtin is one function or constant.
type Builtin struct {
	// Name is how it is called in the set `builtins`.
	Name string
	// Global says that the bare name is in scope everywhere. Without it there is
	// a global of the name with two underscores before it, see [Builtin.GlobalName].
	Global bool
	// Args are the arguments in their order; a constant has none.
	Args []Arg
	// Returns lists the attributes of a resulting set whose names are known.
	Returns []Field
	// Type is the type in the notation of the package comment.
	Type string
	// Doc is the description in Markdown, without heading, signature or examples.
	Doc string
	// Examples show calls.
	Examples []Example
	// Since is the first version of Nix that has it; empty for those older than 1.3.
	Since string
	// Feature is the experimental feature of Nix that has to be enabled first.
	Feature string
	// Always says that it is there without the feature, too, and that only a call
	// fails.
	Always bool
	// Setting is the setting of Nix that has to be true first.
	Setting string
	// Deprecated says what to write instead; empty when nothing speaks against use.
	Deprecated string
}

// Arg is an argument of a function.
type Arg struct {
	Name string
	Doc  string
	// Fields lists the attributes of an argument that is a set with known names.
	Fields []Field
}

// Field is an attribute with a known name.
type Field struct {
	Name     string
	Type     string
	Doc      string
	Optional bool
}

// Example is a use of a builtin. Value is the result as Nix prints it, or the
// text of the error with "error: " before it, or empty where the result depends
// on the machine.
type Example struct {
	Expr  string
	Value string
}

// IsFunction reports whether b takes arguments.
func (b *Builtin) IsFunction() bool { return len(b.Args) > 0 }

// GlobalName returns the name that b has outside the set `builtins`.
func (b *Builtin) GlobalName() string {
	if b.Global {
		return b.Name
	}
	return "__" + b.Name
}

// Table lists every builtin of Nix 2.34, sorted by name. It must not be changed.
var Table = sorted(
	arithmetic, attrs, constants, contexts, control, data, derivations, fetchers,
	files, flakes, hashes, kinds, lists, native, texts, versions,
)

func sorted(families ...[]Builtin) []Builtin {
	all := slices.Concat(families...)
	slices.SortFunc(all, func(a, b Builtin) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// Lookup returns the builtin with the given name in the set `builtins`, or nil.
func Lookup(name string) *Builtin {
	i, ok := slices.BinarySearchFunc(Table, name, func(b Builtin, name string) int {
		return cmp.Compare(b.Name, name)
	})
	if !ok {
		return nil
	}
	return &Table[i]
}

// LookupGlobal returns the builtin that a bare name means where nothing in the
// file binds it, or nil.
func LookupGlobal(name string) *Builtin {
	if b := Lookup(name); b != nil && b.Global {
		return b
	}
	if len(name) > 2 && name[:2] == "__" {
		if b := Lookup(name[2:]); b != nil && !b.Global {
			return b
		}
	}
	return nil
}

// args makes arguments whose names say enough.
func args(names ...string) []Arg {
	list := make([]Arg, len(names))
	for i, name := range names {
		list[i].Name = name
	}
	return list
}
