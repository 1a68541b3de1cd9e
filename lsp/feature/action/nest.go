package action

import (
	"fmt"
	"strings"

	"firn/lsp/feature/layout"
	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/text"
)

// nest offers `a = { b = 1; c = 2; };` for all of `a.b = 1; a.c = 2;` in a set.
func nest(f *finder) []Action {
	name := usage.At(f.tree, f.Span.Start)
	path := name.Parent()
	b := path.Parent()
	first, ok := path.FirstChild().AttrName()
	if !ok || path.Kind() != parser.KindAttrPath || b.Kind() != parser.KindBinding || path.FirstChild() == path.LastChild() {
		return nil
	}
	var units []unit
	previous := uint32(0)
	for stmt := range b.Parent().Children() {
		p := stmt.FirstChild()
		if n, ok := p.FirstChild().AttrName(); ok && n == first && p.Kind() == parser.KindAttrPath && p.FirstChild() != p.LastChild() {
			if layout.HasComment(f.tree, p.Span(), text.Span{}) {
				return nil
			}
			units = append(units, f.unit(stmt, previous))
		}
		previous = stmt.End()
	}
	title := fmt.Sprintf("Nest in '%s = { … }'", excerpt(path.FirstChild().Text()))
	return []Action{{Title: title, edits: func() []text.Edit { return f.nested(units) }}}
}

// unit is a binding with the comments that belong to it.
type unit struct {
	stmt parser.Node
	span text.Span // with comments on lines above and behind it
	own  bool      // it has lines of its own
}

// unit collects the comments of a statement, which come after previous.
func (f *finder) unit(stmt parser.Node, previous uint32) unit {
	u := unit{stmt: stmt, span: stmt.Span()}
	_, u.own = layout.Indent(f.tree, stmt.Start())
	if !u.own {
		return u
	}
	u.span.End = layout.AfterComment(f.tree, stmt.End())
	comments := f.tree.Comments()
	for i := len(comments) - 1; i >= 0; i-- {
		c := comments[i]
		if c.Start < previous || c.End > u.span.Start {
			continue
		}
		_, own := layout.Indent(f.tree, c.Start)
		if !own || strings.Count(f.src[c.End:u.span.Start], "\n") != 1 {
			break
		}
		u.span.Start = c.Start
	}
	return u
}

// nested puts a set in the place of the first unit and takes the others out.
func (f *finder) nested(units []unit) []text.Edit {
	first := units[0]
	indent, own := layout.Indent(f.tree, first.stmt.Start())
	gap, end := " ", " };"
	if own && (len(units) > 1 || layout.Multiline(f.tree, first.stmt.Span()) || first.span.End > first.stmt.End()) {
		gap, end = "\n"+indent+"  ", "\n"+indent+"};"
	}
	var b strings.Builder
	b.WriteString(first.stmt.FirstChild().FirstChild().Text() + " = {")
	at := text.Span{Start: first.stmt.Start(), End: first.span.End}
	var edits []text.Edit
	for i, u := range units {
		if i == 0 {
			u.span.Start = u.stmt.Start() // what is said above is said of the set
		} else {
			edits = append(edits, f.removeUnit(u))
		}
		b.WriteString(gap + f.shortened(u))
	}
	return append([]text.Edit{{Span: at, New: b.String() + end}}, edits...)
}

func (f *finder) removeUnit(u unit) text.Edit {
	e := layout.RemoveStatement(f.tree, u.stmt)
	if u.span.Start < u.stmt.Start() {
		e.Start = f.lines().Span(f.lines().Line(u.span.Start)).Start
	}
	return e
}

// shortened writes a unit without the first name of its path, and its lines
// further to the right.
func (f *finder) shortened(u unit) string {
	path := u.stmt.FirstChild()
	second := path.FirstChild().NextSibling().NextSibling()
	above := f.indent(text.Span{Start: u.span.Start, End: path.Start()})
	below := f.indent(text.Span{Start: second.Start(), End: u.span.End})
	return above + below
}

// indent returns the source of a span with its later lines further to the
// right, but not those that begin in a comment, or in a string whose value that
// would change.
func (f *finder) indent(s text.Span) string {
	var b strings.Builder
	at := s.Start
	for line := f.lines().Line(s.Start) + 1; line < f.lines().Count() && f.lines().Span(line).Start < s.End; line++ {
		if start := f.lines().Span(line); !start.Empty() && f.canShift(start.Start, 0) {
			b.WriteString(f.src[at:start.Start] + "  ")
			at = start.Start
		}
	}
	return b.String() + f.src[at:s.End]
}
