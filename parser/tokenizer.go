package parser

import "strings"

// tokenizer yields the tokens that Nix's lexer does, without a parser's help:
// it keeps a stack of modes (the start conditions of lexer.l).
type tokenizer struct {
	lexer
	pipes bool
	name  string // of the token at hand, as in nixTokens
	modes []mode
	// Where a piece of a path begins that the text ends with, if it does. Nix
	// calls that the end of the text, since its lexer forgets the piece when
	// it finds nothing behind it.
	forgotten int
	piece     int // where the token before the last piece of a path begins
}

// mode is what the tokenizer reads: the inside of quote, or of a path, or
// otherwise code.
type mode struct {
	quote Kind // KindQuote, KindIndQuote, KindPath or KindInvalid
	slash bool // the path so far ends with a slash
}

// advance moves to the next token. It returns the error if Nix's lexer would
// raise one there.
func (s *tokenizer) advance() *Error {
	switch m := &s.modes[len(s.modes)-1]; m.quote {
	case KindQuote, KindIndQuote:
		return s.inString(m.quote)
	case KindPath:
		return s.inPath(m)
	}
	s.next()
	if s.tok == tokEnd && s.forgotten > 0 {
		s.start, s.end = s.forgotten, s.forgotten
	}
	s.name = tokenName(s.src, s.tok, s.start)
	check := strict{lexer: s.lexer}
	switch s.tok {
	case KindInt, KindFloat:
		return check.checkNumber()
	case KindPipeFrom, KindPipeInto:
		if !s.pipes {
			return check.errorAt(PipesDisabled, s.start, s.end)
		}
	case KindQuote:
		s.push(mode{quote: s.tok})
	case KindIndQuote:
		s.push(mode{quote: s.tok})
		s.end = len(s.src) - len(skipFirstLine(s.src[s.end:]))
	case KindPath:
		s.push(mode{quote: KindPath, slash: s.src[s.end-1] == '/'})
	case KindLeftBrace, KindDollarBrace:
		s.push(mode{})
	case KindRightBrace:
		if len(s.modes) > 1 {
			s.pop()
		}
	}
	return nil
}

func (s *tokenizer) push(m mode) { s.modes = append(s.modes, m) }

func (s *tokenizer) pop() { s.modes = s.modes[:len(s.modes)-1] }

// token makes what lies between the last token and end the token at hand.
func (s *tokenizer) token(name string, end int) {
	s.name, s.start, s.end = name, s.end, end
}

// interpolation takes the beginning of one, if there is one.
func (s *tokenizer) interpolation() bool {
	if !strings.HasPrefix(s.src[s.end:], "${") {
		return false
	}
	s.token("'${'", s.end+2)
	s.push(mode{})
	return true
}

func (s *tokenizer) inString(quote Kind) *Error {
	if s.interpolation() {
		return nil
	}
	name, run, escape, closing := "STR", textRun, escapeEnd, "'\"'"
	if quote == KindIndQuote {
		name, run, escape, closing = "IND_STR", indTextRun, indEscapeEnd, "IND_CLOSE"
	}
	i := s.end
	for i < len(s.src) {
		end := run(s.src, i)
		if end == i && s.src[i] != '"' && s.src[i] != '$' {
			end = escape(s.src, i)
		}
		if end <= i {
			break
		}
		i = end
	}
	switch {
	case i > s.end:
		s.token(name, i)
		if strings.IndexByte(s.src[s.start:i], 0) >= 0 {
			check := strict{lexer: s.lexer}
			return check.nullByte(s.start, i)
		}
	case strings.HasPrefix(s.src[i:], quote.String()):
		s.token(closing, i+len(quote.String()))
		s.pop()
	default:
		s.end = len(s.src)
		s.token("END", len(s.src))
	}
	return nil
}

func (s *tokenizer) inPath(m *mode) *Error {
	if strings.HasPrefix(s.src[s.end:], "${") {
		m.slash = false
		s.interpolation()
		return nil
	}
	atEnd := s.end == len(s.src)
	if end := pathPiece(s.src, s.end); end > s.end {
		m.slash = s.src[end-1] == '/'
		s.piece = s.start
		s.token("STR", end)
		return nil
	}
	if m.slash {
		check := strict{lexer: s.lexer}
		if atEnd {
			return check.errorAt(TrailingSlash, s.start, s.end)
		}
		return check.errorAt(TrailingSlash, s.end, s.end)
	}
	// The end of a path has no place of its own: Nix reports it at the last
	// piece.
	s.name = "PATH_END"
	if atEnd {
		s.forgotten, s.start = s.start, s.piece
	}
	s.pop()
	return nil
}

// pathPiece returns the end of what Nix reads in one piece in the middle of a
// path: PATH, PATH_SEG or PATH_CHAR+ of its lexer.
func pathPiece(src string, i int) int {
	chars := func(i int) int {
		for i < len(src) && classes[src[i]]&isPath != 0 {
			i++
		}
		return i
	}
	i = chars(i)
	for i < len(src) && src[i] == '/' {
		end := chars(i + 1)
		if end == i+1 {
			return end
		}
		i = end
	}
	return i
}

// tokenName returns the name of a token of code.
func tokenName(src string, tok Kind, start int) string {
	switch tok {
	case tokEnd:
		return "END"
	case KindInvalid:
		return "BAD"
	case KindName:
		return "ID"
	case KindInt:
		return "INT"
	case KindFloat:
		return "FLOAT"
	case KindURI:
		return "URI"
	case KindSearchPath:
		return "SPATH"
	case KindIndQuote:
		return "IND_OPEN"
	case KindPath:
		if src[start] == '~' {
			return "HPATH"
		}
		return "PATH"
	}
	return quotedNames[tok]
}

// quotedNames are the names of tokens that stand for themselves.
var quotedNames = func() (names [tokEnd]string) {
	for tok := range names {
		names[tok] = "'" + Kind(tok).String() + "'"
	}
	names[KindDollarBrace] = "'${'"
	return names
}()
