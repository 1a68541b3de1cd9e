package lsp

import (
	"context"
	"math"

	"go.lsp.dev/protocol"

	"firn/lsp/convert"
	"firn/lsp/feature/folding"
)

// FoldingRanges implements [protocol.Server].
func (s *Server) FoldingRanges(ctx context.Context, p *protocol.FoldingRangeParams) ([]protocol.FoldingRange, error) {
	file, err := s.file(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	if s.isLog(file) {
		return s.logFolds(file), nil
	}
	can := s.client.TextDocument.FoldingRange
	o := folding.Options{LinesOnly: is(can.LineFoldingOnly)}
	if can.RangeLimit != nil {
		o.Limit = int(min(*can.RangeLimit, math.MaxInt32))
	}
	return convert.FoldingRanges(s.mapper(file), folding.Of(file.Tree(), o), o.LinesOnly), nil
}

func offerFoldingRange(_ *client, c *protocol.ServerCapabilities) {
	c.FoldingRangeProvider = protocol.Boolean(true)
}
