package regex

import "strings"

// token is a kind of tokens. There are three sorts of text, and what a byte
// means depends on the sort: brackets, braces, and the rest.
type token uint8

const (
	tokenNone token = iota // behind an error; nothing expects it
	tokenEnd
	tokenByte

	tokenAny
	tokenOpen
	tokenClose
	tokenBar
	tokenStar
	tokenPlus
	tokenOption
	tokenLineBegin
	tokenLineEnd

	tokenBrace
	tokenNumber
	tokenComma
	tokenBraceEnd

	tokenBracket
	tokenBracketNot
	tokenDash
	tokenClass
	tokenSymbol
	tokenEquivalents
	tokenBracketEnd
)

// special holds the bytes that mean something outside of brackets and braces,
// and that only a backslash makes ordinary. No other byte may follow one.
const special = `.[\()*+?{|^$`

// scanner cuts a pattern into tokens. It is one token ahead of the parser, as
// that of libstdc++ is, so that of several errors the same one comes first.
type scanner struct {
	rest  string // what is not read yet
	scan  func(*scanner) token
	token token  // the next token
	text  string // of a tokenByte or tokenNumber, or the name of a class
	first bool   // the next byte is the first in a bracket
}

// advance reads the next token.
func (s *scanner) advance() {
	if s.rest == "" {
		// Brackets and braces end with themselves, not with the pattern; at
		// the end nothing fits there.
		s.token = tokenEnd
		return
	}
	s.token = s.scan(s)
}

// take returns the text of the next n bytes and goes behind them.
func (s *scanner) take(n int) string {
	text := s.rest[:n]
	s.rest = s.rest[n:]
	return text
}

// scanPlain reads a token outside of brackets and braces.
func scanPlain(s *scanner) token {
	s.text = s.take(1)
	switch s.text[0] {
	case 0:
		return tokenNone
	case '.':
		return tokenAny
	case '(':
		return tokenOpen
	case ')':
		return tokenClose
	case '|':
		return tokenBar
	case '*':
		return tokenStar
	case '+':
		return tokenPlus
	case '?':
		return tokenOption
	case '^':
		return tokenLineBegin
	case '$':
		return tokenLineEnd
	case '{':
		s.scan = scanBrace
		return tokenBrace
	case '[':
		return s.bracket()
	case '\\':
		if s.rest == "" || strings.IndexByte(special, s.rest[0]) < 0 {
			return tokenNone
		}
		s.text = s.take(1)
	}
	return tokenByte
}

func (s *scanner) bracket() token {
	s.scan = scanBracket
	s.first = true
	if strings.HasPrefix(s.rest, "^") {
		s.take(1)
		return tokenBracketNot
	}
	return tokenBracket
}

// scanBracket reads a token in a bracket, where a backslash is a byte like any
// other, and a closing bracket at the start, too.
func scanBracket(s *scanner) token {
	first := s.first
	s.first = false
	s.text = s.take(1)
	switch s.text[0] {
	case '-':
		return tokenDash
	case ']':
		if !first {
			s.scan = scanPlain
			return tokenBracketEnd
		}
	case '[':
		switch {
		case s.rest == "":
			return tokenNone
		case s.rest[0] == ':':
			return s.name(tokenClass)
		case s.rest[0] == '.':
			return s.name(tokenSymbol)
		case s.rest[0] == '=':
			return s.name(tokenEquivalents)
		}
	}
	return tokenByte
}

// name reads the rest of [:name:] and its kin.
func (s *scanner) name(t token) token {
	mark := s.take(1)
	n := strings.Index(s.rest, mark)
	if n < 0 || !strings.HasPrefix(s.rest[n+1:], "]") {
		return tokenNone
	}
	s.text = s.rest[:n]
	s.take(n + 2)
	return t
}

// scanBrace reads a token in a brace.
func scanBrace(s *scanner) token {
	switch c := s.rest[0]; {
	case c == ',':
		s.take(1)
		return tokenComma
	case c == '}':
		s.take(1)
		s.scan = scanPlain
		return tokenBraceEnd
	case !isDigit(c):
		return tokenNone
	}
	n := 1
	for n < len(s.rest) && isDigit(s.rest[n]) {
		n++
	}
	s.text = s.take(n)
	return tokenNumber
}
