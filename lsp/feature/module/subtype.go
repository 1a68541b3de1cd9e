package module

import (
	"firn/parser"
	"firn/parser/scope"
)

// wrapping are the functions that make a type of others: how many arguments come
// before the type, and the step into its values.
var wrapping = map[string]struct {
	before int
	step   StepKind
	same   bool // a value has the inner type itself
}{
	"attrsOf":        {step: Dynamic},
	"lazyAttrsOf":    {step: Dynamic},
	"loaOf":          {step: Dynamic},
	"listOf":         {step: Element},
	"nonEmptyListOf": {step: Element},
	"nullOr":         {same: true},
	"uniq":           {same: true},
	"unique":         {before: 1, same: true},
	"coercedTo":      {before: 2, same: true},
}

// declaration returns the options of the submodules that the type of a declared
// option is made of.
func (w *walk) declaration(r role, args []parser.Node) []*Def {
	set := args[len(args)-1].Unparen()
	if set.Kind() != parser.KindAttrSet {
		return nil
	}
	for b := range bindings(set) {
		names := elementsOf(b.Child(parser.KindAttrPath))
		if len(names) == 1 && stepOf(names[0]).Name == "type" {
			return w.typ(r, b.LastExpr())
		}
	}
	return nil
}

// typ returns the options of the submodules in a type.
func (w *walk) typ(r role, n parser.Node) []*Def {
	if w.left--; w.left < 0 || r.kind == outside {
		return nil
	}
	switch n = n.Unparen(); n.Kind() {
	case parser.KindLet, parser.KindWith:
		return w.typ(r, n.LastExpr())
	case parser.KindApply:
		return w.typeCall(r, n)
	case parser.KindVar:
		return w.typeVariable(r, n)
	}
	return nil
}

func (w *walk) typeCall(r role, n parser.Node) []*Def {
	head, args := call(n)
	name := lastName(head)
	if f, ok := wrapping[name]; ok && len(args) == f.before+1 {
		if !f.same {
			r = r.below(Step{Kind: f.step})
		}
		return w.typ(r, args[f.before])
	}
	switch {
	case name == "submodule" && len(args) == 1:
		var defs []*Def
		for _, v := range w.module(role{inModule, r.trail}, args[0]).Options {
			defs = append(defs, v.Defs...)
		}
		return defs
	case name == "either" && len(args) == 2:
		return append(w.typ(r, args[0]), w.typ(r, args[1])...)
	}
	return nil
}

// typeVariable follows a name of a let.
func (w *walk) typeVariable(r role, n parser.Node) []*Def {
	kind, id := w.info.Ref(n.ID())
	if kind != scope.Bound || w.active[id] || !w.isOfLet(id) {
		return nil
	}
	value := w.info.Tree().Node(w.info.Binding(id).Value)
	if !value.Valid() {
		return nil
	}
	w.active[id] = true
	defer delete(w.active, id)
	return w.typ(r, value)
}
