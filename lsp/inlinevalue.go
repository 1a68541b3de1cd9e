package lsp

import (
	"context"

	"go.lsp.dev/protocol"

	"firn/parser/text"
)

// InlineValue implements [protocol.Server]. It knows of no debugger, so it says
// what the variables are in the lines where that has stopped, as far as they do not
// depend on who called a function.
func (s *Server) InlineValue(ctx context.Context, p *protocol.InlineValueParams) ([]protocol.InlineValue, error) {
	snapshot, file, err := s.view(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	m := s.mapper(file)
	stopped := m.Span(p.Context.StoppedLocation)
	lines := text.Span{Start: m.Lines.Span(m.Lines.Line(stopped.Start)).Start, End: m.Lines.Span(m.Lines.Line(stopped.End)).End}
	wanted := m.Span(p.Range)
	span := text.Span{Start: max(lines.Start, wanted.Start), End: min(lines.End, wanted.End)}
	out := []protocol.InlineValue{}
	if span.Empty() || !file.Nix() {
		return out, nil
	}
	a, done := s.ask(ctx, snapshot, file)
	defer done()
	for _, v := range s.hintQuery(a, snapshot, file, span).Values() {
		out = append(out, &protocol.InlineValueText{Range: m.Range(v.Span), Text: v.Text})
	}
	return out, ctx.Err()
}

func offerInlineValue(_ *client, c *protocol.ServerCapabilities) {
	c.InlineValueProvider = protocol.Boolean(true)
}
