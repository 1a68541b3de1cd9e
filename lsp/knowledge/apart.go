package knowledge

import "strings"

// Apart reports whether two files are known to belong to configurations of
// different kinds, in which options of the same path have nothing to do with each
// other: one to home-manager alone, the other to NixOS alone. What was not
// evaluated yet is not apart.
func (b *Base) Apart(x, y string) bool {
	inX, inY := b.kinds(x), b.kinds(y)
	return inX == kindHome && inY == kindSystem || inX == kindSystem && inY == kindHome
}

// kinds are the kinds of configurations that a file belongs to.
type kinds uint8

const (
	kindHome kinds = 1 << iota
	kindSystem
	kindUnknown // it may be either
)

// kinds returns the kinds of configurations that reach a file.
func (b *Base) kinds(path string) kinds {
	var found kinds
	for _, s := range b.States() {
		if !s.reaches(path) {
			continue
		}
		switch s.wanted.Kind {
		case HomeManager:
			found |= kindHome
		case NixOS, Network:
			found |= kindSystem
		case Flake:
			found |= kindOf(s.wanted.Name)
		}
	}
	return found
}

// kindOf returns the kind of a configuration among the outputs of a flake.
func kindOf(name string) kinds {
	switch output, _, _ := strings.Cut(name, "."); output {
	case "homeConfigurations":
		return kindHome
	case "nixosConfigurations", "darwinConfigurations":
		return kindSystem
	}
	return kindUnknown // the flake itself
}
