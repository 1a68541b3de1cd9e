package lsp

import (
	"context"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"firn/lsp/convert"
	"firn/lsp/feature/complete"
	"firn/lsp/session"
	"firn/parser/scope"
)

// completionData is what an item carries until it is resolved. What a file
// does not matter for has no document.
type completionData struct {
	Key     string  `json:"key"`
	URI     uri.URI `json:"uri,omitzero"`
	Version int32   `json:"version,omitzero"`
}

// Completion implements [protocol.Server].
func (s *Server) Completion(ctx context.Context, p *protocol.CompletionParams) (protocol.CompletionResult, error) {
	file, off, err := s.at(ctx, p.TextDocumentPositionParams)
	if err != nil {
		return nil, err
	}
	client := s.completionClient()
	options := complete.Options{World: world(file.Path()), Snippets: client.Snippets()}
	if c := p.Context.TriggerCharacter; c != nil && p.Context.TriggerKind == protocol.CompletionTriggerKindTriggerCharacter {
		options.Trigger = *c
	}
	list := complete.At(file.Scope(), off, options)
	return client.List(s.mapper(file), list, func(key string) protocol.LSPAny {
		return dataOf(file, key)
	}), nil
}

func (s *Server) completionClient() convert.CompletionClient {
	return convert.CompletionClient{CompletionClientCapabilities: s.client.TextDocument.Completion}
}

func dataOf(file *session.File, key string) protocol.LSPAny {
	data := completionData{Key: key}
	if complete.IsLocal(key) {
		data.URI, data.Version = file.URI(), file.Version()
	}
	out, err := protocol.Marshal(data)
	if err != nil {
		return nil // an item without data has no documentation
	}
	return out
}

// CompletionResolve implements [protocol.Server]. It adds the documentation,
// which for a thousand items would be long and is read for one.
func (s *Server) CompletionResolve(ctx context.Context, item *protocol.CompletionItem) (*protocol.CompletionItem, error) {
	var data completionData
	if len(item.Data) == 0 || protocol.Unmarshal(item.Data, &data) != nil {
		s.snapshot(ctx)
		return item, nil
	}
	info, err := s.completed(ctx, data)
	if err != nil {
		return nil, err
	}
	if doc := complete.Doc(info, data.Key); doc != "" {
		item.Documentation = convert.Markup(doc, s.client.TextDocument.Completion.CompletionItem.DocumentationFormat)
	}
	return item, nil
}

// completed returns the scopes of the version that an item is about, or nil if
// it is about none or that is gone.
func (s *Server) completed(ctx context.Context, data completionData) (*scope.Info, error) {
	if data.URI == "" {
		s.snapshot(ctx)
		return nil, nil //nolint:nilnil // builtins and keywords need none
	}
	file, err := s.file(ctx, data.URI)
	if err != nil || file.Version() != data.Version {
		return nil, err
	}
	return file.Scope(), nil
}

func offerCompletion(_ *client, c *protocol.ServerCapabilities) {
	yes := true
	c.CompletionProvider = &protocol.CompletionOptions{
		TriggerCharacters: complete.Triggers(),
		ResolveProvider:   &yes,
		CompletionItem:    &protocol.ServerCompletionItemOptions{LabelDetailsSupport: &yes},
	}
}
