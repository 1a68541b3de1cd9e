package scope

import (
	"slices"

	"firn/parser"
	"firn/parser/text"
)

// The merging of bindings follows ParserState::addAttr of Nix 2.34: attribute
// paths with a common beginning share sets, and a literal set that is given
// twice is one set. Whether that is recursive is decided by its first
// definition alone.

// build makes the set of a node from the bindings directly in it.
func (r *resolver) build(node parser.NodeID) SetID {
	if id, ok := r.setOf[node]; ok {
		return id
	}
	rec := r.tree.Kind(node) != parser.KindAttrSet
	if r.tree.Kind(node) == parser.KindError || !rec {
		first := r.tree.Node(node).FirstChild().Kind()
		rec = first == parser.KindRecKw || first == parser.KindLetKw
	}
	id := r.newSet(node, rec)
	r.setOf[node] = id
	for c := node + 1; c < r.tree.SubtreeEnd(node); c = r.tree.SubtreeEnd(c) {
		switch r.tree.Kind(c) {
		case parser.KindBinding:
			r.addBinding(id, c)
		case parser.KindInherit:
			r.addInherit(id, c)
		}
	}
	return id
}

func (r *resolver) newSet(node parser.NodeID, rec bool) SetID {
	r.sets = append(r.sets, Set{Node: node, Rec: rec, first: NoBinding, last: NoBinding})
	return SetID(len(r.sets) - 1)
}

// attr is one attribute about to be added.
type attr struct {
	Binding
	done uint32 // the offset up to which Nix has read when it adds it
	path string // how Nix calls it in an error; empty: by the path it stands in
}

// addBinding adds path = value to a set.
func (r *resolver) addBinding(set SetID, node parser.NodeID) {
	t := r.tree
	path, value := node+1, parser.NoNode
	if t.Kind(path) != parser.KindAttrPath {
		return // of a broken file
	}
	if v := t.SubtreeEnd(path); v < t.SubtreeEnd(node) {
		if v = t.SubtreeEnd(v); v < t.SubtreeEnd(node) && t.Kind(v).IsExpr() {
			value = v
		}
	}
	pos, done := t.Span(path).Start, t.Span(node).End
	var around []SetID // recursive sets on the way down
	last := parser.NoNode
	for e := path + 1; e < t.SubtreeEnd(path); e = t.SubtreeEnd(e) {
		if k := t.Kind(e); k == parser.KindDot || k == parser.KindError || k == parser.KindMissing {
			continue
		}
		if last != parser.NoNode {
			if set = r.descend(set, last, pos, done); set == NoSet {
				return
			}
			if r.sets[set].Rec {
				around = append(around, set)
			}
		}
		last = e
	}
	if len(around) > 0 && value != parser.NoNode {
		if r.extra == nil {
			r.extra = map[parser.NodeID][]SetID{}
		}
		r.extra[value] = around
	}
	if last == parser.NoNode {
		return
	}
	sym, ok := r.sym(last)
	if !ok {
		r.sets[set].Dynamic = append(r.sets[set].Dynamic, Dynamic{last, value, NoSet})
		return
	}
	r.add(set, attr{
		Binding: Binding{Kind: Plain, Owner: r.sets[set].Node, Name: last, Value: value, Sub: NoSet, sym: sym, pos: pos},
		done:    done,
	})
}

// descend returns the set that the element e of an attribute path leads to
// from set; it is made if there is none.
func (r *resolver) descend(set SetID, e parser.NodeID, pos, done uint32) SetID {
	sym, ok := r.sym(e)
	if !ok {
		sub := r.newSet(parser.NoNode, false)
		r.sets[set].Dynamic = append(r.sets[set].Dynamic, Dynamic{e, parser.NoNode, sub})
		return sub
	}
	id, slot := r.attrs.find(r.bindings, attrKey{set, sym})
	if id == NoBinding {
		sub := r.newSet(parser.NoNode, false)
		r.insert(set, slot, Binding{Kind: Plain, Owner: r.sets[set].Node, Name: e, Value: parser.NoNode, Sub: sub, sym: sym, pos: pos})
		return sub
	}
	r.defs[e] = int32(id) + 1
	sub := r.literal(id)
	if sub == NoSet {
		r.duplicate(attr{Binding{Name: e, pos: pos}, done, r.showPath(e)}, id)
	}
	return sub
}

// literal returns the set that is the value of a binding, if that is a literal
// one.
func (r *resolver) literal(id BindingID) SetID {
	b := &r.bindings[id]
	if b.Sub != NoSet || b.Kind != Plain || b.Value == parser.NoNode {
		return b.Sub
	}
	value := r.tree.Node(b.Value).Unparen()
	if value.Kind() != parser.KindAttrSet {
		return NoSet
	}
	sub := r.build(value.ID())
	r.bindings[id].Sub = sub
	return sub
}

func (r *resolver) insert(set SetID, slot uint32, b Binding) {
	id := BindingID(len(r.bindings))
	b.Set, b.next = set, NoBinding
	r.bindings = append(r.bindings, b)
	r.attrs.insert(r.bindings, slot)
	s := &r.sets[set]
	if s.first == NoBinding {
		s.first = id
	} else {
		r.bindings[s.last].next = id
	}
	s.last = id
	s.len++
	r.defs[b.Name] = int32(id) + 1
}

// add puts an attribute into a set, or merges it with the one of that name. It
// returns the binding that the attribute is part of then.
func (r *resolver) add(set SetID, a attr) BindingID {
	id, slot := r.attrs.find(r.bindings, attrKey{set, a.sym})
	if id == NoBinding {
		r.insert(set, slot, a.Binding)
		return BindingID(len(r.bindings) - 1)
	}
	r.defs[a.Name] = int32(id) + 1
	into, from := r.literal(id), a.Sub
	if from == NoSet && into != NoSet && a.Kind == Plain && a.Value != parser.NoNode {
		if value := r.tree.Node(a.Value).Unparen(); value.Kind() == parser.KindAttrSet {
			from = r.build(value.ID())
			r.setOf[value.ID()] = into
		}
	}
	if a.path == "" {
		a.path = r.showPath(a.Name)
	}
	if into == NoSet || from == NoSet || a.Kind != Plain {
		r.duplicate(a, id)
	} else {
		r.merge(into, from, a)
	}
	return id
}

// merge moves the attributes of one set into another, in the order of their
// symbols. The attribute a is what brings them.
func (r *resolver) merge(into, from SetID, a attr) {
	ids := r.Attrs(from)
	slices.SortFunc(ids, func(a, b BindingID) int { return bySymbol(r.bindings[a].sym, r.bindings[b].sym) })
	for _, id := range ids {
		b := r.bindings[id]
		b.Owner = r.sets[into].Node
		name := showName(r.symbols.names[b.sym])
		to := r.add(into, attr{b, a.done, a.path + "." + name})
		r.moved = append(r.moved, move{id, to})
	}
	r.sets[into].Dynamic = append(r.sets[into].Dynamic, r.sets[from].Dynamic...)
	r.sets[into].From = append(r.sets[into].From, r.sets[from].From...)
}

func (r *resolver) addInherit(set SetID, node parser.NodeID) {
	t := r.tree
	from, source := parser.NoNode, parser.NoNode
	for c := node + 1; c < t.SubtreeEnd(node); c = t.SubtreeEnd(c) {
		switch t.Kind(c) {
		case parser.KindInheritFrom:
			from = c
			r.sets[set].From = append(r.sets[set].From, c)
			for e := range t.Node(c).Exprs() {
				source = e.ID()
			}
		case parser.KindName, parser.KindString, parser.KindInterp:
			r.addInherited(set, c, from, source)
		}
	}
}

func (r *resolver) addInherited(set SetID, name, from, source parser.NodeID) {
	pos, done := r.tree.Span(name).Start, r.tree.Span(r.tree.Parent(name)).End
	sym, ok := r.sym(name)
	if !ok {
		// Nix refuses it as soon as it has read the next token.
		r.report(fault{done: r.tree.Span(name).End, err: &parser.Error{
			Code: parser.DynamicInInherit, Span: r.tree.Span(name), Msg: "dynamic attributes not allowed in inherit",
		}})
		return
	}
	b := Binding{Kind: Inherited, Owner: r.sets[set].Node, Name: name, Value: parser.NoNode, Sub: NoSet, sym: sym, pos: pos}
	if from != parser.NoNode {
		b.Kind, b.Value = InheritedFrom, source
	}
	id, slot := r.attrs.find(r.bindings, attrKey{set, sym})
	if id != NoBinding {
		r.defs[name] = int32(id) + 1
		r.duplicate(attr{b, done, showName(r.symbols.names[sym])}, id)
		return
	}
	r.insert(set, slot, b)
}

// duplicate reports that there is an attribute like a already.
func (r *resolver) duplicate(a attr, other BindingID) {
	first := &r.bindings[other]
	r.report(fault{
		done: a.done, sym: first.sym,
		err: &parser.Error{
			Code:    parser.DuplicateAttribute,
			Span:    text.Span{Start: a.pos, End: r.tree.Span(a.Name).End},
			Msg:     "attribute '" + a.path + "' already defined",
			Related: []parser.Related{{Span: text.Span{Start: first.pos, End: r.tree.Span(first.Name).End}, Msg: "first defined here"}},
		},
	})
}
