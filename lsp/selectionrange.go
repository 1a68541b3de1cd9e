package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"firn/lsp/convert"
	"firn/lsp/feature/selection"
)

// SelectionRange implements [protocol.Server].
func (s *Server) SelectionRange(ctx context.Context, p *protocol.SelectionRangeParams) ([]protocol.SelectionRange, error) {
	file, err := s.file(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	m := s.mapper(file)
	out := make([]protocol.SelectionRange, len(p.Positions))
	for i, pos := range p.Positions {
		out[i] = convert.SelectionRange(m, pos, selection.At(file.Tree(), m.Offset(pos)))
	}
	return out, nil
}

func offerSelectionRange(_ *client, c *protocol.ServerCapabilities) {
	c.SelectionRangeProvider = protocol.Boolean(true)
}
