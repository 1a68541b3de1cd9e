package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"firn/lsp/convert"
	"firn/lsp/feature/hover"
)

// Hover implements [protocol.Server].
func (s *Server) Hover(ctx context.Context, p *protocol.HoverParams) (*protocol.Hover, error) {
	file, off, err := s.at(ctx, p.TextDocumentPositionParams)
	if err != nil {
		return nil, err
	}
	h, ok := hover.At(file.Scope(), world(file.Path()), off)
	if !ok {
		return nil, nil //nolint:nilnil // null says that there is nothing to show
	}
	span := s.mapper(file).Range(h.Span)
	return &protocol.Hover{
		Contents: convert.Markup(h.Markdown, s.client.TextDocument.Hover.ContentFormat),
		Range:    &span,
	}, nil
}

func offerHover(_ *client, c *protocol.ServerCapabilities) {
	c.HoverProvider = protocol.Boolean(true)
}
