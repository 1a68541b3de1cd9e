package parser

import (
	"strings"
)

// Piece is a part of the value of a string: literal text or an interpolated
// expression.
type Piece struct {
	Text  string
	Inter Node // the Interp node; then Text is empty
}

// Static returns the value of n if Nix knows it once it has parsed n: n is a
// string without interpolations or a URL literal, in parentheses or not, or an
// indented string that is nothing but such a string interpolated.
func (n Node) Static() (string, bool) {
	for {
		switch n = n.Unparen(); n.Kind() {
		case KindURI:
			return n.Text(), true
		case KindString, KindIndString:
		default:
			return "", false
		}
		pieces := n.Pieces()
		switch {
		case len(pieces) == 0:
			return "", true
		case len(pieces) > 1:
			return "", false
		case !pieces[0].Inter.Valid():
			return pieces[0].Text, true
		case n.Kind() == KindString:
			return "", false
		}
		n = pieces[0].Inter.FirstExpr()
	}
}

// AttrName returns the name that n, an element of an attribute path, has
// without evaluation. The name of ${…} is known only if that is a string.
func (n Node) AttrName() (string, bool) {
	switch n.Kind() {
	case KindName:
		return n.Text(), true
	case KindString:
		return n.Static()
	case KindInterp:
		return n.FirstExpr().Static()
	}
	return "", false
}

// Pieces returns the value of n, a string, an indented string or a path: the
// literal parts with escapes resolved and indentation stripped, and the
// interpolations between them. Two literal parts follow one another only where
// Nix keeps them apart, too; empty ones are left out.
func (n Node) Pieces() []Piece {
	switch n.Kind() {
	case KindString:
		return n.quotedPieces()
	case KindIndString:
		return n.indentedPieces()
	case KindPath:
		return n.pathPieces()
	}
	return nil
}

func (n Node) quotedPieces() []Piece {
	var pieces []Piece
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			pieces = append(pieces, Piece{Text: b.String()})
			b.Reset()
		}
	}
	for c := range n.Children() {
		switch c.Kind() {
		case KindText, KindEscape:
			unescape(&b, c.Text())
		case KindInterp:
			flush()
			pieces = append(pieces, Piece{Inter: c})
		}
	}
	flush()
	return pieces
}

// unescape writes s with its escape sequences resolved. A carriage return, and
// the newline behind it, count as one newline.
func unescape(b *strings.Builder, s string) {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '\\' && i+1 < len(s):
			i++
			switch c = s[i]; c {
			case 'n':
				c = '\n'
			case 'r':
				c = '\r'
			case 't':
				c = '\t'
			}
		case c == '\r':
			c = '\n'
			if i+1 < len(s) && s[i+1] == '\n' {
				i++
			}
		}
		b.WriteByte(c)
	}
}

func (n Node) pathPieces() []Piece {
	if !n.FirstChild().Valid() {
		return []Piece{{Text: n.Text()}}
	}
	var pieces []Piece
	for c := range n.Children() {
		if c.Kind() == KindInterp {
			pieces = append(pieces, Piece{Inter: c})
			continue
		}
		pieces = appendPathText(pieces, c.Text())
	}
	return pieces
}

// appendPathText splits the literal text s of a path as Nix's lexer does. Only
// at the beginning of a path it can start with a tilde.
func appendPathText(pieces []Piece, s string) []Piece {
	begin := 0
	for i := len(s) - len(strings.TrimPrefix(s, "~")); begin < len(s); {
		end := pathPiece(s, i)
		if end == i {
			end = len(s) // not in a tree that a parser made
		}
		pieces = append(pieces, Piece{Text: s[begin:end]})
		begin, i = end, end
	}
	return pieces
}

// indPiece is a token inside an indented string.
type indPiece struct {
	text  string
	plain bool // its blanks count as indentation
	inter Node
}

// indentedPieces strips the indentation as Nix 2.34 does (stripIndentation in
// parser-state.hh): it is the least number of blanks before the first thing
// that is no blank on any line, and blanks alone on the last line go.
func (n Node) indentedPieces() []Piece {
	tokens := n.indTokens()
	least := indentation(tokens)
	var pieces []Piece
	start, dropped := true, 0 // at the start of a line; blanks dropped there
	for i, t := range tokens {
		if t.inter.Valid() {
			start, dropped = false, 0
			pieces = append(pieces, Piece{Inter: t.inter})
			continue
		}
		var b strings.Builder
		for _, c := range []byte(t.text) {
			switch {
			case start && c == ' ':
				if dropped++; dropped <= least {
					continue
				}
			case start && c != '\n':
				start, dropped = false, 0
			case c == '\n':
				start, dropped = true, 0
			}
			b.WriteByte(c)
		}
		s := b.String()
		if i == len(tokens)-1 {
			if p := strings.LastIndexByte(s, '\n'); p >= 0 && strings.Trim(s[p+1:], " ") == "" {
				s = s[:p+1]
			}
		}
		if s != "" {
			pieces = append(pieces, Piece{Text: s})
		}
	}
	return pieces
}

// indentation returns how many blanks every line begins with. A line of blanks
// only does not count, unless it is the last.
func indentation(tokens []indPiece) int {
	const none = 1_000_000
	start, least, current := true, none, 0
	begin := func() {
		if start {
			start = false
			least = min(least, current)
		}
	}
	for _, t := range tokens {
		if !t.plain {
			begin()
			continue
		}
		for _, c := range []byte(t.text) {
			switch {
			case c == '\n':
				start, current = true, 0
			case start && c == ' ':
				current++
			case start:
				begin()
			}
		}
	}
	return least
}

// indTokens splits n as Nix's lexer does. A lone quote or dollar sign is a
// token of its own there, and no part of the indentation.
func (n Node) indTokens() []indPiece {
	var tokens []indPiece
	first := true
	for c := range n.Children() {
		s := c.Text()
		switch c.Kind() {
		case KindInterp:
			tokens = append(tokens, indPiece{inter: c})
		case KindEscape:
			tokens = append(tokens, indPiece{text: indEscape(s)})
		case KindText:
			if first {
				s = skipFirstLine(s)
			}
			tokens = appendIndText(tokens, s)
		default:
			continue
		}
		first = false
	}
	return tokens
}

// skipFirstLine drops what the opening token takes along: blanks up to the end
// of their line.
func skipFirstLine(s string) string {
	if rest := strings.TrimLeft(s, " "); strings.HasPrefix(rest, "\n") {
		return rest[1:]
	}
	return s
}

func indEscape(s string) string {
	switch s {
	case "'''":
		return "''"
	case "''$":
		return "$"
	}
	var b strings.Builder
	unescape(&b, s[2:])
	return b.String()
}

// appendIndText splits the literal text s: a dollar sign or quote takes the
// next character along unless that is special itself, and then stands alone.
func appendIndText(tokens []indPiece, s string) []indPiece {
	begin := 0
	flush := func(end int) {
		if end > begin {
			tokens = append(tokens, indPiece{text: s[begin:end], plain: true})
		}
	}
	for i := 0; i < len(s); {
		if c := s[i]; c != '$' && c != '\'' {
			i++
			continue
		}
		pair := i+1 < len(s) && s[i+1] != '\'' && (s[i] == '$' || s[i+1] != '$')
		if pair {
			i += 2
			continue
		}
		flush(i)
		tokens = append(tokens, indPiece{text: s[i : i+1]})
		i++
		begin = i
	}
	flush(len(s))
	return tokens
}
