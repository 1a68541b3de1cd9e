package eval

import (
	"fmt"
	"strings"

	"firn/eval/value"
	"firn/parser"
)

// Level says what a finding of Nix's own lints is.
type Level uint8

// The levels.
const (
	Ignore Level = iota
	Warning
	Fatal
)

// Lints are the lints that Nix 2.34 has in its evaluator, by the names of its
// settings without "lint-".
type Lints struct {
	URLLiterals          Level
	ShortPathLiterals    Level
	AbsolutePathLiterals Level
}

// lints looks for literals that Nix is told to dislike. The first that is fatal
// is the error of the file.
func (m *machine) lints(tree *parser.Tree, o *origin) *failure {
	l := m.settings.Lints
	if l == (Lints{}) {
		return nil
	}
	for n := range tree.Nodes() {
		level, msg := l.look(n)
		pos := o.base + value.Pos(n.Start())
		switch level {
		case Fatal:
			return fail(SyntaxError, pos, "%s", msg)
		case Warning:
			e := Error{Msg: msg, Pos: m.resolve(pos)}
			m.host.Warn(e.block("warning: ", false))
		}
	}
	return nil
}

func (l Lints) look(n parser.Node) (Level, string) {
	text := n.Text()
	switch n.Kind() {
	case parser.KindURI:
		verb := "discouraged"
		if l.URLLiterals == Fatal {
			verb = "disallowed"
		}
		return l.URLLiterals, fmt.Sprintf("URL literals are %s. Consider using a string literal \"%s\" instead (lint-url-literals)", verb, text)
	case parser.KindPath:
		if n.FirstChild().Valid() {
			text = n.FirstChild().Text()
		}
		return l.path(text)
	}
	return Ignore, ""
}

func (l Lints) path(text string) (Level, string) {
	const absolute = "%s path literals are not portable. Consider replacing path literal '%s' by a string, relative path, or parameter (lint-absolute-path-literals)"
	switch {
	case strings.HasPrefix(text, "/"):
		return l.AbsolutePathLiterals, fmt.Sprintf(absolute, "absolute", text)
	case strings.HasPrefix(text, "~"):
		return l.AbsolutePathLiterals, fmt.Sprintf(absolute, "home", text)
	case !strings.HasPrefix(text, "."):
		return l.ShortPathLiterals, fmt.Sprintf("relative path literal '%s' should be prefixed with '.' for clarity: './%s' (lint-short-path-literals)", text, text)
	}
	return Ignore, ""
}
