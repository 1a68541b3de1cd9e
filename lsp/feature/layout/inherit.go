package layout

import (
	"firn/parser"
	"firn/parser/text"
)

// Explicit makes a binding of a name in an inherit: `inherit x` becomes
// `Attr = Value`, and `inherit (s) x` becomes `Attr = s.Value`.
type Explicit struct {
	Item        parser.Node
	Attr, Value string
	// Copy writes the source where it is needed a second time; nil takes its
	// text.
	Copy func(source parser.Node) string
}

// Part is one of the edits for an [Explicit]. It says where in its new text
// the binding's name and what it refers to begin, or -1.
type Part struct {
	text.Edit
	Attr, Value int
}

// Parts returns the edits, in source order. The statement becomes the binding
// if it has no other name and no comment would be lost; else the binding
// follows it.
func (e Explicit) Parts() []Part {
	t, stmt, source := e.Item.Tree(), e.Item.Parent(), Source(e.Item.Parent())
	head := text.Span{Start: stmt.Start(), End: e.Item.End()}
	if len(Items(stmt)) == 1 && !HasComment(t, head, source.Span()) {
		return e.turn(stmt, source)
	}
	at, gap := Below(t, stmt)
	binding := e.Attr + " = "
	if source.Valid() {
		binding += e.copied(source) + "."
	}
	return []Part{
		{Edit: RemoveItem(t, e.Item), Attr: -1, Value: -1},
		{
			Edit: text.Edit{Span: text.Span{Start: at, End: at}, New: gap + binding + e.Value + ";"},
			Attr: len(gap), Value: len(gap) + len(binding),
		},
	}
}

func (e Explicit) copied(source parser.Node) string {
	s := source.Text()
	if e.Copy != nil {
		s = e.Copy(source)
	}
	if Selectable(source) {
		return s
	}
	return "(" + s + ")"
}

// turn makes a binding of the statement. The source stays in place, since
// there may be other edits in it.
func (e Explicit) turn(stmt, source parser.Node) []Part {
	if !source.Valid() {
		span := text.Span{Start: stmt.Start(), End: e.Item.End()}
		return []Part{{text.Edit{Span: span, New: e.Attr + " = " + e.Value}, 0, len(e.Attr) + len(" = ")}}
	}
	open, dot := "", "."
	if !Selectable(source) {
		open, dot = "(", ")."
	}
	return []Part{
		{text.Edit{Span: text.Span{Start: stmt.Start(), End: source.Start()}, New: e.Attr + " = " + open}, 0, -1},
		{text.Edit{Span: text.Span{Start: source.End(), End: e.Item.End()}, New: dot + e.Value}, -1, len(dot)},
	}
}
