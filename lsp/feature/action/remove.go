package action

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"firn/lsp/feature/layout"
	"firn/parser"
	"firn/parser/text"
)

// remove takes nodes out: bindings, names in an inherit or before @, arguments, of a
// with or a let what stands before its body, of a set the rec. The edits are in
// source order.
func (f *finder) remove(nodes []parser.Node) []text.Edit {
	r := removal{finder: f, gone: map[parser.NodeID]bool{}, done: map[parser.NodeID]bool{}}
	for _, n := range nodes {
		r.gone[n.ID()] = true
	}
	for _, n := range nodes {
		r.node(n)
	}
	slices.SortStableFunc(r.edits, func(a, b text.Edit) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End))
	})
	var edits []text.Edit
	for _, e := range r.edits {
		if len(edits) == 0 || e.Start >= edits[len(edits)-1].End {
			edits = append(edits, e) // what is in something else goes with that
		}
	}
	return edits
}

// removal is what is taken out at once.
type removal struct {
	*finder
	gone  map[parser.NodeID]bool
	done  map[parser.NodeID]bool // sets and lists that have been dealt with
	edits []text.Edit
}

func (r *removal) node(n parser.Node) {
	switch p := n.Parent(); n.Kind() {
	case parser.KindWith:
		r.cut(head(n))
	case parser.KindAttrSet:
		keyword := n.FirstChild()
		r.cut(text.Span{Start: keyword.Start(), End: keyword.NextSibling().Start()})
	case parser.KindFormal:
		r.once(p, r.formals)
	case parser.KindLet:
		r.once(n, r.statements)
	case parser.KindBinding, parser.KindInherit:
		r.once(p, r.statements)
	default:
		if p.Kind() == parser.KindInherit {
			r.once(p.Parent(), r.statements)
		} else {
			r.argument(n)
		}
	}
}

func (r *removal) once(n parser.Node, do func(parser.Node)) {
	if !r.done[n.ID()] {
		r.done[n.ID()] = true
		do(n)
	}
}

// cut takes out a span. What is before it is no word, for after one it needs a
// blank.
func (r *removal) cut(s text.Span) { r.edits = append(r.edits, text.Edit{Span: s}) }

// argument takes out the name for all arguments, if no comment goes with it.
func (r *removal) argument(name parser.Node) {
	formals := name.Parent().Child(parser.KindFormals)
	s := text.Span{Start: name.Start(), End: formals.Start()}
	if formals.Start() < name.Start() {
		s = text.Span{Start: formals.End(), End: name.End()}
	}
	if !layout.HasComment(r.tree, s, text.Span{}) {
		r.edits = append(r.edits, text.Edit{Span: s})
	}
}

// statements takes out statements of a set or let, and all of a let before its
// body if there is no other and no comment that is not about them.
func (r *removal) statements(set parser.Node) {
	var edits []text.Edit
	var units []text.Span
	previous, all := uint32(0), true
	for c := range set.Children() {
		if k := c.Kind(); k == parser.KindBinding || k == parser.KindInherit {
			if r.whole(c) {
				u := r.unit(c, previous)
				units = append(units, u.span)
				edits = append(edits, r.removeUnit(u))
			} else {
				edits = append(edits, r.items(c)...)
				all = false
			}
		}
		previous = c.End()
	}
	if set.Kind() == parser.KindLet && all && !r.comments(head(set), units) {
		r.cut(head(set))
		return
	}
	r.edits = append(r.edits, edits...)
}

// whole reports whether nothing is left of a statement.
func (r *removal) whole(stmt parser.Node) bool {
	items := layout.Items(stmt)
	return r.gone[stmt.ID()] || len(items) > 0 && !slices.ContainsFunc(items, func(n parser.Node) bool { return !r.gone[n.ID()] })
}

func (r *removal) items(stmt parser.Node) []text.Edit {
	var edits []text.Edit
	for _, n := range layout.Items(stmt) {
		if r.gone[n.ID()] {
			edits = append(edits, layout.RemoveItem(r.tree, n))
		}
	}
	return edits
}

// comments reports whether there is a comment in a span that is in none of some
// others, which are in source order.
func (r *removal) comments(in text.Span, except []text.Span) bool {
	return slices.ContainsFunc(r.commentsIn(in), func(c text.Span) bool {
		i := sort.Search(len(except), func(i int) bool { return except[i].End >= c.End })
		return i == len(except) || !except[i].Covers(c)
	})
}

// commentsIn returns the comments in a span.
func (r *removal) commentsIn(s text.Span) []text.Span {
	list := r.tree.Comments()
	first := sort.Search(len(list), func(i int) bool { return list[i].Start >= s.Start })
	next := sort.Search(len(list), func(i int) bool { return list[i].End > s.End })
	return list[first:max(first, next)]
}

// formals takes arguments out of a list, each run of them with the commas that
// they need.
func (r *removal) formals(list parser.Node) {
	var items []parser.Node
	for c := range list.Children() {
		if c.Kind() == parser.KindFormal || c.Kind() == parser.KindEllipsis {
			items = append(items, c)
		}
	}
	for i := 0; i < len(items); i++ {
		first := i
		for i < len(items) && r.gone[items[i].ID()] {
			i++
		}
		if i > first {
			r.edits = append(r.edits, r.run(items, first, i))
		}
	}
}

// run takes out the arguments from first up to next.
func (r *removal) run(items []parser.Node, first, next int) text.Edit {
	s := text.Span{Start: items[first].Start(), End: items[next-1].End()}
	list := items[first].Parent()
	inner := text.Span{Start: list.FirstChild().End(), End: list.LastChild().Start()}
	switch {
	case next < len(items):
		s.End = r.beforeComment(items[next-1], items[next])
	case first > 0:
		s.Start = items[first-1].End()
	case !layout.HasComment(r.tree, inner, text.Span{}):
		return text.Edit{Span: inner, New: " "}
	default:
		if comma := items[next-1].NextSibling(); comma.Kind() == parser.KindComma {
			s.End = comma.End()
		}
	}
	return text.Edit{Span: s}
}

// beforeComment returns where an argument begins, or the comment above it, which is
// behind the comma.
func (r *removal) beforeComment(previous, n parser.Node) uint32 {
	comma := previous.NextSibling()
	for _, c := range r.commentsIn(text.Span{Start: comma.End(), End: n.Start()}) {
		if _, alone := layout.Indent(r.tree, c.Start); alone && strings.Contains(r.src[previous.End():c.Start], "\n") {
			return c.Start
		}
	}
	return n.Start()
}
