package convert

import (
	"go.lsp.dev/protocol"

	"firn/lsp/feature/callhierarchy"
	"firn/parser/text"
)

// CallItem converts an item of a hierarchy of calls, which is in the document of m
// at a path. Its detail says where that is.
func CallItem(m Mapper, i callhierarchy.Item, path, detail string) protocol.CallHierarchyItem {
	whole, name := i.Place()
	out := protocol.CallHierarchyItem{
		Name: i.Name(path), Kind: callKind(i), URI: m.URI,
		Range: m.Range(whole), SelectionRange: m.Range(name),
	}
	if path == "" && i.IsFile() {
		out.Name = string(m.URI) // a document that is no file
	}
	if detail != "" {
		out.Detail = &detail
	}
	return out
}

func callKind(i callhierarchy.Item) protocol.SymbolKind {
	switch {
	case i.IsFile():
		return protocol.SymbolKindFile
	case i.IsFunction():
		return protocol.SymbolKindFunction
	}
	return protocol.SymbolKindProperty
}

// Ranges converts spans.
func (m Mapper) Ranges(spans []text.Span) []protocol.Range {
	out := make([]protocol.Range, len(spans))
	for i, s := range spans {
		out[i] = m.Range(s)
	}
	return out
}
