package lsp

import (
	"go.lsp.dev/protocol"

	"firn/lsp/convert"
)

//go:generate go run ./support

// offers lists what the server can do, an entry for each method or group of
// methods. An offer looks at what the client understands and adds itself.
var offers = []func(*client, *protocol.ServerCapabilities){
	offerDocuments,
	offerFolders,
	offerDiagnostics,
	offerSelectionRange,
	offerDocumentSymbol,
	offerFoldingRange,
	offerSemanticTokens,
	offerDocumentLink,
	offerSymbols,
	offerDefinition,
	offerReferences,
	offerRename,
	offerCallHierarchy,
	offerCodeAction,
	offerHover,
	offerCompletion,
	offerSignatureHelp,
	offerFormatting,
	offerInlayHint,
	offerInlineValue,
	offerCodeLens,
	offerCommands,
}

func (s *Server) capabilities() protocol.ServerCapabilities {
	c := protocol.ServerCapabilities{
		PositionEncoding: convert.EncodingKind(s.client.encoding),
		Experimental:     customCapabilities(),
	}
	for _, offer := range offers {
		offer(&s.client, &c)
	}
	return c
}
