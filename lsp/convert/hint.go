package convert

import (
	"go.lsp.dev/protocol"

	"firn/lsp/feature/hint"
)

// Hint converts a hint without its tooltip.
func Hint(m Mapper, h hint.Hint) protocol.InlayHint {
	yes := true
	out := protocol.InlayHint{Position: m.Position(h.Offset), Label: protocol.String(h.Label)}
	if h.Kind == hint.Parameter {
		out.Kind, out.PaddingRight = protocol.InlayHintKindParameter, &yes
	} else {
		out.PaddingLeft = &yes
	}
	return out
}
