package lsp

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"firn/lsp/convert"
	"firn/lsp/feature/hint"
	"firn/lsp/session"
	"firn/lsp/settings"
	"firn/parser/text"
)

// glance is how long hints are looked for if the client can be told later that
// there are more.
const glance = 400 * time.Millisecond

// hintData is what a hint carries until its tooltip is asked for.
type hintData struct {
	URI     uri.URI   `json:"uri"`
	Version int32     `json:"version"`
	Offset  uint32    `json:"offset"` // in bytes
	Kind    hint.Kind `json:"kind"`
}

// InlayHint implements [protocol.Server].
func (s *Server) InlayHint(ctx context.Context, p *protocol.InlayHintParams) ([]protocol.InlayHint, error) {
	snapshot, file, err := s.view(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	span := s.mapper(file).Span(p.Range)
	hints, late := s.hints(ctx, snapshot, file, span)
	if late && s.later.begin(file) {
		s.background("hints", func(ctx context.Context) { s.finishHints(ctx, snapshot, file, span) })
	}
	return hints, ctx.Err()
}

// hints returns the hints in a span. Late says that there was no time for all of
// them, and that the client can be told when there are more.
func (s *Server) hints(ctx context.Context, snapshot *session.Snapshot, file *session.File, span text.Span) (list []protocol.InlayHint, late bool) {
	refreshes, wait := is(s.client.Workspace.InlayHint.RefreshSupport), s.patience
	if refreshes {
		wait = glance
	}
	a, done := s.askWithin(ctx, snapshot, file, wait)
	defer done()
	m := s.mapper(file)
	resolves := slices.Contains(s.client.TextDocument.InlayHint.ResolveSupport.Properties, "tooltip")
	list = []protocol.InlayHint{}
	found := s.hintQuery(a, snapshot, file, span).All()
	for _, h := range found.List {
		shown := convert.Hint(m, h)
		if resolves {
			shown.Data = hintDataOf(file, h)
		} else {
			s.tip(&shown, h)
		}
		list = append(list, shown)
	}
	return list, refreshes && found.Late && errors.Is(a.ctx.Err(), context.DeadlineExceeded)
}

// hintQuery asks for the hints that the configuration wants.
func (s *Server) hintQuery(a asked, snapshot *session.Snapshot, file *session.File, span text.Span) hint.Query {
	q := hint.Query{
		Space: a.Space, Path: file.Path(), Config: a.config(), Span: span,
		Kinds: hintKinds(snapshot.ConfigFor(file.Path()).Hints),
		Stop:  func() bool { return a.ctx.Err() != nil },
		Skip:  func(off uint32) bool { return s.later.isHopeless(file, off) },
	}
	if !file.Nix() {
		q.Kinds = nil
	}
	if a.view != nil {
		q.Final = a.view.Final
	}
	return q
}

func hintKinds(config settings.Hints) []hint.Kind {
	var kinds []hint.Kind
	for _, k := range []struct {
		kind hint.Kind
		on   bool
	}{
		{hint.End, config.Ends},
		{hint.Version, config.Versions},
		{hint.Final, config.Options},
		{hint.Parameter, config.Parameters},
	} {
		if k.on {
			kinds = append(kinds, k.kind)
		}
	}
	return kinds
}

func hintDataOf(file *session.File, h hint.Hint) protocol.LSPAny {
	raw, err := protocol.Marshal(hintData{file.URI(), file.Version(), h.Offset, h.Kind})
	if err != nil {
		return nil // strings and numbers can be encoded
	}
	return raw
}

func (s *Server) tip(shown *protocol.InlayHint, h hint.Hint) {
	if markdown := h.Tooltip(); markdown != "" {
		shown.Tooltip = convert.Markup(markdown, s.client.TextDocument.Hover.ContentFormat)
	}
}

// finishHints looks for hints that there was no time for, so that they are known
// when the client asks again. What takes too long for that, too, is given up.
func (s *Server) finishHints(ctx context.Context, snapshot *session.Snapshot, file *session.File, span text.Span) {
	a, done := s.ask(ctx, snapshot, file)
	found := s.hintQuery(a, snapshot, file, span).All()
	done()
	if found.Late && file.Replaced().Err() == nil {
		s.later.giveUp(file, found.Where)
	}
	s.refreshHints(ctx)
}

// InlayHintResolve implements [protocol.Server].
func (s *Server) InlayHintResolve(ctx context.Context, p *protocol.InlayHint) (*protocol.InlayHint, error) {
	data, ok := unresolved(p)
	if !ok {
		s.snapshot(ctx)
		return p, nil // it has all that there is, or is none of ours
	}
	snapshot, file, err := s.view(ctx, data.URI)
	if err != nil {
		return nil, err
	}
	if file.Version() != data.Version || int(data.Offset) > len(file.Source()) {
		return nil, protocol.ErrContentModified
	}
	a, done := s.ask(ctx, snapshot, file)
	defer done()
	q := s.hintQuery(a, snapshot, file, text.Span{Start: data.Offset, End: data.Offset})
	q.Kinds = []hint.Kind{data.Kind}
	for _, h := range q.All().List {
		if h.Offset == data.Offset && h.Kind == data.Kind {
			s.tip(p, h)
		}
	}
	return p, ctx.Err()
}

// unresolved returns what a hint carries, if it is one of the server's.
func unresolved(p *protocol.InlayHint) (data hintData, ok bool) {
	if len(p.Data) == 0 || protocol.Unmarshal(p.Data, &data) != nil {
		return hintData{}, false
	}
	return data, data.URI != ""
}

func offerInlayHint(_ *client, c *protocol.ServerCapabilities) {
	yes := true
	c.InlayHintProvider = &protocol.InlayHintOptions{ResolveProvider: &yes}
}
