package convert

import (
	"go.lsp.dev/protocol"

	"firn/lsp/feature/action"
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
	span := m.Range(a.Fixes.Span)
	for _, d := range diagnostics {
		if d.Range == span && d.Code == protocol.String(a.Fixes.Code) {
			out.Diagnostics = append(out.Diagnostics, d)
		}
	}
	return out
}
