package infer

import (
	"firn/parser"
	"firn/parser/scope"
)

// passed returns what a function that is written as an argument is called with, if
// it is clear from what is called: overrideAttrs and its like hand over what the
// package has, withPackages a package set, and mkDerivation what comes of the
// function itself (nixpkgs manual, "Overriding", "Fixed-point arguments of
// mkDerivation").
func (w *walk) passed(info *scope.Info, b *scope.Binding, name string) (Value, bool) {
	lambda := info.Tree().Node(b.Owner)
	head, ok := calledWith(lambda)
	if !ok {
		return unknown, false
	}
	v, ok := w.passedBy(head, lambda)
	if !ok || b.Kind == scope.Argument {
		return v, ok
	}
	a, ok := v.Attr(name)
	if !ok {
		return unknown, false
	}
	return w.attr(a), true
}

// calledWith returns the function that a lambda is the argument of.
func calledWith(lambda parser.Node) (head parser.Node, ok bool) {
	n := lambda
	for n.Parent().Kind() == parser.KindParen {
		n = n.Parent()
	}
	apply := n.Parent()
	if apply.Kind() != parser.KindApply || apply.FirstChild() == n {
		return parser.Node{}, false
	}
	return apply.FirstChild().Unparen(), true
}

func (w *walk) passedBy(head, lambda parser.Node) (Value, bool) {
	switch calledName(head) {
	case "overrideAttrs", "overrideDerivation", "overridePythonAttrs":
		return w.base(head)
	case "withPackages":
		v, ok := w.base(head)
		if a, has := v.Attr("pkgs"); ok && has {
			return w.attr(a), true
		}
		return unknown, false
	case "ghcWithPackages", "ghcWithHoogle":
		return w.base(head)
	case "mkDerivation":
		v := w.expr(lambda.LastExpr())
		v.Open = true
		return v, true
	}
	return unknown, false
}

// base returns the value that the last attribute of a selection is taken from.
func (w *walk) base(n parser.Node) (Value, bool) {
	if n.Kind() != parser.KindSelect {
		return unknown, false
	}
	v := w.expr(n.FirstChild())
	path := n.Child(parser.KindAttrPath)
	for e := range path.Children() {
		if e == path.LastChild() {
			return v, v.IsKnown()
		}
		if e.Kind() == parser.KindDot {
			continue
		}
		name, ok := e.AttrName()
		if !ok {
			break
		}
		v = w.selectFrom(v, name)
	}
	return unknown, false
}
