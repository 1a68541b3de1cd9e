package toml

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// source is a text to read, with a name for messages.
type source struct {
	name  string
	s     string
	feeds []int // offsets of line feeds, if indexed
}

// spot is a part of a source that a message is about.
type spot struct {
	src         *source
	first, last int
	end         int // an offset in the line where the part ends
}

// at returns the spot of one byte, at the end the last one. That is then taken
// to end in the line after it.
func (src *source) at(i int) spot {
	if i >= len(src.s) {
		return spot{src, i - 1, i, i}
	}
	return spot{src, i, i + 1, i}
}

func (src *source) between(i, j int) spot { return spot{src, i, j, j} }

// line returns the number of the line of an offset.
func (src *source) line(i int) int {
	if src.feeds == nil {
		src.feeds = []int{}
		for at := range len(src.s) {
			if src.s[at] == '\n' {
				src.feeds = append(src.feeds, at)
			}
		}
	}
	return sort.SearchInts(src.feeds, i) + 1
}

// byteAt returns the byte at i, or 0 at the end.
func (src *source) byteAt(i int) byte {
	if i < len(src.s) {
		return src.s[i]
	}
	return 0
}

func (src *source) hasAt(i int, word string) bool {
	return i <= len(src.s) && strings.HasPrefix(src.s[i:], word)
}

// The methods that follow return where what begins at i ends. Those of which
// the name ends in End return -1 if it does not begin there.

func (src *source) blanks(i int) int {
	for src.byteAt(i) == ' ' || src.byteAt(i) == '\t' {
		i++
	}
	return i
}

func (src *source) newlineEnd(i int) int {
	switch {
	case src.byteAt(i) == '\n':
		return i + 1
	case src.hasAt(i, "\r\n"):
		return i + 2
	}
	return -1
}

// commentEnd returns the end of the characters that may be in a comment.
func (src *source) commentEnd(i int) int {
	if src.byteAt(i) != '#' {
		return -1
	}
	for i++; i < len(src.s); {
		c := src.s[i]
		switch {
		case c == '\t' || c >= ' ' && c < 0x7f:
			i++
		case c >= utf8.RuneSelf:
			end := src.runeEnd(i)
			if end < 0 {
				return i
			}
			i = end
		default:
			return i
		}
	}
	return i
}

// runeEnd is about a character that is not ASCII.
func (src *source) runeEnd(i int) int {
	if src.byteAt(i) < utf8.RuneSelf {
		return -1
	}
	r, size := utf8.DecodeRuneInString(src.s[i:])
	if r == utf8.RuneError && size == 1 {
		return -1
	}
	return i + size
}

func (src *source) bareKeyEnd(i int) int {
	end := i
	for c := src.byteAt(end); isDigit(c) || isLetter(c) || c == '-' || c == '_'; c = src.byteAt(end) {
		end++
	}
	if end == i {
		return -1
	}
	return end
}

func (src *source) simpleKeyEnd(i int) int {
	var ok bool
	var end int
	switch src.byteAt(i) {
	case '"':
		end, ok = src.basic(i)
	case '\'':
		end, ok = src.literal(i)
	default:
		return src.bareKeyEnd(i)
	}
	if !ok {
		return -1
	}
	return end
}

func (src *source) keyEnd(i int) int {
	end := src.simpleKeyEnd(i)
	for next := end; next >= 0; {
		end = next
		next = -1
		if dot := src.blanks(end); src.byteAt(dot) == '.' {
			next = src.simpleKeyEnd(src.blanks(dot + 1))
		}
	}
	return end
}

// header passes a header with such brackets. If there is none, it returns what
// is missing and where.
func (src *source) header(i int, open, closing string) (end int, missing string) {
	if !src.hasAt(i, open) {
		return i, open
	}
	i = src.blanks(i + len(open))
	end = src.keyEnd(i)
	if end < 0 {
		return i, `basic key([a-zA-Z0-9_-]) or quoted key(" or ')`
	}
	end = src.blanks(end)
	if !src.hasAt(end, closing) {
		return end, closing
	}
	return end + len(closing), ""
}

// isHeading says whether a header of any kind begins at i.
func (src *source) isHeading(i int) bool {
	_, missing := src.header(i, "[", "]")
	if missing != "" {
		_, missing = src.header(i, "[[", "]]")
	}
	return missing == ""
}

func isDigit(c byte) bool  { return c-'0' <= 9 }
func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isHex(c byte) bool    { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }
func isOctal(c byte) bool  { return c >= '0' && c <= '7' }
func isBinary(c byte) bool { return c == '0' || c == '1' }
