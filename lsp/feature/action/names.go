package action

import (
	"fmt"
	"strings"

	"firn/lsp/feature/layout"
	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// attrNames puts the name of an attribute into quotes, or takes it out.
func attrNames(f *finder) []Action {
	n := usage.At(f.tree, f.Span.Start)
	if k := n.Parent().Kind(); k != parser.KindAttrPath && k != parser.KindInherit {
		return nil
	}
	name, ok := n.AttrName()
	switch {
	case !ok:
		return nil
	case n.Kind() == parser.KindName:
		if n.Parent().Kind() == parser.KindInherit {
			return nil // possible, but nobody writes it
		}
		return []Action{edit("Quote the attribute name", replace(n, scope.Quote(name)))}
	case scope.AttrName(name) == name:
		return []Action{edit("Remove the quotes", replace(n, name))}
	case n.Kind() == parser.KindInterp:
		return []Action{edit("Remove the interpolation", replace(n, scope.Quote(name)))}
	}
	return nil
}

// toInherit offers inherit for `x = x` and `x = s.x`.
func toInherit(f *finder) []Action {
	b := f.binding()
	path := b.FirstChild()
	if !b.Valid() || path.FirstChild() != path.LastChild() || layout.HasComment(f.tree, b.Span(), text.Span{}) {
		return nil
	}
	name, ok := path.FirstChild().AttrName()
	if !ok {
		return nil
	}
	switch value := b.LastExpr().Unparen(); value.Kind() {
	case parser.KindVar:
		// In a recursive set `x = x` means itself, and `inherit x` what is outside.
		if value.Text() == name && !f.recursive(b) {
			return []Action{edit(fmt.Sprintf("Convert to 'inherit %s'", name), replace(b, "inherit "+name+";"))}
		}
	case parser.KindSelect:
		if source, ok := sourceOf(value, name); ok {
			s := fmt.Sprintf("inherit (%s) %s", source, scope.AttrName(name))
			return []Action{edit("Convert to 'inherit ("+excerpt(source)+")'", replace(b, s+";"))}
		}
	}
	return nil
}

// binding returns the binding whose attribute path or equals sign the cursor
// is on, or that it is in without anything smaller.
func (f *finder) binding() parser.Node {
	b := f.around(parser.KindBinding)
	value := b.LastExpr()
	if !b.Valid() || !value.Valid() || f.Span.Start > value.Start() && value.Unparen().Kind() != parser.KindVar &&
		value.Unparen().Kind() != parser.KindSelect {
		return parser.Node{}
	}
	return b
}

// recursive reports whether a statement stands in a let or recursive set.
func (f *finder) recursive(stmt parser.Node) bool {
	set := f.Info.SetOf(stmt.Parent().ID())
	return set == scope.NoSet || f.Info.Set(set).Rec
}

// sourceOf returns what comes before the last name of a selection, if that is
// the given one.
func sourceOf(sel parser.Node, name string) (string, bool) {
	path := sel.Child(parser.KindAttrPath)
	last := path.LastChild()
	if got, ok := last.AttrName(); !ok || got != name || sel.Has(parser.KindOrKw) {
		return "", false
	}
	base := sel.FirstExpr()
	if last != path.FirstChild() {
		return sel.Tree().Source()[sel.Start():last.PrevSibling().Start()], true
	}
	return base.Unparen().Text(), true
}

func excerpt(s string) string {
	const most = 40
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// fromInherit offers bindings for the names of an inherit: for the one that
// the cursor is on, and on the keyword for all.
func fromInherit(f *finder) []Action {
	stmt := f.around(parser.KindInherit)
	if !stmt.Valid() || !layout.Source(stmt).Valid() && f.recursive(stmt) {
		return nil
	}
	if n := usage.At(f.tree, f.Span.Start); n.Parent() == stmt {
		name, ok := n.AttrName()
		if !ok || !scope.IsIdentifier(name) && !layout.Source(stmt).Valid() {
			return nil
		}
		return []Action{{Title: fmt.Sprintf("Convert '%s' to a binding", name), edits: func() []text.Edit {
			var edits []text.Edit
			for _, p := range (layout.Explicit{Item: n, Attr: n.Text(), Value: scope.AttrName(name)}).Parts() {
				edits = append(edits, p.Edit)
			}
			return edits
		}}}
	}
	if f.leaf.Kind() != parser.KindInheritKw || layout.HasComment(f.tree, stmt.Span(), text.Span{}) {
		return nil
	}
	if s, ok := bindings(stmt, ""); ok {
		return []Action{edit("Convert to bindings", replace(stmt, s))}
	}
	return nil
}

// bindings writes an inherit as bindings whose paths begin with a prefix. It is
// false if that is not possible.
func bindings(stmt parser.Node, prefix string) (string, bool) {
	source := ""
	if s := layout.Source(stmt); s.Valid() {
		source = s.Text() + "."
		if !layout.Selectable(s) {
			source = "(" + s.Text() + ")."
		}
	}
	gap := " "
	if indent, alone := layout.Indent(stmt.Tree(), stmt.Start()); alone {
		gap = "\n" + indent
	}
	var list []string
	for _, n := range layout.Items(stmt) {
		name, ok := n.AttrName()
		if !ok || source == "" && !scope.IsIdentifier(name) {
			return "", false
		}
		list = append(list, prefix+n.Text()+" = "+source+scope.AttrName(name)+";")
	}
	return strings.Join(list, gap), len(list) > 0
}
