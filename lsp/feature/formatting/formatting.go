// Package formatting finds the edits that bring a file, or a part of it, into the
// official style. They are as small as they can be, so that cursors and what is
// folded stay.
package formatting

import (
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"firn/format"
	"firn/parser"
	"firn/parser/text"
)

// Of returns the edits that format a text. There are none for one that is not
// valid.
func Of(src string) []text.Edit {
	out, err := format.Source(src, format.Options{})
	if err != nil {
		return nil // the diagnostics say what is wrong
	}
	var edits []text.Edit
	for _, e := range udiff.Strings(src, out) {
		edits = append(edits, text.Edit{Span: text.Span{Start: uint32(e.Start), End: uint32(e.End)}, New: e.New})
	}
	return edits
}

// In returns those edits that are in one of some spans. Where a string is only
// partly in a span, it stays.
func In(src string, spans ...text.Span) []text.Edit {
	all := Of(src)
	if len(all) == 0 {
		return nil
	}
	tree, bad := format.Parse(src)
	if bad != nil {
		return nil
	}
	cut := cutStrings(tree, spans)
	var edits []text.Edit
	for _, e := range all {
		inside := slices.ContainsFunc(spans, func(s text.Span) bool { return isInside(e, s, uint32(len(src))) })
		apart := !slices.ContainsFunc(cut, func(s text.Span) bool {
			return e.Start < s.End && s.Start < e.End || s.Start < e.Start && e.Start < s.End
		})
		if inside && apart {
			edits = append(edits, e)
		}
	}
	if after, bad := format.Parse(apply(src, edits)); bad != nil || !format.SameMeaning(tree, after) {
		return nil
	}
	return edits
}

// isInside reports whether an edit is in a span of a text. What is put in where the
// span begins or ends is not, unless the text does.
func isInside(e text.Edit, s text.Span, size uint32) bool {
	if e.Start < e.End {
		return s.Start <= e.Start && e.End <= s.End
	}
	return (s.Start < e.Start || e.Start == 0 && s.Start == 0) && (e.Start < s.End || e.Start == size && s.End == size)
}

// cutStrings returns the strings that are partly in a span.
func cutStrings(tree *parser.Tree, spans []text.Span) []text.Span {
	var cut []text.Span
	for n := range tree.Nodes() {
		if k := n.Kind(); k != parser.KindString && k != parser.KindIndString {
			continue
		}
		whole := n.Span()
		if slices.ContainsFunc(spans, func(s text.Span) bool {
			return s.Start < whole.End && whole.Start < s.End && (whole.Start < s.Start || s.End < whole.End)
		}) {
			cut = append(cut, whole)
		}
	}
	return cut
}

func apply(src string, edits []text.Edit) string {
	var b strings.Builder
	at := uint32(0)
	for _, e := range edits {
		b.WriteString(src[at:e.Start] + e.New)
		at = e.End
	}
	return b.String() + src[at:]
}

// Typed returns the edits that format what a character ends that was typed before
// an offset: a binding for a semicolon, what is in brackets for the one that
// closes them.
func Typed(src string, off uint32, typed string) []text.Edit {
	if typed == "" || int(off) > len(src) || !strings.HasSuffix(src[:off], typed) {
		return nil
	}
	tree, bad := format.Parse(src)
	if bad != nil {
		return nil
	}
	token := tree.At(off - 1)
	if token.End() != off || !ends[token.Kind()] {
		return nil
	}
	return In(src, token.Parent().Span())
}

// ends are the tokens that end what they are in.
var ends = map[parser.Kind]bool{
	parser.KindSemicolon: true, parser.KindRightBrace: true, parser.KindRightBracket: true, parser.KindRightParen: true,
}

// Triggers are the characters behind which there may be something to format.
var Triggers = []string{";", "}", "]", ")"}
