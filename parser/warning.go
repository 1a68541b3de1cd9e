package parser

import (
	"cmp"
	"slices"
)

// AmbiguousOr is the code of the warning of Nix 2.34 about a call like f or,
// which stands where it would be part of a longer call if or were a name like
// any other (warnIfCursedOr in its nixexpr.cc).
const AmbiguousOr Code = "ambiguous-or"

// Warnings returns what Nix warns of while it reads t, in its order. Of those
// it gives only the ones that end up to [Error.Read] of the error that stops
// it. The messages name what to do in Nix's words, over several lines.
func Warnings(t *Tree) []*Error {
	var list []*Error
	for i := range t.nodes {
		n := &t.nodes[i]
		if n.kind != KindVar || n.end-n.start != 2 || t.src[n.start:n.end] != "or" {
			continue
		}
		if call := t.Node(NodeID(i)).Parent(); call.isAmbiguous() {
			list = append(list, &Error{
				Code: AmbiguousOr, Span: call.Span(), Read: call.End(),
				Msg: "This expression uses `or` as an identifier in a way that will change in a future Nix release.\n" +
					"Wrap this entire expression in parentheses to preserve its current meaning:\n" +
					"    (" + call.Text() + ")\n" +
					"Give feedback at https://github.com/NixOS/nix/pull/11121",
			})
		}
	}
	slices.SortStableFunc(list, func(a, b *Error) int { return cmp.Compare(a.Read, b.Read) })
	return list
}

// isAmbiguous reports whether n, which calls something with or, is an element
// of a list, an argument, or the default of a selection.
func (n Node) isAmbiguous() bool {
	switch p := n.Parent(); p.Kind() {
	case KindList, KindSelect:
		return true // what is selected from is no call
	case KindError:
		return p.FirstChild().Kind() == KindLeftBracket // a list without an end
	case KindApply:
		return n != p.FirstChild()
	}
	return false
}
