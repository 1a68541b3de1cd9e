package parser

import (
	"strings"
	"unicode/utf8"

	"firn/parser/text"
)

// Tokens that never become nodes.
const (
	tokEnd  = kindCount + iota // the end of the text
	tokFail                    // after an error: nothing matches it
)

// Classes of bytes. The names are those of the definitions in Nix's lexer.
const (
	isSpace   = 1 << iota // [ \t\r\n]
	isIDStart             // [a-zA-Z_]
	isID                  // [a-zA-Z0-9_'-]
	isDigit               // [0-9]
	isPath                // PATH_CHAR: [a-zA-Z0-9._+-]
	isScheme              // of a URI: [a-zA-Z0-9+.-]
	isURI                 // behind the colon of a URI
)

var classes = makeClasses()

func makeClasses() (c [256]uint8) {
	add := func(bytes string, class uint8) {
		for i := range len(bytes) {
			c[bytes[i]] |= class
		}
	}
	const letters, digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	add(" \t\r\n", isSpace)
	add(letters+"_", isIDStart)
	add(letters+digits+"_'-", isID)
	add(digits, isDigit)
	add(letters+digits+"._-+", isPath)
	add(letters+digits+"+-.", isScheme)
	add(letters+digits+"%/?:@&=+$,-_.!~*'", isURI)
	return c
}

// lexer splits a text into tokens. In strings and paths the parser takes over
// and says where to go on.
type lexer struct {
	src      string
	tok      Kind // of the token at hand; KindName for an identifier
	start    int  // of the token at hand
	end      int  // of the token at hand, which is where next goes on
	comments []text.Span

	// The run of path characters that was looked at last. Each token in it
	// asks how far it goes; scanning anew would take quadratic time.
	runStart, runEnd int
}

// next moves to the following token.
func (l *lexer) next() {
	l.start = l.skipTrivia(l.end, true)
	l.scan()
}

// skipTrivia returns the offset of the first byte from i on that is neither
// white space nor comment. It lists the comments if keep is set.
func (l *lexer) skipTrivia(i int, keep bool) int {
	src := l.src
	for i < len(src) {
		c := src[i]
		switch {
		case classes[c]&isSpace != 0:
			i++
		case c == '#' || c == '/' && strings.HasPrefix(src[i:], "/*"):
			end := commentEnd(src, i)
			if end < 0 {
				return i
			}
			if keep {
				l.comments = append(l.comments, text.Span{Start: uint32(i), End: uint32(end)})
			}
			i = end
		default:
			return i
		}
	}
	return i
}

// commentEnd returns the offset behind the comment at i, or -1 if it has no
// end.
func commentEnd(src string, i int) int {
	if src[i] == '#' {
		if n := strings.IndexAny(src[i:], "\r\n"); n >= 0 {
			return i + n
		}
		return len(src)
	}
	if n := strings.Index(src[i+2:], "*/"); n >= 0 {
		return i + 2 + n + 2
	}
	return -1
}

// peek returns the byte after the token at hand and the trivia behind it, and
// its offset; at the end of the text the byte is 0.
func (l *lexer) peek() (byte, int) {
	i := l.skipTrivia(l.end, false)
	return l.byteAt(i), i
}

func (l *lexer) byteAt(i int) byte {
	if i < len(l.src) {
		return l.src[i]
	}
	return 0
}

// scan reads the token at l.start. As in a lexer made by flex the longest
// match wins.
func (l *lexer) scan() {
	if l.start >= len(l.src) {
		l.set(tokEnd, len(l.src))
		return
	}
	c := l.src[l.start]
	switch class := classes[c]; {
	case class&isIDStart != 0:
		l.word()
	case class&isDigit != 0:
		l.number()
	case class&isPath != 0 || c == '/' || c == '~':
		if !l.path() {
			l.operator()
		}
	case c == '<':
		if !l.searchPath() {
			l.operator()
		}
	default:
		l.operator()
	}
}

func (l *lexer) set(tok Kind, end int) {
	l.tok, l.end = tok, end
}

// word reads an identifier, a keyword, or a path or URI that begins like one.
func (l *lexer) word() {
	src, i := l.src, l.start+1
	for i < len(src) && classes[src[i]]&isID != 0 {
		i++
	}
	if i < len(src) {
		switch src[i] {
		case '/', '.', '+', ':':
			if l.path() || l.uri() {
				return
			}
		}
	}
	l.set(keyword(src[l.start:i]), i)
}

func keyword(word string) Kind {
	switch word {
	case "if":
		return KindIfKw
	case "in":
		return KindInKw
	case "or":
		return KindOrKw
	case "let":
		return KindLetKw
	case "rec":
		return KindRecKw
	case "then":
		return KindThenKw
	case "else":
		return KindElseKw
	case "with":
		return KindWithKw
	case "assert":
		return KindAssertKw
	case "inherit":
		return KindInheritKw
	}
	return KindName
}

// number reads an integer, a float, or a path that begins with a digit.
func (l *lexer) number() {
	if l.path() {
		return
	}
	src, i := l.src, l.start
	for i < len(src) && classes[src[i]]&isDigit != 0 {
		i++
	}
	// FLOAT begins with [1-9][0-9]*\.[0-9]* or with 0?\.[0-9]+.
	if l.byteAt(i) == '.' {
		zero := src[l.start] == '0'
		fraction := i+1 < len(src) && classes[src[i+1]]&isDigit != 0
		if !zero || i == l.start+1 && fraction {
			l.set(KindFloat, l.floatEnd(i+1))
			return
		}
	}
	l.set(KindInt, i)
}

// floatEnd returns the end of a float whose digits behind the dot begin at i.
func (l *lexer) floatEnd(i int) int {
	digits := func(i int) int {
		for i < len(l.src) && classes[l.src[i]]&isDigit != 0 {
			i++
		}
		return i
	}
	i = digits(i)
	if c := l.byteAt(i); c == 'e' || c == 'E' {
		exp := i + 1
		if c := l.byteAt(exp); c == '+' || c == '-' {
			exp++
		}
		if end := digits(exp); end > exp {
			return end
		}
	}
	return i
}

// run returns the end of the path characters that begin at l.start.
func (l *lexer) run() int {
	if l.runStart <= l.start && l.start < l.runEnd {
		return l.runEnd
	}
	i := l.start
	for i < len(l.src) && classes[l.src[i]]&isPath != 0 {
		i++
	}
	l.runStart, l.runEnd = l.start, i
	return i
}

// path reads the first piece of a path literal: all of it, or what stands
// before its first interpolation. It reports whether there is one.
func (l *lexer) path() bool {
	i := l.start
	if l.src[i] == '~' {
		i++
	} else {
		i = l.run()
	}
	if l.byteAt(i) != '/' {
		return false
	}
	if strings.HasPrefix(l.src[i+1:], "${") {
		l.set(KindPath, i+1)
		return true
	}
	end := i
	for l.byteAt(end) == '/' && end+1 < len(l.src) && classes[l.src[end+1]]&isPath != 0 {
		for end++; end < len(l.src) && classes[l.src[end]]&isPath != 0; {
			end++
		}
	}
	if end == i {
		return false
	}
	if l.byteAt(end) == '/' {
		end++
	}
	l.set(KindPath, end)
	return true
}

// uri reads a URL literal. It reports whether there is one.
func (l *lexer) uri() bool {
	i := l.run()
	if l.byteAt(i) != ':' || i+1 >= len(l.src) || classes[l.src[i+1]]&isURI == 0 {
		return false
	}
	// A path may have an underscore, a scheme may not.
	if strings.IndexByte(l.src[l.start:i], '_') >= 0 {
		return false
	}
	for i++; i < len(l.src) && classes[l.src[i]]&isURI != 0; {
		i++
	}
	l.set(KindURI, i)
	return true
}

// searchPath reads <path>. It reports whether there is one.
func (l *lexer) searchPath() bool {
	src, i := l.src, l.start
	for {
		begin := i + 1
		for i = begin; i < len(src) && classes[src[i]]&isPath != 0; {
			i++
		}
		if i == begin || i == len(src) {
			return false
		}
		switch src[i] {
		case '/':
		case '>':
			l.set(KindSearchPath, i+1)
			return true
		default:
			return false
		}
	}
}

// operator reads a token of fixed text, or a float that begins with its dot.
func (l *lexer) operator() {
	c, d := l.src[l.start], l.byteAt(l.start+1)
	if k := pairs(c, d); k != KindInvalid {
		l.set(k, l.start+2)
		return
	}
	if c == '.' {
		if strings.HasPrefix(l.src[l.start:], "...") {
			l.set(KindEllipsis, l.start+3)
			return
		}
		if classes[d]&isDigit != 0 {
			l.set(KindFloat, l.floatEnd(l.start+1))
			return
		}
	}
	if k := singles[c]; k != KindInvalid {
		l.set(k, l.start+1)
		return
	}
	_, n := utf8.DecodeRuneInString(l.src[l.start:])
	l.set(KindInvalid, l.start+n)
}

// pairs returns the token of two bytes that c and d make.
func pairs(c, d byte) Kind {
	switch string([]byte{c, d}) {
	case "==":
		return KindEqual
	case "!=":
		return KindNotEqual
	case "<=":
		return KindLessEqual
	case ">=":
		return KindGreaterEqual
	case "&&":
		return KindAnd
	case "||":
		return KindOr
	case "->":
		return KindImplies
	case "//":
		return KindUpdate
	case "++":
		return KindConcat
	case "<|":
		return KindPipeFrom
	case "|>":
		return KindPipeInto
	case "${":
		return KindDollarBrace
	case "''":
		return KindIndQuote
	}
	return KindInvalid
}

var singles = [256]Kind{
	'=': KindAssign, '@': KindAt, ':': KindColon, ',': KindComma, '.': KindDot,
	';': KindSemicolon, '{': KindLeftBrace, '}': KindRightBrace,
	'[': KindLeftBracket, ']': KindRightBracket, '(': KindLeftParen,
	')': KindRightParen, '"': KindQuote, '?': KindQuestion, '!': KindNot,
	'+': KindPlus, '-': KindMinus, '*': KindTimes, '/': KindDivide,
	'<': KindLess, '>': KindGreater,
}

// textRun returns the end of the literal characters of a string that begin at
// i: it stands before an escape, an interpolation, the closing quote, or the
// end of the text. A dollar sign takes the character behind it along, unless
// that begins something itself.
func textRun(src string, i int) int {
	for i < len(src) {
		switch src[i] {
		case '"', '\\':
			return i
		case '$':
			if i+1 == len(src) {
				return len(src)
			}
			switch src[i+1] {
			case '{':
				return i
			case '"', '\\':
				i++
			default:
				i += 2
			}
		default:
			i++
		}
	}
	return len(src)
}

// indTextRun is textRun for an indented string.
func indTextRun(src string, i int) int {
	for i < len(src) {
		switch src[i] {
		case '\'':
			if i+1 < len(src) && src[i+1] == '\'' {
				return i
			}
			i++
		case '$':
			if i+1 == len(src) {
				return len(src)
			}
			switch src[i+1] {
			case '{':
				return i
			case '\'':
				i++
			default:
				i += 2
			}
		default:
			i++
		}
	}
	return len(src)
}

// escapeEnd returns the end of the escape sequence at i, which stands before
// the backslash of a string, or 0 if the text ends in it.
func escapeEnd(src string, i int) int {
	if i+1 >= len(src) {
		return 0
	}
	_, n := utf8.DecodeRuneInString(src[i+1:])
	return i + 1 + n
}

// indEscapeEnd returns the end of the escape sequence at i, where two quotes
// of an indented string stand, or 0 if they are its end.
func indEscapeEnd(src string, i int) int {
	if i+2 >= len(src) {
		return 0
	}
	switch src[i+2] {
	case '$', '\'':
		return i + 3
	case '\\':
		return escapeEnd(src, i+2)
	}
	return 0
}

// pathRun returns the end of the characters of a path that begin at i, slashes
// among them.
func pathRun(src string, i int) int {
	for i < len(src) && (classes[src[i]]&isPath != 0 || src[i] == '/') {
		i++
	}
	return i
}
