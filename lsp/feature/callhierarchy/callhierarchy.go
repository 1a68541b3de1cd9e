// Package callhierarchy finds out which functions call which: functions that are
// bound to a name, and those that files consist of, which import and callPackage
// call.
//
// A call belongs to the function that is bound to a name around it; outside of
// those to the binding around it, and else to its file. What is called is found by
// inference, so calls of what a function is given are left out unless it is known.
package callhierarchy

import (
	"path/filepath"
	"strings"

	"firn/lsp/feature/infer"
	"firn/lsp/feature/navigate"
	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// Item is a function, or whatever else calls functions.
type Item struct {
	Path    string // of its file; "" for the one in question
	Info    *scope.Info
	Binding scope.BindingID // NoBinding for what the file itself is
}

// IsFile reports whether i is a file.
func (i Item) IsFile() bool { return i.Binding == scope.NoBinding }

// Name returns the attribute path or name of a binding, or for a file what it is
// called: default.nix does not say much.
func (i Item) Name(path string) string {
	if !i.IsFile() {
		return attrPath(i.name())
	}
	dir, name := filepath.Split(path)
	if name != "default.nix" {
		return name
	}
	return filepath.Join(filepath.Base(dir), name)
}

// attrPath returns the names up to one in its attribute path.
func attrPath(name parser.Node) string {
	if name.Parent().Kind() != parser.KindAttrPath {
		return usage.Name(name)
	}
	var names []string
	for e := range name.Parent().Children() {
		if part, ok := e.AttrName(); ok {
			names = append(names, scope.AttrName(part))
		} else if e.Kind() != parser.KindDot {
			names = append(names, "${…}")
		}
		if e == name {
			break
		}
	}
	return strings.Join(names, ".")
}

// name returns the node that names a binding.
func (i Item) name() parser.Node { return i.Info.Tree().Node(i.Info.Binding(i.Binding).Name) }

// IsFunction reports whether i is a function for all that is written.
func (i Item) IsFunction() bool {
	if i.IsFile() {
		return body(i.Info.Tree().Root().LastExpr()).Kind() == parser.KindLambda
	}
	return body(i.Info.Tree().Node(i.Info.Binding(i.Binding).Value)).Kind() == parser.KindLambda
}

// Place returns where i is: all of it, and the name of a binding or the beginning
// of a file.
func (i Item) Place() (whole, name text.Span) {
	if i.IsFile() {
		start := i.Info.Tree().Root().Start()
		return i.Info.Tree().Root().Span(), text.Span{Start: start, End: start}
	}
	l := navigate.Named(i.Path, i.name())
	return l.Span, l.Name
}

// body returns what an expression is without what surrounds its result.
func body(n parser.Node) parser.Node {
	for {
		switch n.Kind() {
		case parser.KindParen, parser.KindLet, parser.KindWith, parser.KindAssert:
			n = n.LastExpr()
		default:
			return n
		}
	}
}

// At returns the function that the name or path at off stands for, or whose head is
// there, and false if none is known.
func At(q navigate.Query, off uint32) (Item, bool) {
	tree := q.Space.Root().Tree()
	if n := usage.At(tree, off); n.Valid() {
		return named(q.Space, n, q.Bindings(off))
	}
	if i, ok := ofPath(q, off); ok {
		return i, true
	}
	leaf := tree.At(off)
	if leaf.Parent().Kind() == parser.KindFormals {
		leaf = leaf.Parent()
	}
	if f := leaf.Parent(); f.Kind() == parser.KindLambda && leaf.Span().Touches(off) && leaf != f.LastExpr() {
		return ofLambda(q.Space, f)
	}
	return Item{}, false
}

// ofPath returns the function that the file is to which a path leads.
func ofPath(q navigate.Query, off uint32) (Item, bool) {
	_, list := q.Definition(off)
	for _, l := range list {
		if n, info := q.Space.NodeAt(infer.Place{Path: l.Path, Line: 1, Column: 1}); n.Valid() {
			i := Item{q.Space.Path(info), info, scope.NoBinding}
			return i, i.IsFunction()
		}
	}
	return Item{}, false
}

// named returns the function that a name stands for, which may mean bindings.
func named(s *infer.Space, n parser.Node, bindings []usage.Export) (Item, bool) {
	f := valueOf(s, n).Lambda
	if i, ok := ofLambda(s, f); ok {
		return i, true
	}
	for _, x := range bindings {
		if f.Valid() && x.Info.Binding(x.Binding).Kind == scope.Plain {
			return Item{x.Path, x.Info, x.Binding}, true
		}
	}
	return Item{}, false
}

// valueOf returns what is known of the value that a name stands for.
func valueOf(s *infer.Space, n parser.Node) infer.Value {
	if n.Kind() == parser.KindVar {
		return s.Of(n)
	}
	if a, ok := s.Resolve(n); ok {
		return s.OfAttr(a)
	}
	if id := s.Root().Defines(n.ID()); id != scope.NoBinding {
		return s.OfBinding(s.Root(), id)
	}
	return infer.Value{Open: true}
}

// ofLambda returns the binding whose value a function is, or the file.
func ofLambda(s *infer.Space, f parser.Node) (Item, bool) {
	if !f.Valid() {
		return Item{}, false
	}
	info := s.Info(f)
	n := f
	for {
		switch p := n.Parent(); p.Kind() {
		case parser.KindParen, parser.KindLet, parser.KindWith, parser.KindAssert:
			if p.LastExpr() != n {
				return Item{}, false
			}
			n = p
		case parser.KindFile:
			return Item{s.Path(info), info, scope.NoBinding}, true
		default:
			id := defined(info, p)
			return Item{s.Path(info), info, id}, id != scope.NoBinding
		}
	}
}

// defined returns the binding that a Binding or Formal gives a value, or NoBinding.
func defined(info *scope.Info, n parser.Node) scope.BindingID {
	switch n.Kind() {
	case parser.KindBinding:
		return info.Defines(n.FirstChild().LastChild().ID())
	case parser.KindFormal:
		return info.Defines(n.FirstChild().ID())
	}
	return scope.NoBinding
}
