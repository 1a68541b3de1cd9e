package text

import (
	"fmt"
	"strings"
)

// Excerpt returns the line of off with a mark below its column, and the lines
// around it, as Nix prints them below an error (printCodeLines in its
// error.cc). There is no line break at the end, and nothing at all for an
// empty text.
func (l *Lines) Excerpt(off uint32) string {
	if l.src == "" {
		return ""
	}
	p := l.Position(off, UTF8)
	var b strings.Builder
	line := func(n uint32) {
		code := strings.TrimRight(fmt.Sprintf("       %6d| %s", n+1, l.Span(n).In(l.src)), " \t\r\n")
		b.WriteString(code + "\n")
	}
	if p.Line > 0 {
		line(p.Line - 1)
	}
	line(p.Line)
	b.WriteString(strings.Repeat(" ", 13) + "|" + strings.Repeat(" ", int(p.Column)+1) + "^")
	if p.Line+1 < l.Count() {
		b.WriteByte('\n')
		line(p.Line + 1)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
