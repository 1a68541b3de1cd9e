package lsp

import (
	"context"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"firn/lsp/convert"
	"firn/lsp/feature/link"
)

// linkData is what a link to a file carries until it is resolved.
type linkData struct {
	Path   string `json:"path,omitzero"`   // absolute
	Search string `json:"search,omitzero"` // to look up
}

// DocumentLink implements [protocol.Server]. Where a link to a file leads is
// found out when it is resolved; a path to nothing is no link.
func (s *Server) DocumentLink(ctx context.Context, p *protocol.DocumentLinkParams) ([]protocol.DocumentLink, error) {
	file, err := s.file(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	m, around := s.mapper(file), world(file.Path())
	links := []protocol.DocumentLink{}
	for _, l := range link.Of(file.Tree(), around.File) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if l.Path == "" || link.Exists(around, l.Path) {
			links = append(links, documentLink(m, l))
		}
	}
	return links, nil
}

func documentLink(m convert.Mapper, l link.Link) protocol.DocumentLink {
	out := protocol.DocumentLink{Range: m.Range(l.Span)}
	if l.URL != "" {
		target := uri.URI(l.URL)
		out.Target = &target
		return out
	}
	if data, err := protocol.Marshal(linkData{l.Path, l.Search}); err == nil {
		out.Data = data
	}
	return out
}

// DocumentLinkResolve implements [protocol.Server]. A link that leads nowhere
// is left without a target, for which editors have a message.
func (s *Server) DocumentLinkResolve(ctx context.Context, p *protocol.DocumentLink) (*protocol.DocumentLink, error) {
	s.snapshot(ctx)
	var data linkData
	if len(p.Data) == 0 || protocol.Unmarshal(p.Data, &data) != nil {
		return p, nil // it has its target, or is none of ours
	}
	around := world("")
	if data.Search != "" {
		data.Path, _ = around.Search.Lookup(around, data.Search)
	}
	if path, ok := link.Resolve(around, data.Path); ok {
		target := uri.File(path)
		p.Target = &target
	}
	return p, nil
}

func offerDocumentLink(_ *client, c *protocol.ServerCapabilities) {
	yes := true
	c.DocumentLinkProvider = &protocol.DocumentLinkOptions{ResolveProvider: &yes}
}
