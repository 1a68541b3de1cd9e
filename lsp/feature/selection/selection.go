// Package selection finds what an editor selects when asked for more.
package selection

import (
	"sort"

	"firn/parser"
	"firn/parser/text"
)

// At returns the spans around off that mean something, the smallest first and
// the whole text last, each larger than the one before: words of a string or
// comment, tokens, what stands between brackets, expressions.
func At(t *parser.Tree, off uint32) []text.Span {
	g := growing{last: text.Span{Start: off, End: off}}
	if c := commentAt(t, off); !c.Empty() {
		g.add(wordAt(t.Source(), c, off))
		g.add(c)
		g.around(t.Innermost(c))
		return g.spans
	}
	n := t.At(off)
	if n.Kind() == parser.KindText || n.Kind() == parser.KindEscape {
		g.add(wordAt(t.Source(), n.Span(), off))
	}
	g.around(n)
	return g.spans
}

// growing collects spans from the smallest to the largest.
type growing struct {
	spans []text.Span
	last  text.Span // the last one, at first where the cursor is
}

// add appends a span unless it is no larger than the last.
func (g *growing) add(s text.Span) {
	if s != g.last && s.Covers(g.last) {
		g.spans = append(g.spans, s)
		g.last = s
	}
}

// around adds n and its ancestors, each after what stands between its brackets
// if the cursor does.
func (g *growing) around(n parser.Node) {
	g.add(between(n))
	g.add(n.Span())
	for p := range n.Ancestors() {
		g.add(between(p))
		g.add(p.Span())
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

// commentAt returns the comment that touches off, or an empty span.
func commentAt(t *parser.Tree, off uint32) text.Span {
	comments := t.Comments()
	i := sort.Search(len(comments), func(i int) bool { return comments[i].End >= off })
	if i < len(comments) && comments[i].Touches(off) {
		return comments[i]
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
