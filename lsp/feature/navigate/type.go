package navigate

import (
	"firn/lsp/feature/infer"
	"firn/lsp/feature/option"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// TypeDefinition returns what says how the value of a name is made: of an option
// with options inside the declaration of those, of another option its own, of a
// package the file that makes it, and of a function the function.
func (q Query) TypeDefinition(off uint32) (origin text.Span, list []Location) {
	n := q.at(off)
	if !n.Valid() {
		return q.file(off)
	}
	for _, find := range []func(parser.Node) []Location{q.optionType, q.evaluated, q.made} {
		if list := find(n); len(list) > 0 {
			return n.Span(), list
		}
	}
	return n.Span(), nil
}

// optionType returns where the options are declared that can be set in the value
// of an option, or where the option is if there are none.
func (q Query) optionType(n parser.Node) []Location {
	o, _ := q.optionAt(n)
	if o == nil {
		return nil
	}
	var list []Location
	in := option.In(o.Type)
	trees := in.Options
	for _, t := range in.Any {
		trees = append(trees, option.In(t).Options...)
	}
	for _, t := range trees {
		if l, ok := q.first(t); ok {
			list = append(list, l)
		}
	}
	if len(list) == 0 {
		list = q.option(n)
	}
	return list
}

// first returns the declaration that stands first of the options of a submodule.
func (q Query) first(t option.Tree) (Location, bool) {
	var best option.Place
	var of *option.Option
	children, _ := q.Config.Children(option.Root(t))
	for _, c := range children {
		if c.Option == nil || len(c.Option.Declared) == 0 || isInternal(c.Name) {
			continue
		}
		p := c.Option.Declared[0]
		if of == nil || p.Path == best.Path && p.Line < best.Line {
			best, of = p, c.Option
		}
	}
	if of == nil {
		return Location{}, false
	}
	return q.declaration(of, best), true
}

// isInternal reports whether an option is one that every submodule has.
func isInternal(name string) bool { return name == "_module" }

// made returns where the value of a variable or a binding is made.
func (q Query) made(n parser.Node) []Location {
	expr := n
	if id := q.info().Defines(n.ID()); id != scope.NoBinding {
		expr = q.info().Tree().Node(q.info().Binding(id).Value)
	}
	if !expr.Valid() || !expr.Kind().IsExpr() {
		return nil
	}
	k, ok := q.Space.Evaluate(expr)
	if !ok {
		return nil
	}
	at, ok := k.Made()
	if !ok {
		return nil
	}
	return []Location{q.madeAt(at)}
}

func (q Query) madeAt(at infer.Place) Location {
	n, info := q.Space.NodeAt(at)
	if !n.Valid() {
		return Location{Path: at.Path}
	}
	for p := n; p.Valid() && p.Start() == n.Start(); p = p.Parent() {
		n = p
	}
	if b := n.Parent(); b.Kind() == parser.KindBinding {
		if name := b.FirstChild().LastChild(); info.Defines(name.ID()) != scope.NoBinding {
			return q.location(info, name)
		}
	}
	return Location{Path: q.Space.PathOf(n), Span: n.Span(), Name: text.Span{Start: n.Start(), End: min(n.End(), n.Start()+1)}}
}
