package action

import (
	"fmt"
	"slices"
	"strings"

	"firn/lsp/feature/layout"
	"firn/parser"
	"firn/parser/text"
)

var closers = map[parser.Kind]string{
	parser.KindLeftBrace: "}", parser.KindDollarBrace: "}", parser.KindLeftBracket: "]", parser.KindLeftParen: ")",
	parser.KindQuote: `"`, parser.KindIndQuote: "''",
}

// close tries to end all that is open at the end of the file, each bracket on
// a line of its own if what it closes began on another.
func (m *mender) close() {
	open := m.open()
	if len(open) == 0 {
		return
	}
	var b, names strings.Builder
	last := m.leaves[0]
	needsSemicolon := last.Kind() != parser.KindSemicolon && last.Kind() != parser.KindLeftBrace
	for _, n := range slices.Backward(open) {
		c := closers[n.Kind()]
		if n.Kind() == parser.KindLeftBrace && needsSemicolon {
			b.WriteString(";")
			names.WriteString(";")
		}
		quote := n.Kind() == parser.KindQuote || n.Kind() == parser.KindIndQuote || n.Kind() == parser.KindDollarBrace
		if !quote && m.lines().Line(n.Start()) != m.lines().Line(last.Start()) {
			indent, _ := layout.Indent(m.tree, n.Start())
			b.WriteString("\n" + indent)
		}
		b.WriteString(c)
		names.WriteString(c)
		needsSemicolon = true
	}
	m.try(fmt.Sprintf("Insert missing '%s'", names.String()), insert(m.end(0), b.String()))
}

// open returns the brackets and quotes that are not closed, the outermost
// first.
func (m *mender) open() []parser.Node {
	var stack []parser.Node
	for _, n := range slices.Backward(m.leaves) {
		top := ""
		if len(stack) > 0 {
			top = closers[stack[len(stack)-1].Kind()]
		}
		switch {
		case top != "" && n.Kind().String() == top:
			stack = stack[:len(stack)-1]
		case closers[n.Kind()] != "":
			stack = append(stack, n)
		}
	}
	return stack
}

// maxStringLines is how many lines before the error a string may have been
// left open.
const maxStringLines = 30

// closeStrings tries to end a string on one of the lines before the error.
func (m *mender) closeStrings() {
	last := m.lines().Line(m.err.Span.Start)
	for line := int(last); line >= 0 && int(last)-line < maxStringLines; line-- {
		code := m.lines().Span(uint32(line)).In(m.src)
		switch {
		case strings.Count(code, "''")%2 == 1:
			m.endBelow(uint32(line))
			m.endLine(uint32(line), "''")
		case strings.Count(code, `"`)%2 == 1:
			m.endLine(uint32(line), `"`)
		}
	}
}

// endLine tries to end a string at the end of a line, before the punctuation
// there. Without any a semicolon may be missing, too.
func (m *mender) endLine(line uint32, quote string) {
	s := m.lines().Span(line)
	code := s.In(m.src)
	at := s.Start + uint32(len(strings.TrimRight(code, " \t;)]},")))
	m.tryWhole(quote, at)
	if strings.TrimSpace(m.src[at:s.End]) == "" {
		m.tryWhole(quote+";", at)
	}
}

// endBelow tries to end an indented string that begins in a line before the
// first line that is not indented more.
func (m *mender) endBelow(line uint32) {
	outer, _ := layout.Indent(m.tree, m.lines().Span(line).Start)
	for next := line + 1; next < m.lines().Count(); next++ {
		s := m.lines().Span(next)
		indent, _ := layout.Indent(m.tree, s.Start)
		if code := strings.TrimSpace(s.In(m.src)); code == "" || len(indent) > len(outer) {
			continue
		}
		at := s.Start + uint32(len(indent))
		m.tryWhole("''", at)
		if !strings.ContainsAny(m.src[at:at+1], ";)]}") {
			m.tryWhole("'';", layout.EndBefore(m.tree, at))
		}
		return
	}
}

// tryWhole tries to end a string. Only what makes the file whole counts: a
// quote in the wrong place moves the error far away, too.
func (m *mender) tryWhole(quote string, at uint32) {
	a, ok := m.attempt(fmt.Sprintf("Insert missing '%s'", quote), []text.Edit{insert(at, quote)})
	if ok && a.whole {
		m.tried = append(m.tried, a)
	}
}
