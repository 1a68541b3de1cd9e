package json

import "unicode/utf8"

// scanner cuts a text into tokens.
type scanner struct {
	src   string
	pos   int
	begin int    // of what an error says was last read: the latest string or number
	null  bool   // the latest string has a NUL
	buf   []byte // for strings with escapes
}

// malformed says that what should be a token is none.
type malformed struct {
	msg string
	at  int // of the first byte that does not belong to a token
}

// mark passes a byte order mark.
func (s *scanner) mark() *malformed {
	const mark = "\xef\xbb\xbf"
	if s.src == "" || s.src[0] != mark[0] {
		return nil
	}
	for s.pos < len(mark) {
		if s.pos == len(s.src) || s.src[s.pos] != mark[s.pos] {
			return &malformed{"invalid BOM; must be 0xEF 0xBB 0xBF if given", s.pos}
		}
		s.pos++
	}
	return nil
}

// next passes white space and returns the byte after it, or 0 at the end.
func (s *scanner) next() byte {
	for i := s.pos; i < len(s.src); i++ {
		if c := s.src[i]; c > ' ' || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			s.pos = i
			return c
		}
	}
	s.pos = len(s.src)
	return 0
}

// atEnd says whether the text ends at the position.
func (s *scanner) atEnd() bool {
	return s.pos == len(s.src) || s.src[s.pos] == 0
}

// wordAt returns the word that begins with c.
func wordAt(c byte) string {
	switch c {
	case 't':
		return "true"
	case 'f':
		return "false"
	}
	return "null"
}

// word passes a word, of which the first byte is known to be there.
func (s *scanner) word(word string) *malformed {
	for i := 1; i < len(word); i++ {
		if at := s.pos + i; at == len(s.src) || s.src[at] != word[i] {
			return &malformed{"invalid literal", at}
		}
	}
	s.pos += len(word)
	return nil
}

// digits passes a number and says whether it has a fraction or an exponent.
func (s *scanner) digits() (float bool, bad *malformed) {
	s.begin = s.pos
	i := s.pos
	if s.src[i] == '-' {
		i++
		if !s.digitAt(i) {
			return false, &malformed{"invalid number; expected digit after '-'", i}
		}
	}
	if s.src[i] == '0' {
		i++
	} else {
		i = s.skipDigits(i)
	}
	if i < len(s.src) && s.src[i] == '.' {
		float = true
		i++
		if !s.digitAt(i) {
			return true, &malformed{"invalid number; expected digit after '.'", i}
		}
		i = s.skipDigits(i)
	}
	if i < len(s.src) && s.src[i]|0x20 == 'e' {
		float = true
		i, bad = s.exponent(i + 1)
	}
	s.pos = i
	return float, bad
}

// exponent passes what follows the letter of an exponent.
func (s *scanner) exponent(i int) (end int, bad *malformed) {
	msg := "invalid number; expected '+', '-', or digit after exponent"
	if i < len(s.src) && (s.src[i] == '+' || s.src[i] == '-') {
		i++
		msg = "invalid number; expected digit after exponent sign"
	}
	if !s.digitAt(i) {
		return s.pos, &malformed{msg, i}
	}
	return s.skipDigits(i), nil
}

func (s *scanner) digitAt(i int) bool {
	return i < len(s.src) && s.src[i]-'0' <= 9
}

func (s *scanner) skipDigits(i int) int {
	for s.digitAt(i) {
		i++
	}
	return i
}

// plain tells the bytes that stand for themselves in a string.
var plain = func() (set [256]bool) {
	for c := 0x20; c < utf8.RuneSelf; c++ {
		set[c] = c != '"' && c != '\\'
	}
	return set
}()

// quoted passes a string and returns what it stands for.
func (s *scanner) quoted() (string, *malformed) {
	s.begin = s.pos
	s.null = false
	i := s.pos + 1
	for {
		for i < len(s.src) && plain[s.src[i]] {
			i++
		}
		switch {
		case i == len(s.src):
			return "", &malformed{"invalid string: missing closing quote", i}
		case s.src[i] == '"':
			text := s.src[s.pos+1 : i]
			s.pos = i + 1
			return text, nil
		case s.src[i] == '\\':
			return s.escaped(i)
		}
		end, bad := s.other(i)
		if bad != nil {
			return "", bad
		}
		i = end
	}
}

// other passes a character that is not ASCII. What is no character, or may not
// be in a string, is an error.
func (s *scanner) other(i int) (end int, bad *malformed) {
	if s.src[i] < ' ' {
		return 0, &malformed{control(s.src[i]), i}
	}
	r, size := utf8.DecodeRuneInString(s.src[i:])
	if r == utf8.RuneError && size == 1 {
		return 0, &malformed{"invalid string: ill-formed UTF-8 byte", i + wellFormed(s.src[i:])}
	}
	return i + size, nil
}

// escaped does the work of quoted for a string with its first backslash at i.
func (s *scanner) escaped(i int) (string, *malformed) {
	s.buf = append(s.buf[:0], s.src[s.pos+1:i]...)
	for {
		start := i
		for i < len(s.src) && plain[s.src[i]] {
			i++
		}
		s.buf = append(s.buf, s.src[start:i]...)
		var end int
		var bad *malformed
		switch {
		case i == len(s.src):
			return "", &malformed{"invalid string: missing closing quote", i}
		case s.src[i] == '"':
			s.pos = i + 1
			return string(s.buf), nil
		case s.src[i] == '\\':
			end, bad = s.escape(i + 1)
		default:
			end, bad = s.other(i)
			if bad == nil {
				s.buf = append(s.buf, s.src[i:end]...)
			}
		}
		if bad != nil {
			return "", bad
		}
		i = end
	}
}

// escape passes what follows a backslash.
func (s *scanner) escape(i int) (end int, bad *malformed) {
	if i == len(s.src) {
		return 0, &malformed{"invalid string: forbidden character after backslash", i}
	}
	c := s.src[i]
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		return s.unicode(i + 1)
	default:
		return 0, &malformed{"invalid string: forbidden character after backslash", i}
	}
	s.buf = append(s.buf, c)
	return i + 1, nil
}

// unicode passes the digits of an escape, and of the second one if it takes two
// to make a character.
func (s *scanner) unicode(i int) (end int, bad *malformed) {
	const noLow = "invalid string: surrogate U+D800..U+DBFF must be followed by U+DC00..U+DFFF"
	r, end, bad := s.hex(i)
	if bad != nil {
		return 0, bad
	}
	switch {
	case r >= 0xdc00 && r <= 0xdfff:
		return 0, &malformed{"invalid string: surrogate U+DC00..U+DFFF must follow U+D800..U+DBFF", end - 1}
	case r >= 0xd800 && r <= 0xdbff:
		for _, c := range []byte(`\u`) {
			if end == len(s.src) || s.src[end] != c {
				return 0, &malformed{noLow, end}
			}
			end++
		}
		var low rune
		low, end, bad = s.hex(end)
		if bad != nil {
			return 0, bad
		}
		if low < 0xdc00 || low > 0xdfff {
			return 0, &malformed{noLow, end - 1}
		}
		r = (r-0xd800)<<10 + low - 0xdc00 + 0x10000
	}
	s.null = s.null || r == 0
	s.buf = utf8.AppendRune(s.buf, r)
	return end, nil
}

// hex reads four hexadecimal digits.
func (s *scanner) hex(i int) (r rune, end int, bad *malformed) {
	for end = i; end < i+4; end++ {
		digit := byte(0xff)
		if end < len(s.src) {
			digit = hexDigit(s.src[end])
		}
		if digit > 15 {
			return 0, 0, &malformed{`invalid string: '\u' must be followed by 4 hex digits`, end}
		}
		r = r<<4 | rune(digit)
	}
	return r, end, nil
}

// hexDigit returns what c stands for, or more than 15.
func hexDigit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return 0xff
}
