package convert

import (
	"go.lsp.dev/protocol"

	"firn/lsp/feature/symbol"
	"firn/parser"
)

// SymbolKind names a kind of symbol. The protocol's kinds are those of other
// languages, so what counts is the icon that editors show for each.
func SymbolKind(k symbol.Kind) protocol.SymbolKind {
	switch k {
	case symbol.Variable:
		return protocol.SymbolKindVariable
	case symbol.Function:
		return protocol.SymbolKindFunction
	case symbol.Set:
		return protocol.SymbolKindObject
	case symbol.List:
		return protocol.SymbolKindArray
	case symbol.String:
		return protocol.SymbolKindString
	case symbol.Number:
		return protocol.SymbolKindNumber
	case symbol.Boolean:
		return protocol.SymbolKindBoolean
	case symbol.Null:
		return protocol.SymbolKindNull
	case symbol.Path:
		return protocol.SymbolKindFile
	default:
		return protocol.SymbolKindProperty
	}
}

// DocumentSymbols makes a tree of the symbols of a file.
func DocumentSymbols(m Mapper, t *parser.Tree, symbols []symbol.Symbol) protocol.DocumentSymbolSlice {
	o := outline{mapper: m, tree: t, symbols: symbols, children: make([]int32, len(symbols)+1)}
	for _, s := range symbols {
		o.children[s.Parent+1]++
	}
	return o.below(symbol.None)
}

type outline struct {
	mapper   Mapper
	tree     *parser.Tree
	symbols  []symbol.Symbol
	children []int32 // how many each symbol has, behind how many are at the top
	next     int
}

// below takes the symbols with the given parent. They come next, each before
// what is below it, and nest no deeper than [symbol.MaxNesting].
func (o *outline) below(parent int32) []protocol.DocumentSymbol {
	if o.children[parent+1] == 0 {
		return nil
	}
	list := make([]protocol.DocumentSymbol, 0, o.children[parent+1])
	for o.next < len(o.symbols) && o.symbols[o.next].Parent == parent {
		at := o.next
		o.next++
		s := o.symbols[at]
		out := protocol.DocumentSymbol{
			Name: s.Name, Kind: SymbolKind(s.Kind),
			Range: o.mapper.Range(s.Span), SelectionRange: o.mapper.Range(s.Selection),
			Children: o.below(int32(at)),
		}
		if detail := symbol.Detail(o.tree, s); detail != "" {
			out.Detail = &detail
		}
		list = append(list, out)
	}
	return list
}

// SymbolInformation makes a list of the symbols of a file, for clients that
// know no trees.
func SymbolInformation(m Mapper, symbols []symbol.Symbol) protocol.SymbolInformationSlice {
	list := make([]protocol.SymbolInformation, len(symbols))
	for i, s := range symbols {
		list[i] = protocol.SymbolInformation{
			BaseSymbolInformation: protocol.BaseSymbolInformation{Name: s.Name, Kind: SymbolKind(s.Kind)},
			Location:              m.Location(s.Span),
		}
		if s.Parent != symbol.None {
			list[i].ContainerName = &symbols[s.Parent].Name
		}
	}
	return list
}
