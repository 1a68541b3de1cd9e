// Package selection finds what an editor selects when asked for more.
package selection

import (
	"firn/parser"
	"firn/parser/text"
)

// At returns the spans around off that mean something, the smallest first and
// the whole text last, each larger than the one before: words of a string or
// comment, tokens, what stands between brackets, expressions.
func At(t *parser.Tree, off uint32) []text.Span {
	var s spans
	if c := commentAt(t, off); !c.Empty() {
		s.add(wordAt(t.Source(), c, off))
		s.add(c)
		s.around(t.Innermost(c))
		return s
	}
	n := t.At(off)
	if n.Kind() == parser.KindText || n.Kind() == parser.KindEscape {
		s.add(wordAt(t.Source(), n.Span(), off))
	}
	s.around(n)
	return s
}

// spans grows from the smallest to the largest.
type spans []text.Span

// add appends a span unless it is no larger than the last.
func (s *spans) add(next text.Span) {
	if n := len(*s); !next.Empty() && (n == 0 || next.Covers((*s)[n-1]) && next != (*s)[n-1]) {
		*s = append(*s, next)
	}
}

// around adds n and its ancestors, each after what stands between its
// brackets.
func (s *spans) around(n parser.Node) {
	s.add(between(n))
	s.add(n.Span())
	for p := range n.Ancestors() {
		s.add(between(p))
		s.add(p.Span())
	}
}

// between returns the span from the first to the last of n's children that are
// inside of its brackets or quotes.
func between(n parser.Node) text.Span {
	var inner text.Span
	opened := false
	for c := range n.Children() {
		switch {
		case opens(c.Kind()) && !opened:
			opened = true
		case closes(c.Kind()) && opened && c.End() == n.End():
			return inner
		case opened && inner.Empty():
			inner = c.Span()
		case opened:
			inner.End = c.End()
		}
	}
	return text.Span{}
}

func opens(k parser.Kind) bool {
	switch k {
	case parser.KindLeftBrace, parser.KindLeftBracket, parser.KindLeftParen, parser.KindDollarBrace, parser.KindQuote, parser.KindIndQuote:
		return true
	}
	return false
}

func closes(k parser.Kind) bool {
	switch k {
	case parser.KindRightBrace, parser.KindRightBracket, parser.KindRightParen, parser.KindQuote, parser.KindIndQuote:
		return true
	}
	return false
}

func commentAt(t *parser.Tree, off uint32) text.Span {
	for _, c := range t.Comments() {
		if c.Touches(off) {
			return c
		}
	}
	return text.Span{}
}

// wordAt returns the run of letters, digits, - and _ around off within s.
func wordAt(src string, s text.Span, off uint32) text.Span {
	start, end := off, off
	for start > s.Start && isWord(src[start-1]) {
		start--
	}
	for end < s.End && isWord(src[end]) {
		end++
	}
	return text.Span{Start: start, End: end}
}

// isWord takes bytes: what is not ASCII is part of a word.
func isWord(c byte) bool {
	return c >= 0x80 || c == '-' || c == '_' ||
		'0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
