package check

import (
	"fmt"
	"slices"

	"firn/lsp/feature/problem"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// calls reports sets that are written as arguments of functions which want
// others.
func (c *checker) calls() {
	left := maxNodes
	for id := range parser.NodeID(c.tree.Len()) {
		if c.ctx.Err() != nil || left == 0 {
			return
		}
		if c.tree.Kind(id) != parser.KindApply {
			continue
		}
		n := c.tree.Node(id)
		arg := n.LastChild().Unparen()
		if arg.Kind() == parser.KindAttrSet && isStable(n.FirstChild()) && c.isReached(n) {
			left--
			c.call(n.FirstChild(), arg)
		}
	}
}

func (c *checker) call(head, arg parser.Node) {
	names, dynamic := attrNames(arg)
	if dynamic {
		return
	}
	f, ok := c.Values.Function(head)
	if !ok {
		return
	}
	var takes []string
	for _, formal := range f.Formals {
		takes = append(takes, formal.Name)
		if _, given := names[formal.Name]; !given && !formal.Optional {
			c.add(problem.Problem{
				Span: head.Span(), Severity: c.severity(), Code: MissingArgument, Related: c.definedAt(f),
				Msg: fmt.Sprintf("%s needs an argument '%s'.", f.title(head), scope.AttrName(formal.Name)),
			})
		}
	}
	for name, n := range names {
		if f.Ellipsis || slices.Contains(takes, name) {
			continue
		}
		similar, alone := similarNames(name, takes)
		c.add(problem.Problem{
			Span: n.Span(), Severity: c.severity(), Code: ExtraArgument, Related: c.definedAt(f), Fixes: replaceName(n, similar, alone),
			Msg: fmt.Sprintf("%s takes no argument '%s'.%s", f.title(head), scope.AttrName(name), suggestion(similar)),
		})
	}
}

func (f Function) title(head parser.Node) string { return "'" + oneLine(head.Text()) + "'" }

func (c *checker) definedAt(f Function) []problem.Related {
	if f.Place == nil {
		return nil
	}
	if c.isHere(f.Place) {
		s := c.spanAt(f.Place)
		return []problem.Related{{Span: text.Span{Start: s.Start, End: s.Start + 1}, Msg: "the function"}}
	}
	if r, ok := c.elsewhere(f.Place, "the function"); ok {
		return []problem.Related{r}
	}
	return nil
}

// attrNames returns the names that a set is written with, and whether there are
// others that only an evaluation tells.
func attrNames(set parser.Node) (names map[string]parser.Node, dynamic bool) {
	names = map[string]parser.Node{}
	take := func(n parser.Node) {
		name, ok := n.AttrName()
		if !ok {
			dynamic = true
		} else if _, seen := names[name]; !seen {
			names[name] = n
		}
	}
	for b := range set.Children() {
		switch b.Kind() {
		case parser.KindBinding:
			take(b.Child(parser.KindAttrPath).FirstChild())
		case parser.KindInherit:
			for n := range b.Children() {
				if k := n.Kind(); k == parser.KindName || k == parser.KindString || k == parser.KindInterp {
					take(n)
				}
			}
		}
	}
	return names, dynamic
}
