// Package navigate finds where things are defined: names in the file that
// binds them, attributes of imported files in those, and paths on disk.
//
// Nothing is evaluated. An import is followed if its path is written out, and
// what the imported file makes is looked into as far as its text tells.
package navigate

import (
	"firn/lsp/feature/disk"
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
	Info  *scope.Info
	World disk.World
	// Load returns the names of another file, or nil if it cannot be read. It
	// may be nil itself.
	Load func(path string) *scope.Info
}

// Definition returns the name or path that touches off and where it is
// defined. A name that defines something itself is its own definition, but for
// one that is inherited, or passed to a function of the file.
func (q Query) Definition(off uint32) (origin text.Span, list []Location) {
	n := usage.At(q.Info.Tree(), off)
	if !n.Valid() {
		return q.file(off)
	}
	return n.Span(), q.search().definition(n)
}

// Declaration returns what brings a name into being where it is used: it is
// Definition, but an inherited name is its own declaration.
func (q Query) Declaration(off uint32) (origin text.Span, list []Location) {
	n := usage.At(q.Info.Tree(), off)
	if id := q.Info.Defines(n.ID()); n.Valid() && id != scope.NoBinding && n.Parent().Kind() == parser.KindInherit {
		return n.Span(), []Location{q.search().here(place{q.Info, n, ""})}
	}
	return q.Definition(off)
}

// Implementation returns where the value of a name is made: bindings that only
// hand on another name are followed.
func (q Query) Implementation(off uint32) (origin text.Span, list []Location) {
	n := usage.At(q.Info.Tree(), off)
	if !n.Valid() {
		return q.file(off)
	}
	return n.Span(), q.search().implementation(n)
}

func (q Query) search() *search { return &search{Query: q} }

// definition answers for a name of the file in question.
func (s *search) definition(n parser.Node) []Location {
	if found := s.names(place{s.Info, n, ""}); len(found) > 0 {
		return s.locations(found)
	}
	if n.Parent().Kind() == parser.KindInherit {
		if source := firstExpr(n.Parent().Child(parser.KindInheritFrom)); source.Valid() {
			return []Location{{Span: source.Span(), Name: source.Span()}}
		}
	}
	if withs := s.withs(n); len(withs) > 0 {
		return withs
	}
	if s.Info.Defines(n.ID()) != scope.NoBinding {
		return []Location{s.here(place{s.Info, n, ""})}
	}
	return nil
}

// withs returns the withs that a name may come from.
func (s *search) withs(n parser.Node) []Location {
	var list []Location
	if kind, _ := s.Info.Ref(n.ID()); kind != scope.With {
		return nil
	}
	for _, c := range usage.Candidates(s.Info, n) {
		keyword, set := c.With.FirstChild(), firstExpr(c.With)
		list = append(list, Location{
			Span: text.Span{Start: keyword.Start(), End: set.End()},
			Name: keyword.Span(),
		})
	}
	return list
}

// locations returns the places where bindings are defined.
func (s *search) locations(found []binding) []Location {
	var list []Location
	for _, b := range found {
		for _, o := range b.info.Occurrences(b.id) {
			if o.Def {
				list = append(list, s.here(place{b.info, b.info.Tree().Node(o.Node), b.path}))
			}
		}
	}
	return list
}

// here returns the location of a name that defines something.
func (s *search) here(p place) Location {
	return Location{Path: p.path, Span: whole(p.node).Span(), Name: p.node.Span()}
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

func firstExpr(n parser.Node) parser.Node {
	for e := range n.Exprs() {
		return e
	}
	return parser.Node{}
}

func lastExpr(n parser.Node) parser.Node {
	last := parser.Node{}
	for e := range n.Exprs() {
		last = e
	}
	return last
}
