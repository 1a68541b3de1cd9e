package callhierarchy

import (
	"firn/lsp/feature/disk"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/navigate"
	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// Call is what calls, or is called, with the places of the calls: names of
// functions, or paths of files.
type Call struct {
	Item
	Sites []text.Span
}

// calls are grouped by items, in the order of the first site of each.
type calls struct {
	list []Call
	at   map[key]int
}

type key struct {
	path    string
	binding scope.BindingID
}

func (c *calls) add(i Item, site text.Span) {
	if c.at == nil {
		c.at = map[key]int{}
	}
	k := key{i.Path, i.Binding}
	at, ok := c.at[k]
	if !ok {
		at = len(c.list)
		c.at[k] = at
		c.list = append(c.list, Call{Item: i})
	}
	c.list[at].Sites = append(c.list[at].Sites, site)
}

// Callers groups sites of the file in question by what they belong to.
func Callers(info *scope.Info, sites []parser.Node) []Call {
	var c calls
	o := owners{info: info, functions: map[parser.NodeID]bool{}}
	for _, n := range sites {
		c.add(o.of(n), n.Span())
	}
	return c.list
}

// owners knows what calls belong to.
type owners struct {
	info      *scope.Info
	functions map[parser.NodeID]bool // whether a binding or formal has one for its value
}

// of returns what a call belongs to.
func (o owners) of(n parser.Node) Item {
	nearest := scope.NoBinding
	for p := range n.Ancestors() {
		id := defined(o.info, p)
		switch {
		case id == scope.NoBinding:
		case o.isFunction(p):
			return Item{Info: o.info, Binding: id}
		case nearest == scope.NoBinding && p.Kind() == parser.KindBinding:
			nearest = id
		}
	}
	return Item{Info: o.info, Binding: nearest}
}

func (o owners) isFunction(n parser.Node) bool {
	is, ok := o.functions[n.ID()]
	if !ok {
		is = body(n.LastExpr()).Kind() == parser.KindLambda
		o.functions[n.ID()] = is
	}
	return is
}

// Outgoing returns what an item of the file in question calls.
func Outgoing(q navigate.Query, i Item) []Call {
	var c calls
	o := owners{info: i.Info, functions: map[parser.NodeID]bool{}}
	for n := range i.Info.Tree().Nodes() {
		site, head := callee(q.Space, n)
		if !site.Valid() || o.of(site).Binding != i.Binding {
			continue
		}
		if to, ok := target(q, site, head); ok {
			c.add(to, site.Span())
		}
	}
	return c.list
}

// callee returns the name or path of what a node calls, invalid if it calls
// nothing that has one. Of a file head is the expression that makes its value.
func callee(s *infer.Space, n parser.Node) (site, head parser.Node) {
	switch {
	case n.Kind() == parser.KindApply:
		f := n.FirstChild().Unparen()
		if path := n.LastExpr().Unparen(); isPath(path) && s.Loading(n) == infer.Calls {
			return path, n
		}
		if path := f.LastExpr().Unparen(); f.Kind() == parser.KindApply && isPath(path) && s.Loading(f) == infer.Imports {
			return path, f
		}
		return nameOf(f), parser.Node{}
	case n.Has(parser.KindPipeInto):
		return nameOf(n.LastExpr().Unparen()), parser.Node{}
	case n.Has(parser.KindPipeFrom):
		return nameOf(n.FirstExpr().Unparen()), parser.Node{}
	}
	return parser.Node{}, parser.Node{}
}

func isPath(n parser.Node) bool {
	return n.Kind() == parser.KindPath || n.Kind() == parser.KindSearchPath
}

// nameOf returns the name by which a function is called, if it has one.
func nameOf(f parser.Node) parser.Node {
	switch f.Kind() {
	case parser.KindVar:
		return f
	case parser.KindSelect:
		return f.Child(parser.KindAttrPath).LastChild()
	}
	return parser.Node{}
}

// target returns what is called at a site.
func target(q navigate.Query, site, head parser.Node) (Item, bool) {
	if head.Valid() {
		return ofLambda(q.Space, q.Space.Of(head).Lambda)
	}
	return named(q.Space, site, q.Bindings(site.Start()))
}

// Called returns those of the places of a function at which it is called, and the
// other names that it is given.
func Called(info *scope.Info, places []usage.Place) (sites []parser.Node, aliases []scope.BindingID) {
	for _, p := range places {
		n := info.Tree().Node(p.Node)
		switch {
		case p.Role == usage.Definition, p.Role == usage.Passed:
		case n.Parent().Kind() == parser.KindInherit:
			if id := info.Defines(p.Node); id != scope.NoBinding {
				aliases = append(aliases, id)
			}
		default:
			called, alias := use(info, n)
			if called {
				sites = append(sites, n)
			}
			if alias != scope.NoBinding {
				aliases = append(aliases, alias)
			}
		}
	}
	return sites, aliases
}

// use says whether what a name stands for is called, or given another name.
func use(info *scope.Info, n parser.Node) (called bool, alias scope.BindingID) {
	if path := n.Parent(); path.Kind() == parser.KindAttrPath {
		if n != path.LastChild() || path.Parent().Kind() != parser.KindSelect {
			return false, scope.NoBinding
		}
		n = path.Parent()
	}
	return useOf(info, n)
}

// useOf is use for an expression.
func useOf(info *scope.Info, n parser.Node) (called bool, alias scope.BindingID) {
	for n.Parent().Kind() == parser.KindParen {
		n = n.Parent()
	}
	switch p := n.Parent(); {
	case p.Kind() == parser.KindApply:
		return n == p.FirstChild(), scope.NoBinding
	case p.Kind() == parser.KindBinary:
		return p.Has(parser.KindPipeInto) && n == p.LastExpr() || p.Has(parser.KindPipeFrom) && n == p.FirstExpr(), scope.NoBinding
	case p.Kind() == parser.KindBinding && n == p.LastExpr():
		return false, defined(info, p)
	}
	return false, scope.NoBinding
}

// CalledFile returns the path literals of the file in question by which another
// file is called, and the names that it is given.
func CalledFile(s *infer.Space, w disk.World, path string) (sites []parser.Node, aliases []scope.BindingID) {
	for n := range s.Root().Tree().Nodes() {
		if !w.LeadsTo(n, path) {
			continue
		}
		arg := n
		for arg.Parent().Kind() == parser.KindParen {
			arg = arg.Parent()
		}
		call := arg.Parent()
		if arg == call.FirstChild() {
			continue
		}
		called, alias := false, scope.NoBinding
		switch s.Loading(call) {
		case infer.Calls:
			called = true
		case infer.Imports:
			called, alias = useOf(s.Root(), call)
		case infer.No:
		}
		if called {
			sites = append(sites, n)
		}
		if alias != scope.NoBinding {
			aliases = append(aliases, alias)
		}
	}
	return sites, aliases
}
