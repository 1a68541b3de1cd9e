package convert

import (
	"unicode/utf16"

	"go.lsp.dev/protocol"

	"firn/lsp/feature/signature"
)

// SignatureClient is what a client understands of signatures.
type SignatureClient struct {
	*protocol.ClientSignatureInformationOptions
}

// Help converts a signature.
func (c SignatureClient) Help(h signature.Help) *protocol.SignatureHelp {
	info := protocol.SignatureInformation{
		Label:      h.Label,
		Parameters: make([]protocol.ParameterInformation, len(h.Params)),
	}
	if h.Doc != "" {
		info.Documentation = Markup(h.Doc, c.DocumentationFormat)
	}
	for i, p := range h.Params {
		info.Parameters[i].Label = c.label(h.Label, p)
		if p.Doc != "" {
			info.Parameters[i].Documentation = Markup(p.Doc, c.DocumentationFormat)
		}
	}
	first := uint32(0)
	return &protocol.SignatureHelp{
		Signatures:      []protocol.SignatureInformation{info},
		ActiveSignature: &first,
		ActiveParameter: c.active(h),
	}
}

// active returns the parameter that the cursor is in. For none there is null,
// if the client knows that, or else a number that no parameter has.
func (c SignatureClient) active(h signature.Help) protocol.Nullable[uint32] {
	switch {
	case h.Active >= 0:
		return protocol.NewNullable(uint32(h.Active))
	case is(c.NoActiveParameterSupport):
		return protocol.NullNullable[uint32]()
	}
	return protocol.NewNullable(uint32(len(h.Params)))
}

// label names a parameter by its place in the label, in units of UTF-16
// whatever was agreed on for documents, or by its text.
func (c SignatureClient) label(label string, p signature.Param) protocol.ParameterInformationLabel {
	if !is(c.ParameterInformation.LabelOffsetSupport) {
		return protocol.String(p.Span.In(label))
	}
	start := units(label[:p.Span.Start])
	return protocol.ParameterInformationLabelTuple{start, start + units(p.Span.In(label))}
}

func units(s string) uint32 {
	n := uint32(0)
	for _, r := range s {
		n += uint32(max(utf16.RuneLen(r), 1))
	}
	return n
}
