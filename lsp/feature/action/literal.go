package action

import (
	"strings"

	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// literals mends numbers and paths that Nix does not take.
func literals(f *finder) []Action {
	var list []Action
	for _, e := range f.Errors {
		if !f.touches(e.Span) {
			continue
		}
		word := e.Span.In(f.src)
		switch e.Code {
		case parser.TrailingSlash:
			a := edit("Remove the trailing slash", text.Edit{Span: text.Span{Start: e.Span.End - 1, End: e.Span.End}})
			a.Preferred = true
			list = append(list, fixing(e, a))
		case parser.InvalidInteger:
			list = append(list,
				fixing(e, edit("Convert to a float", insert(e.Span.End, ".0"))),
				fixing(e, edit("Convert to a string", text.Edit{Span: e.Span, New: scope.Quote(word)})))
		case parser.InvalidFloat:
			list = append(list, fixing(e, edit("Convert to a string", text.Edit{Span: e.Span, New: scope.Quote(word)})))
		}
	}
	return list
}

// touches reports whether a span has something to do with the selection.
func (f *finder) touches(s text.Span) bool {
	return s.Start <= f.Span.End && f.Span.Start <= s.End
}

func fixing(e *parser.Error, a Action) Action {
	a.Fixes = e
	return a
}

// quoteURL offers a string for a URL without quotes, which Nix is about to give
// up.
func quoteURL(f *finder) []Action {
	if n := f.around(parser.KindURI); n.Valid() {
		return []Action{edit("Quote the URL", replace(n, scope.Quote(n.Text())))}
	}
	return nil
}

// notation offers the other notation for a string.
func notation(f *finder) []Action {
	n := f.around(parser.KindString, parser.KindIndString, parser.KindInterp)
	k := n.Parent().Kind()
	switch {
	case n.Kind() == parser.KindIndString:
		return []Action{{Title: "Convert to a double-quoted string", edits: func() []text.Edit { return f.respell(n, quoted(n)) }}}
	case n.Kind() == parser.KindString && k != parser.KindAttrPath && k != parser.KindInherit:
		return []Action{{Title: "Convert to an indented string", edits: func() []text.Edit { return f.respell(n, indented(n)) }}}
	}
	return nil
}

// respell replaces a string if the new notation has the same value.
func (f *finder) respell(n parser.Node, s string) []text.Edit {
	tree, err := f.Parse(s)
	if err != nil || value(tree.Root().FirstChild()) != value(n) {
		return nil
	}
	return []text.Edit{replace(n, s)}
}

// value returns what a string amounts to, with interpolations as they are
// written behind a null byte, which no string has.
func value(n parser.Node) string {
	var b strings.Builder
	for _, p := range n.Pieces() {
		if p.Inter.Valid() {
			b.WriteString("\x00" + p.Inter.Text())
		}
		b.WriteString(p.Text)
	}
	return b.String()
}

// quoted writes a string in double quotes.
func quoted(n parser.Node) string {
	var b strings.Builder
	b.WriteByte('"')
	pieces := n.Pieces()
	for i, p := range pieces {
		if p.Inter.Valid() {
			b.WriteString(p.Inter.Text())
			continue
		}
		s := scope.Quote(p.Text)
		s = s[1 : len(s)-1]
		if i+1 < len(pieces) && strings.HasSuffix(s, "$") {
			s = s[:len(s)-1] + `\$` // two dollar signs begin no interpolation
		}
		b.WriteString(s)
	}
	return b.String() + `"`
}
