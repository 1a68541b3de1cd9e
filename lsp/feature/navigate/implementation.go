package navigate

import (
	"firn/eval/builtin"
	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// maxHops is how many names for one value are followed.
const maxHops = 50

// Implementation returns where the value of a name is made: bindings that only
// hand on another name are followed, and what imports a file is made by that.
func (q Query) Implementation(off uint32) (origin text.Span, list []Location) {
	n := q.at(off)
	if !n.Valid() {
		return q.file(off)
	}
	for _, find := range []func(parser.Node) []Location{q.setters, q.evaluated} {
		if list := find(n); len(list) > 0 {
			return n.Span(), list
		}
	}
	b, ok := q.referred(n)
	if !ok {
		if b = (binding{q.info(), q.info().Defines(n.ID())}); b.id == scope.NoBinding {
			return n.Span(), nil
		}
	}
	for range maxHops {
		next, ok := q.handsOn(b)
		if !ok {
			break
		}
		b = next
	}
	if path, ok := q.imports(b.info.Tree().Node(b.info.Binding(b.id).Value)); ok {
		return n.Span(), []Location{{Path: path}}
	}
	return n.Span(), q.locations(b)
}

// handsOn returns the binding that another merely gives a name.
func (q Query) handsOn(b binding) (binding, bool) {
	t, at := b.info.Tree(), b.info.Binding(b.id)
	name := t.Node(at.Name)
	switch value := t.Node(at.Value).Unparen(); {
	case at.Kind == scope.Inherited || at.Kind == scope.InheritedFrom:
	case at.Kind == scope.Plain && value.Kind() == parser.KindVar:
		name = value
	case at.Kind == scope.Plain && value.Kind() == parser.KindSelect && !value.Has(parser.KindOrKw):
		name = value.Child(parser.KindAttrPath).LastChild()
	default:
		return b, false
	}
	if usage.Name(name) == "" {
		return b, false
	}
	next, ok := q.referred(name)
	return next, ok && next != b
}

// imports returns the file that an expression is the value of.
func (q Query) imports(n parser.Node) (path string, ok bool) {
	n = n.Unparen()
	if n.Kind() != parser.KindApply {
		return "", false
	}
	f := q.Space.Of(n.FirstChild())
	if f.Builtin == nil || f.Builtin != builtin.Lookup("import") || f.Applied > 0 {
		return "", false
	}
	return q.target(n.LastChild().Unparen())
}
