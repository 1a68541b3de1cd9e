package convert

import (
	"go.lsp.dev/protocol"

	"firn/lsp/feature/navigate"
	"firn/parser/text"
)

// Place is a definition in some document.
type Place struct {
	Mapper
	Span text.Span // all of it
	Name text.Span // what to go to
}

// Locations converts places for a client that wants to know where to go only.
func Locations(places []Place) protocol.LocationSlice {
	out := make(protocol.LocationSlice, len(places))
	for i, p := range places {
		out[i] = p.Location(p.Name)
	}
	return out
}

// Links converts places for a client that shows them, too; origin is what was
// asked about.
func Links(origin protocol.Range, places []Place) []protocol.LocationLink {
	out := make([]protocol.LocationLink, len(places))
	for i, p := range places {
		out[i] = protocol.LocationLink{
			OriginSelectionRange: &origin,
			TargetURI:            p.URI,
			TargetRange:          p.Range(p.Span),
			TargetSelectionRange: p.Range(p.Name),
		}
	}
	return out
}

// Highlights converts what is to be marked in a document.
func Highlights(m Mapper, list []navigate.Highlight) []protocol.DocumentHighlight {
	kinds := map[navigate.Access]protocol.DocumentHighlightKind{
		navigate.None:  protocol.DocumentHighlightKindText,
		navigate.Read:  protocol.DocumentHighlightKindRead,
		navigate.Write: protocol.DocumentHighlightKindWrite,
	}
	out := make([]protocol.DocumentHighlight, len(list))
	for i, h := range list {
		out[i] = protocol.DocumentHighlight{Range: m.Range(h.Span), Kind: kinds[h.Access]}
	}
	return out
}
