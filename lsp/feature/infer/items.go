package infer

import (
	"strings"

	"firn/eval/builtin"
	"firn/lsp/feature/cursor"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// OfItems returns what is known of the value of an operand that the scan before
// the cursor found. The tree may be of a broken file, in which there is no node
// for it.
func OfItems(info *scope.Info, items []cursor.Item) Value {
	w := newWalk(info)
	if len(items) == 0 {
		return unknown
	}
	if n := exactly(info.Tree(), cursor.Span(items)); n.Valid() && len(items) > 1 {
		return w.expr(n)
	}
	v := w.item(items[0])
	for i := 1; i+1 < len(items); i += 2 {
		name, ok := itemName(info.Tree().Source(), items[i+1])
		if items[i].Kind != parser.KindDot || !ok {
			break
		}
		v = w.selectFrom(v, name)
	}
	return v
}

// OfPath returns what is known of the attribute of a value that a path names.
func OfPath(info *scope.Info, v Value, path []cursor.Item) Value {
	w := newWalk(info)
	for _, item := range path {
		if item.Kind == parser.KindDot {
			continue
		}
		name, ok := itemName(info.Tree().Source(), item)
		if !ok {
			return unknown
		}
		v = w.selectFrom(v, name)
	}
	return v
}

// OfCall returns what is known of the value of a function applied to arguments,
// as [cursor.Context.Call] returns them.
func OfCall(info *scope.Info, operands [][]cursor.Item) Value {
	if len(operands) == 0 {
		return unknown
	}
	v := OfItems(info, operands[0])
	for range len(operands) - 1 {
		v = Apply(info, v)
	}
	return v
}

// Apply returns what a function becomes with one argument more.
func Apply(info *scope.Info, f Value) Value { return newWalk(info).apply(f) }

// item returns the value of a single item.
func (w *walk) item(item cursor.Item) Value {
	tree := w.info.Tree()
	if item.Kind != parser.KindVar {
		return w.group(item.Span)
	}
	n := tree.At(item.Span.Start)
	name := item.Span.In(tree.Source())
	if kind, _ := w.info.Ref(n.ID()); kind != scope.NoRef && n.Text() == name {
		return w.variable(n)
	}
	if id := w.info.Lookup(n.ID(), name); id != scope.NoBinding {
		return w.binding(id)
	}
	if builtin.LookupGlobal(name) != nil {
		return w.global(name)
	}
	return w.fromWith(n.ID(), name)
}

// group returns the value of what is not a name. The parentheses of an inherit
// are no expression of their own.
func (w *walk) group(span text.Span) Value {
	n := w.info.Tree().Innermost(span)
	if n.Kind() == parser.KindInheritFrom && n.Span() == span {
		return w.expr(firstExpr(n))
	}
	return w.expr(exactly(w.info.Tree(), span))
}

// exactly returns the expression with the given span, if there is one.
func exactly(tree *parser.Tree, span text.Span) parser.Node {
	n := tree.Innermost(span)
	if n.Span() != span || !n.Kind().IsExpr() {
		return parser.Node{}
	}
	return n
}

// itemName returns the name that an item of an attribute path has.
func itemName(src string, item cursor.Item) (string, bool) {
	word := item.Span.In(src)
	switch item.Kind {
	case parser.KindVar:
		return word, true
	case parser.KindString:
		inner, ok := strings.CutPrefix(strings.TrimSuffix(word, `"`), `"`)
		return inner, ok && !strings.ContainsAny(inner, "\\$")
	}
	return "", false
}
