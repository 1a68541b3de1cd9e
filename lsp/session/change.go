package session

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"firn/parser"
	"firn/parser/text"
)

// Change replaces a range of a document, or all of it.
type Change struct {
	Range *Range // nil for all
	Text  string
}

// Range is a range of positions, in the encoding of the session. Positions
// where there is nothing are moved back to where there is something, and a
// range that runs backwards is turned around.
type Range struct {
	Start, End text.Position
}

// maxText is how large a document may become; tests make do with less.
var maxText = parser.MaxSize

// errTooLarge refuses a change that makes a document too large to parse.
var errTooLarge = errors.New("the document becomes larger than 1 GiB")

// changed is a text after changes, and how it came about.
type changed struct {
	src   string
	edits []text.Edit // each for the text that the one before leaves
	whole bool        // the text was replaced, so edits say nothing
}

// apply carries out changes, each on the text that the one before leaves.
func apply(src string, lines func() *text.Lines, enc text.Encoding, changes []Change) (changed, error) {
	for i, c := range slices.Backward(changes) {
		if c.Range == nil {
			// What was before does not matter.
			out, err := applyRanges(c.Text, linesOf(c.Text), enc, changes[i+1:])
			out.whole = true
			return out, err
		}
	}
	return applyRanges(src, lines, enc, changes)
}

func applyRanges(src string, lines func() *text.Lines, enc text.Encoding, changes []Change) (changed, error) {
	switch {
	case len(src) > maxText:
		return changed{}, errTooLarge
	case len(changes) == 0:
		return changed{src: src}, nil
	case len(changes) == 1:
		return applyOne(src, lines(), enc, changes[0])
	}
	g := newGapText(src)
	edits := make([]text.Edit, len(changes))
	for i, c := range changes {
		e, err := g.change(c, enc)
		if err != nil {
			return changed{}, err
		}
		edits[i] = e
	}
	return changed{src: g.String(), edits: edits}, nil
}

// applyOne carries out the only change, which most are.
func applyOne(src string, lines *text.Lines, enc text.Encoding, c Change) (changed, error) {
	start, end := lines.Offset(c.Range.Start, enc), lines.Offset(c.Range.End, enc)
	e := text.Edit{Span: text.Span{Start: min(start, end), End: max(start, end)}, New: strings.Clone(c.Text)}
	if len(src)+len(e.New) > maxText {
		return changed{}, errTooLarge
	}
	return changed{src: e.Apply(src), edits: []text.Edit{e}}, nil
}

// linesOf indexes the lines of src when they are first asked for.
func linesOf(src string) func() *text.Lines {
	return sync.OnceValue(func() *text.Lines { return text.NewLines(src) })
}
