package action

import (
	"strings"

	"firn/lsp/feature/layout"
	"firn/parser"
)

// indented writes a string as an indented one. One with several lines gets a
// line for each, below the line that it begins on.
func indented(n parser.Node) string {
	text := value(n)
	w := indWriter{begins: true, protect: true}
	w.b.WriteString("''")
	if !strings.Contains(text, "\n") {
		w.pieces(n.Pieces())
		return w.b.String() + "''"
	}
	outer, _ := layout.Indent(n.Tree(), n.Start())
	w.margin, w.protect = outer+"  ", allIndented(text)
	w.b.WriteString("\n")
	w.pieces(n.Pieces())
	if strings.HasSuffix(text, "\n") {
		w.b.WriteString(outer)
	}
	return w.b.String() + "''"
}

// allIndented reports whether every line begins with a blank, all of which
// would be taken for indentation.
func allIndented(text string) bool {
	for line := range strings.Lines(text) {
		if trimmed := strings.TrimLeft(line, " "); trimmed == line && trimmed != "\n" {
			return false
		}
	}
	return true
}

// indWriter writes the text of an indented string.
type indWriter struct {
	b       strings.Builder
	margin  string // before each line that is not empty
	protect bool   // a blank at the beginning of a line needs an escape
	begins  bool   // at the beginning of a line
}

func (w *indWriter) pieces(pieces []parser.Piece) {
	for i, p := range pieces {
		if p.Inter.Valid() {
			w.indent()
			w.b.WriteString(p.Inter.Text())
			continue
		}
		w.text(p.Text, i+1 == len(pieces))
	}
}

func (w *indWriter) indent() {
	if w.begins {
		w.b.WriteString(w.margin)
		w.begins = false
	}
}

// text writes a literal part. Behind it comes an interpolation or, if it is the
// last, the closing quotes.
func (w *indWriter) text(s string, last bool) {
	for i := 0; i < len(s); i++ {
		c, rest := s[i], s[i+1:]
		if c == '\n' {
			w.b.WriteByte(c)
			w.begins = true
			continue
		}
		first := w.begins
		w.indent()
		switch {
		case c == ' ' && first && (w.protect || last && strings.Trim(rest, " ") == ""):
			w.b.WriteString(`''\ `)
		case c == '\r':
			w.b.WriteString(`''\r`)
		case c == '$' && (strings.HasPrefix(rest, "{") || rest == "" && !last):
			w.b.WriteString("''$")
		case c == '\'' && strings.HasPrefix(rest, "'"):
			w.b.WriteString("'''")
			i++
		case c == '\'' && (rest == "" || rest[0] == '$'):
			w.b.WriteString(`''\'`)
		default:
			w.b.WriteByte(c)
		}
	}
}
