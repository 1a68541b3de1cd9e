package action

import (
	"fmt"

	"firn/lsp/feature/layout"
	"firn/parser"
	"firn/parser/text"
)

// duplicates removes one of two definitions of the same name.
func duplicates(f *finder) []Action {
	var list []Action
	for _, e := range f.Errors {
		if len(e.Related) == 0 || !f.touches(e.Span) && !f.touches(e.Related[0].Span) {
			continue
		}
		switch e.Code {
		case parser.DuplicateAttribute:
			list = append(list, f.duplicateAttribute(e)...)
		case parser.DuplicateFormal:
			list = append(list, f.duplicateFormal(e)...)
		}
	}
	return list
}

func (f *finder) duplicateAttribute(e *parser.Error) []Action {
	var list []Action
	add := func(title string, s text.Span) {
		if edit, ok := f.removal(s); ok {
			list = append(list, fixing(e, Action{Title: title, edits: func() []text.Edit { return []text.Edit{edit} }}))
		}
	}
	name := e.Span.In(f.src)
	add(fmt.Sprintf("Remove this definition of '%s'", excerpt(name)), e.Span)
	add(fmt.Sprintf("Remove the first definition of '%s'", excerpt(name)), e.Related[0].Span)
	return list
}

// removal takes out the statement that defines the name at the end of a span,
// or the name from its inherit.
func (f *finder) removal(s text.Span) (text.Edit, bool) {
	last := text.Span{Start: s.End - 1, End: s.End}
	for n := f.tree.Innermost(last); n.Valid(); n = n.Parent() {
		switch {
		case n.Kind() == parser.KindBinding:
			return layout.RemoveStatement(f.tree, n), true
		case n.Parent().Kind() == parser.KindInherit && len(layout.Items(n.Parent())) > 1:
			return layout.RemoveItem(f.tree, n), true
		case n.Kind() == parser.KindInherit:
			return layout.RemoveStatement(f.tree, n), true
		}
	}
	return text.Edit{}, false
}

func (f *finder) duplicateFormal(e *parser.Error) []Action {
	n := f.tree.Innermost(e.Span)
	if formal := n.Parent(); formal.Kind() == parser.KindFormal {
		title := fmt.Sprintf("Remove this argument '%s'", n.Text())
		return []Action{fixing(e, edit(title, removeFormal(formal)))}
	}
	if n.Kind() == parser.KindFormals {
		n = n.Parent()
	}
	if arg, at := n.Child(parser.KindName), n.Child(parser.KindAt); n.Kind() == parser.KindLambda && at.Valid() {
		span := text.Span{Start: arg.Start(), End: at.End()}
		if at.Start() < arg.Start() {
			span = text.Span{Start: layout.EndBefore(f.tree, at.Start()), End: arg.End()}
		}
		return []Action{fixing(e, edit(fmt.Sprintf("Remove the name '%s' of the argument", arg.Text()), text.Edit{Span: span}))}
	}
	return nil
}

// removeFormal takes a formal and the comma behind it out; of the last one it
// is the comma before it.
func removeFormal(formal parser.Node) text.Edit {
	span := formal.Span()
	if next := formal.NextSibling(); next.Kind() == parser.KindComma {
		span.End = next.End()
		gap := text.Span{Start: next.End(), End: next.NextSibling().Start()}
		if !layout.HasComment(formal.Tree(), gap, text.Span{}) {
			span.End = gap.End
		}
	} else if prev := formal.PrevSibling(); prev.Kind() == parser.KindComma {
		span.Start = prev.Start()
	}
	return text.Edit{Span: span}
}
