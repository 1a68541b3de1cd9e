package convert

import (
	"go.lsp.dev/protocol"

	"firn/lsp/feature/folding"
)

// FoldingRanges converts folds. Columns are left out for a client that folds
// whole lines.
func FoldingRanges(m Mapper, folds []folding.Lines, linesOnly bool) []protocol.FoldingRange {
	out := make([]protocol.FoldingRange, len(folds))
	for i, f := range folds {
		out[i] = protocol.FoldingRange{
			StartLine: f.First, EndLine: f.Last, Kind: protocol.FoldingRangeKind(f.Kind.String()),
		}
		if !linesOnly {
			start, end := m.Position(f.Span.Start).Character, m.Position(f.Span.End).Character
			out[i].StartCharacter, out[i].EndCharacter = &start, &end
		}
	}
	return out
}
