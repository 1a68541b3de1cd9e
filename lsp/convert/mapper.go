// Package convert turns plain data of firn into types of the protocol and back.
//
// Inside firn a place is a byte offset. A position of the protocol is a line
// and a column that counts what client and server agreed on; only [Mapper]
// goes from one to the other. The rest of the package hides how protocol
// spells optional fields and unions.
package convert

import (
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"firn/parser/text"
)

// Mapper converts the places of one document.
type Mapper struct {
	URI      uri.URI
	Version  *int32 // of an open document; else nil
	Lines    *text.Lines
	Encoding text.Encoding
}

// Position converts an offset.
func (m Mapper) Position(off uint32) protocol.Position {
	p := m.Lines.Position(off, m.Encoding)
	return protocol.Position{Line: p.Line, Character: p.Column}
}

// Offset converts a position. One past the end of its line or of the text, or
// inside a character, is moved back to where there is something.
func (m Mapper) Offset(p protocol.Position) uint32 {
	return m.Lines.Offset(text.Position{Line: p.Line, Column: p.Character}, m.Encoding)
}

// Range converts a span.
func (m Mapper) Range(s text.Span) protocol.Range {
	return protocol.Range{Start: m.Position(s.Start), End: m.Position(s.End)}
}

// Span converts a range. One that runs backwards is turned around.
func (m Mapper) Span(r protocol.Range) text.Span {
	start, end := m.Offset(r.Start), m.Offset(r.End)
	return text.Span{Start: min(start, end), End: max(start, end)}
}

// Location is a span of this document as others name it.
func (m Mapper) Location(s text.Span) protocol.Location {
	return protocol.Location{URI: m.URI, Range: m.Range(s)}
}

// Edits converts edits of this document.
func (m Mapper) Edits(edits []text.Edit) []protocol.TextEdit {
	out := make([]protocol.TextEdit, len(edits))
	for i, e := range edits {
		out[i] = protocol.TextEdit{Range: m.Range(e.Span), NewText: e.New}
	}
	return out
}

// DocumentEdit converts edits for a client that takes versioned changes.
func (m Mapper) DocumentEdit(edits []text.Edit) *protocol.TextDocumentEdit {
	elements := make([]protocol.TextDocumentEditElement, len(edits))
	for i, e := range m.Edits(edits) {
		elements[i] = &e
	}
	return &protocol.TextDocumentEdit{
		TextDocument: protocol.OptionalVersionedTextDocumentIdentifier{
			TextDocumentIdentifier: protocol.TextDocumentIdentifier{URI: m.URI},
			Version:                m.Version,
		},
		Edits: elements,
	}
}

// Encoding converts the name of an encoding. An unknown one is UTF-16, which
// is what the protocol assumes without a name.
func Encoding(kind protocol.PositionEncodingKind) text.Encoding {
	switch kind {
	case protocol.PositionEncodingKindUTF8:
		return text.UTF8
	case protocol.PositionEncodingKindUTF32:
		return text.UTF32
	}
	return text.UTF16
}

// EncodingKind names an encoding.
func EncodingKind(enc text.Encoding) protocol.PositionEncodingKind {
	switch enc {
	case text.UTF8:
		return protocol.PositionEncodingKindUTF8
	case text.UTF32:
		return protocol.PositionEncodingKindUTF32
	}
	return protocol.PositionEncodingKindUTF16
}
