package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"firn/lsp/convert"
	"firn/lsp/feature/navigate"
	"firn/lsp/feature/usage"
)

// References implements [protocol.Server].
func (s *Server) References(ctx context.Context, p *protocol.ReferenceParams) ([]protocol.Location, error) {
	file, off, err := s.at(ctx, p.TextDocumentPositionParams)
	if err != nil {
		return nil, err
	}
	m, tree := s.mapper(file), file.Tree()
	locations := []protocol.Location{}
	for _, place := range navigate.References(file.Scope(), off) {
		if place.Role != usage.Definition || p.Context.IncludeDeclaration {
			locations = append(locations, m.Location(tree.Span(place.Node)))
		}
	}
	return locations, nil
}

// DocumentHighlight implements [protocol.Server].
func (s *Server) DocumentHighlight(ctx context.Context, p *protocol.DocumentHighlightParams) ([]protocol.DocumentHighlight, error) {
	file, off, err := s.at(ctx, p.TextDocumentPositionParams)
	if err != nil {
		return nil, err
	}
	return convert.Highlights(s.mapper(file), navigate.Highlights(file.Scope(), off)), nil
}

func offerReferences(_ *client, c *protocol.ServerCapabilities) {
	c.ReferencesProvider = protocol.Boolean(true)
	c.DocumentHighlightProvider = protocol.Boolean(true)
}
