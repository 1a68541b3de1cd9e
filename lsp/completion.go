package lsp

import (
	"context"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"firn/lsp/convert"
	"firn/lsp/feature/complete"
	"firn/lsp/feature/cursor"
	"firn/lsp/feature/flake"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/module"
	"firn/lsp/feature/option"
	"firn/lsp/session"
	"firn/parser/scope"
)

// completionData is what an item carries until it is resolved. What a file
// does not matter for has no document.
type completionData struct {
	Key    string  `json:"key"`
	URI    uri.URI `json:"uri,omitzero"`
	Offset uint32  `json:"offset,omitzero"` // of the cursor, if that matters
}

// Completion implements [protocol.Server].
func (s *Server) Completion(ctx context.Context, p *protocol.CompletionParams) (protocol.CompletionResult, error) {
	snapshot, file, err := s.view(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	client := s.completionClient()
	options := complete.Options{World: s.world(file.Path()), Snippets: client.Snippets()}
	if c := p.Context.TriggerCharacter; c != nil && p.Context.TriggerKind == protocol.CompletionTriggerKindTriggerCharacter {
		options.Trigger = *c
	}
	m := s.mapper(file)
	a, done := s.ask(ctx, snapshot, file)
	defer done()
	off := m.Offset(p.Position)
	options = a.known(file, off, options)
	options.Catalogue = s.knowing.Catalogue()
	list := complete.At(a.Space, off, options)
	return client.List(m, list, func(item complete.Item) protocol.LSPAny {
		return dataOf(file, off, item)
	}), nil
}

func (s *Server) completionClient() convert.CompletionClient {
	return convert.CompletionClient{CompletionClientCapabilities: s.client.TextDocument.Completion}
}

func dataOf(file *session.File, off uint32, item complete.Item) protocol.LSPAny {
	data := completionData{Key: item.Key}
	if complete.IsPlaced(item.Key) {
		data.Offset = off
	}
	switch {
	case item.Path != "":
		data.URI = uri.File(item.Path)
	case complete.IsLocal(item.Key):
		data.URI = file.URI()
	}
	out, err := protocol.Marshal(data)
	if err != nil {
		return nil // an item without data has no documentation
	}
	return out
}

// space is a file with those that it imports.
func (s *Server) space(ctx context.Context, snapshot *session.Snapshot, file *session.File) *infer.Space {
	return infer.Open(file.Scope(), s.world(file.Path()), loader(ctx, snapshot))
}

// CompletionResolve implements [protocol.Server]. It adds the documentation,
// which for a thousand items would be long and is read for one.
func (s *Server) CompletionResolve(ctx context.Context, item *protocol.CompletionItem) (*protocol.CompletionItem, error) {
	var data completionData
	if len(item.Data) == 0 || protocol.Unmarshal(item.Data, &data) != nil {
		s.snapshot(ctx)
		return item, nil //nolint:nilerr // what carries other data, or none, has no documentation
	}
	doc, err := s.completionDoc(ctx, data, item.Label)
	if err != nil {
		return nil, err
	}
	if doc != "" {
		item.Documentation = convert.Markup(doc, s.client.TextDocument.Completion.CompletionItem.DocumentationFormat)
	}
	return item, nil
}

// completionDoc returns the documentation of an item as Markdown, "" for none.
func (s *Server) completionDoc(ctx context.Context, data completionData, label string) (string, error) {
	if !complete.IsPlaced(data.Key) {
		return complete.Doc(s.completed(ctx, data), data.Key, label), nil
	}
	snapshot, file, err := s.view(ctx, data.URI)
	if err != nil {
		return "", err
	}
	a, done := s.ask(ctx, snapshot, file)
	defer done()
	options := a.known(file, data.Offset, complete.Options{World: s.world(file.Path())})
	return complete.DocAt(a.Space, data.Offset, options, data.Key, label), nil
}

// known adds to options what is known of a file, for a cursor at an offset.
func (a asked) known(file *session.File, off uint32, options complete.Options) complete.Options {
	options.Config, options.Arguments = a.config(), a.arguments()
	if !flake.Is(file.Path(), file.Scope()) {
		return options
	}
	if _, ok := module.AtInline(cursor.At(file.Source(), off), file.Scope()); ok {
		options.Config, options.Inline = a.configAt(file, off), true
		return options
	}
	options.Config, options.Plain = option.NewView(a.ctx, flake.Schema()), true
	return options
}

// completed returns what the names of the file mean that an item is about, or
// nil if it is about none or that is gone.
func (s *Server) completed(ctx context.Context, data completionData) *scope.Info {
	if data.URI == "" {
		s.snapshot(ctx)
		return nil
	}
	file, err := s.file(ctx, data.URI)
	if err != nil {
		return nil
	}
	return file.Scope()
}

func offerCompletion(_ *client, c *protocol.ServerCapabilities) {
	yes := true
	c.CompletionProvider = &protocol.CompletionOptions{
		TriggerCharacters: complete.Triggers(),
		ResolveProvider:   &yes,
		CompletionItem:    &protocol.ServerCompletionItemOptions{LabelDetailsSupport: &yes},
	}
}
