// Package refs finds references in what was built, and rewrites them.
//
// A reference is the hash part of a store path, wherever it stands (Nix manual,
// Store Object, Scanning for references). What is compressed or in another
// encoding is not seen, which is so in Nix.
package refs

import (
	"slices"

	"firn/store/hash"
	"firn/store/path"
)

// Scanner finds out which of some store paths are mentioned in what is written to
// it, most often an archive. The zero value looks for nothing.
type Scanner struct {
	wanted map[string]path.Path // by hash part, those that were not found yet
	found  []path.Path
	tail   []byte // the last bytes, fewer than a hash part has
}

// NewScanner returns a scanner for the paths.
func NewScanner(paths []path.Path) *Scanner {
	s := &Scanner{wanted: make(map[string]path.Path, len(paths))}
	for _, p := range paths {
		s.wanted[p.HashPart()] = p
	}
	return s
}

// Write implements [io.Writer]. It never fails.
func (s *Scanner) Write(p []byte) (int, error) {
	if len(s.wanted) == 0 {
		return len(p), nil
	}
	// A hash part may begin in what was written before.
	s.tail = append(s.tail, p[:min(len(p), path.HashLen-1)]...)
	s.scan(s.tail)
	if len(p) < path.HashLen {
		s.keep(s.tail)
		return len(p), nil
	}
	s.scan(p)
	s.keep(p)
	return len(p), nil
}

// keep remembers the end of b.
func (s *Scanner) keep(b []byte) {
	b = b[max(0, len(b)-(path.HashLen-1)):]
	s.tail = append(s.tail[:0], b...)
}

func (s *Scanner) scan(b []byte) {
	for i := 0; i+path.HashLen <= len(b); {
		if j := lastForeign(b[i : i+path.HashLen]); j >= 0 {
			i += j + 1
			continue
		}
		if p, ok := s.wanted[string(b[i:i+path.HashLen])]; ok {
			delete(s.wanted, p.HashPart())
			s.found = append(s.found, p)
		}
		i++
	}
}

// lastForeign returns where the last byte is that is no digit of a hash part, or
// -1.
func lastForeign(b []byte) int {
	for j := len(b) - 1; j >= 0; j-- {
		if !hash.IsNix32(b[j]) {
			return j
		}
	}
	return -1
}

// Found returns the paths that were mentioned, sorted.
func (s *Scanner) Found() []path.Path {
	slices.Sort(s.found)
	return slices.Clone(s.found)
}
