package navigate

import (
	"cmp"
	"slices"

	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// References returns the places that name the same thing as what touches off,
// in source order. On a with they are the names that it may bring in.
func References(info *scope.Info, off uint32) []usage.Place {
	t := info.Tree()
	if n := usage.At(t, off); n.Valid() {
		return usage.Same(info, n)
	}
	if leaf := t.At(off); leaf.Kind() == parser.KindWithKw && leaf.Span().Touches(off) {
		return usage.OfWith(info, leaf.Parent())
	}
	return nil
}

// Access says how a highlighted place touches a value.
type Access uint8

// The ways.
const (
	None  Access = iota // it is a keyword
	Read                // it uses the value
	Write               // it gives the value
)

// Highlight is a place that belongs to what the cursor is on.
type Highlight struct {
	Span   text.Span
	Access Access
}

// Highlights returns what to mark in the file when the cursor is at off: the
// places of a name, with the with that brings it in, or the keywords that make
// up one expression.
func Highlights(info *scope.Info, off uint32) []Highlight {
	t := info.Tree()
	var list []Highlight
	for _, p := range References(info, off) {
		list = append(list, Highlight{t.Span(p.Node), access(p.Role)})
	}
	if n := usage.At(t, off); n.Valid() {
		list = append(list, withKeyword(info, n)...)
	} else if leaf := t.At(off); leaf.Span().Touches(off) {
		list = append(list, keywords(leaf)...)
	}
	slices.SortFunc(list, func(a, b Highlight) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	return list
}

func access(r usage.Role) Access {
	if r == usage.Definition || r == usage.Passed {
		return Write
	}
	return Read
}

// withKeyword returns the with that a variable comes from first of all.
func withKeyword(info *scope.Info, n parser.Node) []Highlight {
	if kind, _ := info.Ref(n.ID()); kind != scope.With {
		return nil
	}
	for _, c := range usage.Candidates(info, n) {
		return []Highlight{{c.With.FirstChild().Span(), None}}
	}
	return nil
}

// keywords returns the keyword at hand and those that belong to it.
func keywords(leaf parser.Node) []Highlight {
	if !leaf.Kind().IsKeyword() {
		return nil
	}
	var list []Highlight
	for c := range leaf.Parent().Children() {
		if c.Kind().IsKeyword() {
			list = append(list, Highlight{c.Span(), None})
		}
	}
	return list
}
