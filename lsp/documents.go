package lsp

import (
	"context"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"firn/lsp/session"
	"firn/parser/text"
)

// DidOpen implements [protocol.Server].
func (s *Server) DidOpen(_ context.Context, p *protocol.DidOpenTextDocumentParams) error {
	doc := p.TextDocument
	if err := s.session.Open(doc.URI, string(doc.LanguageID), doc.Version, doc.Text); err != nil {
		return err
	}
	s.changed(doc.URI)
	return nil
}

// DidChange implements [protocol.Server].
func (s *Server) DidChange(_ context.Context, p *protocol.DidChangeTextDocumentParams) error {
	changes := make([]session.Change, len(p.ContentChanges))
	for i, c := range p.ContentChanges {
		changes[i] = change(c)
	}
	if err := s.session.Change(p.TextDocument.URI, p.TextDocument.Version, changes); err != nil {
		return err
	}
	s.changed(p.TextDocument.URI)
	return nil
}

// changed lets those know who follow the changes of documents.
func (s *Server) changed(u uri.URI) {
	if file := s.session.Snapshot().Overlay(u); file != nil {
		s.learn(file)
		s.pusher.schedule(file)
	}
}

// DidClose implements [protocol.Server].
func (s *Server) DidClose(_ context.Context, p *protocol.DidCloseTextDocumentParams) error {
	s.tokens.Drop(session.Key(p.TextDocument.URI))
	file := s.session.Snapshot().Overlay(p.TextDocument.URI)
	if err := s.session.Close(p.TextDocument.URI); err != nil {
		return err
	}
	s.forget(file)
	s.pusher.withdraw(file)
	return nil
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
