package navigate

import (
	"slices"

	"firn/lsp/feature/infer"
	"firn/lsp/feature/module"
	"firn/lsp/feature/option"
	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// evaluated returns where an attribute is made that was evaluated, or else where
// it is defined.
func (q Query) evaluated(n parser.Node) []Location {
	a, ok := q.attr(n)
	if !ok || a.Binding != scope.NoBinding {
		return nil
	}
	if made, at, ok := q.Space.LocateMade(a); ok {
		if made.Binding != scope.NoBinding {
			return q.locations(binding{made.Info, made.Binding})
		}
		name := text.Span{Start: at.Start(), End: min(at.End(), at.Start()+1)}
		return []Location{{Path: q.Space.PathOf(at), Span: at.Span(), Name: name}}
	}
	if found, ok := q.Space.Locate(a); ok {
		return q.locations(binding{found.Info, found.Binding})
	}
	return nil
}

// attr returns the attribute that a name stands for: one that is selected, or one
// that a with brings in.
func (q Query) attr(n parser.Node) (infer.Attr, bool) {
	if a, ok := q.Space.Resolve(n); ok {
		return a, true
	}
	if kind, _ := q.info().Ref(n.ID()); kind != scope.With {
		return infer.Attr{}, false
	}
	for _, c := range usage.Candidates(q.info(), n) {
		if a, ok := q.Space.Of(c.With.FirstExpr()).Attr(usage.Name(n)); ok {
			return a, true
		}
	}
	return infer.Attr{}, false
}

// option returns where the option is declared that a name of a module sets or
// refers to.
func (q Query) option(n parser.Node) []Location {
	o, _ := q.optionAt(n)
	if o == nil {
		return nil
	}
	var list []Location
	for _, p := range o.Declared {
		list = append(list, q.declaration(o, p))
	}
	return list
}

func (q Query) optionAt(n parser.Node) (*option.Option, option.Found) {
	if !q.Config.Valid() {
		return nil, option.Found{}
	}
	steps, ok := module.PathAt(q.info(), n)
	if !ok {
		return nil, option.Found{}
	}
	found := q.Config.At(steps...)
	return q.Config.Option(found), found
}

// declaration returns the place of a declaration. Where only the file is known, it
// is looked for there.
func (q Query) declaration(o *option.Option, p option.Place) Location {
	whole := Location{Path: p.Path}
	n, info := q.Space.NodeAt(infer.Place{Path: p.Path, Line: max(p.Line, 1), Column: max(p.Column, 1)})
	if !n.Valid() {
		return whole
	}
	whole.Path = q.Space.PathOf(n)
	if p.Line > 0 && !p.Within {
		for ; n.Valid(); n = n.Parent() {
			if info.Defines(n.ID()) != scope.NoBinding {
				return q.location(info, infer.InPath(n, o.Loc[len(o.Loc)-1]))
			}
		}
		return whole
	}
	if name := around(n, o.Loc[len(o.Loc)-1]); p.Within && name.Valid() {
		return q.location(info, name)
	}
	if name := declares(info, o.Loc); name.Valid() {
		return q.location(info, name)
	}
	if p.Within {
		return q.location(info, n)
	}
	return whole
}

// around returns the name of the binding around that of n which defines a name, an
// invalid node if there is none.
func around(n parser.Node, name string) parser.Node {
	inner := true
	for b := range n.Ancestors() {
		if b.Kind() != parser.KindBinding {
			continue
		}
		if inner {
			inner = false
			continue
		}
		for e := range b.Child(parser.KindAttrPath).Children() {
			if s, ok := e.AttrName(); ok && s == name {
				return e
			}
		}
	}
	return parser.Node{}
}

// declares returns the name of the declaration in a file that fits a path best: it
// ends as the path does.
func declares(info *scope.Info, loc []string) parser.Node {
	m, ok := module.Parse(info)
	if !ok {
		return parser.Node{}
	}
	var best parser.Node
	most := 0
	for _, d := range m.Declared() {
		if n := common(module.Names(d.Path), loc); n > most {
			best, most = d.Name, n
		}
	}
	return best
}

// common returns how many names at the end of two paths are the same.
func common(a, b []string) int {
	n := 0
	for n < min(len(a), len(b)) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return n
}

// setters returns where an option is set, in the files of which the configuration
// says so.
func (q Query) setters(n parser.Node) []Location {
	o, found := q.optionAt(n)
	if o == nil {
		return nil
	}
	s, _ := q.Config.Setting(found)
	var list []Location
	for _, path := range s.Files {
		list = append(list, q.sets(path, o.Loc)...)
	}
	return list
}

// sets returns the places in a file that set an option.
func (q Query) sets(path string, loc []string) []Location {
	n, info := q.Space.NodeAt(infer.Place{Path: path, Line: 1, Column: 1})
	if !n.Valid() {
		return nil
	}
	m, ok := module.Parse(info)
	if !ok {
		return nil
	}
	var list []Location
	for d := range m.All() {
		if slices.Equal(module.Names(d.Path()), loc) {
			list = append(list, q.location(info, d.Name))
		}
	}
	return list
}
