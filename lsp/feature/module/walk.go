package module

import (
	"iter"
	"slices"

	"firn/parser"
	"firn/parser/scope"
)

// The limits of one file. The largest modules take a tenth of the steps; without
// a limit `let a = b // b; b = c // c; ...` takes exponential time.
const (
	maxSteps    = 200_000
	maxWrappers = 32
)

// walk follows values along the nodes of a tree.
type walk struct {
	info     *scope.Info
	left     int                      // steps that may be taken
	mod      *Module                  // what is declared and imported goes there
	body     bool                     // the module at hand has a set
	active   map[scope.BindingID]bool // the names that are being followed
	followed map[scope.BindingID]role // what names have been followed as
}

// module returns what an expression says as a module.
func (w *walk) module(r role, n parser.Node) *Module {
	mod, body := w.mod, w.body
	w.mod, w.body = &Module{Whole: scope.NoBinding}, false
	w.mod.Config = w.expr(r, n, nil)
	m := w.mod
	if w.body {
		m.Shape = m.shape()
	}
	w.mod, w.body = mod, body
	return m
}

// expr returns what an expression leads to. What is behind wrappers is under all
// of those.
func (w *walk) expr(r role, n parser.Node, wraps []Wrapper) []*Value {
	if w.left--; w.left < 0 || len(wraps) > maxWrappers {
		return leaf(n, wraps)
	}
	switch n = n.Unparen(); n.Kind() {
	case parser.KindLet, parser.KindWith, parser.KindAssert:
		return w.expr(r, n.LastExpr(), wraps)
	case parser.KindIf:
		return w.conditional(r, n, wraps)
	case parser.KindBinary:
		return w.binary(r, n, wraps)
	case parser.KindApply:
		return w.call(r, n, wraps)
	case parser.KindVar:
		return w.variable(r, n, wraps)
	case parser.KindLambda:
		return w.lambda(r, n, wraps)
	case parser.KindAttrSet:
		return w.set(r, n, wraps)
	case parser.KindList:
		return w.list(r, n, wraps)
	}
	return w.other(r, n, wraps)
}

// leaf is what nothing more is known of.
func leaf(n parser.Node, wraps []Wrapper) []*Value {
	return []*Value{{Node: n, Wrappers: wraps}}
}

// other returns what is neither a set nor a list.
func (w *walk) other(r role, n parser.Node, wraps []Wrapper) []*Value {
	switch r.kind {
	case inModule:
		if r.trail == nil {
			return nil
		}
	case inMerge:
		return nil // a list of values
	case inImport, inImports:
		i := &Import{Kind: Other, Node: n, Wrappers: wraps}
		isPath := n.Kind() == parser.KindPath && !n.FirstChild().Valid()
		if r.kind == inImport && (isPath || n.Kind() == parser.KindSearchPath) {
			i.Kind = Path
		}
		w.mod.Imports = append(w.mod.Imports, i)
		return nil
	}
	return leaf(n, wraps)
}

func under(wraps []Wrapper, w Wrapper) []Wrapper { return append(slices.Clip(wraps), w) }

func (w *walk) conditional(r role, n parser.Node, wraps []Wrapper) []*Value {
	parts := slices.Collect(n.Exprs())
	if len(parts) != 3 {
		return w.other(r, n, wraps)
	}
	then := w.expr(r, parts[1], under(wraps, Wrapper{Kind: If, Cond: parts[0]}))
	return append(then, w.expr(r, parts[2], under(wraps, Wrapper{Kind: Unless, Cond: parts[0]}))...)
}

func (w *walk) binary(r role, n parser.Node, wraps []Wrapper) []*Value {
	parts := slices.Collect(n.Exprs())
	if len(parts) != 2 || !n.Has(parser.KindUpdate) && !n.Has(parser.KindConcat) {
		return w.other(r, n, wraps)
	}
	return append(w.expr(r, parts[0], wraps), w.expr(r, parts[1], wraps)...)
}

func (w *walk) call(r role, n parser.Node, wraps []Wrapper) []*Value {
	head, args := call(n)
	if r.kind == inOptions && lastName(head) == "mkOption" {
		return []*Value{{Node: n, Wrappers: wraps, Sub: w.declaration(r, args)}}
	}
	f, ok := functions[lastName(head)]
	if !ok || len(args) != f.value+1 {
		return w.other(r, n, wraps)
	}
	arg, inner := args[f.value], under(wraps, f.wrapper(args))
	if !f.single || r.kind != inConfig {
		return w.expr(r.argument(f), arg, inner)
	}
	return []*Value{{Node: n, Wrappers: inner, Defs: w.elements(r, []parser.Node{arg})}}
}

// variable follows a name of a let, if that leads to a set, a list or a module.
func (w *walk) variable(r role, n parser.Node, wraps []Wrapper) []*Value {
	kind, id := w.info.Ref(n.ID())
	if kind != scope.Bound || w.active[id] || !w.isOfLet(id) {
		return w.other(r, n, wraps)
	}
	if _, ok := w.followed[id]; !ok {
		w.followed[id] = r
	}
	b := w.info.Binding(id)
	if b.Value == parser.NoNode {
		return w.other(r, n, wraps)
	}
	w.active[id] = true
	defer delete(w.active, id)
	values := w.expr(r, w.info.Tree().Node(b.Value), wraps)
	if len(values) == 0 || r.kind == inOptions || slices.ContainsFunc(values, isSet) {
		return values
	}
	return leaf(n, wraps) // what is to be said of it is better said where the name is used
}

func (w *walk) isOfLet(id scope.BindingID) bool {
	b := w.info.Binding(id)
	return b.Kind == scope.Plain && w.info.Tree().Kind(b.Owner) == parser.KindLet
}

// isSet reports whether there may be something below a value.
func isSet(v *Value) bool {
	return len(v.Defs) > 0 || v.Node.Kind() == parser.KindAttrSet || v.Node.Kind() == parser.KindList
}

func (w *walk) lambda(r role, n parser.Node, wraps []Wrapper) []*Value {
	switch r.kind {
	case inModule:
		if !w.body {
			w.mod.take(w.info, n)
		}
		return w.expr(r, n.LastExpr(), wraps)
	case inImport:
		return w.inline(r, n, wraps)
	case inConfig:
		m := w.module(r.body(), n) // what it declares is of no concern outside
		for _, v := range m.Config {
			v.Wrappers = append(slices.Clip(wraps), v.Wrappers...)
		}
		return m.Config
	}
	return w.other(r, n, wraps)
}

// inline adds a module that is written among the imports.
func (w *walk) inline(r role, n parser.Node, wraps []Wrapper) []*Value {
	m := w.module(role{inModule, r.trail}, n)
	w.mod.Imports = append(w.mod.Imports, &Import{Kind: Inline, Node: n, Wrappers: wraps, Module: m})
	return nil
}

func (w *walk) list(r role, n parser.Node, wraps []Wrapper) []*Value {
	switch r.kind {
	case inImports:
		for e := range n.Exprs() {
			w.expr(r.element(), e, wraps)
		}
		return nil
	case inMerge:
		var values []*Value
		for e := range n.Exprs() {
			values = append(values, w.expr(r.element(), e, wraps)...)
		}
		return values
	case inConfig:
		return []*Value{{Node: n, Wrappers: wraps, Defs: w.elements(r, slices.Collect(n.Exprs()))}}
	}
	return w.other(r, n, wraps)
}

func (w *walk) elements(r role, list []parser.Node) []*Def {
	inner := r.element()
	if inner.kind == outside {
		return nil
	}
	defs := make([]*Def, len(list))
	for i, e := range list {
		defs[i] = &Def{Step: inner.trail.step, Name: e, Value: e, trail: inner.trail}
		defs[i].Values = w.expr(inner, e, nil)
	}
	return defs
}

func (w *walk) set(r role, n parser.Node, wraps []Wrapper) []*Value {
	switch r.kind {
	case inModule:
		w.body = true
		return w.ofModule(r, n, wraps)
	case inImport:
		return w.inline(r, n, wraps)
	case inConfig, inOptions:
		v := &Value{Node: n, Wrappers: wraps}
		for b := range bindings(n) {
			v.Defs = append(v.Defs, w.binding(r, b)...)
		}
		return []*Value{v}
	}
	return w.other(r, n, wraps)
}

// bindings yields the bindings and inherits of a set, in a broken file also
// those inside of errors.
func bindings(n parser.Node) iter.Seq[parser.Node] {
	return func(yield func(parser.Node) bool) {
		for b := range n.Children() {
			switch b.Kind() {
			case parser.KindBinding, parser.KindInherit:
				if !yield(b) {
					return
				}
			case parser.KindError:
				for b := range b.Children() {
					if (b.Kind() == parser.KindBinding || b.Kind() == parser.KindInherit) && !yield(b) {
						return
					}
				}
			}
		}
	}
}

// binding returns what a binding or an inherit in a set defines.
func (w *walk) binding(r role, b parser.Node) []*Def {
	if b.Kind() == parser.KindBinding {
		return w.path(r, elementsOf(b.Child(parser.KindAttrPath)), b.LastExpr())
	}
	var defs []*Def
	for _, name := range elementsOf(b) {
		step := stepOf(name)
		if inner := r.attr(step); inner.kind != outside && !r.isKey(step) {
			defs = append(defs, &Def{Step: step, Name: name, trail: inner.trail})
		}
	}
	return defs
}

// path returns the definition of the first name of a path, with the others
// below it. It is nil where the path goes too deep.
func (w *walk) path(r role, elements []parser.Node, value parser.Node) []*Def {
	if w.left--; w.left < 0 || len(elements) == 0 {
		return nil
	}
	step := stepOf(elements[0])
	inner := r.attr(step)
	if inner.kind == outside {
		return nil
	}
	d := &Def{Step: step, Name: elements[0], trail: inner.trail}
	switch {
	case len(elements) > 1:
		d.Values = []*Value{{Defs: w.path(inner, elements[1:], value)}}
	case value.Valid():
		d.Value, d.Values = value, w.expr(inner, value, nil)
	}
	return []*Def{d}
}
