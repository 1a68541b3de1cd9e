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
	set := b.LastExpr().Unparen()
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
// that begin in a comment, or in a string whose value that would change.
func (f *finder) dedent(s text.Span, margin int) []text.Edit {
	var edits []text.Edit
	if margin == 0 {
		return nil
	}
	for line := f.lines().Line(s.Start) + 1; line < f.lines().Count() && f.lines().Span(line).Start < s.End; line++ {
		at := f.lines().Span(line).Start
		blanks := text.Span{Start: at, End: at + uint32(margin)}
		if s.Covers(blanks) && strings.Trim(blanks.In(f.src), " \t") == "" && f.canShift(at, margin) {
			edits = append(edits, text.Edit{Span: blanks})
		}
	}
	return edits
}

// canShift reports whether the line that begins at off can lose margin blanks,
// or get some, without a change of meaning.
func (f *finder) canShift(off uint32, margin int) bool {
	for n := f.tree.Innermost(text.Span{Start: off, End: off}); n.Valid(); n = n.Parent() {
		switch n.Kind() {
		case parser.KindText, parser.KindEscape:
			continue
		case parser.KindIndString:
			return f.shifts(n, margin)
		case parser.KindString, parser.KindPath:
			return false
		}
		break
	}
	for _, c := range f.tree.Comments() {
		if c.Start < off && off < c.End {
			return false
		}
	}
	return true
}

// shifts reports whether an indented string has the same value with margin
// blanks less before each of its lines: none has fewer, and its text begins
// below its quotes.
func (f *finder) shifts(n parser.Node, margin int) bool {
	lines := strings.Split(n.Text()[len("''"):], "\n")
	if strings.Trim(lines[0], " ") != "" {
		return false
	}
	for _, line := range lines[1:] {
		if indent := len(line) - len(strings.TrimLeft(line, " ")); indent < margin && line != "" {
			return false
		}
	}
	return true
}
