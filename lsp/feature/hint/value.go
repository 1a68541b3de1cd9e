package hint

import (
	"firn/lsp/feature/infer"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// Value is a variable with what it stands for.
type Value struct {
	Span text.Span
	Text string // name = value
}

// Values returns the variables in the span, each once, with their values in a few
// words. What is not known is left out.
func (q Query) Values() []Value {
	var list []Value
	w := &walk{Query: q}
	seen := map[string]bool{}
	for n := range w.nodes() {
		if n.Kind() != parser.KindVar || seen[n.Text()] || q.Stop() || !q.Span.Covers(n.Span()) {
			continue
		}
		if kind, _ := q.Space.Root().Ref(n.ID()); kind != scope.Bound && kind != scope.With {
			continue
		}
		seen[n.Text()] = true
		k, ok := q.Space.Evaluate(n)
		if !ok {
			continue
		}
		if b, ok := infer.BriefOf(k); ok {
			list = append(list, Value{n.Span(), n.Text() + " = " + brief(b)})
		}
	}
	return list
}
