package lsp

import (
	"context"
	"slices"

	"go.lsp.dev/protocol"

	"firn/lsp/feature/action"
	"firn/lsp/feature/problem"
	"firn/lsp/session"
)

// unusedProblems finds what can go from an open document without a change of
// meaning. It is for editors that fade it: to others it would be noise.
func (s *Server) unusedProblems(ctx context.Context, snapshot *session.Snapshot, f *session.File) []problem.Problem {
	fades := slices.Contains(s.client.diagnostics.TagSupport.ValueSet, protocol.DiagnosticTagUnnecessary)
	if !fades || !f.Open() || !snapshot.ConfigFor(f.Path()).Diagnostics.Unused || f.SyntaxError() != nil || len(f.Errors()) > 0 {
		return nil
	}
	var list []problem.Problem
	for _, u := range action.Unused(f.Scope()) {
		if ctx.Err() != nil {
			return nil
		}
		list = append(list, problem.Problem{Span: u.Span, Severity: problem.Hint, Code: "unused", Msg: u.Text, Unnecessary: true})
	}
	return list
}
