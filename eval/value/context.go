package value

import (
	"slices"
	"strings"
)

// Context is the set of store paths that a string refers to. It is immutable.
//
// Each element is a string as Nix writes it (NixStringContextElem in its
// value/context.hh): a store path, `!output!drvpath` for an output of a
// derivation, and `=drvpath` for a derivation with all that it needs.
type Context struct {
	header withContext
	elems  []string // sorted
}

// NewContext returns the context with the given elements, nil if there is none.
func NewContext(elems ...string) *Context {
	if len(elems) == 0 {
		return nil
	}
	list := slices.Clone(elems)
	slices.Sort(list)
	return newContext(slices.Compact(list))
}

func newContext(sorted []string) *Context {
	c := &Context{elems: sorted}
	c.header = withContext{Header{String}, c}
	return c
}

// Elems returns the elements, sorted by their bytes. They must not be changed.
func (c *Context) Elems() []string {
	if c == nil {
		return nil
	}
	return c.elems
}

// Union returns the context with the elements of both.
func (c *Context) Union(d *Context) *Context {
	switch {
	case d == nil || c == d:
		return c
	case c == nil:
		return d
	}
	switch n := unionLen(c.elems, d.elems); n {
	case len(c.elems):
		return c
	case len(d.elems):
		return d
	default:
		return newContext(union(make([]string, 0, n), c.elems, d.elems))
	}
}

// unionLen returns how many different strings are in two sorted lists.
func unionLen(a, b []string) int {
	n, j := len(a)+len(b), 0
	for i := 0; i < len(a) && j < len(b); {
		switch order := strings.Compare(a[i], b[j]); {
		case order < 0:
			i++
		case order > 0:
			j++
		default:
			i, j, n = i+1, j+1, n-1
		}
	}
	return n
}

// union appends the strings that are in any of two sorted lists.
func union(all, a, b []string) []string {
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch strings.Compare(a[i], b[j]) {
		case -1:
			all = append(all, a[i])
			i++
		case 1:
			all = append(all, b[j])
			j++
		default:
			all = append(all, a[i])
			i++
			j++
		}
	}
	return append(append(all, a[i:]...), b[j:]...)
}
