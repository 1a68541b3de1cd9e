package lsp

import (
	"context"
	"fmt"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"firn/lsp/convert"
	"firn/lsp/feature/index"
	"firn/lsp/session"
	"firn/parser/text"
)

const (
	// maxSymbols is how many symbols a client gets in one piece. An editor that
	// sends the first letter of a query is not served by a hundred megabytes;
	// it is told that there are more, and gets them for a longer query.
	maxSymbols = 5000
	// symbolBatch is how many symbols a client gets at a time that takes the
	// result in parts, and so all of it.
	symbolBatch = 1000
)

// Symbols implements [protocol.Server].
func (s *Server) Symbols(ctx context.Context, p *protocol.WorkspaceSymbolParams) (protocol.WorkspaceSymbolResult, error) {
	snapshot := s.snapshot(ctx)
	if err := s.symbols.settle(ctx, snapshot); err != nil {
		return nil, err
	}
	results, err := s.symbols.Search(ctx, p.Query, openFiles(snapshot))
	if err != nil {
		return nil, err
	}
	w := symbolWriter{server: s, snapshot: snapshot, token: p.PartialResultToken, lines: make(map[string]*text.Lines)}
	if err := w.write(ctx, results); err != nil {
		return nil, err
	}
	if w.token == nil && results.Len() > maxSymbols {
		s.tell(ctx, fmt.Sprintf("%d symbols match %q; the best %d are shown", results.Len(), p.Query, maxSymbols))
	}
	return w.batch, nil
}

// tell writes a line into the client's log.
func (s *Server) tell(ctx context.Context, message string) {
	err := s.remote.LogMessage(ctx, &protocol.LogMessageParams{Type: protocol.MessageTypeInfo, Message: message})
	if err != nil {
		s.log.Info(message)
	}
}

// symbolWriter sends the matches of a search.
type symbolWriter struct {
	server   *Server
	snapshot *session.Snapshot
	token    protocol.ProgressToken // nil if the client wants all in one piece
	lines    map[string]*text.Lines // of files where columns have to be counted
	batch    protocol.WorkspaceSymbolSlice
}

// write leaves in batch what is not sent in parts.
func (w *symbolWriter) write(ctx context.Context, results *index.Results) error {
	for m := range results.All() {
		w.batch = append(w.batch, w.symbol(ctx, m))
		if w.token == nil && len(w.batch) == maxSymbols {
			break
		}
		if w.token != nil && len(w.batch) == symbolBatch {
			if err := w.flush(ctx); err != nil {
				return err
			}
		}
	}
	if w.token == nil || len(w.batch) == 0 {
		return ctx.Err()
	}
	return w.flush(ctx)
}

func (w *symbolWriter) flush(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	part, err := protocol.Marshal(w.batch)
	if err != nil {
		return err
	}
	w.batch = w.batch[:0]
	return w.server.remote.Progress(ctx, &protocol.ProgressParams{Token: w.token, Value: part})
}

func (w *symbolWriter) symbol(ctx context.Context, m index.Match) protocol.WorkspaceSymbol {
	out := protocol.WorkspaceSymbol{
		BaseSymbolInformation: protocol.BaseSymbolInformation{Name: m.Name, Kind: convert.SymbolKind(m.Kind)},
		Location:              &protocol.Location{URI: uri.File(m.Path), Range: w.place(ctx, m)},
	}
	if m.Container != "" {
		out.ContainerName = &m.Container
	}
	return out
}

// place returns the range of a match. The index counts columns in bytes, which
// is as good as any other way on a line of ASCII.
func (w *symbolWriter) place(ctx context.Context, m index.Match) protocol.Range {
	if m.Wide && w.server.client.encoding != text.UTF8 {
		if lines := w.linesOf(ctx, m.Path); lines != nil {
			return convert.Mapper{Lines: lines, Encoding: w.server.client.encoding}.Range(m.Span)
		}
	}
	start := protocol.Position{Line: m.Line, Character: m.Column}
	return protocol.Range{Start: start, End: protocol.Position{Line: m.Line, Character: m.Column + m.Span.Len()}}
}

// linesOf returns nil for a file that cannot be read any more.
func (w *symbolWriter) linesOf(ctx context.Context, path string) *text.Lines {
	if lines, ok := w.lines[path]; ok {
		return lines
	}
	file, err := w.snapshot.FileAt(ctx, path)
	if err != nil {
		w.lines[path] = nil
		return nil
	}
	w.lines[path] = file.Lines()
	return w.lines[path]
}

func offerSymbols(_ *client, c *protocol.ServerCapabilities) {
	c.WorkspaceSymbolProvider = protocol.Boolean(true)
}
