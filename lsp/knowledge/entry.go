package knowledge

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"firn/lsp/feature/module"
	"firn/parser/scope"
)

// Kind says what sort of configuration a root is.
type Kind uint8

// The kinds of roots.
const (
	NixOS       Kind = iota // configuration.nix, or what stands alone
	HomeManager             // home.nix
	Network                 // machines of Morph or NixOps
	Flake                   // a configuration among the outputs of a flake
	Nixpkgs                 // no configuration, only the package set
)

var kindNames = [...]string{"NixOS", "home-manager", "network", "flake", "nixpkgs"}

// String returns the kind in words.
func (k Kind) String() string { return kindNames[k] }

// KindOf returns the kind with a name, whose case does not matter.
func KindOf(name string) (Kind, bool) {
	i := slices.IndexFunc(kindNames[:], func(n string) bool { return strings.EqualFold(n, name) })
	return Kind(max(i, 0)), i >= 0
}

// Entry is where the evaluation of a root begins.
type Entry struct {
	Kind Kind
	Path string // of the file; "" for the modules of the distribution alone
	Name string // of the machine or output, where there are several
}

// String returns the entry as people are told of it.
func (e Entry) String() string {
	switch {
	case e.Kind == Nixpkgs:
		return "nixpkgs"
	case e.Path == "":
		return e.Kind.String() + " without a configuration"
	case e.Name == aloneName:
		return "a system of " + e.Path
	case e.Name != "":
		return fmt.Sprintf("%s of %s", e.Name, e.Path)
	}
	return e.Path
}

// entryNames are the files that are entries by their names.
var entryNames = map[string]Kind{"configuration.nix": NixOS, "home.nix": HomeManager, "flake.nix": Flake}

// Entries returns those of the given files that are entries by their names, in their
// order.
func Entries(files []string) []Entry {
	var list []Entry
	for _, path := range files {
		if e, ok := EntryOf(path, func() *scope.Info { return nil }); ok {
			list = append(list, e)
		}
	}
	return list
}

// EntryOf returns the entry that a file is by its name or, if that says nothing, by
// its text: a network, or a configuration of home-manager. The text is asked for
// when it is needed.
func EntryOf(path string, src func() *scope.Info) (Entry, bool) {
	if kind, ok := entryNames[filepath.Base(path)]; ok {
		return Entry{Kind: kind, Path: path}, true
	}
	info := src()
	switch {
	case info == nil:
	case IsNetwork(info):
		return Entry{Kind: Network, Path: path}, true
	case isHome(info):
		return Entry{Kind: HomeManager, Path: path}, true
	}
	return Entry{}, false
}

// MayBeEntry reports whether a text has the words that one must have to be an entry
// by its text.
func MayBeEntry(src string) bool {
	return strings.Contains(src, "network") || strings.Contains(src, "deployment") ||
		strings.Contains(src, "home") && strings.Contains(src, "stateVersion")
}

// isHome reports whether a file is a module that says for which version of
// home-manager a configuration was written, which only the first of them does.
func isHome(info *scope.Info) bool {
	m, ok := module.Parse(info)
	if !ok {
		return false
	}
	for d := range m.All() {
		if slices.Equal(module.Names(d.Path()), []string{"home", "stateVersion"}) {
			return true
		}
	}
	return false
}

// under reports whether a path is in a directory.
func under(path, dir string) bool {
	return strings.HasPrefix(path, strings.TrimSuffix(dir, "/")+"/")
}
