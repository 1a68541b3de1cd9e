package navigate

import (
	"firn/lsp/feature/infer"
	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
)

// The limits of one question. Real code needs a few of each; hostile code could
// import itself in circles.
const (
	maxFiles = 50
	maxSteps = 1000
	maxDepth = 50
	maxSize  = 8 << 20 // of a file, in bytes
)

// search answers one question, over as many files as it takes.
type search struct {
	Query
	files int
	steps int
	depth int
}

// place is a node of some file.
type place struct {
	info *scope.Info
	node parser.Node
	path string // of the file, "" for the one in question
}

// binding is a binding of some file.
type binding struct {
	info *scope.Info
	id   scope.BindingID
	path string
}

// enter counts a step and reports whether the search may go on.
func (s *search) enter() bool {
	s.steps++
	s.depth++
	return s.steps <= maxSteps && s.depth <= maxDepth
}

func (s *search) leave() { s.depth-- }

// names returns the bindings that a name refers to, and where it is passed to a
// function, the formal.
func (s *search) names(p place) []binding {
	if id := usage.Referred(p.info, p.node); id != scope.NoBinding {
		return []binding{{p.info, id, p.path}}
	}
	if found := s.elsewhere(p); len(found) > 0 {
		return found
	}
	if id, own := usage.Target(p.info, p.node), p.info.Defines(p.node.ID()); id != own {
		return []binding{{p.info, id, p.path}}
	}
	return nil
}

// elsewhere looks for a name in the files that are imported.
func (s *search) elsewhere(p place) []binding {
	if kind, _ := p.info.Ref(p.node.ID()); kind == scope.With {
		for _, c := range usage.Candidates(p.info, p.node) {
			set := place{p.info, firstExpr(c.With), p.path}
			if found := s.attrs(set, []string{usage.Name(p.node)}); len(found) > 0 {
				return found
			}
		}
		return nil
	}
	base, names := usage.Selected(p.node)
	if !base.Valid() {
		return nil
	}
	return s.attrs(place{p.info, base, p.path}, names)
}

// attrs returns the attribute at the end of names, from the value of an
// expression on.
func (s *search) attrs(p place, names []string) []binding {
	defer s.leave()
	if !s.enter() || len(names) == 0 {
		return nil
	}
	v := infer.Of(p.info, p.node)
	if a, ok := v.Attr(names[0]); ok {
		b := binding{p.info, a.Binding, p.path}
		switch {
		case a.Binding == scope.NoBinding:
			return nil
		case len(names) == 1:
			return []binding{b}
		}
		return s.within(b, names[1:])
	}
	for _, from := range s.imported(p, 0) {
		if found := s.attrs(from, names); len(found) > 0 {
			return found
		}
	}
	return nil
}

// within goes on from the value of a binding.
func (s *search) within(b binding, names []string) []binding {
	if sub := b.info.Binding(b.id).Sub; sub != scope.NoSet {
		id := b.info.Attr(sub, names[0])
		switch next := (binding{b.info, id, b.path}); {
		case id == scope.NoBinding:
			return nil
		case len(names) == 1:
			return []binding{next}
		default:
			return s.within(next, names[1:])
		}
	}
	for _, v := range s.values(b) {
		if found := s.attrs(v, names); len(found) > 0 {
			return found
		}
	}
	return nil
}

// values returns the expressions that make the value of a binding.
func (s *search) values(b binding) []place {
	defer s.leave()
	if !s.enter() {
		return nil
	}
	t, at := b.info.Tree(), b.info.Binding(b.id)
	switch at.Kind {
	case scope.Plain, scope.Formal:
		if at.Value != parser.NoNode {
			return []place{{b.info, t.Node(at.Value), b.path}}
		}
	case scope.Inherited, scope.InheritedFrom:
		var list []place
		for _, outer := range s.names(place{b.info, t.Node(at.Name), b.path}) {
			if outer != b {
				list = append(list, s.values(outer)...)
			}
		}
		return list
	}
	return nil
}
