package lsp

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

// custom lists the requests that firn has beyond the protocol. Their params
// are objects.
var custom = map[string]func(*Server, context.Context, protocol.LSPAny) (any, error){
	"firn/build":      decoded((*Server).build),
	"firn/compare":    decoded((*Server).compare),
	"firn/evaluate":   decoded((*Server).evaluate),
	"firn/status":     decoded((*Server).status),
	"firn/syntaxTree": decoded((*Server).syntaxTree),
}

// customCapabilities tells clients which requests there are.
func customCapabilities() protocol.LSPAny {
	raw, err := json.Marshal(map[string]any{"requests": slices.Sorted(maps.Keys(custom))})
	if err != nil {
		return nil // strings can be encoded
	}
	return raw
}

// Request implements [protocol.Server] for methods it does not know.
func (s *Server) Request(ctx context.Context, method string, params any) (any, error) {
	raw, ok := params.(protocol.LSPAny)
	handle, known := custom[method]
	if !ok || !known {
		return nil, jsonrpc2.ErrMethodNotFound
	}
	return handle(s, ctx, raw)
}

// decoded makes an entry of custom from a method of Server.
func decoded[P, R any](method func(*Server, context.Context, *P) (R, error)) func(*Server, context.Context, protocol.LSPAny) (any, error) {
	return func(s *Server, ctx context.Context, raw protocol.LSPAny) (any, error) {
		p := new(P)
		if err := protocol.Unmarshal(raw, p); err != nil {
			// The library changes this word at random, so that nobody relies on it.
			msg := strings.ReplaceAll(err.Error(), "unable to", "cannot")
			return nil, jsonrpc2.NewError(jsonrpc2.InvalidParams, msg)
		}
		return method(s, ctx, p)
	}
}

// documentParams are those of a request about a whole document.
type documentParams struct {
	TextDocument protocol.TextDocumentIdentifier `json:"textDocument"`
}

// syntaxTree answers firn/syntaxTree: the tree of a document as text, for
// people who report a bug.
func (s *Server) syntaxTree(ctx context.Context, p *documentParams) (protocol.String, error) {
	file, err := s.file(ctx, p.TextDocument.URI)
	if err != nil {
		return "", err
	}
	return protocol.String(file.Tree().String()), nil
}
