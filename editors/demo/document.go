package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"firn/parser/text"
)

// cursor marks the place in a pattern where the cursor stands.
const cursor = "‸"

// document is a buffer of the editor.
type document struct {
	path    string // below the workspace
	uri     string
	version int
	src     string
}

// find returns the offset of the cursor in a pattern, a piece of the document
// that is there exactly once.
func (d *document) find(pattern string) (uint32, error) {
	before, after, marked := strings.Cut(pattern, cursor)
	if !marked {
		return 0, fmt.Errorf("no cursor in %q", pattern)
	}
	whole := before + after
	if n := strings.Count(d.src, whole); n != 1 {
		return 0, fmt.Errorf("%s has %q %d times", d.path, whole, n)
	}
	return uint32(strings.Index(d.src, whole) + len(before)), nil
}

// position converts an offset to what goes over the wire.
func (d *document) position(off uint32) position {
	return toPosition(text.NewLines(d.src).Position(off, text.UTF16))
}

// span converts a range that came over the wire.
func (d *document) span(r places) text.Span {
	lines := text.NewLines(d.src)
	return text.Span{Start: lines.Offset(r.Start.text(), text.UTF16), End: lines.Offset(r.End.text(), text.UTF16)}
}

// apply carries out edits, whose ranges all mean the text as it is.
func (d *document) apply(edits []textEdit) error {
	spans := make([]text.Edit, len(edits))
	for i, e := range edits {
		spans[i] = text.Edit{Span: d.span(e.Range), New: e.NewText}
	}
	slices.SortStableFunc(spans, func(a, b text.Edit) int { return cmp.Compare(a.Start, b.Start) })
	var out strings.Builder
	end := uint32(0)
	for _, e := range spans {
		if e.Start < end {
			return fmt.Errorf("edits of %s overlap at %d", d.path, e.Start)
		}
		out.WriteString(d.src[end:e.Start] + e.New)
		end = e.End
	}
	d.src = out.String() + d.src[end:]
	return nil
}
