package symbol

import (
	"fmt"
	"iter"
	"strings"
	"unicode/utf8"

	"firn/parser"
)

// detailWidth is how many bytes of source a detail quotes at most.
const detailWidth = 60

// Detail returns a short text that says what s, a symbol of t, is bound to:
// the parameters of a function, the size of a set or list, the beginning of
// anything else, and for an inherited name where it comes from.
func Detail(t *parser.Tree, s Symbol) string {
	n := t.Node(s.Node)
	if n.Kind() != parser.KindBinding {
		return strings.TrimSpace("inherit " + snippet(n.Parent().Child(parser.KindInheritFrom), detailWidth))
	}
	switch v := Value(n); v.Kind() {
	case parser.KindLambda:
		return parameters(v)
	case parser.KindAttrSet, parser.KindLegacyLet:
		return fmt.Sprintf("attribute set (%d)", attributes(v))
	case parser.KindList:
		return fmt.Sprintf("list (%d)", count(v.Exprs()))
	default:
		return snippet(v, detailWidth)
	}
}

// parameters returns the heads of nested lambdas: "x: { a, ... }:".
func parameters(lambda parser.Node) string {
	var heads []string
	width := 0
	for lambda.Kind() == parser.KindLambda && width <= detailWidth {
		head := clip(leavesBefore(lambda, parser.KindColon), detailWidth) + ":"
		heads = append(heads, head)
		width += len(head)
		lambda = lambda.LastExpr()
	}
	return strings.Join(heads, " ")
}

func attributes(set parser.Node) int {
	n := 0
	for c := range set.Children() {
		switch c.Kind() {
		case parser.KindBinding:
			n++
		case parser.KindInherit:
			n += count(inherited(c))
		default:
		}
	}
	return n
}

func inherited(inherit parser.Node) iter.Seq[parser.Node] {
	return func(yield func(parser.Node) bool) {
		for c := range inherit.Children() {
			switch c.Kind() {
			case parser.KindName, parser.KindString, parser.KindInterp:
				if !yield(c) {
					return
				}
			default:
			}
		}
	}
}

func count(seq iter.Seq[parser.Node]) int {
	n := 0
	for range seq {
		n++
	}
	return n
}

// snippet returns n's source on one line, of at most width bytes.
func snippet(n parser.Node, width int) string {
	return clip(leaves(n), width)
}

// clip writes leaves on one line, with a blank where the source has white space
// or a comment, and an ellipsis for what goes past the width.
func clip(leaves iter.Seq[parser.Node], width int) string {
	var b strings.Builder
	end := uint32(0)
	for leaf := range leaves {
		if b.Len() > 0 && leaf.Start() > end {
			b.WriteByte(' ')
		}
		writeLine(&b, leaf.Text(), width)
		end = leaf.End()
		if b.Len() > width {
			return strings.ToValidUTF8(cut(b.String(), width), "\uFFFD") + "…"
		}
	}
	return strings.ToValidUTF8(b.String(), "\uFFFD")
}

// writeLine writes each run of white space in s as one blank, and no more of s
// than shows that b is wider than width.
func writeLine(b *strings.Builder, s string, width int) {
	blank := false
	for i := 0; i < len(s) && b.Len() <= width; i++ {
		switch c := s[i]; c {
		case ' ', '\t', '\r', '\n':
			if !blank {
				b.WriteByte(' ')
			}
			blank = true
		default:
			b.WriteByte(c)
			blank = false
		}
	}
}

// cut returns at most width bytes of s and no part of a character.
func cut(s string, width int) string {
	end := min(width, len(s))
	for end > 0 && end < len(s) && !utf8.RuneStart(s[end]) {
		end--
	}
	return strings.TrimRight(s[:end], " ")
}

// leaves yields the leaves below n, or n if it is one.
func leaves(n parser.Node) iter.Seq[parser.Node] {
	return func(yield func(parser.Node) bool) {
		for id := n.ID(); id < n.SubtreeEnd(); id++ {
			leaf := n.Tree().Node(id)
			if leaf.SubtreeEnd() == id+1 && !yield(leaf) {
				return
			}
		}
	}
}

// leavesBefore yields the leaves of n's children up to the first of kind stop.
func leavesBefore(n parser.Node, stop parser.Kind) iter.Seq[parser.Node] {
	return func(yield func(parser.Node) bool) {
		for c := range n.Children() {
			if c.Kind() == stop {
				return
			}
			for leaf := range leaves(c) {
				if !yield(leaf) {
					return
				}
			}
		}
	}
}
