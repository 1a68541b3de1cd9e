package scope

import (
	"strings"

	"firn/parser"
)

// showName returns a name as Nix writes it in attribute paths: in quotes
// unless it is an identifier.
func showName(name string) string {
	if isIdentifier(name) {
		return name
	}
	return showString(name)
}

func isIdentifier(name string) bool {
	for i := range len(name) {
		c := name[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		if !letter && (i == 0 || !(c >= '0' && c <= '9' || c == '\'' || c == '-')) {
			return false
		}
	}
	switch name {
	case "", "if", "then", "else", "assert", "with", "let", "in", "rec", "inherit":
		return false
	}
	return true
}

// showString returns s as a string literal.
func showString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\' || c == '$' && i+1 < len(s) && s[i+1] == '{':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\t':
			b.WriteString(`\t`)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// showPath returns the attribute path that e is an element of, up to e.
func (r *resolver) showPath(e parser.NodeID) string {
	var b strings.Builder
	path := r.tree.Parent(e)
	for c := path + 1; c <= e; c = r.tree.SubtreeEnd(c) {
		if k := r.tree.Kind(c); k != parser.KindName && k != parser.KindString && k != parser.KindInterp {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		if name, ok := r.tree.Node(c).AttrName(); ok {
			b.WriteString(showName(name))
		} else {
			b.WriteString(`"` + r.tree.Text(c) + `"`)
		}
	}
	return b.String()
}
