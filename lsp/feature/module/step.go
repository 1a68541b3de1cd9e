package module

import (
	"slices"
	"strings"

	"firn/lsp/feature/cursor"
	"firn/parser"
	"firn/parser/scope"
)

// Step leads from a set to an attribute, or from a list to an element.
type Step struct {
	Kind StepKind
	Name string // of an Attr
}

// StepKind says what a step is.
type StepKind uint8

// The kinds of steps.
const (
	Attr    StepKind = iota
	Dynamic          // an attribute whose name only an evaluation tells
	Element          // any element of a list
)

// String returns the step as it is written in an attribute path. What has no
// name there is a sign in brackets.
func (s Step) String() string {
	switch s.Kind {
	case Dynamic:
		return "<name>"
	case Element:
		return "<element>"
	}
	return scope.AttrName(s.Name)
}

// Show returns steps as one attribute path.
func Show(steps []Step) string {
	var b strings.Builder
	for i, s := range steps {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(s.String())
	}
	return b.String()
}

// stepOf returns the step that an element of an attribute path is.
func stepOf(n parser.Node) Step {
	if name, ok := n.AttrName(); ok {
		return Step{Kind: Attr, Name: name}
	}
	return Step{Kind: Dynamic}
}

// elementsOf returns the names of an attribute path or an inherit.
func elementsOf(n parser.Node) []parser.Node {
	var list []parser.Node
	for e := range n.Children() {
		switch e.Kind() {
		case parser.KindName, parser.KindString, parser.KindInterp:
			list = append(list, e)
		}
	}
	return list
}

// stepsOf returns the steps of an attribute path in tokens.
func stepsOf(src string, items []cursor.Item) []Step {
	var steps []Step
	for _, item := range items {
		switch item.Kind {
		case parser.KindDot:
		case parser.KindVar:
			steps = append(steps, Step{Kind: Attr, Name: item.Span.In(src)})
		default:
			steps = append(steps, quotedStep(item.Span.In(src)))
		}
	}
	return steps
}

// quotedStep returns the step of a string or an interpolation.
func quotedStep(name string) Step {
	if t, err := parser.Parse("_." + name); err == nil {
		if elements := elementsOf(t.Root().LastExpr().Child(parser.KindAttrPath)); len(elements) == 1 {
			return stepOf(elements[0])
		}
	}
	return Step{Kind: Dynamic}
}

// trail is a step with those before it; nil is the root of the options.
type trail struct {
	step  Step
	up    *trail
	depth int
}

// maxDepth is how many steps are followed. Options are never so deep, and what
// is nested deeper than they are is of no interest.
const maxDepth = 64

// to returns t with a step behind it, and false if that is too deep.
func (t *trail) to(s Step) (*trail, bool) {
	next := &trail{step: s, up: t, depth: 1}
	if t != nil {
		next.depth = t.depth + 1
	}
	return next, next.depth <= maxDepth
}

func (t *trail) steps() []Step {
	var list []Step
	for ; t != nil; t = t.up {
		list = append(list, t.step)
	}
	slices.Reverse(list)
	return list
}
