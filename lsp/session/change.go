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

// errTooLarge refuses a change that makes a document too large to parse.
var errTooLarge = errors.New("the document becomes larger than 1 GiB")

// splicer applies changes one after another. Editors send the changes of many
// cursors from the bottom up. Such a run is collected and applied at once: its
// positions are all those of the text before.
type splicer struct {
	src     string
	lines   func() *text.Lines // of src
	enc     text.Encoding
	pending []text.Edit // of src, each before the one that it follows
	edits   []text.Edit // all, each for the text that the one before leaves
	whole   bool        // the text was replaced, so edits say nothing
}

// apply carries out one change.
func (s *splicer) apply(c Change) error {
	if c.Range == nil {
		if len(c.Text) > parser.MaxSize {
			return errTooLarge
		}
		*s = splicer{src: c.Text, lines: linesOf(c.Text), enc: s.enc, whole: true}
		return nil
	}
	if n := len(s.pending); n > 0 && max(c.Range.Start.Line, c.Range.End.Line) >= s.lines().Line(s.pending[n-1].Start) {
		if err := s.flush(); err != nil {
			return err
		}
	}
	lines := s.lines()
	start, end := lines.Offset(c.Range.Start, s.enc), lines.Offset(c.Range.End, s.enc)
	edit := text.Edit{Span: text.Span{Start: min(start, end), End: max(start, end)}, New: strings.Clone(c.Text)}
	s.pending = append(s.pending, edit)
	s.edits = append(s.edits, edit)
	return nil
}

// flush carries out what is pending.
func (s *splicer) flush() error {
	if len(s.pending) == 0 {
		return nil
	}
	size := len(s.src)
	for _, e := range s.pending {
		size += len(e.New) - int(e.Len())
	}
	if size > parser.MaxSize {
		return errTooLarge
	}
	var b strings.Builder
	b.Grow(size)
	at := uint32(0)
	for _, e := range slices.Backward(s.pending) {
		b.WriteString(s.src[at:e.Start])
		b.WriteString(e.New)
		at = e.End
	}
	b.WriteString(s.src[at:])
	s.src, s.pending = b.String(), s.pending[:0]
	s.lines = linesOf(s.src)
	return nil
}

// linesOf indexes the lines of src when they are first asked for.
func linesOf(src string) func() *text.Lines {
	return sync.OnceValue(func() *text.Lines { return text.NewLines(src) })
}
