package usage

import (
	"firn/parser"
	"firn/parser/scope"
)

// Public reports whether another file may use the name of a binding: it is an
// attribute, or an argument by name, and not all that is done with the set or
// function can be seen.
func Public(info *scope.Info, id scope.BindingID) bool {
	return publicity{info}.public(id)
}

// publicity looks at how the values of a file are used.
type publicity struct{ info *scope.Info }

func (p publicity) public(id scope.BindingID) bool {
	b := p.info.Binding(id)
	switch b.Kind {
	case scope.Argument:
		return false
	case scope.Formal:
		return p.handedOut(p.info.Tree().Node(b.Owner))
	default:
	}
	return p.publicSet(b.Set, maxNesting)
}

// maxNesting is how many sets around an attribute are looked at.
const maxNesting = 20

func (p publicity) publicSet(id scope.SetID, depth int) bool {
	set := p.info.Set(id)
	if depth == 0 {
		return true
	}
	if set.Node == parser.NoNode {
		for b := range scope.BindingID(p.info.Bindings()) {
			if at := p.info.Binding(b); at.Sub == id {
				return p.publicValue(b, depth)
			}
		}
		return true
	}
	n := p.info.Tree().Node(set.Node)
	if n.Kind() == parser.KindLet || n.Kind() == parser.KindLegacyLet {
		return false
	}
	if b := p.bound(n); b != scope.NoBinding {
		return p.publicValue(b, depth)
	}
	return true
}

// publicValue reports whether the set that is the value of a binding may be
// used elsewhere.
func (p publicity) publicValue(id scope.BindingID, depth int) bool {
	return !p.usedBy(id, selected) || p.publicSet(p.info.Binding(id).Set, depth-1)
}

// handedOut reports whether a function goes where its calls cannot be seen.
func (p publicity) handedOut(lambda parser.Node) bool {
	if called(outermost(lambda)) {
		return false
	}
	id := p.bound(lambda)
	return id == scope.NoBinding || !p.usedBy(id, called) || p.publicSet(p.info.Binding(id).Set, maxNesting)
}

// bound returns the binding whose value a node is, or NoBinding.
func (p publicity) bound(n parser.Node) scope.BindingID {
	b := outermost(n).Parent()
	if b.Kind() != parser.KindBinding {
		return scope.NoBinding
	}
	return p.info.Defines(b.FirstChild().LastChild().ID())
}

func outermost(n parser.Node) parser.Node {
	for n.Parent().Kind() == parser.KindParen {
		n = n.Parent()
	}
	return n
}

// usedBy reports whether every use of a binding is of a certain kind.
func (p publicity) usedBy(id scope.BindingID, kind func(parser.Node) bool) bool {
	for _, place := range Of(p.info, id) {
		n := p.info.Tree().Node(place.Node)
		switch {
		case place.Role == Definition, n.Parent().Parent().Kind() == parser.KindHasAttr:
			continue
		case place.Role == Selection && n == n.Parent().LastChild():
			n = n.Parent().Parent() // the selection is what is used
		}
		if !kind(outermost(n)) {
			return false
		}
	}
	return true
}

// called reports whether n is called with a set whose attributes can be seen.
func called(n parser.Node) bool {
	call := n.Parent()
	return call.Kind() == parser.KindApply && n == call.FirstChild() && call.LastChild().Unparen().Kind() == parser.KindAttrSet
}

// selected reports whether only an attribute of n is used, by its name.
func selected(n parser.Node) bool {
	switch p := n.Parent(); p.Kind() {
	case parser.KindAttrPath: // a name in the middle of a path
		_, ok := n.NextSibling().NextSibling().AttrName()
		return ok
	case parser.KindSelect, parser.KindHasAttr:
		_, ok := p.Child(parser.KindAttrPath).FirstChild().AttrName()
		return ok && n == p.FirstChild()
	case parser.KindInheritFrom:
		return true
	case parser.KindWith:
		return n == p.FirstExpr()
	}
	return false
}
