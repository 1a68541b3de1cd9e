package convert

import (
	"go.lsp.dev/protocol"

	"firn/lsp/feature/action"
	"firn/lsp/feature/problem"
	"firn/parser/text"
)

// Action converts an action, without its edits. It gets those of the client's
// diagnostics that are about what it fixes.
func Action(m Mapper, a action.Action, diagnostics []protocol.Diagnostic) *protocol.CodeAction {
	kind := protocol.CodeActionKind(a.Kind)
	out := &protocol.CodeAction{Title: a.Title, Kind: &kind}
	if a.Preferred {
		out.IsPreferred = &a.Preferred
	}
	if a.Fixes == nil {
		return out
	}
	out.Diagnostics = about(m, a.Fixes.Span, string(a.Fixes.Code), diagnostics)
	return out
}

// Fix converts what does away with a problem, without its edits. It gets those of
// the client's diagnostics that are about the problem.
func Fix(m Mapper, p problem.Problem, fix problem.Fix, diagnostics []protocol.Diagnostic) *protocol.CodeAction {
	kind := protocol.CodeActionKindQuickFix
	out := &protocol.CodeAction{Title: fix.Title, Kind: &kind, Diagnostics: about(m, p.Span, p.Code, diagnostics)}
	if fix.Preferred {
		out.IsPreferred = &fix.Preferred
	}
	return out
}

// about returns the diagnostics of a problem.
func about(m Mapper, span text.Span, code string, diagnostics []protocol.Diagnostic) []protocol.Diagnostic {
	var out []protocol.Diagnostic
	at := m.Range(span)
	for _, d := range diagnostics {
		if d.Range == at && d.Code == protocol.String(code) {
			out = append(out, d)
		}
	}
	return out
}
