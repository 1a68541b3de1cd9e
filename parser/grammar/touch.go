package grammar

// #include "engine.h"
import "C"

import (
	"cmp"
	"slices"
	"sort"

	"firn/parser"
	"firn/parser/text"
)

// touch makes the engine read some tokens of the last text again: those before
// an edit and those before a repair. How a broken text is repaired depends on
// what may follow the token before, and where that ends a subtree that is taken
// over as a whole, the scanner does not get to know.
func (b *Buffer) touch(edits []C.engine_edit) {
	var spans []text.Span
	for i, e := range edits {
		off := before(edits[:i], e.start.off)
		spans = append(spans, text.Span{Start: b.untouched(off), End: off})
	}
	for _, id := range b.marks.faults {
		// What is empty counts as changed only with the byte behind it.
		end := min(b.tree.Span(id).Start+1, uint32(len(b.src)))
		spans = append(spans, text.Span{Start: max(b.tree.Span(b.acceptedBefore(id)).End, 1) - 1, End: end})
	}
	p := position{}
	for _, s := range merge(spans) {
		p = p.to(b.src, s.Start)
		end := p.to(b.src, s.End).c()
		b.engine.change(C.engine_edit{start: p.c(), old_end: end, new_end: end})
	}
}

// merge sorts spans and joins those that touch.
func merge(spans []text.Span) []text.Span {
	slices.SortFunc(spans, func(x, y text.Span) int { return cmp.Compare(x.Start, y.Start) })
	merged := spans[:0]
	for _, s := range spans {
		if last := len(merged) - 1; last >= 0 && s.Start <= merged[last].End {
			merged[last].End = max(merged[last].End, s.End)
		} else {
			merged = append(merged, s)
		}
	}
	return merged
}

// before returns the place that off had before the edits. For a place in
// inserted text that is where it was inserted.
func before(edits []C.engine_edit, off C.uint32_t) uint32 {
	for i := len(edits) - 1; i >= 0; i-- {
		switch e := edits[i]; {
		case off >= e.new_end.off:
			off = off - e.new_end.off + e.old_end.off
		case off > e.start.off:
			off = e.start.off
		}
	}
	return uint32(off)
}

// untouched returns a place in the last token before off that a change there
// leaves what it is. Tokens that touch one another may become one, but none
// with a bracket or the like.
func (b *Buffer) untouched(off uint32) uint32 {
	id := firstAt(b.tree, off)
	for touching := true; id > 0; {
		id--
		kind, span := b.tree.Kind(id), b.tree.Span(id)
		switch {
		case !b.accepted(id):
		case span.End < off || !touching && stands(kind):
			return span.End - 1
		default:
			off, touching = span.Start, false
		}
	}
	return 0
}

// firstAt returns the first node of t that starts at off or behind it, or the
// number of nodes.
func firstAt(t *parser.Tree, off uint32) parser.NodeID {
	return parser.NodeID(sort.Search(t.Len(), func(i int) bool { return t.Span(parser.NodeID(i)).Start >= off }))
}

// acceptedBefore returns the last token before id that is no repair, or 0.
func (b *Buffer) acceptedBefore(id parser.NodeID) parser.NodeID {
	for id > 0 {
		id--
		if b.accepted(id) {
			return id
		}
	}
	return 0
}

// accepted reports whether id is a token that the grammar wants.
func (b *Buffer) accepted(id parser.NodeID) bool {
	return b.tree.SubtreeEnd(id) == id+1 && !isFault(b.tree.Kind(id))
}

// stands reports whether a token of kind k is the same whatever touches it.
func stands(k parser.Kind) bool {
	switch k {
	case parser.KindLeftBrace, parser.KindRightBrace, parser.KindLeftBracket, parser.KindRightBracket,
		parser.KindLeftParen, parser.KindRightParen, parser.KindDollarBrace, parser.KindSemicolon,
		parser.KindComma, parser.KindQuote, parser.KindIndQuote, parser.KindText:
		return true
	}
	return false
}
