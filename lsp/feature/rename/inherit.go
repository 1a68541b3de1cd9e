package rename

import (
	"strings"

	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// item is a name in an inherit that has to become a binding, since it defines
// and refers to different names after the renaming.
type item struct {
	node   parser.Node
	stmt   parser.Node
	source parser.Node // of inherit (source); else invalid
	attr   string      // what it defines
	value  string      // what it refers to, without the source
	note   Note
}

// inherit rewrites a place in an inherit: `inherit x` becomes `y = x` if the
// attribute is renamed and `x = y` if the variable is.
func (p *plan) inherit(place usage.Place) {
	n := p.Info.Tree().Node(place.Node)
	it := item{
		node: n, stmt: n.Parent(), note: note(place),
		source: firstExpr(n.Parent().Child(parser.KindInheritFrom)),
		attr:   n.Text(), value: scope.AttrName(p.to),
	}
	if place.Role == usage.Definition || place.Role == usage.Passed {
		it.attr, it.value = it.value, scope.AttrName(p.from)
	}
	if p.alone(it) {
		p.turn(it)
		return
	}
	p.remove(it)
	p.insert(it)
}

// alone reports whether a statement can become the binding: the item is the
// only one in it, and no comment would be lost.
func (p *plan) alone(it item) bool {
	names := 0
	for c := range it.stmt.Children() {
		if k := c.Kind(); k == parser.KindName || k == parser.KindString || k == parser.KindInterp {
			names++
		}
	}
	return names == 1 && !p.hasComment(text.Span{Start: it.stmt.Start(), End: it.node.End()}, it.source.Span())
}

// hasComment reports whether there is a comment in a span but for the part
// except.
func (p *plan) hasComment(in, except text.Span) bool {
	for _, c := range p.Info.Tree().Comments() {
		if in.Covers(c) && (except.Empty() || !except.Covers(c)) {
			return true
		}
	}
	return false
}

// turn makes a binding of a statement with one name. The source stays in place,
// since there may be changes in it.
func (p *plan) turn(it item) {
	if !it.source.Valid() {
		span := text.Span{Start: it.stmt.Start(), End: it.node.End()}
		p.add(it, text.Edit{Span: span, New: it.attr + " = " + it.value}, 0, len(it.attr)+3)
		return
	}
	head, tail := "", "."
	if !selectable(it.source) {
		head, tail = "(", ")."
	}
	p.add(it, text.Edit{Span: text.Span{Start: it.stmt.Start(), End: it.source.Start()}, New: it.attr + " = " + head}, 0, -1)
	p.add(it, text.Edit{Span: text.Span{Start: it.source.End(), End: it.node.End()}, New: tail + it.value}, -1, len(tail))
}

// add appends a change that holds the definition and the use of an item at the
// given offsets, if they are not negative.
func (p *plan) add(it item, e text.Edit, def, use int) {
	c := change{Edit: e, note: it.note}
	if def >= 0 {
		c.moved = append(c.moved, moved{it.node.ID(), true, uint32(def)})
	}
	if use >= 0 {
		c.moved = append(c.moved, moved{it.node.ID(), false, uint32(use)})
	}
	p.changes = append(p.changes, c)
}

// selectable reports whether an attribute can be selected from an expression
// without parentheses around it.
func selectable(n parser.Node) bool {
	switch n.Kind() {
	case parser.KindVar, parser.KindString, parser.KindIndString, parser.KindParen, parser.KindList,
		parser.KindAttrSet, parser.KindLegacyLet:
		return true
	case parser.KindSelect:
		return !n.Has(parser.KindOrKw)
	}
	return false
}

// remove takes an item out of its list, with the blanks before it. Behind a
// line comment they stay, since what follows must not become part of it.
func (p *plan) remove(it item) {
	span := it.node.Span()
	if before := p.endBefore(span.Start); p.lineCommentEnds(before) {
		src := p.Info.Tree().Source()
		for int(span.End) < len(src) && strings.IndexByte(" \t", src[span.End]) >= 0 {
			span.End++
		}
	} else {
		span.Start = before
	}
	p.changes = append(p.changes, change{Edit: text.Edit{Span: span}, note: it.note})
}

// endBefore returns the end of what precedes off: it skips blanks.
func (p *plan) endBefore(off uint32) uint32 {
	src := p.Info.Tree().Source()
	for off > 0 && strings.IndexByte(" \t\r\n", src[off-1]) >= 0 {
		off--
	}
	return off
}

func (p *plan) lineCommentEnds(off uint32) bool {
	src := p.Info.Tree().Source()
	for _, c := range p.Info.Tree().Comments() {
		if c.End == off && src[c.Start] == '#' {
			return true
		}
	}
	return false
}

// insert adds the binding behind the statement: below it if it has a line of
// its own, else beside it.
func (p *plan) insert(it item) {
	head, value := it.attr+" = ", it.value
	if it.source.Valid() {
		source := p.renamed(it.source)
		if !selectable(it.source) {
			source = "(" + source + ")"
		}
		head += source + "."
	}
	gap, at := " ", it.stmt.End()
	if indent, ok := p.ownLine(it.stmt.Start()); ok {
		gap = "\n" + indent
		at = p.lineComment(at)
	}
	p.add(it, text.Edit{Span: text.Span{Start: at, End: at}, New: gap + head + value + ";"}, len(gap), len(gap)+len(head))
}

// ownLine returns the blanks before off if there is nothing else before it in
// its line.
func (p *plan) ownLine(off uint32) (indent string, ok bool) {
	src := p.Info.Tree().Source()
	start := p.Info.Tree().Lines().Span(p.Info.Tree().Lines().Line(off)).Start
	indent = src[start:off]
	return indent, strings.Trim(indent, " \t") == ""
}

// lineComment returns the end of the comment that is all that follows off in
// its line; without one it returns off.
func (p *plan) lineComment(off uint32) uint32 {
	src, lines := p.Info.Tree().Source(), p.Info.Tree().Lines()
	line := lines.Span(lines.Line(off))
	for _, c := range p.Info.Tree().Comments() {
		if c.Start >= off && c.End <= line.End && strings.Trim(src[off:c.Start], " \t") == "" &&
			strings.Trim(src[c.End:line.End], " \t") == "" {
			return c.End
		}
	}
	return off
}

func firstExpr(n parser.Node) parser.Node {
	for e := range n.Exprs() {
		return e
	}
	return parser.Node{}
}
