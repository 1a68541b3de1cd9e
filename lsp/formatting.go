package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"firn/lsp/feature/formatting"
	"firn/parser/text"
)

// Formatting implements [protocol.Server]. The style is the official one, whatever
// the editor says of tabs.
func (s *Server) Formatting(ctx context.Context, p *protocol.DocumentFormattingParams) ([]protocol.TextEdit, error) {
	file, err := s.file(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	return s.mapper(file).Edits(formatting.Of(file.Source())), nil
}

// RangeFormatting implements [protocol.Server].
func (s *Server) RangeFormatting(ctx context.Context, p *protocol.DocumentRangeFormattingParams) ([]protocol.TextEdit, error) {
	return s.formatRanges(ctx, p.TextDocument, p.Range)
}

// RangesFormatting implements [protocol.Server].
func (s *Server) RangesFormatting(ctx context.Context, p *protocol.DocumentRangesFormattingParams) ([]protocol.TextEdit, error) {
	return s.formatRanges(ctx, p.TextDocument, p.Ranges...)
}

func (s *Server) formatRanges(ctx context.Context, doc protocol.TextDocumentIdentifier, ranges ...protocol.Range) ([]protocol.TextEdit, error) {
	file, err := s.file(ctx, doc.URI)
	if err != nil {
		return nil, err
	}
	m := s.mapper(file)
	var spans []text.Span
	for _, r := range ranges {
		spans = append(spans, m.Span(r))
	}
	return m.Edits(formatting.In(file.Source(), spans...)), nil
}

// OnTypeFormatting implements [protocol.Server].
func (s *Server) OnTypeFormatting(ctx context.Context, p *protocol.DocumentOnTypeFormattingParams) ([]protocol.TextEdit, error) {
	file, err := s.file(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	m := s.mapper(file)
	return m.Edits(formatting.Typed(file.Source(), m.Offset(p.Position), p.Ch)), nil
}

// offerFormatting offers no formatting of what is typed to who does not ask for it:
// Eglot 1.9 would take it, and then miss diagnostics.
func offerFormatting(can *client, c *protocol.ServerCapabilities) {
	yes := true
	c.DocumentFormattingProvider = protocol.Boolean(true)
	c.DocumentRangeFormattingProvider = &protocol.DocumentRangeFormattingOptions{RangesSupport: &yes}
	if !can.types {
		return
	}
	c.DocumentOnTypeFormattingProvider = protocol.DocumentOnTypeFormattingOptions{
		FirstTriggerCharacter: formatting.Triggers[0], MoreTriggerCharacter: formatting.Triggers[1:],
	}
}
