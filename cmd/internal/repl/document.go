package repl

import (
	"context"
	"os"
	"strings"

	"firn/eval"
	"firn/lsp/feature/doccomment"
	"firn/lsp/feature/markup"
	"firn/parser"
	"firn/parser/text"
)

// functionText returns how a function is called, where it is, and its comment,
// in Markdown.
func functionText(f eval.FunctionInfo) string {
	lambda := nodeAt(f.Pos, parser.KindLambda)
	if !lambda.Valid() {
		return ""
	}
	head := markup.Head(lambda)
	if f.Name != "" {
		head = f.Name + " = " + head
	}
	return markup.Join(markup.Nix(head), doccomment.Of(lambda), "Defined at "+f.Pos.String())
}

// attrText returns where the attribute is defined that an expression selects,
// and the comment there.
func (s *Session) attrText(ctx context.Context, src string) string {
	base, name, ok := s.selection(src)
	if !ok {
		return ""
	}
	set, err := s.evaluate(ctx, base)
	if err != nil {
		return ""
	}
	a, ok, err := set.Attr(ctx, name)
	if err != nil || !ok || a.Pos == nil {
		return ""
	}
	doc := ""
	for _, kind := range []parser.Kind{parser.KindBinding, parser.KindName} {
		if n := nodeAt(a.Pos, kind); n.Valid() && doc == "" {
			doc = doccomment.Of(n)
		}
	}
	return markup.Join(doc, "Defined at "+a.Pos.String())
}

// selection cuts an expression that selects an attribute before the last name.
func (s *Session) selection(src string) (base, name string, ok bool) {
	tree, err := parser.Parse(src, parser.PipeOperators(s.Pipes))
	if err != nil {
		return "", "", false
	}
	for n := range tree.Root().Exprs() {
		path := n.Child(parser.KindAttrPath)
		if n.Kind() != parser.KindSelect || !path.Valid() || n.End() != path.End() {
			return "", "", false
		}
		last := path
		for c := range path.Children() {
			last = c
		}
		name, ok = last.AttrName()
		return strings.TrimRight(src[:last.Start()], ". \t\n"), name, ok
	}
	return "", "", false
}

// nodeAt returns the outermost node of a kind that begins at a place, or none.
func nodeAt(p *eval.Position, kind parser.Kind) parser.Node {
	var none parser.Node
	if p == nil || strings.HasPrefix(p.File, "«") {
		return none
	}
	src, err := os.ReadFile(p.File)
	if err != nil {
		return none
	}
	tree, bad := parser.Parse(string(src))
	if bad != nil {
		return none
	}
	off := tree.Lines().Offset(text.Position{Line: p.Line - 1, Column: p.Column - 1}, text.UTF8)
	for n := range tree.Nodes() {
		if n.Start() == off && n.Kind() == kind {
			return n
		}
	}
	return none
}
