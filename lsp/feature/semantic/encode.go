package semantic

import (
	"iter"
	"unicode/utf8"

	"firn/parser/text"
)

// Encoding says how a client wants its tokens.
type Encoding struct {
	Columns   text.Encoding
	Multiline bool // tokens may reach over a line break
}

// fields is how many numbers the protocol has for a token: the lines since the
// token before, the columns since its start (or since the start of the line),
// the length, the type, the modifiers.
const fields = 5

// Encode returns tokens of src, in source order, as the
// protocol wants them. A token over several lines is one for each of them
// where the client cannot take it whole.
func Encode(src string, tokens []Token, enc Encoding) []uint32 {
	w := writer{src: src, enc: enc, data: make([]uint32, 0, fields*len(tokens))}
	for _, t := range tokens {
		if enc.Multiline {
			w.token(t)
			continue
		}
		for line := range linesOf(src, t.Span) {
			t.Span = line
			w.token(t)
		}
	}
	return w.data
}

// writer keeps its place in the text, so that a token costs time in the
// distance from the one before and not in the length of its line.
type writer struct {
	src  string
	enc  Encoding
	data []uint32

	at           uint32 // what line and column are of
	line, column uint32
}

func (w *writer) token(t Token) {
	line, column := w.line, w.column
	w.advance(t.Span.Start)
	if w.line == line {
		column = w.column - column
	} else {
		column = w.column
	}
	w.data = append(w.data, w.line-line, column, w.units(t.Span.In(w.src)), uint32(t.Type), uint32(t.Modifiers))
}

// advance moves to an offset at or behind the last one.
func (w *writer) advance(to uint32) {
	for w.at < to {
		switch c := w.src[w.at]; {
		case c == '\r' && w.at+1 < to && w.src[w.at+1] == '\n':
			w.at++
		case c == '\n', c == '\r':
			w.line, w.column = w.line+1, 0
			w.at++
		case c < utf8.RuneSelf:
			w.column++
			w.at++
		default:
			r, size := utf8.DecodeRuneInString(w.src[w.at:])
			w.column += w.width(r, size)
			w.at += uint32(size)
		}
	}
}

// units returns the length of s in the units of the encoding.
func (w *writer) units(s string) uint32 {
	n := uint32(0)
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			i++
			n++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		n += w.width(r, size)
		i += size
	}
	return n
}

func (w *writer) width(r rune, size int) uint32 {
	switch {
	case w.enc.Columns == text.UTF8:
		return uint32(size)
	case w.enc.Columns == text.UTF16 && r > 0xFFFF:
		return 2
	default:
		return 1
	}
}

// linesOf yields the parts of s between line breaks that are not empty.
func linesOf(src string, s text.Span) iter.Seq[text.Span] {
	return func(yield func(text.Span) bool) {
		start := s.Start
		for i := s.Start; i < s.End; i++ {
			if src[i] != '\n' && src[i] != '\r' {
				continue
			}
			if start < i && !yield(text.Span{Start: start, End: i}) {
				return
			}
			start = i + 1
		}
		if start < s.End {
			yield(text.Span{Start: start, End: s.End})
		}
	}
}
