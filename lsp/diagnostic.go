package lsp

import (
	"context"

	"go.lsp.dev/protocol"
)

// Diagnostic implements [protocol.Server].
func (s *Server) Diagnostic(ctx context.Context, p *protocol.DocumentDiagnosticParams) (protocol.DocumentDiagnosticReport, error) {
	snapshot, file, err := s.view(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	id := s.resultID(snapshot, file)
	if p.PreviousResultID != nil && *p.PreviousResultID == id {
		return &protocol.RelatedUnchangedDocumentDiagnosticReport{
			UnchangedDocumentDiagnosticReport: protocol.UnchangedDocumentDiagnosticReport{Kind: "unchanged", ResultID: id},
		}, nil
	}
	items, err := s.diagnose(ctx, snapshot, file)
	if err != nil {
		return nil, err
	}
	return &protocol.RelatedFullDocumentDiagnosticReport{
		FullDocumentDiagnosticReport: protocol.FullDocumentDiagnosticReport{Kind: "full", ResultID: &id, Items: items},
	}, nil
}

func offerDiagnostics(_ *client, c *protocol.ServerCapabilities) {
	name := "firn"
	c.DiagnosticProvider = &protocol.DiagnosticOptions{Identifier: &name, WorkspaceDiagnostics: true}
}
