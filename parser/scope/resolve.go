package scope

import (
	"cmp"
	"slices"

	"firn/parser"
	"firn/parser/text"
)

// resolver makes an [Info]. It goes through the nodes once, in pre-order, and
// keeps for every symbol the binding that it means at that point.
type resolver struct {
	*Info
	symbols symbols
	attrs   attrTable
	syms    []int32     // by node: the symbol of a Var or Name
	top     []BindingID // by symbol: what it means here
	pushed  []BindingID // in force, the innermost last
	frames  []frame
	withs   int             // how many are around
	bodies  []parser.NodeID // of the withs whose set is being read
	moved   []move
	faults  []fault
	lost    []parser.NodeID // undefined variables
}

// frame is a scope that is open up to a node.
type frame struct {
	end    parser.NodeID
	pushed int // how many bindings were in force outside
	with   bool
}

// move says that a binding has become part of another.
type move struct{ from, to BindingID }

// fault is an error that Nix raises when it has read up to done; of several at
// the same place the one about the least symbol comes first.
type fault struct {
	done uint32
	sym  int32
	err  *parser.Error
}

func (r *resolver) report(f fault) { r.faults = append(r.faults, f) }

// reset prepares r for another tree.
func (r *resolver) reset(t *parser.Tree) {
	i := r.Info
	*i = Info{
		tree: t, sets: i.sets[:0], bindings: i.bindings[:0], setOf: i.setOf,
		refs: grown(i.refs, t.Len()), defs: grown(i.defs, t.Len()),
	}
	if i.setOf == nil {
		i.setOf = map[parser.NodeID]SetID{}
	}
	clear(i.setOf)
	clear(i.defs)
	clear(i.refs)
}

// release lets go of what only the resolver needs.
func (r *resolver) release() {
	r.faults, r.lost, r.moved = r.faults[:0], r.lost[:0], r.moved[:0]
}

func (r *resolver) resolve() {
	t := r.tree
	r.attrs.reset()
	r.pushed, r.frames, r.bodies, r.withs = r.pushed[:0], r.frames[:0], r.bodies[:0], 0
	for id := range parser.NodeID(t.Len()) {
		for len(r.frames) > 0 && r.frames[len(r.frames)-1].end <= id {
			r.leave()
		}
		if n := len(r.bodies); n > 0 && r.bodies[n-1] == id {
			r.bodies = r.bodies[:n-1]
			r.frames = append(r.frames, frame{t.SubtreeEnd(id), len(r.pushed), true})
			r.withs++
		}
		if r.extra != nil {
			for _, set := range r.extra[id] {
				r.enter(id, set)
			}
		}
		r.visit(id)
	}
	r.rename()
	r.finish()
}

func (r *resolver) visit(id parser.NodeID) {
	switch r.tree.Kind(id) {
	case parser.KindVar:
		r.refs[id] = r.lookup(id, r.syms[id], r.top[r.syms[id]])
	case parser.KindAttrSet, parser.KindLegacyLet:
		r.enter(id, r.build(id))
	case parser.KindLet:
		set := r.build(id)
		r.enter(id, set)
		if len(r.sets[set].Dynamic) > 0 {
			r.dynamicInLet(id, set)
		}
	case parser.KindError:
		if r.tree.Node(id).Has(parser.KindBinding) || r.tree.Node(id).Has(parser.KindInherit) {
			r.enter(id, r.build(id))
		}
	case parser.KindInherit:
		r.inherit(id)
	case parser.KindLambda:
		r.lambda(id)
	case parser.KindWith:
		r.with(id)
	}
}

// enter brings the names of a set into force in the subtree of id, if the set
// is recursive.
func (r *resolver) enter(id parser.NodeID, set SetID) {
	if !r.sets[set].Rec {
		return
	}
	r.frames = append(r.frames, frame{r.tree.SubtreeEnd(id), len(r.pushed), false})
	for b := r.sets[set].first; b != NoBinding; b = r.bindings[b].next {
		r.push(b)
	}
}

func (r *resolver) push(b BindingID) {
	sym := r.bindings[b].sym
	if r.top[sym] == b {
		return // in force already
	}
	r.bindings[b].shadow = r.top[sym]
	r.top[sym] = b
	r.pushed = append(r.pushed, b)
}

func (r *resolver) leave() {
	f := r.frames[len(r.frames)-1]
	r.frames = r.frames[:len(r.frames)-1]
	if f.with {
		r.withs--
	}
	for len(r.pushed) > f.pushed {
		b := &r.bindings[r.pushed[len(r.pushed)-1]]
		r.pushed = r.pushed[:len(r.pushed)-1]
		r.top[b.sym] = b.shadow
	}
}

// lookup returns what the symbol refers to at a node, where bound is its
// binding in force. Builtins come before the sets of with.
func (r *resolver) lookup(id parser.NodeID, sym int32, bound BindingID) int32 {
	switch {
	case bound != NoBinding:
		return int32(bound) + 1
	case int(sym) < len(globals):
		return refGlobal
	case r.withs > 0:
		return refWith
	}
	r.lost = append(r.lost, id)
	return refUndefined
}

// inherit resolves the names of an inherit without a source. They are looked
// up outside of the set that they are put into.
func (r *resolver) inherit(id parser.NodeID) {
	t := r.tree
	if id+2 < t.SubtreeEnd(id) && t.Kind(id+2) == parser.KindInheritFrom {
		return
	}
	set, isSet := r.setOf[t.Parent(id)]
	for c := id + 1; c < t.SubtreeEnd(id); c = t.SubtreeEnd(c) {
		if k := t.Kind(c); k != parser.KindName && k != parser.KindString && k != parser.KindInterp {
			continue
		}
		sym, ok := r.sym(c)
		if !ok {
			continue
		}
		b := r.top[sym]
		if b != NoBinding && isSet && r.sets[set].Rec && r.bindings[b].Set == set {
			b = r.bindings[b].shadow
		}
		r.refs[c] = r.lookup(c, sym, b)
	}
}

func (r *resolver) with(id parser.NodeID) {
	t := r.tree
	exprs := 0
	for c := id + 1; c < t.SubtreeEnd(id); c = t.SubtreeEnd(c) {
		if !t.Kind(c).IsExpr() {
			continue
		}
		if exprs++; exprs == 2 {
			r.bodies = append(r.bodies, c)
		}
	}
}

func (r *resolver) lambda(id parser.NodeID) {
	t := r.tree
	r.frames = append(r.frames, frame{t.SubtreeEnd(id), len(r.pushed), false})
	arg, formals := NoBinding, parser.NoNode
	for c := id + 1; c < t.SubtreeEnd(id) && t.Kind(c) != parser.KindColon; c = t.SubtreeEnd(c) {
		switch t.Kind(c) {
		case parser.KindName:
			arg = r.argument(id, c, Argument)
		case parser.KindFormals:
			formals = c
		}
	}
	if formals == parser.NoNode {
		if arg != NoBinding {
			r.push(arg)
		}
		return
	}
	for c := formals + 1; c < t.SubtreeEnd(formals); c = t.SubtreeEnd(c) {
		if t.Kind(c) == parser.KindFormal && t.Kind(c+1) == parser.KindName {
			r.formal(id, c)
		}
	}
	if arg == NoBinding {
		return
	}
	if other := r.top[r.bindings[arg].sym]; other != NoBinding && r.bindings[other].Owner == id {
		r.duplicateFormal(text.Span{Start: t.Span(id).Start, End: t.Span(formals).End}, id, arg, other)
		return
	}
	r.push(arg)
}

// argument makes the binding of a lambda's argument or formal.
func (r *resolver) argument(lambda, name parser.NodeID, kind BindingKind) BindingID {
	r.bindings = append(r.bindings, Binding{
		Kind: kind, Set: NoSet, Owner: lambda, Name: name, Value: parser.NoNode, Sub: NoSet,
		sym: r.syms[name], pos: r.tree.Span(name).Start, next: NoBinding,
	})
	r.defs[name] = int32(len(r.bindings))
	return BindingID(len(r.bindings) - 1)
}

func (r *resolver) formal(lambda, node parser.NodeID) {
	t := r.tree
	b := r.argument(lambda, node+1, Formal)
	for c := node + 2; c < t.SubtreeEnd(node); c = t.SubtreeEnd(c) {
		if t.Kind(c).IsExpr() {
			r.bindings[b].Value = c
		}
	}
	if other := r.top[r.bindings[b].sym]; other != NoBinding && r.bindings[other].Owner == lambda {
		r.duplicateFormal(t.Span(node+1), lambda, b, other)
		return
	}
	r.push(b)
}

func (r *resolver) duplicateFormal(span text.Span, lambda parser.NodeID, b, other BindingID) {
	sym := r.bindings[b].sym
	r.report(fault{r.tree.Span(lambda).End, sym, &parser.Error{
		Code: parser.DuplicateFormal, Span: span,
		Msg:     "duplicate formal function argument '" + showName(r.symbols.names[sym]) + "'",
		Related: []parser.Related{{Span: r.tree.Span(r.bindings[other].Name), Msg: "first defined here"}},
	}})
}

func (r *resolver) dynamicInLet(id parser.NodeID, set SetID) {
	e := &parser.Error{Code: parser.DynamicInLet, Span: r.tree.Span(id), Msg: "dynamic attributes not allowed in let"}
	for _, d := range r.sets[set].Dynamic {
		e.Related = append(e.Related, parser.Related{Span: r.tree.Span(d.Name), Msg: "this name is known only by evaluation"})
	}
	r.report(fault{done: r.tree.Span(id).End, err: e})
}

// rename lets the names of merged attributes stand for what they have become
// part of.
func (r *resolver) rename() {
	if len(r.moved) == 0 {
		return
	}
	to := map[int32]int32{}
	for _, m := range slices.Backward(r.moved) {
		target := int32(m.to) + 1
		if further, ok := to[target]; ok {
			target = further
		}
		to[int32(m.from)+1] = target
	}
	for _, list := range [][]int32{r.defs, r.refs} {
		for n, b := range list {
			if b > 0 {
				if target, ok := to[b]; ok {
					list[n] = target
				}
			}
		}
	}
}

// finish turns the faults into errors: first what Nix finds while it reads,
// then the undefined variables.
func (r *resolver) finish() {
	slices.SortStableFunc(r.faults, func(a, b fault) int {
		return cmp.Or(cmp.Compare(a.done, b.done), cmp.Compare(a.sym, b.sym))
	})
	for _, f := range r.faults {
		f.err.Read = f.done
		r.errors = append(r.errors, f.err)
	}
	if len(r.lost) == 0 {
		return
	}
	if r.broken() {
		bound := make([]bool, len(r.top))
		for i := range r.bindings {
			bound[r.bindings[i].sym] = true
		}
		r.lost = slices.DeleteFunc(r.lost, func(id parser.NodeID) bool { return r.mayBeBound(id, bound) })
	} else if len(r.lost) > 1 {
		r.firstLost()
	}
	for _, id := range r.lost {
		span := r.tree.Span(id)
		if r.tree.Text(id) == "or" && r.tree.Kind(id) == parser.KindVar {
			span = r.tree.Span(r.tree.Parent(id)) // a call for Nix
		}
		r.errors = append(r.errors, &parser.Error{
			Code: parser.UndefinedVariable, Span: span, Read: r.tree.Root().End(),
			Msg: "undefined variable '" + r.lostName(id) + "'",
		})
	}
}

func (r *resolver) lostName(id parser.NodeID) string {
	sym, _ := r.sym(id)
	return showName(r.symbols.names[sym])
}

// broken reports whether the tree is of a text that does not parse.
func (r *resolver) broken() bool {
	for id := range parser.NodeID(r.tree.Len()) {
		if k := r.tree.Kind(id); k == parser.KindError || k == parser.KindMissing {
			return true
		}
	}
	return false
}

// mayBeBound reports whether an undefined variable of a broken file might be
// defined once the file is mended: it stands inside an error, or the file
// binds such a name somewhere. The latter is told by symbol.
func (r *resolver) mayBeBound(id parser.NodeID, bound []bool) bool {
	for p := range r.tree.Node(id).Ancestors() {
		if p.Kind() == parser.KindError {
			return true
		}
	}
	sym, _ := r.sym(id)
	return bound[sym]
}
