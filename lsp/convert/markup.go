package convert

import (
	"slices"

	"go.lsp.dev/protocol"
)

// Markup wraps Markdown for a client that accepts some formats. One that names
// none, or not Markdown, gets it as plain text, which it reads well as.
func Markup(markdown string, formats []protocol.MarkupKind) *protocol.MarkupContent {
	kind := protocol.MarkupKindPlainText
	if slices.Contains(formats, protocol.MarkupKindMarkdown) {
		kind = protocol.MarkupKindMarkdown
	}
	return &protocol.MarkupContent{Kind: kind, Value: markdown}
}
