package convert

import (
	"slices"

	"go.lsp.dev/protocol"

	"firn/parser/text"
)

// SelectionRange links spans, the smallest first, each to the next. Without
// spans it is the empty range at pos, since the protocol has one for each
// position that was asked about.
func SelectionRange(m Mapper, pos protocol.Position, spans []text.Span) protocol.SelectionRange {
	var outer *protocol.SelectionRange
	for _, s := range slices.Backward(spans) {
		outer = &protocol.SelectionRange{Range: m.Range(s), Parent: outer}
	}
	if outer == nil {
		return protocol.SelectionRange{Range: protocol.Range{Start: pos, End: pos}}
	}
	return *outer
}
