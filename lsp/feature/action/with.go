package action

import (
	"fmt"
	"slices"
	"strings"

	"firn/lsp/feature/layout"
	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// fromWith offers to name what a with brings in: `let inherit (s) a b; in` for
// `with s;`. It is not known for all names where others may bring them in.
func fromWith(f *finder) []Action {
	with := f.leaf.Parent()
	if f.leaf.Kind() != parser.KindWithKw || !f.leaf.Span().Touches(f.Span.Start) {
		return nil
	}
	set, body := with.FirstExpr(), with.LastExpr()
	names, ok := f.broughtIn(with)
	head := text.Span{Start: with.Start(), End: body.Start()}
	if !ok || f.usesAny(set, names) || layout.HasComment(f.tree, head, set.Span()) {
		return nil
	}
	inherit := fmt.Sprintf("inherit (%s) %s;", set.Unparen().Text(), strings.Join(names, " "))
	title := fmt.Sprintf("Convert to 'let inherit (%s) …'", excerpt(set.Text()))
	indent, alone := layout.Indent(f.tree, with.Start())
	gap, inner := " ", " "
	if alone {
		gap, inner = "\n"+indent, "\n"+indent+"  "
	}
	return []Action{edit(title, text.Edit{Span: head, New: "let" + inner + inherit + gap + "in" + gap})}
}

// broughtIn returns the names that come from a with, sorted. It is false if
// there are none, or some may come from another.
func (f *finder) broughtIn(with parser.Node) ([]string, bool) {
	var names []string
	for _, p := range usage.OfWith(f.Info, with) {
		name := usage.Name(f.tree.Node(p.Node))
		if p.Maybe || !scope.IsIdentifier(name) {
			return nil, false
		}
		names = append(names, name)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	return names, len(names) > 0
}

// usesAny reports whether a variable in n has one of the names.
func (f *finder) usesAny(n parser.Node, names []string) bool {
	for id := n.ID(); id < n.SubtreeEnd(); id++ {
		if kind, _ := f.Info.Ref(id); kind != scope.NoRef && slices.Contains(names, usage.Name(f.tree.Node(id))) {
			return true
		}
	}
	return false
}
