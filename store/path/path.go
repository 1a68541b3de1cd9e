// Package path holds store paths: their names, their parts, and the functions
// that make them of what they hold or of how they are built.
//
// All of it depends on the store directory, so the makers are methods of [Dir].
// The rules are those of the Nix manual's Complete Store Path Calculation and
// the messages of errors those of Nix 2.34. Nothing here looks at a disk: a
// path may well belong to no object.
package path

import "strings"

// Path is a store path in full, such as
// "/nix/store/5wq5jx7219pmi3xklyhl77fjbqvy6qaj-x.drv". The zero value is no path.
//
// A Path is valid if [Dir.Parse] or a maker returned it; a conversion from a
// string checks nothing. Valid paths of one store sort like Nix sorts them.
type Path string

// HashLen is the number of digits in front of the name, 160 bits in the base 32
// of Nix.
const HashLen = 32

// Base returns the path without the store directory, or "" if that is not one
// of a store path.
func (p Path) Base() string {
	base := string(p[strings.LastIndexByte(string(p), '/')+1:])
	if len(base) <= HashLen {
		return ""
	}
	return base
}

// Dir returns the store directory.
func (p Path) Dir() Dir {
	return Dir(p[:max(strings.LastIndexByte(string(p), '/'), 0)])
}

// HashPart returns the digits in front of the name.
func (p Path) HashPart() string {
	if base := p.Base(); base != "" {
		return base[:HashLen]
	}
	return ""
}

// Name returns the name, which stands behind the hash part.
func (p Path) Name() string {
	if base := p.Base(); base != "" {
		return base[HashLen+1:]
	}
	return ""
}

// DrvExtension ends the names of derivations.
const DrvExtension = ".drv"

// IsDerivation reports whether the name ends like that of a derivation.
func (p Path) IsDerivation() bool { return strings.HasSuffix(p.Name(), DrvExtension) }

// DrvName returns the name of a derivation without its extension.
func (p Path) DrvName() string { return strings.TrimSuffix(p.Name(), DrvExtension) }
