package navigate

import (
	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
)

// implementation answers for a name of the file in question.
func (s *search) implementation(n parser.Node) []Location {
	found := s.names(place{s.Info, n, ""})
	if id := s.Info.Defines(n.ID()); len(found) == 0 && id != scope.NoBinding {
		found = []binding{{s.Info, id, ""}}
	}
	var list []Location
	for _, b := range found {
		list = append(list, s.made(b)...)
	}
	return list
}

// made returns where the value of a binding is made: what imports a file is
// made by that.
func (s *search) made(b binding) []Location {
	for range maxDepth {
		next, ok := s.handsOn(b)
		if !ok {
			break
		}
		b = next
	}
	for _, v := range s.values(b) {
		v.node = v.node.Unparen()
		if file := s.importedFile(v); file.node.Valid() {
			return []Location{{Path: file.path}}
		}
	}
	return s.locations([]binding{b})
}

// handsOn returns the binding that another merely gives a name.
func (s *search) handsOn(b binding) (binding, bool) {
	t, at := b.info.Tree(), b.info.Binding(b.id)
	name := t.Node(at.Name)
	switch value := t.Node(at.Value).Unparen(); {
	case at.Kind == scope.Inherited || at.Kind == scope.InheritedFrom:
	case at.Kind == scope.Plain && value.Kind() == parser.KindVar:
		name = value
	case at.Kind == scope.Plain && value.Kind() == parser.KindSelect && !value.Has(parser.KindOrKw):
		name = lastName(value)
	default:
		return b, false
	}
	if usage.Name(name) == "" {
		return b, false
	}
	found := s.names(place{b.info, name, b.path})
	if len(found) != 1 || found[0] == b {
		return b, false
	}
	return found[0], true
}
