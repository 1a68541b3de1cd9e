package action

import (
	"fmt"

	"firn/eval/builtin"
	"firn/lsp/feature/layout"
	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// prefix offers builtins.x for a builtin x, and the other way round where both
// mean the same.
func prefix(f *finder) []Action {
	n := usage.At(f.tree, f.Span.Start)
	if n.Kind() == parser.KindVar && n.Text() != "builtins" {
		return f.addPrefix(n)
	}
	sel := f.around(parser.KindSelect)
	if n.Parent() != sel && n.Parent().Parent() != sel {
		return nil
	}
	return f.removePrefix(sel)
}

func (f *finder) addPrefix(n parser.Node) []Action {
	b := builtin.LookupGlobal(n.Text())
	if kind, _ := f.Info.Ref(n.ID()); kind != scope.Global || b == nil || !f.means(n, "builtins", scope.NoBinding) {
		return nil
	}
	switch b.Name {
	case "true", "false", "null":
		return nil // nobody writes that
	}
	to := "builtins." + b.Name
	return []Action{edit(fmt.Sprintf("Replace by '%s'", to), replace(n, to))}
}

func (f *finder) removePrefix(sel parser.Node) []Action {
	base := sel.FirstExpr()
	first := sel.Child(parser.KindAttrPath).FirstChild()
	name, ok := first.AttrName()
	b := builtin.Lookup(name)
	if !ok || b == nil || !b.Global || sel.Has(parser.KindOrKw) || base.Text() != "builtins" {
		return nil
	}
	if kind, _ := f.Info.Ref(base.ID()); kind != scope.Global || !f.means(sel, name, scope.NoBinding) {
		return nil
	}
	s := text.Span{Start: sel.Start(), End: first.End()}
	if layout.HasComment(f.tree, s, text.Span{}) {
		return nil
	}
	return []Action{edit(fmt.Sprintf("Replace by '%s'", name), text.Edit{Span: s, New: name})}
}
