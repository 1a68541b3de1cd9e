package text

import (
	"sort"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Encoding is a way to count the columns of a line.
type Encoding uint8

// The encodings that LSP knows (specification 3.17, PositionEncodingKind).
const (
	UTF16 Encoding = iota // code units of UTF-16, the default of LSP
	UTF8                  // bytes
	UTF32                 // Unicode scalar values
)

// Position is a zero-based line and a zero-based column; what a column counts
// is told by the [Encoding] that it was made with.
type Position struct {
	Line, Column uint32
}

// Lines converts between the offsets of one text and positions. A line ends
// with "\n", "\r\n" or a lone "\r", for LSP as for Nix. A Lines is immutable.
type Lines struct {
	src    string
	starts []uint32
	ascii  bool
}

// NewLines indexes the lines of src.
func NewLines(src string) *Lines {
	l := &Lines{src: src, ascii: isASCII(src)}
	l.starts = make([]uint32, 1, 1+strings.Count(src, "\n")+strings.Count(src, "\r"))
	if strings.IndexByte(src, '\r') < 0 {
		for at := 0; ; {
			i := strings.IndexByte(src[at:], '\n')
			if i < 0 {
				return l
			}
			at += i + 1
			l.starts = append(l.starts, uint32(at))
		}
	}
	for i := 0; i < len(src); i++ {
		switch src[i] {
		case '\r':
			if i+1 < len(src) && src[i+1] == '\n' {
				i++
			}
			l.starts = append(l.starts, uint32(i+1))
		case '\n':
			l.starts = append(l.starts, uint32(i+1))
		}
	}
	return l
}

func isASCII(s string) bool {
	all := byte(0)
	for i := range len(s) {
		all |= s[i]
	}
	return all < utf8.RuneSelf
}

// Count returns the number of lines; a text that ends with a line break has an
// empty last line.
func (l *Lines) Count() uint32 { return uint32(len(l.starts)) }

// Line returns the zero-based line of off. An offset past the end is on the
// last line.
func (l *Lines) Line(off uint32) uint32 {
	return uint32(sort.Search(len(l.starts), func(i int) bool { return l.starts[i] > off }) - 1)
}

// Span returns the bytes of a line without its line break. A line past the
// last gives the empty span at the end of the text.
func (l *Lines) Span(line uint32) Span {
	if line >= l.Count() {
		return Span{uint32(len(l.src)), uint32(len(l.src))}
	}
	s := Span{l.starts[line], uint32(len(l.src))}
	if line+1 < l.Count() {
		s.End = l.starts[line+1]
	}
	if s.End > s.Start && l.src[s.End-1] == '\n' {
		s.End--
	}
	if s.End > s.Start && l.src[s.End-1] == '\r' {
		s.End--
	}
	return s
}

// Position returns the position of off. An offset inside a character counts as
// the character's start, one past the end as the end.
func (l *Lines) Position(off uint32, enc Encoding) Position {
	off = min(off, uint32(len(l.src)))
	line := l.Line(off)
	start := l.starts[line]
	if l.ascii || enc == UTF8 {
		return Position{line, off - start}
	}
	return Position{line, units(l.src[start:off], enc)}
}

// Offset returns the offset of p. A column past the end of its line means the
// line's end and a line past the last the end of the text, as LSP asks
// (specification 3.17, Position); a column inside a character means its start.
func (l *Lines) Offset(p Position, enc Encoding) uint32 {
	line := l.Span(p.Line)
	if l.ascii || enc == UTF8 {
		off := line.Start + min(p.Column, line.Len())
		for !l.ascii && off > line.Start && off < line.End && !utf8.RuneStart(l.src[off]) {
			off--
		}
		return off
	}
	column := uint32(0)
	for i := line.Start; i < line.End; {
		r, n := utf8.DecodeRuneInString(l.src[i:line.End])
		column += width(r, enc)
		if column > p.Column {
			return i
		}
		i += uint32(n)
	}
	return line.End
}

// units returns the length of s; a cut character at its end does not count.
func units(s string, enc Encoding) uint32 {
	n := uint32(0)
	for len(s) > 0 {
		if !utf8.FullRuneInString(s) {
			break
		}
		r, size := utf8.DecodeRuneInString(s)
		n += width(r, enc)
		s = s[size:]
	}
	return n
}

func width(r rune, enc Encoding) uint32 {
	if enc == UTF16 {
		if n := utf16.RuneLen(r); n > 0 {
			return uint32(n)
		}
	}
	return 1
}
