package lsp

import (
	"context"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"firn/lsp/convert"
	"firn/lsp/feature/navigate"
	"firn/lsp/session"
	"firn/parser/scope"
	"firn/parser/text"
)

// Definition implements [protocol.Server].
func (s *Server) Definition(ctx context.Context, p *protocol.DefinitionParams) (protocol.DefinitionResult, error) {
	links := is(s.client.TextDocument.Definition.LinkSupport)
	return s.definition(ctx, p.TextDocumentPositionParams, navigate.Query.Definition, links)
}

// Declaration implements [protocol.Server].
func (s *Server) Declaration(ctx context.Context, p *protocol.DeclarationParams) (protocol.DeclarationResult, error) {
	origin, places, err := s.navigate(ctx, p.TextDocumentPositionParams, navigate.Query.Declaration)
	if err != nil || len(places) == 0 {
		return nil, err
	}
	if !is(s.client.TextDocument.Declaration.LinkSupport) {
		return convert.Locations(places), nil
	}
	var out protocol.DeclarationLinkSlice
	for _, l := range convert.Links(origin, places) {
		out = append(out, protocol.DeclarationLink(l))
	}
	return out, nil
}

// Implementation implements [protocol.Server].
func (s *Server) Implementation(ctx context.Context, p *protocol.ImplementationParams) (protocol.DefinitionResult, error) {
	links := is(s.client.TextDocument.Implementation.LinkSupport)
	return s.definition(ctx, p.TextDocumentPositionParams, navigate.Query.Implementation, links)
}

// TypeDefinition implements [protocol.Server].
func (s *Server) TypeDefinition(ctx context.Context, p *protocol.TypeDefinitionParams) (protocol.DefinitionResult, error) {
	links := is(s.client.TextDocument.TypeDefinition.LinkSupport)
	return s.definition(ctx, p.TextDocumentPositionParams, navigate.Query.TypeDefinition, links)
}

// question is what a client may ask about a place.
type question func(q navigate.Query, off uint32) (origin text.Span, list []navigate.Location)

func (s *Server) definition(ctx context.Context, p protocol.TextDocumentPositionParams, ask question, links bool) (protocol.DefinitionResult, error) {
	origin, places, err := s.navigate(ctx, p, ask)
	if err != nil || len(places) == 0 {
		return nil, err
	}
	if !links {
		return convert.Locations(places), nil
	}
	var out protocol.DefinitionLinkSlice
	for _, l := range convert.Links(origin, places) {
		out = append(out, protocol.DefinitionLink(l))
	}
	return out, nil
}

// navigate asks about a place.
func (s *Server) navigate(ctx context.Context, p protocol.TextDocumentPositionParams, ask question) (protocol.Range, []convert.Place, error) {
	snapshot, file, err := s.view(ctx, p.TextDocument.URI)
	if err != nil {
		return protocol.Range{}, nil, err
	}
	m := s.mapper(file)
	a, done := s.ask(ctx, snapshot, file)
	defer done()
	q := navigate.Query{Space: a.Space, World: s.world(file.Path()), Config: a.config()}
	origin, found := ask(q, m.Offset(p.Position))
	var places []convert.Place
	for _, l := range found {
		places = append(places, s.place(ctx, m, snapshot, l))
	}
	return m.Range(origin), places, ctx.Err()
}

// loader reads other files for features that look into imports.
func loader(ctx context.Context, snapshot *session.Snapshot) func(path string) *scope.Info {
	return func(path string) *scope.Info {
		file, err := snapshot.FileAt(ctx, path)
		if err != nil {
			return nil // as if it were not there
		}
		return file.Scope()
	}
}

// place converts a location. A file that is meant as a whole need not be one
// of Nix; it is gone to its beginning.
func (s *Server) place(ctx context.Context, m convert.Mapper, snapshot *session.Snapshot, l navigate.Location) convert.Place {
	if l.Path == "" {
		return convert.Place{Mapper: m, Span: l.Span, Name: l.Name}
	}
	if !l.Span.Empty() {
		if file, err := snapshot.FileAt(ctx, l.Path); err == nil {
			return convert.Place{Mapper: s.mapper(file), Span: l.Span, Name: l.Name}
		}
	}
	return convert.Place{Mapper: convert.Mapper{URI: uri.File(l.Path), Lines: text.NewLines(""), Encoding: m.Encoding}}
}

func offerDefinition(_ *client, c *protocol.ServerCapabilities) {
	c.DefinitionProvider = protocol.Boolean(true)
	c.DeclarationProvider = protocol.Boolean(true)
	c.ImplementationProvider = protocol.Boolean(true)
	c.TypeDefinitionProvider = protocol.Boolean(true)
}
