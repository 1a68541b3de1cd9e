package grammar

import (
	"fmt"
	"strings"

	"firn/parser"
	"firn/parser/text"
)

// check returns an error unless t is lossless: what is in no leaf and no
// comment is white space. That spans nest is checked when the tree is built.
func check(t *parser.Tree) error {
	src := t.Source()
	comments := t.Comments()
	end := uint32(0)
	gap := func(next text.Span) error {
		if next.Start < end {
			return fmt.Errorf("%s comes after %d", next, end)
		}
		if between := src[end:next.Start]; strings.Trim(between, " \t\r\n") != "" {
			return fmt.Errorf("%q at %d is in no leaf", between, end)
		}
		end = next.End
		return nil
	}
	for n := range t.Nodes() {
		if n.FirstChild().Valid() || n.Kind() == parser.KindFile {
			continue
		}
		for len(comments) > 0 && comments[0].Start < n.Start() {
			if err := gap(comments[0]); err != nil {
				return fmt.Errorf("comment: %w", err)
			}
			comments = comments[1:]
		}
		if err := gap(n.Span()); err != nil {
			return fmt.Errorf("%s: %w", n.Kind(), err)
		}
	}
	for _, c := range comments {
		if err := gap(c); err != nil {
			return fmt.Errorf("comment: %w", err)
		}
	}
	return gap(text.Span{Start: uint32(len(src)), End: uint32(len(src))})
}
