package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"firn/lsp/convert"
	"firn/lsp/feature/symbol"
)

// DocumentSymbol implements [protocol.Server].
func (s *Server) DocumentSymbol(ctx context.Context, p *protocol.DocumentSymbolParams) (protocol.DocumentSymbolResult, error) {
	file, err := s.file(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	if s.isLog(file) {
		return s.logSymbols(file), nil
	}
	tree := file.Tree()
	symbols := symbol.Of(tree)
	if is(s.client.TextDocument.DocumentSymbol.HierarchicalDocumentSymbolSupport) {
		return convert.DocumentSymbols(s.mapper(file), tree, symbols), nil
	}
	return convert.SymbolInformation(s.mapper(file), symbols), nil
}

func offerDocumentSymbol(_ *client, c *protocol.ServerCapabilities) {
	c.DocumentSymbolProvider = protocol.Boolean(true)
}
