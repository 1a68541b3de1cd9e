package action

import (
	"firn/lsp/feature/layout"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// legacyLet offers `let … in …` for `let { body = …; … }`, or where that is
// not possible the recursive set that it stands for.
func legacyLet(f *finder) []Action {
	n := f.around(parser.KindLegacyLet)
	if n != f.leaf.Parent() {
		return nil // only on its own tokens
	}
	if body := f.letBody(n); body.Valid() {
		return []Action{{Title: "Convert to 'let … in …'", edits: func() []text.Edit { return toLet(n, body) }}}
	}
	if f.Info.Attr(f.Info.SetOf(n.ID()), "body") == scope.NoBinding {
		return nil
	}
	return []Action{edit("Convert to 'rec { … }.body'", replace(n.FirstChild(), "rec"), insert(n.End(), ".body"))}
}

// letBody returns the binding of body, if no other binding refers to it and
// all of them can stand in a let.
func (f *finder) letBody(n parser.Node) parser.Node {
	set := f.Info.SetOf(n.ID())
	id := f.Info.Attr(set, "body")
	head := text.Span{Start: n.Start(), End: n.Child(parser.KindLeftBrace).End()}
	if id == scope.NoBinding || layout.HasComment(f.tree, head, text.Span{}) || len(f.Info.Set(set).Dynamic) > 0 || f.Info.Binding(id).Value == parser.NoNode {
		return parser.Node{}
	}
	if f.Info.Binding(id).Kind != scope.Plain || len(f.Info.Occurrences(id)) != 1 {
		return parser.Node{}
	}
	return f.tree.Node(f.Info.Binding(id).Name).Parent().Parent()
}

func toLet(n, body parser.Node) []text.Edit {
	keyword, brace, end := n.FirstChild(), n.Child(parser.KindLeftBrace), n.LastChild()
	open, closing := "", ""
	if !isOpen(n) {
		open, closing = "(", ")"
	}
	return []text.Edit{
		{Span: text.Span{Start: keyword.Start(), End: brace.End()}, New: open + "let"},
		layout.RemoveStatement(n.Tree(), body),
		{Span: end.Span(), New: "in " + body.LastExpr().Text() + closing},
	}
}
