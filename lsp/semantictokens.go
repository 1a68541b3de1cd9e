package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"firn/lsp/feature/semantic"
	"firn/lsp/session"
	"firn/parser/text"
)

// SemanticTokensFull implements [protocol.Server].
func (s *Server) SemanticTokensFull(ctx context.Context, p *protocol.SemanticTokensParams) (*protocol.SemanticTokens, error) {
	file, err := s.file(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	data := s.tokensIn(file, text.Span{End: uint32(len(file.Source()))})
	id := s.tokens.Put(session.Key(file.URI()), data)
	return &protocol.SemanticTokens{ResultID: &id, Data: data}, nil
}

// SemanticTokensFullDelta implements [protocol.Server]. Where the list is
// forgotten that the client wants a delta to, it gets a new one.
func (s *Server) SemanticTokensFullDelta(ctx context.Context, p *protocol.SemanticTokensDeltaParams) (protocol.SemanticTokensDeltaResult, error) {
	file, err := s.file(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	key := session.Key(file.URI())
	before, ok := s.tokens.Get(key, p.PreviousResultID)
	data := s.tokensIn(file, text.Span{End: uint32(len(file.Source()))})
	id := s.tokens.Put(key, data)
	if !ok {
		return &protocol.SemanticTokens{ResultID: &id, Data: data}, nil
	}
	delta := &protocol.SemanticTokensDelta{ResultID: &id, Edits: []protocol.SemanticTokensEdit{}}
	if e, changed := semantic.Delta(before, data); changed {
		delta.Edits = append(delta.Edits, protocol.SemanticTokensEdit{Start: e.Start, DeleteCount: e.Delete, Data: e.Data})
	}
	return delta, nil
}

// SemanticTokensRange implements [protocol.Server].
func (s *Server) SemanticTokensRange(ctx context.Context, p *protocol.SemanticTokensRangeParams) (*protocol.SemanticTokens, error) {
	file, err := s.file(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	return &protocol.SemanticTokens{Data: s.tokensIn(file, s.mapper(file).Span(p.Range))}, nil
}

func (s *Server) tokensIn(file *session.File, within text.Span) []uint32 {
	return semantic.Encode(file.Source(), semantic.Of(file.Scope(), within), semantic.Encoding{
		Columns:   s.client.encoding,
		Multiline: is(s.client.TextDocument.SemanticTokens.MultilineTokenSupport),
	})
}

func offerSemanticTokens(_ *client, c *protocol.ServerCapabilities) {
	yes := true
	c.SemanticTokensProvider = &protocol.SemanticTokensOptions{
		Legend: protocol.SemanticTokensLegend{TokenTypes: semantic.Types, TokenModifiers: semantic.ModifierNames},
		Range:  protocol.Boolean(true),
		Full:   &protocol.SemanticTokensFullDelta{Delta: &yes},
	}
}
