package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"firn/lsp/convert"
	"firn/lsp/feature/hover"
)

// Hover implements [protocol.Server].
func (s *Server) Hover(ctx context.Context, p *protocol.HoverParams) (*protocol.Hover, error) {
	snapshot, file, err := s.view(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	m := s.mapper(file)
	a, done := s.ask(ctx, snapshot, file)
	defer done()
	off := m.Offset(p.Position)
	h, ok := s.flakeHover(file, off)
	if !ok {
		others, done := a.others()
		defer done()
		h, ok = hover.At(hover.Known{Space: a.Space, World: s.world(file.Path()), Config: a.configAt(file, off), Others: others}, off)
	}
	if !ok {
		return nil, nil //nolint:nilnil // null says that there is nothing to show
	}
	span := m.Range(h.Span)
	return &protocol.Hover{
		Contents: convert.Markup(h.Markdown, s.client.TextDocument.Hover.ContentFormat),
		Range:    &span,
	}, nil
}

func offerHover(_ *client, c *protocol.ServerCapabilities) {
	c.HoverProvider = protocol.Boolean(true)
}
