package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"firn/lsp/convert"
	"firn/lsp/feature/signature"
)

// SignatureHelp implements [protocol.Server].
func (s *Server) SignatureHelp(ctx context.Context, p *protocol.SignatureHelpParams) (*protocol.SignatureHelp, error) {
	snapshot, file, err := s.view(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	a, done := s.ask(ctx, snapshot, file)
	defer done()
	help, ok := signature.At(a.Space, s.mapper(file).Offset(p.Position))
	if !ok {
		return nil, nil //nolint:nilnil // null closes what is shown
	}
	return convert.SignatureClient{ClientSignatureInformationOptions: s.client.TextDocument.SignatureHelp.SignatureInformation}.Help(help), nil
}

// Arguments are separated by spaces, so that is what begins one; in the braces
// of an argument a name is complete with its sign.
func offerSignatureHelp(_ *client, c *protocol.ServerCapabilities) {
	c.SignatureHelpProvider = &protocol.SignatureHelpOptions{
		TriggerCharacters:   []string{" ", "{", "="},
		RetriggerCharacters: []string{";", "}", ")"},
	}
}
