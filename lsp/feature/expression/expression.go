// Package expression finds the expression that somebody means who points at a
// place of a file, to have it evaluated.
package expression

import (
	"firn/parser"
	"firn/parser/text"
)

// At returns the expression that a selection means, or an invalid node. A name
// that is bound, and a binding, mean the value, and all of a file what Whole
// returns. An empty selection at a name means the selection that begins with it.
func At(t *parser.Tree, span text.Span) parser.Node {
	span = trim(t.Source(), span)
	if root := t.Root().LastExpr(); root.Valid() && !span.Empty() && span.Covers(root.Span()) {
		return Whole(t)
	}
	n := t.Innermost(span)
	if span.Empty() {
		n = t.At(span.Start)
	}
	for ; n.Valid(); n = n.Parent() {
		switch {
		case n.Kind() == parser.KindBinding:
			return n.LastExpr()
		case n.Kind() == parser.KindFile:
			return Whole(t)
		case n.Kind() == parser.KindAttrPath, n.Kind() == parser.KindInherit, n.Kind() == parser.KindInheritFrom:
		case n.Kind().IsExpr() && !isPart(n):
			return outer(n, span)
		}
	}
	return parser.Node{}
}

// trim takes blanks off the ends of a span.
func trim(src string, s text.Span) text.Span {
	blank := func(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
	for s.Start < s.End && blank(src[s.Start]) {
		s.Start++
	}
	for s.Start < s.End && blank(src[s.End-1]) {
		s.End--
	}
	return s
}

// isPart reports whether an expression is the name of an attribute, which means
// something only together with what is around it.
func isPart(n parser.Node) bool {
	k := n.Parent().Kind()
	return n.Kind() == parser.KindString && (k == parser.KindAttrPath || k == parser.KindInherit)
}

// outer returns the selection that begins with what is pointed at, or n.
func outer(n parser.Node, span text.Span) parser.Node {
	if !span.Empty() {
		return n
	}
	if p := n.Parent(); p.Kind() == parser.KindSelect && p.FirstChild() == n && !p.Has(parser.KindOrKw) {
		return p
	}
	return n
}

// Whole returns the expression that a file is. Of a function it is what that
// returns: its arguments are those that the file is called with.
func Whole(t *parser.Tree) parser.Node {
	n := t.Root().LastExpr()
	for n.Unparen().Kind() == parser.KindLambda {
		body := n.Unparen().LastExpr()
		if !body.Valid() {
			break
		}
		n = body
	}
	return n
}
