package cursor

import (
	"strings"

	"firn/parser"
	"firn/parser/text"
)

// scanner reads tokens up to the cursor.
type scanner struct {
	src    string
	off    int // of the cursor
	pos    int
	last   int // the end of the token before
	frames []Frame
	items  []Item
	done   bool
	noPath int       // no path begins before it: a run of characters that was looked at
	noURI  int       // likewise for URLs
	place  Place     // if not Expr, where the cursor turned out to be
	around text.Span // around the cursor
}

func newScanner(src string, off int) *scanner {
	return &scanner{src: src, off: off, frames: []Frame{{Kind: File, state: inValue}}, place: Expr}
}

func (s *scanner) run() {
	for !s.done && s.pos < s.off {
		if s.top().Kind == quote {
			s.text()
		} else if s.trivia(); !s.done && s.pos < s.off {
			s.token()
		} else {
			continue
		}
		s.last = s.pos
	}
	if !s.done && s.top().Kind == quote {
		s.stop(Text, s.off)
	}
	if !s.done {
		s.stop(s.place, s.off)
		s.around.End = uint32(s.end(s.off, isName))
	}
}

// stop ends the scan: the cursor is in a word that begins at start.
func (s *scanner) stop(p Place, start int) {
	s.place, s.done = p, true
	s.around = text.Span{Start: uint32(start), End: uint32(s.off)}
}

func (s *scanner) top() *Frame { return &s.frames[len(s.frames)-1] }

// trivia skips white space and comments. The end of a line comment belongs to
// it: what is typed there continues it.
func (s *scanner) trivia() {
	for s.pos < s.off {
		switch c := s.src[s.pos]; {
		case classes[c]&isSpace != 0:
			s.pos++
		case c == '#':
			end := strings.IndexAny(s.src[s.pos:], "\r\n")
			if end < 0 || s.pos+end >= s.off {
				s.stop(None, s.off)
				return
			}
			s.pos += end
		case c == '/' && strings.HasPrefix(s.src[s.pos:], "/*"):
			end := strings.Index(s.src[s.pos+2:], "*/")
			if end < 0 || s.pos+2+end+2 > s.off {
				s.stop(None, s.off)
				return
			}
			s.pos += 2 + end + 2
		default:
			return
		}
	}
}

// token reads one token of code.
func (s *scanner) token() {
	start := s.pos
	c := s.src[start]
	switch class := classes[c]; {
	case class&isNameStart != 0:
		s.word(start)
	case class&isPathByte != 0 || c == '/' || c == '~':
		if s.path(start) {
			return
		}
		if isNumber(s.src, start) {
			s.number(start)
			return
		}
		s.symbol(start)
	case c == '"':
		s.open(quote, 1)
	case c == '\'' && strings.HasPrefix(s.src[start:], "''"):
		s.open(quote, 2)
	case c == '<' && s.searchPath(start):
	default:
		s.symbol(start)
	}
}

// Classes of bytes.
const (
	isSpace = 1 << iota
	isNameStart
	isName
	isDigit
	isPathByte
	isScheme // of a URL
	isURI    // behind the colon of a URL
)

var classes = func() (c [256]uint8) {
	add := func(bytes string, class uint8) {
		for i := range len(bytes) {
			c[bytes[i]] |= class
		}
	}
	const letters, digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	add(" \t\r\n", isSpace)
	add(letters+"_", isNameStart)
	add(letters+digits+"_'-", isName)
	add(digits, isDigit)
	add(letters+digits+"._-+", isPathByte)
	add(letters+digits+"+-.", isScheme)
	add(letters+digits+"%/?:@&=+$,-_.!~*'", isURI)
	return c
}()

// end returns the end of the bytes of a class that begin at i.
func (s *scanner) end(i int, class uint8) int {
	for i < len(s.src) && classes[s.src[i]]&class != 0 {
		i++
	}
	return i
}

// word takes what begins like a name: a name, a keyword, a path or a URL.
func (s *scanner) word(start int) {
	end := s.end(start, isName)
	if end < len(s.src) {
		switch s.src[end] {
		case '/', '.', '+':
			if s.path(start) || s.uri(start) {
				return
			}
		case ':':
			if s.uri(start) {
				return
			}
		}
	}
	if end >= s.off {
		s.stop(s.place, start)
		s.around.End = uint32(end)
		return
	}
	s.pos = end
	s.take(Item{keyword(s.src[start:end]), text.Span{Start: uint32(start), End: uint32(end)}})
}

// keyword returns the kind of a word that may be a name.
func keyword(word string) parser.Kind {
	switch word {
	case "assert":
		return parser.KindAssertKw
	case "else":
		return parser.KindElseKw
	case "if":
		return parser.KindIfKw
	case "in":
		return parser.KindInKw
	case "inherit":
		return parser.KindInheritKw
	case "let":
		return parser.KindLetKw
	case "or":
		return parser.KindOrKw
	case "rec":
		return parser.KindRecKw
	case "then":
		return parser.KindThenKw
	case "with":
		return parser.KindWithKw
	}
	return parser.KindVar
}

// uri takes a URL literal, if there is one.
func (s *scanner) uri(start int) bool {
	if start < s.noURI {
		return false
	}
	colon := s.end(start, isScheme)
	end := colon
	if colon < len(s.src) && s.src[colon] == ':' {
		end = s.end(colon+1, isURI)
	}
	if end <= colon+1 {
		s.noURI = colon
		return false
	}
	s.literal(parser.KindURI, start, end)
	return true
}

// literal takes a token that is complete in itself; one that the cursor
// touches cannot be completed.
func (s *scanner) literal(kind parser.Kind, start, end int) {
	if end >= s.off {
		s.stop(None, start)
		return
	}
	s.pos = end
	s.take(Item{kind, text.Span{Start: uint32(start), End: uint32(end)}})
}

func isNumber(src string, i int) bool {
	return classes[src[i]]&isDigit != 0 || src[i] == '.' && i+1 < len(src) && classes[src[i+1]]&isDigit != 0
}

func (s *scanner) number(start int) {
	end := start
	for end < len(s.src) && (classes[s.src[end]]&isDigit != 0 || s.src[end] == '.') {
		end++
	}
	s.literal(parser.KindInt, start, end)
}

// path takes a path literal. One that is being written may end with a slash.
func (s *scanner) path(start int) bool {
	end, slashes := start, 0
	if s.src[start] == '~' {
		end++
	} else if start < s.noPath {
		return false // every word of a.b.c asks again
	}
	for end < len(s.src) && (classes[s.src[end]]&isPathByte != 0 || s.src[end] == '/') {
		if s.src[end] == '/' {
			slashes++
			if end+1 < len(s.src) && (s.src[end+1] == '/' || s.src[end+1] == '*') {
				s.noPath = end + 1
				return false // an operator or a comment
			}
		}
		end++
	}
	switch {
	case slashes == 0:
		s.noPath = end
		return false
	case end-start == 1 && (s.off > end || s.afterOperand()):
		return false // a lone slash divides
	case end >= s.off:
		if strings.IndexByte(s.src[start:s.off], '/') < 0 {
			return false
		}
		s.stop(Path, start)
		s.around.End = uint32(end)
		return true
	}
	s.literal(parser.KindPath, start, end)
	return true
}

// searchPath takes a path in angle brackets. What looks like one that is being
// written may also be a comparison.
func (s *scanner) searchPath(start int) bool {
	end := start + 1
	for end < len(s.src) && (classes[s.src[end]]&isPathByte != 0 || s.src[end] == '/') {
		end++
	}
	switch {
	case end >= s.off:
		s.stop(Search, start+1)
		s.around.End = uint32(end)
		return true
	case end == start+1 || s.src[end] != '>':
		return false
	}
	s.literal(parser.KindSearchPath, start, end+1)
	return true
}
