// Package navigate finds where things are defined: names in the file that
// binds them, attributes of imported files in those, and paths on disk.
//
// Package infer tells what a file makes, by its text and by what was evaluated
// of it.
package navigate

import (
	"firn/lsp/feature/disk"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/option"
	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// Location is a place where something is defined.
type Location struct {
	Path string    // of another file; "" for the one that was asked about
	Span text.Span // all of the definition
	Name text.Span // the part of it to go to
}

// Query is what a question is asked about.
type Query struct {
	Space  *infer.Space
	World  disk.World
	Config option.View // the options that the file can set
}

func (q Query) info() *scope.Info { return q.Space.Root() }

// at returns the name that touches off.
func (q Query) at(off uint32) parser.Node { return usage.At(q.info().Tree(), off) }

// Definition returns the name or path that touches off and where it is
// defined. A name that defines something itself is its own definition, but for
// one that is inherited, or passed to a function of the file.
func (q Query) Definition(off uint32) (origin text.Span, list []Location) {
	n := q.at(off)
	if !n.Valid() {
		return q.file(off)
	}
	return n.Span(), q.definition(n)
}

// Declaration returns what brings a name into being where it is used: it is
// Definition, but an inherited name is its own declaration.
func (q Query) Declaration(off uint32) (origin text.Span, list []Location) {
	n := q.at(off)
	if id := q.info().Defines(n.ID()); id != scope.NoBinding && n.Parent().Kind() == parser.KindInherit {
		return n.Span(), []Location{q.location(q.info(), n)}
	}
	return q.Definition(off)
}

func (q Query) definition(n parser.Node) []Location {
	if list := q.option(n); len(list) > 0 {
		return list
	}
	if list := q.evaluated(n); len(list) > 0 {
		return list
	}
	if b, ok := q.referred(n); ok {
		return q.locations(b)
	}
	if n.Parent().Kind() == parser.KindInherit {
		if source := n.Parent().Child(parser.KindInheritFrom).FirstExpr(); source.Valid() {
			return []Location{{Span: source.Span(), Name: source.Span()}}
		}
	}
	if withs := q.withs(n); len(withs) > 0 {
		return withs
	}
	if q.info().Defines(n.ID()) != scope.NoBinding {
		return []Location{q.location(q.info(), n)}
	}
	return nil
}

// binding is a binding of some file.
type binding struct {
	info *scope.Info
	id   scope.BindingID
}

// referred returns the binding that a name refers to, in whatever file, or for
// one that is passed to a function the formal.
func (q Query) referred(n parser.Node) (binding, bool) {
	info := q.Space.Info(n)
	if id := usage.Referred(info, n); id != scope.NoBinding {
		return binding{info, id}, true
	}
	kind, _ := info.Ref(n.ID())
	if kind == scope.With {
		return q.brought(n)
	}
	if a, ok := q.Space.Resolve(n); ok && a.Binding != scope.NoBinding {
		return binding{a.Info, a.Binding}, true
	}
	if id := usage.Target(info, n); id != info.Defines(n.ID()) {
		return binding{info, id}, true
	}
	return binding{}, false
}

// Bindings returns what the name at off stands for: the binding that it refers to
// or is passed for, and the one that it defines, of which a name in an inherit has
// both. The path of
// the file in question is "".
func (q Query) Bindings(off uint32) []usage.Export {
	n := q.at(off)
	if !n.Valid() {
		return nil
	}
	var list []usage.Export
	if b, ok := q.referred(n); ok {
		list = append(list, usage.Export{Path: q.Space.Path(b.info), Info: b.info, Binding: b.id})
	}
	defined := q.info().Defines(n.ID())
	if x, ok := usage.PassedFor(q.Space, defined); ok && x.Path != "" {
		list = append(list, x)
	}
	if defined != scope.NoBinding && (len(list) == 0 || n.Parent().Kind() == parser.KindInherit) {
		list = append(list, usage.Export{Info: q.info(), Binding: defined})
	}
	return list
}

// brought looks for a name in the files that a with imports.
func (q Query) brought(n parser.Node) (binding, bool) {
	for _, c := range usage.Candidates(q.Space.Info(n), n) {
		v := q.Space.Of(c.With.FirstExpr())
		if a, ok := v.Attr(usage.Name(n)); ok && a.Binding != scope.NoBinding {
			return binding{a.Info, a.Binding}, true
		}
	}
	return binding{}, false
}

// withs returns the withs that a name may come from.
func (q Query) withs(n parser.Node) []Location {
	var list []Location
	if kind, _ := q.info().Ref(n.ID()); kind != scope.With {
		return nil
	}
	for _, c := range usage.Candidates(q.info(), n) {
		keyword, set := c.With.FirstChild(), c.With.FirstExpr()
		list = append(list, Location{
			Span: text.Span{Start: keyword.Start(), End: set.End()},
			Name: keyword.Span(),
		})
	}
	return list
}

// locations returns the places where a binding is defined.
func (q Query) locations(b binding) []Location {
	var list []Location
	for _, o := range b.info.Occurrences(b.id) {
		if o.Def {
			list = append(list, q.location(b.info, b.info.Tree().Node(o.Node)))
		}
	}
	return list
}

// location returns the place of a name that defines something.
func (q Query) location(info *scope.Info, name parser.Node) Location {
	return Location{Path: q.Space.Path(info), Span: whole(name).Span(), Name: name.Span()}
}

// whole returns the binding or formal that a name belongs to, or the name.
func whole(name parser.Node) parser.Node {
	switch parent := name.Parent(); parent.Kind() {
	case parser.KindFormal:
		return parent
	case parser.KindAttrPath:
		if b := parent.Parent(); b.Kind() == parser.KindBinding {
			return b
		}
	}
	return name
}
