package usage

import (
	"cmp"
	"slices"

	"firn/eval/builtin"
	"firn/lsp/feature/infer"
	"firn/parser"
	"firn/parser/scope"
)

// Same returns the places that name what n names, n among them, in source
// order. For a name in an inherit these are the places of what is inherited
// and of what that defines. What no binding of the file explains is the same
// where it is written the same: a builtin, a name that the same with brings in,
// a selection of the same attribute from the same variable.
func Same(info *scope.Info, n parser.Node) []Place {
	places := unbound(info, n)
	if id := Target(info, n); id != scope.NoBinding {
		places = append(places, Of(info, id)...)
	}
	if id := info.Defines(n.ID()); id != scope.NoBinding && n.Parent().Kind() == parser.KindInherit {
		places = append(places, Of(info, id)...)
	}
	slices.SortStableFunc(places, func(a, b Place) int { return cmp.Compare(a.Node, b.Node) })
	return slices.CompactFunc(places, func(a, b Place) bool { return a.Node == b.Node })
}

// unbound returns the places of a name that refers to no binding of the file.
func unbound(info *scope.Info, n parser.Node) []Place {
	if Referred(info, n) != scope.NoBinding {
		return nil
	}
	switch kind, _ := info.Ref(n.ID()); kind {
	case scope.Global:
		return ofBuiltin(info, builtin.LookupGlobal(Name(n)))
	case scope.With, scope.Undefined:
		return likeVariable(info, n)
	}
	a, _, ok := resolve(info, n)
	if ok && a.Builtin != nil {
		return ofBuiltin(info, a.Builtin)
	}
	if base, names := pathTo(n); base.Kind() == parser.KindVar {
		return likePath(info, base, names)
	}
	return nil
}

// ofBuiltin returns the places of a builtin, with and without prefix.
func ofBuiltin(info *scope.Info, b *builtin.Builtin) []Place {
	var places []Place
	if b == nil {
		return nil
	}
	for n := range info.Tree().Nodes() {
		kind, _ := info.Ref(n.ID())
		switch k := n.Parent().Kind(); {
		case kind == scope.Global:
			if builtin.LookupGlobal(Name(n)) == b {
				places = append(places, Place{Node: n.ID(), Role: Variable})
			}
		case k == parser.KindAttrPath || k == parser.KindInherit:
			if name, ok := n.AttrName(); !ok || name != b.Name {
				continue
			}
			if a, open, ok := resolve(info, n); ok && a.Builtin == b {
				places = append(places, Place{n.ID(), Selection, open})
			}
		}
	}
	return places
}

// likeVariable returns the variables that may come from the same withs as n, or
// that are undefined as n is.
func likeVariable(info *scope.Info, n parser.Node) []Place {
	f := look(infer.Alone(info))
	want, _ := info.Ref(n.ID())
	from := f.innermost(n)
	var places []Place
	for m := range info.Tree().Nodes() {
		if kind, _ := info.Ref(m.ID()); kind == want && Name(m) == Name(n) && f.innermost(m) == from {
			places = append(places, Place{Node: m.ID(), Role: Variable})
		}
	}
	return places
}

func (f *finder) innermost(n parser.Node) parser.Node {
	for _, c := range f.candidates(n) {
		return c.With
	}
	return parser.Node{}
}

// likePath returns the places that select the same names from the variable
// base.
func likePath(info *scope.Info, base parser.Node, names []parser.Node) []Place {
	var places []Place
	last := Name(names[len(names)-1])
	for m := range info.Tree().Nodes() {
		if k := m.Parent().Kind(); k != parser.KindAttrPath && k != parser.KindInherit {
			continue
		}
		if name, ok := m.AttrName(); !ok || name != last {
			continue
		}
		other, path := pathTo(m)
		if sameVariable(info, base, other) && slices.EqualFunc(names, path, sameName) {
			places = append(places, Place{Node: m.ID(), Role: Selection})
		}
	}
	return places
}

func sameVariable(info *scope.Info, a, b parser.Node) bool {
	if b.Kind() != parser.KindVar {
		return false
	}
	kind, id := info.Ref(a.ID())
	otherKind, other := info.Ref(b.ID())
	return kind == otherKind && id == other && a.Text() == b.Text()
}

func sameName(a, b parser.Node) bool {
	x, ok := a.AttrName()
	y, static := b.AttrName()
	return ok && static && x == y
}
