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
	m, around := s.mapper(file), s.world(file.Path())
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
	data := linkDataOf(p)
	around := s.world("")
	if data.Search != "" {
		data.Path, _ = around.Search.Lookup(around, data.Search)
	}
	if path, ok := link.Resolve(around, data.Path); ok {
		target := uri.File(path)
		p.Target = &target
	}
	return p, nil
}

// linkDataOf returns what documentLink has put into a link. One that has its
// target, or is of another server, has nothing.
func linkDataOf(l *protocol.DocumentLink) linkData {
	var data linkData
	if len(l.Data) == 0 || protocol.Unmarshal(l.Data, &data) != nil {
		return linkData{}
	}
	return data
}

func offerDocumentLink(_ *client, c *protocol.ServerCapabilities) {
	yes := true
	c.DocumentLinkProvider = &protocol.DocumentLinkOptions{ResolveProvider: &yes}
}
