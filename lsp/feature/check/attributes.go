package check

import (
	"fmt"
	"slices"
	"strings"

	"firn/lsp/feature/module"
	"firn/lsp/feature/problem"
	"firn/parser"
	"firn/parser/scope"
)

// maxNodes is how many selections, variables and calls of a file are evaluated.
const maxNodes = 5000

// selections reports attributes that are selected and do not exist.
func (c *checker) selections() {
	left := maxNodes
	for id := range parser.NodeID(c.tree.Len()) {
		if c.ctx.Err() != nil || left == 0 {
			return
		}
		switch c.tree.Kind(id) {
		case parser.KindSelect:
			left--
			c.selection(c.tree.Node(id))
		case parser.KindVar:
			if kind, _ := c.Info.Ref(id); kind == scope.With {
				left--
				c.fromWith(c.tree.Node(id))
			}
		}
	}
}

// selection reports the first attribute of a selection that does not exist.
func (c *checker) selection(n parser.Node) {
	if n.Has(parser.KindOrKw) || !isStable(n.FirstChild()) || !c.isReached(n) {
		return
	}
	var names []parser.Node
	var list []string
	for e := range n.Child(parser.KindAttrPath).Children() {
		if e.Kind() == parser.KindDot {
			continue
		}
		name, ok := e.AttrName()
		if !ok {
			break
		}
		names, list = append(names, e), append(list, name)
	}
	m := c.Values.Missing(n.FirstChild(), list)
	if m == nil {
		return
	}
	at := names[m.Index]
	if c.mayBeSet(at, m) {
		return
	}
	if m.Failure != nil {
		c.failure(m.Failure, at.Span())
		return
	}
	base := strings.TrimSuffix(strings.TrimSpace(c.tree.Source()[n.Start():at.Start()]), ".")
	if m.Got != "" {
		c.add(problem.Problem{
			Span: at.Span(), Severity: c.severity(), Code: MissingAttr,
			Msg: fmt.Sprintf("'%s' is %s and has no attribute '%s'.", oneLine(base), m.Got, scope.AttrName(list[m.Index])),
		})
		return
	}
	similar, alone := similarNames(list[m.Index], m.Names)
	c.add(problem.Problem{
		Span: at.Span(), Severity: c.severity(), Code: MissingAttr, Fixes: replaceName(at, similar, alone),
		Msg: fmt.Sprintf("There is no attribute '%s' in '%s'.%s", scope.AttrName(list[m.Index]), oneLine(base), suggestion(similar)),
	})
}

// mayBeSet reports whether a name is one of config or options that need not be
// there: what is in the values of options others may set, and of options themselves
// more may be declared than are known.
func (c *checker) mayBeSet(n parser.Node, m *Missing) bool {
	ref, ok := module.ConfigRef(c.Info, n)
	if !ok || m.Failure != nil {
		return false
	}
	return c.Open || !c.Config.Valid() || c.Config.At(module.Names(ref.Steps)...).Valid()
}

// oneLine returns an expression as it can stand in a message.
func oneLine(s string) string {
	const most = 60
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// isStable reports whether an expression is a variable, or selected from one, or
// an import: those have one value wherever they stand.
func isStable(n parser.Node) bool {
	switch n = n.Unparen(); n.Kind() {
	case parser.KindVar:
		return true
	case parser.KindSelect:
		return isStable(n.FirstChild())
	case parser.KindApply:
		for head := n; ; head = head.FirstChild().Unparen() {
			if head.Kind() != parser.KindApply {
				return head.Kind() == parser.KindVar && (head.Text() == "import" || head.Text() == "callPackage")
			}
		}
	}
	return false
}

// fromWith reports a name that no with has.
func (c *checker) fromWith(n parser.Node) {
	if !c.isReached(n) {
		return
	}
	m := c.Values.MissingVar(n)
	if m == nil {
		return
	}
	if m.Failure != nil {
		c.failure(m.Failure, n.Span())
		return
	}
	similar, alone := similarNames(n.Text(), m.Names)
	c.add(problem.Problem{
		Span: n.Span(), Severity: c.severity(), Code: MissingAttr, Fixes: replaceBy(n.Span(), similar, alone),
		Msg: fmt.Sprintf("No 'with' around it has an attribute '%s'.%s", n.Text(), suggestion(similar)),
	})
}

// isReached reports whether an expression is evaluated whenever the function
// around it is: it stands in no branch that conditions may keep from being taken.
func (c *checker) isReached(n parser.Node) bool {
	for child, p := n, n.Parent(); p.Valid(); child, p = p, p.Parent() {
		if !c.leads(p, child) {
			return false
		}
	}
	return true
}

// leads reports whether the evaluation of an expression leads to that of a child.
func (c *checker) leads(p, child parser.Node) bool {
	switch p.Kind() {
	case parser.KindIf:
		return c.taken(slices.Collect(p.Exprs()), child)
	case parser.KindBinary:
		return c.isOperand(p, slices.Collect(p.Exprs()), child)
	case parser.KindApply:
		return c.isArgument(p, child)
	case parser.KindBinding:
		return !c.isSilent(p)
	case parser.KindSelect, parser.KindHasAttr:
		return !p.Has(parser.KindOrKw) && p.Kind() == parser.KindSelect || p.Kind() == parser.KindHasAttr && child != p.FirstChild()
	}
	return true
}

// isSilent reports whether a binding is the message of an assertion that is not
// known to fail.
func (c *checker) isSilent(b parser.Node) bool {
	if name, ok := b.Child(parser.KindAttrPath).FirstChild().AttrName(); !ok || name != "message" {
		return false
	}
	for other := range b.Parent().Children() {
		if other.Kind() != parser.KindBinding {
			continue
		}
		if name, ok := other.Child(parser.KindAttrPath).FirstChild().AttrName(); ok && name == "assertion" {
			t := c.bool(other.LastExpr())
			return !t.known || t.value
		}
	}
	return false
}

func (c *checker) taken(parts []parser.Node, child parser.Node) bool {
	if len(parts) != 3 || child == parts[0] {
		return true
	}
	t := c.bool(parts[0])
	return t.known && t.value == (child == parts[1])
}

func (c *checker) isOperand(p parser.Node, parts []parser.Node, child parser.Node) bool {
	if len(parts) != 2 || child == parts[0] {
		return true
	}
	switch {
	case p.Has(parser.KindAnd), p.Has(parser.KindImplies):
		t := c.bool(parts[0])
		return t.known && t.value
	case p.Has(parser.KindOr):
		t := c.bool(parts[0])
		return t.known && !t.value
	}
	return true
}

// isArgument reports whether a call evaluates an operand, which that of mkIf,
// optional and the like depends on, and that of tryEval and others cannot show.
func (c *checker) isArgument(p, child parser.Node) bool {
	if child == p.FirstChild() {
		return true
	}
	if cond, ok := module.Condition(p); ok {
		t := c.bool(cond)
		return t.known && t.value
	}
	return !slices.Contains(forgiving, module.Called(p))
}

// forgiving are functions whose argument may fail, or is only looked at.
var forgiving = []string{"tryEval", "functionArgs", "isFunction", "unsafeGetAttrPos", "tryParse"}
