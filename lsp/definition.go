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
	file, err := s.file(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	if s.isLog(file) {
		return s.logDefinition(file, p.Position), nil
	}
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

// Implementation implements [protocol.Server]. Those of an option are the places
// that set it.
func (s *Server) Implementation(ctx context.Context, p *protocol.ImplementationParams) (protocol.DefinitionResult, error) {
	snapshot, file, err := s.view(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	m := s.mapper(file)
	a, done := s.ask(ctx, snapshot, file)
	defer done()
	off := m.Offset(p.Position)
	origin, list := s.navigationAt(a, file, off).Implementation(off)
	o, err := s.optionAt(ctx, snapshot, a, file, off)
	if err != nil {
		return nil, err
	}
	if o != nil {
		sets, err := o.setters(ctx)
		if err != nil {
			return nil, err
		}
		if len(sets) > 0 {
			list = sets
		}
	}
	places := s.placesOf(ctx, m, snapshot, list)
	return definitions(m.Range(origin), places, is(s.client.TextDocument.Implementation.LinkSupport)), ctx.Err()
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
	if err != nil {
		return nil, err
	}
	return definitions(origin, places, links), nil
}

// definitions converts places, which are null if there are none.
func definitions(origin protocol.Range, places []convert.Place, links bool) protocol.DefinitionResult {
	if len(places) == 0 {
		return nil
	}
	if !links {
		return convert.Locations(places)
	}
	var out protocol.DefinitionLinkSlice
	for _, l := range convert.Links(origin, places) {
		out = append(out, protocol.DefinitionLink(l))
	}
	return out
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
	off := m.Offset(p.Position)
	origin, found := s.flakeDefinition(file, off)
	if len(found) == 0 {
		origin, found = ask(s.navigationAt(a, file, off), off)
	}
	return m.Range(origin), s.placesOf(ctx, m, snapshot, found), ctx.Err()
}

// navigation is what questions about places are asked of.
func (s *Server) navigation(a asked, file *session.File) navigate.Query {
	return navigate.Query{Space: a.Space, World: s.world(file.Path()), Config: a.config()}
}

// navigationAt is navigation for questions about one place.
func (s *Server) navigationAt(a asked, file *session.File, off uint32) navigate.Query {
	q := s.navigation(a, file)
	q.Config = a.configAt(file, off)
	return q
}

func (s *Server) placesOf(ctx context.Context, m convert.Mapper, snapshot *session.Snapshot, list []navigate.Location) []convert.Place {
	var places []convert.Place
	for _, l := range list {
		places = append(places, s.place(ctx, m, snapshot, l))
	}
	return places
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
	return convert.Place{Mapper: convert.Mapper{URI: uri.File(s.locate(l.Path)), Lines: text.NewLines(""), Encoding: m.Encoding}}
}

func offerDefinition(_ *client, c *protocol.ServerCapabilities) {
	c.DefinitionProvider = protocol.Boolean(true)
	c.DeclarationProvider = protocol.Boolean(true)
	c.ImplementationProvider = protocol.Boolean(true)
	c.TypeDefinitionProvider = protocol.Boolean(true)
}
