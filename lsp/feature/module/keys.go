package module

import (
	"slices"

	"firn/parser"
)

// ofModule returns what the set of a module sets options to.
func (w *walk) ofModule(r role, n parser.Node, wraps []Wrapper) []*Value {
	s := &moduleSet{walk: w, role: r, own: &Value{Node: n, Wrappers: wraps}}
	s.shorthand = isShorthand(n)
	for b := range bindings(n) {
		s.binding(b)
	}
	if len(s.own.Defs) > 0 || s.shorthand && r.trail != nil {
		s.values = append(s.values, s.own)
	}
	return s.values
}

// moduleSet is a set whose attributes are the keys of a module, or options.
type moduleSet struct {
	*walk
	role      role
	shorthand bool // all names but the keys are options
	own       *Value
	values    []*Value
}

// isShorthand reports whether the options that a module sets are not in an
// attribute config.
func isShorthand(n parser.Node) bool {
	for b := range bindings(n) {
		for _, name := range firstNames(b) {
			if key, _ := name.AttrName(); key == "config" || key == "options" {
				return false
			}
		}
	}
	return true
}

// firstNames returns the names that a binding or an inherit adds to its set.
func firstNames(b parser.Node) []parser.Node {
	if b.Kind() == parser.KindInherit {
		return elementsOf(b)
	}
	elements := elementsOf(b.Child(parser.KindAttrPath))
	return elements[:min(len(elements), 1)]
}

func (s *moduleSet) binding(b parser.Node) {
	names := firstNames(b)
	for _, n := range names {
		if name, ok := n.AttrName(); ok {
			s.mod.Keys = append(s.mod.Keys, name)
		}
	}
	if len(names) == 0 {
		return
	}
	first := stepOf(names[0])
	switch {
	case b.Kind() == parser.KindBinding && s.role.isKey(first):
		s.key(first, elementsOf(b.Child(parser.KindAttrPath))[1:], b.LastExpr())
	case s.shorthand || first.Name == "meta": // an option wherever it stands
		s.own.Defs = append(s.own.Defs, s.walk.binding(s.role, b)...)
	}
}

// key takes the binding of a key with the rest of its path.
func (s *moduleSet) key(key Step, rest []parser.Node, value parser.Node) {
	switch inner := s.role.attr(key); {
	case inner.kind == inImports && len(rest) == 0:
		s.expr(inner, value, nil)
	case inner.kind == inOptions && len(rest) == 0:
		s.mod.Options = append(s.mod.Options, s.expr(inner, value, nil)...)
	case inner.kind == inOptions:
		s.mod.Options = append(s.mod.Options, &Value{Defs: s.path(inner, rest, value)})
	case inner.kind == inConfig && len(rest) == 0:
		s.values = append(s.values, s.expr(inner, value, slices.Clip(s.own.Wrappers))...)
	case inner.kind == inConfig:
		s.own.Defs = append(s.own.Defs, s.path(inner, rest, value)...)
	}
}
