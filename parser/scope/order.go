package scope

import (
	"slices"

	"firn/parser"
)

// firstLost moves the undefined variable that Nix reports to the front. Nix
// binds variables from the outside in: the attributes of a set in the order of
// their symbols, the operands of > and <= in exchange, and so on (the bindVars
// methods of nixexpr.cc).
func (r *resolver) firstLost() {
	first, ok := r.firstLostIn(0)
	if !ok {
		return
	}
	i := slices.Index(r.lost, first)
	r.lost = append([]parser.NodeID{first}, slices.Delete(slices.Clone(r.lost), i, i+1)...)
}

// firstLostIn returns the first undefined variable in the subtree of id.
func (r *resolver) firstLostIn(id parser.NodeID) (parser.NodeID, bool) {
	at, _ := slices.BinarySearch(r.lost, id)
	if at == len(r.lost) || r.lost[at] >= r.tree.SubtreeEnd(id) {
		return 0, false
	}
	if r.lost[at] == id {
		return id, true
	}
	for _, part := range r.bindOrder(r.tree.Node(id)) {
		if first, ok := r.firstLostIn(part); ok {
			return first, true
		}
	}
	return 0, false
}

// bindOrder returns the subtrees of n in the order in which Nix binds their
// variables.
func (r *resolver) bindOrder(n parser.Node) []parser.NodeID {
	var parts []parser.NodeID
	switch n.Kind() {
	case parser.KindAttrSet, parser.KindLegacyLet, parser.KindLet:
		parts = r.setOrder(r.build(n.ID()), parts)
		if n.Kind() == parser.KindLet {
			parts = append(parts, n.LastChild().ID())
		}
		return parts
	case parser.KindLambda:
		return r.lambdaOrder(n)
	case parser.KindSelect:
		// The default comes before the names of the path.
		for e := range n.Exprs() {
			parts = append(parts, e.ID())
		}
		return append(parts, n.Child(parser.KindAttrPath).ID())
	}
	for c := range n.Children() {
		parts = append(parts, c.ID())
	}
	if n.Has(parser.KindGreater) || n.Has(parser.KindLessEqual) || n.Has(parser.KindPipeInto) {
		slices.Reverse(parts)
	}
	return parts
}

func (r *resolver) setOrder(set SetID, parts []parser.NodeID) []parser.NodeID {
	parts = append(parts, r.sets[set].From...)
	attrs := r.Attrs(set)
	slices.SortFunc(attrs, func(a, b BindingID) int { return bySymbol(r.bindings[a].sym, r.bindings[b].sym) })
	for _, id := range attrs {
		switch b := &r.bindings[id]; {
		case b.Sub != NoSet:
			parts = r.setOrder(b.Sub, parts)
		case b.Kind == Inherited:
			parts = append(parts, b.Name)
		case b.Kind == Plain && b.Value != parser.NoNode:
			parts = append(parts, b.Value)
		}
	}
	for _, d := range r.sets[set].Dynamic {
		parts = append(parts, d.Name)
		if d.Sub != NoSet {
			parts = r.setOrder(d.Sub, parts)
		} else if d.Value != parser.NoNode {
			parts = append(parts, d.Value)
		}
	}
	return parts
}

func (r *resolver) lambdaOrder(n parser.Node) []parser.NodeID {
	var formals, parts []parser.NodeID
	for c := range n.Child(parser.KindFormals).Children() {
		if c.Kind() == parser.KindFormal {
			formals = append(formals, c.ID())
		}
	}
	slices.SortFunc(formals, func(a, b parser.NodeID) int { return bySymbol(r.syms[a+1], r.syms[b+1]) })
	parts = append(parts, formals...)
	return append(parts, n.LastChild().ID())
}
