package action

import (
	"fmt"
	"strings"

	"firn/lsp/feature/layout"
	"firn/parser"
	"firn/parser/text"
)

// flatten offers `a.b = 1; a.c = 2;` for `a = { b = 1; c = 2; };`.
func flatten(f *finder) []Action {
	b := f.binding()
	set := lastExpr(b).Unparen()
	if set.Kind() != parser.KindAttrSet || set.Has(parser.KindRecKw) || !isStatic(b.FirstChild()) {
		return nil
	}
	head := text.Span{Start: b.Start(), End: set.Child(parser.KindLeftBrace).End()}
	tail := text.Span{Start: set.LastChild().Start(), End: b.End()}
	stmts := statements(set)
	if len(stmts) == 0 || layout.HasComment(f.tree, head, text.Span{}) || layout.HasComment(f.tree, tail, text.Span{}) {
		return nil
	}
	title := fmt.Sprintf("Flatten '%s = { … }'", excerpt(b.FirstChild().Text()))
	return []Action{{Title: title, edits: func() []text.Edit { return f.flattened(b, set) }}}
}

// isStatic reports whether all names of an attribute path are written out.
func isStatic(path parser.Node) bool {
	for e := range path.Children() {
		if _, ok := e.AttrName(); !ok && e.Kind() != parser.KindDot {
			return false
		}
	}
	return true
}

func statements(set parser.Node) []parser.Node {
	var list []parser.Node
	for c := range set.Children() {
		if c.Kind() == parser.KindBinding || c.Kind() == parser.KindInherit {
			list = append(list, c)
		}
	}
	return list
}

// flattened takes the braces away, puts the path before each name, and the
// lines as far to the left as the braces were.
func (f *finder) flattened(b, set parser.Node) []text.Edit {
	inner := f.content(set)
	outerIndent, _ := layout.Indent(f.tree, b.Start())
	innerIndent, alone := layout.Indent(f.tree, inner.Start)
	margin := 0
	if alone && strings.HasPrefix(innerIndent, outerIndent) && f.lines().Line(inner.Start) > f.lines().Line(b.Start()) {
		margin = len(innerIndent) - len(outerIndent)
	}
	edits := []text.Edit{{Span: text.Span{Start: b.Start(), End: inner.Start}}}
	at := inner.Start
	prefix := b.FirstChild().Text() + "."
	for _, stmt := range statements(set) {
		edits = append(edits, f.dedent(text.Span{Start: at, End: stmt.Start()}, margin)...)
		at = stmt.Start()
		if stmt.Kind() == parser.KindBinding {
			edits = append(edits, insert(at, prefix))
			continue
		}
		s, ok := bindings(stmt, prefix)
		if !ok || layout.HasComment(f.tree, stmt.Span(), text.Span{}) {
			return nil
		}
		edits = append(edits, replace(stmt, strings.ReplaceAll(s, "\n"+innerIndent, "\n"+innerIndent[margin:])))
		at = stmt.End()
	}
	edits = append(edits, f.dedent(text.Span{Start: at, End: inner.End}, margin)...)
	return append(edits, text.Edit{Span: text.Span{Start: inner.End, End: b.End()}})
}

func (f *finder) lines() *text.Lines { return f.tree.Lines() }

// content returns what stands between the braces of a set, white space at its
// ends aside.
func (f *finder) content(set parser.Node) text.Span {
	s := text.Span{Start: set.Child(parser.KindLeftBrace).End(), End: set.LastChild().Start()}
	inner := s.In(f.src)
	s.Start += uint32(len(inner) - len(strings.TrimLeft(inner, " \t\r\n")))
	s.End = layout.EndBefore(f.tree, s.End)
	return s
}

// dedent takes blanks off the lines that begin in a span, but not off those
// that begin in a string or comment.
func (f *finder) dedent(s text.Span, margin int) []text.Edit {
	var edits []text.Edit
	if margin == 0 {
		return nil
	}
	for line := f.lines().Line(s.Start) + 1; line < f.lines().Count() && f.lines().Span(line).Start < s.End; line++ {
		at := f.lines().Span(line).Start
		blanks := text.Span{Start: at, End: at + uint32(margin)}
		if s.Covers(blanks) && strings.Trim(blanks.In(f.src), " \t") == "" && !f.inText(at) {
			edits = append(edits, text.Edit{Span: blanks})
		}
	}
	return edits
}

// inText reports whether off is inside of a string or comment, where white
// space counts.
func (f *finder) inText(off uint32) bool {
	switch f.tree.Innermost(text.Span{Start: off, End: off}).Kind() {
	case parser.KindText, parser.KindEscape, parser.KindString, parser.KindIndString, parser.KindPath:
		return true
	}
	for _, c := range f.tree.Comments() {
		if c.Start < off && off < c.End {
			return true
		}
	}
	return false
}
