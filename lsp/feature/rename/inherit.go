package rename

import (
	"firn/lsp/feature/layout"
	"firn/lsp/feature/usage"
	"firn/parser/scope"
)

// inherit rewrites a place in an inherit: `inherit x` becomes `y = x` if the
// attribute is renamed and `x = y` if the variable is.
func (p *plan) inherit(place usage.Place) {
	n := p.Info.Tree().Node(place.Node)
	e := layout.Explicit{Item: n, Attr: n.Text(), Value: scope.AttrName(p.to), Copy: p.renamed}
	if place.Role == usage.Definition || place.Role == usage.Passed {
		e.Attr, e.Value = scope.AttrName(p.to), scope.AttrName(p.from)
	}
	for _, part := range e.Parts() {
		c := change{Edit: part.Edit, note: note(place)}
		if part.Attr >= 0 {
			c.moved = append(c.moved, moved{n.ID(), true, uint32(part.Attr)})
		}
		if part.Value >= 0 {
			c.moved = append(c.moved, moved{n.ID(), false, uint32(part.Value)})
		}
		p.changes = append(p.changes, c)
	}
}
