// Package layout makes edits that leave a file as a person would: statements
// go with their lines, new ones are indented like those beside them, and
// comments are kept.
package layout

import (
	"sort"
	"strings"

	"firn/parser"
	"firn/parser/text"
)

const blanks = " \t"

// Indent returns the blanks that the line of off begins with, and whether
// there is nothing but them before off.
func Indent(t *parser.Tree, off uint32) (indent string, alone bool) {
	line := lineOf(t, off).In(t.Source())
	indent = line[:len(line)-len(strings.TrimLeft(line, blanks))]
	return indent, off-lineOf(t, off).Start <= uint32(len(indent))
}

func lineOf(t *parser.Tree, off uint32) text.Span {
	return t.Lines().Span(t.Lines().Line(off))
}

// Multiline reports whether a span covers a line break.
func Multiline(t *parser.Tree, s text.Span) bool {
	return strings.ContainsAny(s.In(t.Source()), "\r\n")
}

// HasComment reports whether there is a comment in a span but for those in a
// part of it.
func HasComment(t *parser.Tree, in, except text.Span) bool {
	for _, c := range commentsFrom(t, in.Start) {
		if c.Start >= in.End {
			break
		}
		if in.Covers(c) && (except.Empty() || !except.Covers(c)) {
			return true
		}
	}
	return false
}

// commentsFrom returns the comments that end behind off, or there.
func commentsFrom(t *parser.Tree, off uint32) []text.Span {
	list := t.Comments()
	i := sort.Search(len(list), func(i int) bool { return list[i].End >= off })
	return list[i:]
}

// EndBefore returns the end of what precedes off, white space aside.
func EndBefore(t *parser.Tree, off uint32) uint32 {
	return uint32(len(strings.TrimRight(t.Source()[:off], " \t\r\n")))
}

// RemoveStatement takes out a binding or inherit: with its lines and the
// comment behind it if it has them for itself, else with the blanks before it.
func RemoveStatement(t *parser.Tree, n parser.Node) text.Edit {
	_, alone := Indent(t, n.Start())
	last := lineOf(t, n.End())
	end := AfterComment(t, n.End())
	if alone && strings.Trim(t.Source()[end:last.End], blanks) == "" {
		return text.Edit{Span: lines(t, text.Span{Start: n.Start(), End: end})}
	}
	start := EndBefore(t, n.Start())
	if LineCommentEnds(t, start) || Multiline(t, text.Span{Start: start, End: n.Start()}) {
		start = n.Start()
	}
	return text.Edit{Span: text.Span{Start: start, End: n.End()}}
}

// lines extends a span to whole lines, with the break behind the last; at the
// end of the text it is the one before the first.
func lines(t *parser.Tree, s text.Span) text.Span {
	first, last := lineOf(t, s.Start), t.Lines().Line(s.End)
	if last+1 < t.Lines().Count() {
		return text.Span{Start: first.Start, End: t.Lines().Span(last + 1).Start}
	}
	return text.Span{Start: first.Start, End: uint32(len(t.Source()))}
}

// RemoveItem takes a name out of an inherit, with the blanks before it. Behind
// a line comment they stay, since what follows must not become part of it.
func RemoveItem(t *parser.Tree, n parser.Node) text.Edit {
	src, span := t.Source(), n.Span()
	before := EndBefore(t, span.Start)
	if !LineCommentEnds(t, before) {
		return text.Edit{Span: text.Span{Start: before, End: span.End}}
	}
	for int(span.End) < len(src) && strings.IndexByte(blanks, src[span.End]) >= 0 {
		span.End++
	}
	return text.Edit{Span: span}
}

// LineCommentEnds reports whether a comment that reaches to the end of its
// line ends at off.
func LineCommentEnds(t *parser.Tree, off uint32) bool {
	list := commentsFrom(t, off)
	return len(list) > 0 && list[0].End == off && t.Source()[list[0].Start] == '#'
}

// Below says where a statement can be added behind another, and what to write
// before it: below it if that has a line of its own, else beside it.
func Below(t *parser.Tree, n parser.Node) (at uint32, gap string) {
	indent, alone := Indent(t, n.Start())
	if !alone {
		return n.End(), " "
	}
	return AfterComment(t, n.End()), "\n" + indent
}

// AfterComment returns the end of the comment that is all that follows off in
// its line; without one it returns off.
func AfterComment(t *parser.Tree, off uint32) uint32 {
	src, line := t.Source(), lineOf(t, off)
	for _, c := range commentsFrom(t, off) {
		if c.End > line.End {
			break
		}
		if c.Start >= off && strings.Trim(src[off:c.Start], blanks) == "" &&
			strings.Trim(src[c.End:line.End], blanks) == "" {
			return c.End
		}
	}
	return off
}

// Selectable reports whether an attribute can be selected from an expression
// without parentheses around it.
func Selectable(n parser.Node) bool {
	switch n.Kind() {
	case parser.KindVar, parser.KindString, parser.KindIndString, parser.KindParen, parser.KindList,
		parser.KindAttrSet, parser.KindLegacyLet:
		return true
	case parser.KindSelect:
		return !n.Has(parser.KindOrKw)
	}
	return false
}

// Items returns the names in an inherit.
func Items(inherit parser.Node) []parser.Node {
	var list []parser.Node
	for c := range inherit.Children() {
		switch c.Kind() {
		case parser.KindName, parser.KindString, parser.KindInterp:
			list = append(list, c)
		}
	}
	return list
}

// Source returns the expression that an inherit takes its names from; it is
// invalid if there is none.
func Source(inherit parser.Node) parser.Node {
	for e := range inherit.Child(parser.KindInheritFrom).Exprs() {
		return e
	}
	return parser.Node{}
}
