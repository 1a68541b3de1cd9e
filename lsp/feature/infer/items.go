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
func (s *Space) OfItems(items []cursor.Item) Value {
	w, tree := newWalk(s), s.root.Tree()
	if len(items) == 0 {
		return unknown
	}
	if n := exactly(tree, cursor.Span(items)); n.Valid() && len(items) > 1 {
		return w.expr(n)
	}
	v := w.item(items[0])
	for i := 1; i+1 < len(items); i += 2 {
		name, ok := itemName(tree.Source(), items[i+1])
		if items[i].Kind != parser.KindDot || !ok {
			break
		}
		v = w.selectFrom(v, name)
	}
	return v
}

// OfPath returns what is known of the attribute of a value that a path names.
func (s *Space) OfPath(v Value, path []cursor.Item) Value {
	w := newWalk(s)
	for _, item := range path {
		if item.Kind == parser.KindDot {
			continue
		}
		name, ok := itemName(s.root.Tree().Source(), item)
		if !ok {
			return unknown
		}
		v = w.selectFrom(v, name)
	}
	return v
}

// OfCall returns what is known of the value of a function applied to arguments,
// as [cursor.Context.Call] returns them.
func (s *Space) OfCall(operands [][]cursor.Item) Value {
	if len(operands) == 0 {
		return unknown
	}
	v := s.OfItems(operands[0])
	for i, arg := range operands[1:] {
		if i == 0 && s.Loads(operands[0]) {
			v = newWalk(s).imported(exactly(s.root.Tree(), cursor.Span(arg)))
		} else {
			v = s.Apply(v)
		}
	}
	return v
}

// Loads reports whether a function loads the file whose path is its first
// argument, so that what follows is passed to what the file holds.
func (s *Space) Loads(function []cursor.Item) bool {
	f := s.OfItems(function)
	name := function[len(function)-1].Span.In(s.root.Tree().Source())
	return isImport(f) || callsPackages(f, name)
}

// Apply returns what a function becomes with one argument more.
func (s *Space) Apply(f Value) Value { return newWalk(s).apply(f) }

// item returns the value of a single item.
func (w *walk) item(item cursor.Item) Value {
	info, tree := w.root, w.root.Tree()
	if item.Kind != parser.KindVar {
		return w.group(item.Span)
	}
	n := tree.At(item.Span.Start)
	name := item.Span.In(tree.Source())
	if kind, _ := info.Ref(n.ID()); kind != scope.NoRef && n.Text() == name {
		return w.variable(n)
	}
	if id := info.Lookup(n.ID(), name); id != scope.NoBinding {
		return w.binding(info, id)
	}
	if builtin.LookupGlobal(name) != nil {
		return w.global(name)
	}
	return w.fromWith(n, name)
}

// group returns the value of what is not a name. The parentheses of an inherit
// are no expression of their own.
func (w *walk) group(span text.Span) Value {
	n := w.root.Tree().Innermost(span)
	if n.Kind() == parser.KindInheritFrom && n.Span() == span {
		return w.expr(n.FirstExpr())
	}
	return w.expr(exactly(w.root.Tree(), span))
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
