package lsp

import (
	"context"
	"fmt"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"firn/lsp/convert"
	"firn/lsp/feature/expression"
	"firn/lsp/feature/lens"
	"firn/lsp/session"
)

// lensData is what a lens carries until its title is asked for.
type lensData struct {
	URI     uri.URI `json:"uri"`
	Version int32   `json:"version"`
	Offset  uint32  `json:"offset"` // of the name that is counted, in bytes
}

// CodeLens implements [protocol.Server].
func (s *Server) CodeLens(ctx context.Context, p *protocol.CodeLensParams) ([]protocol.CodeLens, error) {
	snapshot, file, err := s.view(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	list, m := []protocol.CodeLens{}, s.mapper(file)
	config := snapshot.ConfigFor(file.Path()).Lenses
	if !file.Nix() {
		return list, nil
	}
	if config.Evaluate && file.Path() != "" {
		for _, l := range lens.Evaluations(file.Scope()) {
			list = append(list, commandLens(m, l, commandEvaluate, "Evaluate"))
		}
	}
	if config.Build && file.Path() != "" && s.workshop != nil {
		list = append(list, s.buildLenses(ctx, snapshot, file)...)
	}
	if config.References {
		for _, l := range lens.Counts(file.Scope()) {
			raw, err := protocol.Marshal(lensData{file.URI(), file.Version(), l.Span.Start})
			if err != nil {
				return nil, err
			}
			list = append(list, protocol.CodeLens{Range: m.Range(l.Span), Data: raw})
		}
	}
	return list, nil
}

// commandLens offers to do something with an expression.
func commandLens(m convert.Mapper, l lens.Lens, command, title string) protocol.CodeLens {
	if l.Name == "" {
		title += " file"
	}
	var args []protocol.LSPAny
	for _, arg := range []any{string(m.URI), m.Range(l.Expr)} {
		if raw, err := protocol.Marshal(arg); err == nil { // strings and numbers can be encoded
			args = append(args, raw)
		}
	}
	return protocol.CodeLens{Range: m.Range(l.Span), Command: protocol.Command{Title: title, Command: command, Arguments: args}}
}

// buildLenses offers to build what is a derivation. What is not known at a glance
// the client can be told later.
func (s *Server) buildLenses(ctx context.Context, snapshot *session.Snapshot, file *session.File) []protocol.CodeLens {
	a, done := s.askWithin(ctx, snapshot, file, glance)
	defer done()
	trusted := snapshot.ConfigFor(file.Path()).Eval.Trust
	list, late := s.derivationLenses(a, file, trusted)
	if late && is(s.client.Workspace.CodeLens.RefreshSupport) && s.laterLenses.begin(file) {
		s.background("lenses", func(ctx context.Context) {
			a, done := s.ask(ctx, snapshot, file)
			_, late := s.derivationLenses(a, file, trusted)
			done()
			if !late {
				s.refreshLenses(ctx)
			}
		})
	}
	return list
}

// derivationLenses returns lenses for those expressions of a file that are known to be
// derivations. Late says that there was no time for all.
func (s *Server) derivationLenses(a asked, file *session.File, trusted bool) (list []protocol.CodeLens, late bool) {
	if a.view == nil {
		return nil, a.ctx.Err() != nil
	}
	m := s.mapper(file)
	compares := trusted && isCommitted(file)
	for _, l := range lens.Evaluations(file.Scope()) {
		if a.view.IsDerivation(a.ctx, expression.At(file.Tree(), l.Expr)) {
			list = append(list, commandLens(m, l, commandBuild, "Build"))
			list = append(list, s.logLenses(m, file, l)...)
			if compares {
				list = append(list, commandLens(m, l, commandCompare, "Compare with HEAD"))
			}
		}
		if a.ctx.Err() != nil {
			return list, true
		}
	}
	return list, false
}

// logLenses offers to show the logs of what was last built of an expression.
func (s *Server) logLenses(m convert.Mapper, file *session.File, l lens.Lens) []protocol.CodeLens {
	var list []protocol.CodeLens
	for _, drv := range s.constructions.logged(file, l.Expr) {
		raw, err := protocol.Marshal(drv)
		if err != nil {
			continue // strings can be encoded
		}
		list = append(list, protocol.CodeLens{Range: m.Range(l.Span), Command: protocol.Command{Title: "Show log", Command: commandShowLog, Arguments: []protocol.LSPAny{raw}}})
	}
	return list
}

// CodeLensResolve implements [protocol.Server].
func (s *Server) CodeLensResolve(ctx context.Context, p *protocol.CodeLens) (*protocol.CodeLens, error) {
	data, ok := lensDataOf(p)
	if !ok {
		s.snapshot(ctx)
		return p, nil // it has its command, or is none of ours
	}
	snapshot, file, err := s.view(ctx, data.URI)
	if err != nil {
		return nil, err
	}
	if file.Version() != data.Version || int(data.Offset) > len(file.Source()) {
		return nil, protocol.ErrContentModified
	}
	r := references{server: s, snapshot: snapshot, file: file}
	uses, err := r.to(ctx, data.Offset)
	if err != nil {
		return nil, err
	}
	title := fmt.Sprintf("%d references", len(uses))
	if len(uses) == 1 {
		title = "1 reference"
	}
	p.Command = protocol.Command{Title: title}
	return p, nil
}

// lensDataOf returns what a lens carries, if it is one of the server's that has no
// title yet.
func lensDataOf(p *protocol.CodeLens) (data lensData, ok bool) {
	if len(p.Data) == 0 || protocol.Unmarshal(p.Data, &data) != nil {
		return lensData{}, false
	}
	return data, data.URI != ""
}

func offerCodeLens(_ *client, c *protocol.ServerCapabilities) {
	yes := true
	c.CodeLensProvider = &protocol.CodeLensOptions{ResolveProvider: &yes}
}
