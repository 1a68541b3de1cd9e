package json

import (
	"fmt"
	"strconv"
	"strings"
)

const anyValue = "'[', '{', or a literal"

// syntax is the error at a malformed token where doing that another one was
// expected. In the place of a value nothing is said to be expected.
func (p *parser) syntax(doing, expected string, bad *malformed) error {
	read := p.src[p.begin:min(bad.at+1, len(p.src))]
	msg := "syntax error while parsing " + doing + " - " + bad.msg + "; last read: '" + visible(read) + "'"
	return p.place(bad.at).error(withExpected(msg, expected))
}

// unexpected is the error at a token that may be fine elsewhere.
func (p *parser) unexpected(doing, expected string) error {
	name, end, bad := p.token()
	if bad != nil {
		if expected == anyValue {
			expected = ""
		}
		return p.syntax(doing, expected, bad)
	}
	return end.error(withExpected("syntax error while parsing "+doing+" - unexpected "+name, expected))
}

func withExpected(msg, expected string) string {
	if expected == "" {
		return msg
	}
	return msg + "; expected " + expected
}

// place is where an error is. Columns count bytes. A line feed is in column 0
// of the line that it begins.
type place struct{ line, column int }

func (s *scanner) place(at int) place {
	read := s.src[:min(at+1, len(s.src))]
	return place{strings.Count(read, "\n") + 1, at - strings.LastIndexByte(read, '\n')}
}

func (p place) error(msg string) error {
	return &Error{Syntax, "[json.exception.parse_error.101] parse error at line " + strconv.Itoa(p.line) +
		", column " + strconv.Itoa(p.column) + ": " + msg}
}

// token passes the token at the position and returns its name and the place of
// its last byte.
func (s *scanner) token() (name string, end place, bad *malformed) {
	if s.atEnd() {
		return "end of input", s.place(s.pos), nil
	}
	switch c := s.src[s.pos]; c {
	case '[', ']', '{', '}', ':', ',':
		return "'" + string(c) + "'", s.place(s.pos), nil
	case 't', 'f', 'n':
		name = wordAt(c) + " literal"
		bad = s.word(wordAt(c))
	case '"':
		name = "string literal"
		_, bad = s.quoted()
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		name = "number literal"
		_, bad = s.digits()
	default:
		bad = &malformed{"invalid literal", s.pos}
	}
	end = s.place(s.pos - 1)
	if name == "number literal" && s.pos < len(s.src) && s.src[s.pos] == '\n' {
		end.column = 0 // the library goes back over the line feed, but not to the column
	}
	return name, end, bad
}

// visible returns text with control characters by their numbers.
func visible(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if c := text[i]; c < ' ' {
			fmt.Fprintf(&b, "<U+%04X>", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// control is the complaint about a control character in a string.
func control(c byte) string {
	const names = "NULSOHSTXETXEOTENQACKBELBS HT LF VT FF CR SO SI DLEDC1DC2DC3DC4NAKSYNETBCANEM SUBESCFS GS RS US "
	name := strings.TrimSpace(names[3*int(c):][:3])
	msg := fmt.Sprintf(`invalid string: control character U+%04X (%s) must be escaped to \u%04X`, c, name, c)
	if short, ok := shortEscape(c); ok {
		msg += ` or \` + string(short)
	}
	return msg
}
