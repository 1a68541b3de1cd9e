package regex

import (
	"math/bits"
	"strings"
)

// set is a set of bytes.
type set [4]uint64

func (s *set) add(c byte) { s[c>>6] |= 1 << (c & 63) }

func (s *set) has(c byte) bool { return s[c>>6]>>(c&63)&1 != 0 }

// addRange adds lo to hi in the order of signed bytes, in which bytes over 127
// come before the others: char has a sign where Nix is measured.
func (s *set) addRange(lo, hi byte) {
	for c := int(int8(lo)); c <= int(int8(hi)); c++ {
		s.add(byte(c))
	}
}

func (s *set) union(t *set) {
	for i := range s {
		s[i] |= t[i]
	}
}

func (s *set) negate() {
	for i := range s {
		s[i] = ^s[i]
	}
}

// single returns the only byte of the set.
func (s *set) single() (byte, bool) {
	n, at := 0, 0
	for i, w := range s {
		n += bits.OnesCount64(w)
		if w != 0 {
			at = i<<6 + bits.TrailingZeros64(w)
		}
	}
	return byte(at), n == 1
}

// anyByte is what a dot stands for: each byte but NUL, line feeds too.
func anyByte() set {
	var s set
	s.add(0)
	s.negate()
	return s
}

// classes tells the classes of the C locale by their ASCII members; d, s and w
// are extensions of libstdc++.
var classes = map[string]func(c byte) bool{
	"alnum":  isAlnum,
	"alpha":  isAlpha,
	"blank":  func(c byte) bool { return c == ' ' || c == '\t' },
	"cntrl":  func(c byte) bool { return c < ' ' || c == 0x7f },
	"d":      isDigit,
	"digit":  isDigit,
	"graph":  isGraph,
	"lower":  isLower,
	"print":  func(c byte) bool { return c == ' ' || isGraph(c) },
	"punct":  func(c byte) bool { return isGraph(c) && !isAlnum(c) },
	"s":      isSpace,
	"space":  isSpace,
	"upper":  isUpper,
	"w":      func(c byte) bool { return c == '_' || isAlnum(c) },
	"xdigit": func(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' },
}

func isAlnum(c byte) bool { return isAlpha(c) || isDigit(c) }
func isAlpha(c byte) bool { return isLower(c) || isUpper(c) }
func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isGraph(c byte) bool { return '!' <= c && c <= '~' }
func isLower(c byte) bool { return 'a' <= c && c <= 'z' }
func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }
func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

// toLower is about ASCII letters only.
func toLower(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}

// addClass adds the class of the given name, in which case does not matter.
func (s *set) addClass(name string) bool {
	in := classes[strings.Map(toLower, name)]
	for c := byte(0); in != nil && c < 0x80; c++ {
		if in(c) {
			s.add(c)
		}
	}
	return in != nil
}

// addEquivalents adds the bytes that are equivalent to c: in the C locale those
// that differ from it by case only.
func (s *set) addEquivalents(c byte) {
	s.add(c)
	if isAlpha(c) {
		s.add(c ^ 0x20)
	}
}

// symbols holds the names of ASCII characters in the portable character set of
// POSIX, in order. Digits, and most characters that are no letters, are no names
// of themselves.
var symbols = strings.Fields(`
	NUL SOH STX ETX EOT ENQ ACK alert backspace tab newline vertical-tab form-feed carriage-return SO SI
	DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC IS4 IS3 IS2 IS1
	space exclamation-mark quotation-mark number-sign dollar-sign percent-sign ampersand apostrophe
	left-parenthesis right-parenthesis asterisk plus-sign comma hyphen period slash
	zero one two three four five six seven eight nine
	colon semicolon less-than-sign equals-sign greater-than-sign question-mark commercial-at
	A B C D E F G H I J K L M N O P Q R S T U V W X Y Z
	left-square-bracket backslash right-square-bracket circumflex underscore grave-accent
	a b c d e f g h i j k l m n o p q r s t u v w x y z
	left-curly-bracket vertical-line right-curly-bracket tilde DEL`)

// symbol returns the byte that a collating symbol names.
func symbol(name string) (byte, bool) {
	for i, s := range symbols {
		if s == name {
			return byte(i), true
		}
	}
	return 0, false
}
