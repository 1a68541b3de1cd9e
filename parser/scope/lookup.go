package scope

import (
	"iter"

	"firn/parser"
)

// Scope is a region of the file in which certain names are variables: that of
// a let or recursive set, or that of a lambda.
type Scope struct {
	Set    SetID         // NoSet for a lambda
	Lambda parser.NodeID // NoNode for a set
}

// ScopeOf returns the scope in which the name of a binding is a variable. For
// an attribute of a set that is not recursive there is none, and it is false.
func (i *Info) ScopeOf(id BindingID) (Scope, bool) {
	if b := &i.bindings[id]; b.Set == NoSet {
		return Scope{NoSet, b.Owner}, true
	}
	set := i.bindings[id].Set
	return Scope{set, parser.NoNode}, i.sets[set].Rec
}

// Scopes yields the scopes in which a name that stands at n is looked for, the
// innermost first. For a name in an inherit without a source they are those
// around the set that it is put into; a variable there would see that set.
func (i *Info) Scopes(n parser.NodeID) iter.Seq[Scope] {
	return func(yield func(Scope) bool) {
		skip := i.inheriting(n)
		for p := i.tree.Node(n); p.Valid(); p = p.Parent() {
			if s, ok := i.scopeAt(p); ok && (s.Set == NoSet || s.Set != skip) && !yield(s) {
				return
			}
			around := i.extra[p.ID()]
			for k := len(around) - 1; k >= 0; k-- {
				if !yield(Scope{around[k], parser.NoNode}) {
					return
				}
			}
		}
	}
}

// inheriting returns the set that a name is put into by an inherit without a
// source, or NoSet.
func (i *Info) inheriting(n parser.NodeID) SetID {
	inherit := i.tree.Node(n).Parent()
	if inherit.Kind() != parser.KindInherit || inherit.Has(parser.KindInheritFrom) {
		return NoSet
	}
	return i.SetOf(inherit.Parent().ID())
}

// scopeAt returns the scope that a node makes.
func (i *Info) scopeAt(n parser.Node) (Scope, bool) {
	switch n.Kind() {
	case parser.KindLambda:
		return Scope{NoSet, n.ID()}, true
	case parser.KindLet, parser.KindLegacyLet, parser.KindAttrSet, parser.KindError:
		set := i.SetOf(n.ID())
		return Scope{set, parser.NoNode}, set != NoSet && i.sets[set].Rec
	}
	return Scope{}, false
}

// Find returns the binding that a name has in one scope, or NoBinding.
func (i *Info) Find(s Scope, name string) BindingID {
	if s.Set != NoSet {
		return i.Attr(s.Set, name)
	}
	for _, n := range lambdaNames(i.tree.Node(s.Lambda)) {
		if id := i.Defines(n.ID()); id != NoBinding && i.Name(id) == name {
			return id
		}
	}
	return NoBinding
}

// Lookup returns the binding that a name would refer to if it stood at n, or
// NoBinding.
func (i *Info) Lookup(n parser.NodeID, name string) BindingID {
	for s := range i.Scopes(n) {
		if id := i.Find(s, name); id != NoBinding {
			return id
		}
	}
	return NoBinding
}
