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
	all := make([]string, 0, len(c.elems)+len(d.elems))
	i, j := 0, 0
	for i < len(c.elems) && j < len(d.elems) {
		switch strings.Compare(c.elems[i], d.elems[j]) {
		case -1:
			all = append(all, c.elems[i])
			i++
		case 1:
			all = append(all, d.elems[j])
			j++
		default:
			all = append(all, c.elems[i])
			i++
			j++
		}
	}
	all = append(append(all, c.elems[i:]...), d.elems[j:]...)
	switch len(all) {
	case len(c.elems):
		return c
	case len(d.elems):
		return d
	}
	return newContext(all)
}
