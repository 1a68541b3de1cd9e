package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"firn/lsp/session"
	"firn/parser/text"
)

// DidOpen implements [protocol.Server].
func (s *Server) DidOpen(_ context.Context, p *protocol.DidOpenTextDocumentParams) error {
	doc := p.TextDocument
	return s.session.Open(doc.URI, doc.Version, doc.Text)
}

// DidChange implements [protocol.Server].
func (s *Server) DidChange(_ context.Context, p *protocol.DidChangeTextDocumentParams) error {
	changes := make([]session.Change, len(p.ContentChanges))
	for i, c := range p.ContentChanges {
		changes[i] = change(c)
	}
	return s.session.Change(p.TextDocument.URI, p.TextDocument.Version, changes)
}

// DidClose implements [protocol.Server].
func (s *Server) DidClose(_ context.Context, p *protocol.DidCloseTextDocumentParams) error {
	s.tokens.Drop(session.Key(p.TextDocument.URI))
	return s.session.Close(p.TextDocument.URI)
}

func offerDocuments(_ *client, c *protocol.ServerCapabilities) {
	yes, incremental := true, protocol.TextDocumentSyncKindIncremental
	c.TextDocumentSync = &protocol.TextDocumentSyncOptions{
		OpenClose: &yes, Change: &incremental, Save: protocol.Boolean(true),
	}
}

func change(c protocol.TextDocumentContentChangeEvent) session.Change {
	switch c := c.(type) {
	case *protocol.TextDocumentContentChangePartial:
		return session.Change{Range: &session.Range{Start: position(c.Range.Start), End: position(c.Range.End)}, Text: c.Text}
	case *protocol.TextDocumentContentChangeWholeDocument:
		return session.Change{Text: c.Text}
	}
	return session.Change{}
}

func position(p protocol.Position) text.Position {
	return text.Position{Line: p.Line, Column: p.Character}
}
