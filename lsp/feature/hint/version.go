package hint

import (
	"firn/lsp/feature/infer"
	"firn/lsp/feature/module"
	"firn/lsp/feature/option"
	"firn/parser"
	"firn/parser/scope"
)

// version tells the version of a package where one is named: selected, inherited,
// brought in by a with, or wanted by the function that the file is.
func (w *walk) version(n parser.Node) {
	find := map[parser.Kind]func(parser.Node) (infer.Known, bool){
		parser.KindSelect: w.selected, parser.KindVar: w.brought, parser.KindName: w.named,
	}[n.Kind()]
	if find == nil || !w.Span.Touches(n.End()) {
		return
	}
	w.evaluating(n.Start(), func() {
		k, ok := find(n)
		if !ok {
			return
		}
		if b, ok := infer.BriefOf(k); ok && b.Sort == infer.Package && b.Version != "" {
			w.add(Hint{Kind: Version, Offset: n.End(), Label: short(b.Version), tip: k.Describe})
		}
	})
}

// selected returns what a selection leads to, if it may be a package.
func (w *walk) selected(n parser.Node) (infer.Known, bool) {
	if n.Has(parser.KindOrKw) || isCalled(n) || !w.mayBePackage(n) {
		return nil, false
	}
	return w.resolved(n.Child(parser.KindAttrPath).LastChild())
}

func (w *walk) resolved(name parser.Node) (infer.Known, bool) {
	a, ok := w.Space.Resolve(name)
	if !ok {
		return nil, false
	}
	return a.Known()
}

// isCalled reports whether an expression is called as a function. Packages are
// not.
func isCalled(n parser.Node) bool {
	p := n.Parent()
	return p.Kind() == parser.KindApply && p.FirstChild() == n
}

// mayBePackage reports whether a selection is worth being evaluated. Of options
// only those of packages are: to find out what others are may take long.
func (w *walk) mayBePackage(n parser.Node) bool {
	ref, ok := module.ConfigRef(w.Space.Root(), n)
	if !ok {
		return true
	}
	o := w.Config.Option(w.Config.At(module.Names(ref.Steps)...))
	return o != nil && !ref.Options && isPackage(o.Type)
}

func isPackage(t *option.Type) bool {
	return t != nil && (t.Name == "package" || t.Name == "shellPackage" || t.Name == "nullOr" && isPackage(t.Elem))
}

// brought returns what a variable is that a with brings in.
func (w *walk) brought(n parser.Node) (infer.Known, bool) {
	info := w.Space.Root()
	if kind, _ := info.Ref(n.ID()); kind != scope.With || isCalled(n) {
		return nil, false
	}
	for _, with := range info.Withs(n.ID()) {
		v := w.setOf(with)
		if a, ok := v.Attr(n.Text()); ok {
			return a.Known()
		}
		if v.Open {
			break
		}
	}
	return nil, false
}

// setOf returns the set of a with.
func (w *walk) setOf(with parser.Node) infer.Value {
	v, ok := w.withs[with.ID()]
	if !ok {
		v = w.Space.Of(with.FirstExpr())
		w.withs[with.ID()] = v
	}
	return v
}

// named returns what a name is that is inherited from a set, or that the function
// of the file wants.
func (w *walk) named(n parser.Node) (infer.Known, bool) {
	switch p := n.Parent(); {
	case p.Kind() == parser.KindInherit && p.Has(parser.KindInheritFrom) && w.mayBePackage(n):
		return w.resolved(n)
	case p.Kind() == parser.KindFormal:
		info := w.Space.Root()
		if id := info.Defines(n.ID()); id != scope.NoBinding {
			v := w.Space.OfBinding(info, id)
			return v.Known, v.Known != nil
		}
	}
	return nil, false
}
