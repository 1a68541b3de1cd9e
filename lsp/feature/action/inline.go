package action

import (
	"cmp"
	"fmt"
	"slices"

	"firn/lsp/feature/layout"
	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// inline offers to put the value of a let binding where its name is used.
func inline(f *finder) []Action {
	n := usage.At(f.tree, f.Span.Start)
	id := f.Info.Defines(n.ID())
	if kind, used := f.Info.Ref(n.ID()); kind == scope.Bound {
		id = used
	}
	if id == scope.NoBinding || !f.inlinable(id) {
		return nil
	}
	var list []Action
	uses := f.uses(id)
	name := f.Info.Name(id)
	if len(uses) > 0 && f.allMean(id, uses) {
		list = append(list, Action{Title: fmt.Sprintf("Inline '%s'", name), edits: func() []text.Edit {
			return f.inlined(id, uses)
		}})
	}
	if len(uses) > 1 && slices.Contains(uses, n) && f.allMean(id, []parser.Node{n}) {
		list = append(list, Action{Title: fmt.Sprintf("Inline this use of '%s'", name), edits: func() []text.Edit {
			return f.use(id, n)
		}})
	}
	return list
}

// inlinable reports whether a binding is a name and an expression in a let.
func (f *finder) inlinable(id scope.BindingID) bool {
	b := f.Info.Binding(id)
	if b.Kind != scope.Plain || b.Value == parser.NoNode || f.tree.Node(b.Owner).Kind() != parser.KindLet {
		return false
	}
	path, defs := f.tree.Node(b.Name).Parent(), 0
	for _, o := range f.Info.Occurrences(id) {
		if o.Def {
			defs++
		}
	}
	return defs == 1 && path.FirstChild() == path.LastChild()
}

func (f *finder) uses(id scope.BindingID) []parser.Node {
	var list []parser.Node
	for _, o := range f.Info.Occurrences(id) {
		if o.Use {
			list = append(list, f.tree.Node(o.Node))
		}
	}
	return list
}

// allMean reports whether the value of a binding means the same at all uses,
// and none of them is in the value itself.
func (f *finder) allMean(id scope.BindingID, uses []parser.Node) bool {
	value := f.tree.Node(f.Info.Binding(id).Value)
	return !slices.ContainsFunc(uses, func(n parser.Node) bool {
		inside := value.ID() <= n.ID() && n.ID() < value.SubtreeEnd()
		place := valuePlace(n)
		return inside || !f.sameAt(value, place, f.lookup(place))
	})
}

// valuePlace returns where the value comes to stand for a use: for a name in an
// inherit that is a binding in the set.
func valuePlace(use parser.Node) parser.Node {
	if use.Parent().Kind() == parser.KindInherit {
		return use.Parent()
	}
	return use
}

// inlined replaces all uses and removes the binding.
func (f *finder) inlined(id scope.BindingID, uses []parser.Node) []text.Edit {
	var edits []text.Edit
	for _, n := range uses {
		edits = append(edits, f.use(id, n)...)
	}
	edits = append(edits, f.withoutBinding(id))
	slices.SortStableFunc(edits, func(a, b text.Edit) int { return cmp.Compare(a.Start, b.Start) })
	return edits
}

// withoutBinding removes a binding, with the let if that has no other and no
// comment would be lost.
func (f *finder) withoutBinding(id scope.BindingID) text.Edit {
	let := f.tree.Node(f.Info.Binding(id).Owner)
	stmt := f.tree.Node(f.Info.Binding(id).Name).Parent().Parent()
	head := text.Span{Start: let.Start(), End: let.LastExpr().Start()}
	if len(statements(let)) == 1 && !layout.HasComment(f.tree, head, stmt.LastExpr().Span()) {
		return text.Edit{Span: head}
	}
	return layout.RemoveStatement(f.tree, stmt)
}

// use replaces one use by the value.
func (f *finder) use(id scope.BindingID, n parser.Node) []text.Edit {
	value := f.tree.Node(f.Info.Binding(id).Value)
	if n.Parent().Kind() == parser.KindInherit {
		var edits []text.Edit
		for _, p := range (layout.Explicit{Item: n, Attr: n.Text(), Value: value.Text()}).Parts() {
			edits = append(edits, p.Edit)
		}
		return edits
	}
	s := value.Text()
	if !f.fits(n, value) {
		s = "(" + s + ")"
	}
	return []text.Edit{replace(n, s)}
}

// fits reports whether a value can stand in the place of n without
// parentheses. The answer is that of the parser.
func (f *finder) fits(n, value parser.Node) bool {
	if isOpen(n) || prolongs(n, value) {
		return true
	}
	around := n.Parent()
	for !isOpen(around) {
		around = around.Parent()
	}
	src := f.src[around.Start():n.Start()] + value.Text() + f.src[n.End():around.End()]
	tree, err := f.Parse(src)
	if err != nil {
		return false
	}
	start := n.Start() - around.Start()
	put := tree.Innermost(text.Span{Start: start, End: start + uint32(len(value.Text()))})
	for put.Kind() != value.Kind() && put.Parent().Span() == put.Span() {
		put = put.Parent()
	}
	return put.Kind() == value.Kind() && put.Span().Len() == value.Span().Len() && sameShape(put, n)
}

// prolongs reports whether a value is a selection from which the place of n
// selects further. With a default that is more than two selections: it stands
// in for all of the path.
func prolongs(n, value parser.Node) bool {
	sel := n.Parent()
	return sel.Kind() == parser.KindSelect && n == sel.FirstChild() && !sel.Has(parser.KindOrKw) &&
		value.Kind() == parser.KindSelect && !value.Has(parser.KindOrKw)
}

// sameShape reports whether two nodes stand in the same place below nodes of
// the same kinds.
func sameShape(a, b parser.Node) bool {
	for !isOpen(a) && !isOpen(b) {
		if a.Parent().Kind() != b.Parent().Kind() || index(a) != index(b) {
			return false
		}
		a, b = a.Parent(), b.Parent()
	}
	return isOpen(a) && isOpen(b)
}

func index(n parser.Node) int {
	i := 0
	for c := range n.Parent().Children() {
		if c == n {
			break
		}
		i++
	}
	return i
}
