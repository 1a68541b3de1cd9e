package eval

import (
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// narrow tells how many columns a character takes, whatever the language of the
// user is.
var narrow = &runewidth.Condition{StrictEmojiNeutral: true}

// Plain returns a text as it is printed for people, so that what a program says
// cannot do anything to a terminal: without escape sequences, carriage returns
// and bells, and with blanks in place of tabs, up to the next column that eight
// divides. As in Nix, columns are counted from the beginning of the text, not of
// the line. With colours, the sequences that change them stay (ECMA-48, 8.3.117).
func Plain(text string, colours bool) string {
	if strings.IndexFunc(text, needsCare) < 0 {
		return text
	}
	var b strings.Builder
	for column := 0; text != ""; {
		r, size := utf8.DecodeRuneInString(text)
		switch r {
		case '\x1b':
			size = escapeSequence(text)
			if colours && strings.HasPrefix(text, "\x1b[") && text[size-1] == 'm' {
				b.WriteString(text[:size])
			}
		case '\t':
			n := 8 - column%8
			column += n
			b.WriteString("        "[:n])
		case '\r', '\a':
		default:
			if r >= ' ' {
				column += narrow.RuneWidth(r)
			}
			b.WriteString(text[:size])
		}
		text = text[size:]
	}
	return b.String()
}

func needsCare(r rune) bool { return r == '\x1b' || r == '\t' || r == '\r' || r == '\a' }

// escapeSequence returns the length of the escape sequence that a text begins
// with: a control sequence (ECMA-48, 5.4), the command of an operating system up
// to its end (8.3.89), or a single control function (5.3).
func escapeSequence(text string) int {
	at := 1
	skip := func(from, to byte) {
		for at < len(text) && from <= text[at] && text[at] <= to {
			at++
		}
	}
	if at == len(text) {
		return at
	}
	switch c := text[at]; {
	case c == '[':
		at++
		skip(0x30, 0x3f)
		skip(0x20, 0x2f)
		if at < len(text) && 0x40 <= text[at] && text[at] <= 0x7e {
			at++
		}
	case c == ']':
		end := strings.IndexAny(text[1:], "\a\x1b") + 1
		if end == 0 {
			return len(text)
		}
		at = end + 1
		if text[end] == '\x1b' && at < len(text) && text[at] == '\\' {
			at++
		}
	case 0x40 <= c && c <= 0x5f:
		at++
	}
	return at
}
