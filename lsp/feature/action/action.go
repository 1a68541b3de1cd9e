// Package action finds what an editor can offer to do with the code at the
// cursor: fix an error, or write the same in another way.
//
// What a rewriting gives means what the code meant before. An offer costs
// little; its edits are worked out when somebody wants them, and are given out
// only if the file can be read with them.
package action

import (
	"slices"
	"strings"

	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// Kind is a kind of action, as LSP names them: each part after a dot makes it
// more special.
type Kind string

// The kinds.
const (
	QuickFix Kind = "quickfix"
	Rewrite  Kind = "refactor.rewrite"
	Extract  Kind = "refactor.extract"
	Inline   Kind = "refactor.inline"

	// RemoveUnused is not among source.fixAll: who is about to write a file has
	// names in it that are not used yet, and some let editors fix all on saving.
	RemoveUnused Kind = "source.removeUnused.firn"

	// Documentation changes nothing.
	Documentation Kind = "firn.documentation"
)

// Kinds lists all kinds.
var Kinds = []Kind{QuickFix, Rewrite, Extract, Inline, RemoveUnused, Documentation}

// Is reports whether k is of a kind, or more special.
func (k Kind) Is(kind Kind) bool {
	return kind == "" || k == kind || strings.HasPrefix(string(k), string(kind)+".")
}

// Action is one thing to do. Its title tells it from the others at a place.
type Action struct {
	Title     string
	Kind      Kind
	Preferred bool          // the obvious thing to do about an error
	Fixes     *parser.Error // the error that it does away with, or nil
	// Opens is the path of a function whose documentation is opened, beginning
	// with lib or builtins, instead of edits.
	Opens []string

	edits func() []text.Edit
	file  func() File // nil for none
}

// Query is what a question is asked about.
type Query struct {
	Info   *scope.Info
	Errors []*parser.Error // of the file
	Span   text.Span       // the selection; empty for a cursor
	Only   []Kind          // what is wanted; everything if there is none
	// Parse reads the text of such a file.
	Parse func(src string) (*parser.Tree, *parser.Error)
	// Free reports whether a file of that name can be made in the directory of
	// the file; it is nil if none can.
	Free func(name string) bool
	// Browses says that documentation elsewhere can be opened.
	Browses bool
}

// provider finds actions of one kind.
type provider struct {
	kind   Kind
	broken bool // also in a file that cannot be read
	find   func(*finder) []Action
}

var providers = []provider{
	{QuickFix, true, missingTokens},
	{QuickFix, true, literals},
	{QuickFix, false, ambiguousOr},
	{QuickFix, false, duplicates},
	{QuickFix, false, undefined},
	{QuickFix, false, unused},
	{Rewrite, false, toInherit},
	{Rewrite, false, fromInherit},
	{Rewrite, false, attrNames},
	{Rewrite, false, quoteURL},
	{Rewrite, false, notation},
	{Rewrite, false, flatten},
	{Rewrite, false, nest},
	{Rewrite, false, legacyLet},
	{Rewrite, false, fromWith},
	{Rewrite, true, fromJSON},
	{Rewrite, false, prefix},
	{Extract, false, extract},
	{Extract, false, toFile},
	{Inline, false, inline},
	{RemoveUnused, false, allUnused},
	{Documentation, true, documentation},
}

// finder answers one question.
type finder struct {
	Query
	tree  *parser.Tree
	src   string
	leaf  parser.Node // at the cursor
	valid bool        // the file can be read
	found *[]finding  // what is unused, once somebody has asked
}

// Find returns the actions for a place, the fixes first.
func (q Query) Find() []Action {
	f := &finder{Query: q, tree: q.Info.Tree(), src: q.Info.Tree().Source(), valid: true}
	f.leaf = f.tree.At(q.Span.Start)
	for id := range parser.NodeID(f.tree.Len()) {
		if k := f.tree.Kind(id); k == parser.KindError || k == parser.KindMissing {
			f.valid = false
			break
		}
	}
	var list []Action
	for _, p := range providers {
		if f.Wants(p.kind) && (f.valid || p.broken) {
			for _, a := range p.find(f) {
				a.Kind = p.kind
				list = append(list, a)
			}
		}
	}
	return list
}

// Wants reports whether actions of a kind are asked for.
func (q Query) Wants(k Kind) bool {
	return len(q.Only) == 0 || slices.ContainsFunc(q.Only, k.Is)
}

// Edits returns the edits of an action that Find has returned, in source order.
// It is false if the file could not be read with them.
func (q Query) Edits(a Action) ([]text.Edit, bool) {
	if a.edits == nil {
		return nil, false
	}
	edits := a.edits()
	if len(edits) == 0 {
		return nil, false
	}
	if a.Fixes != nil && a.Fixes.Code == parser.SyntaxError {
		return edits, true // it has been tried out
	}
	if file, ok := q.Creates(a); ok {
		if tree, err := q.Parse(file.Text); err != nil || len(scope.Check(tree)) > 0 {
			return nil, false
		}
	}
	return edits, q.readable(Apply(q.Info.Tree().Source(), edits))
}

// readable reports whether a text has no errors that the file does not have.
func (q Query) readable(src string) bool {
	tree, err := q.Parse(src)
	if err != nil {
		return slices.ContainsFunc(q.Errors, func(e *parser.Error) bool { return e.Code == parser.SyntaxError })
	}
	left := map[parser.Code]int{}
	for _, e := range q.Errors {
		left[e.Code]++
	}
	for _, e := range scope.Check(tree) {
		if left[e.Code]--; left[e.Code] < 0 {
			return false
		}
	}
	return true
}

// Apply returns src with edits carried out, which are in source order.
func Apply(src string, edits []text.Edit) string {
	var b strings.Builder
	at := uint32(0)
	for _, e := range edits {
		b.WriteString(src[at:e.Start])
		b.WriteString(e.New)
		at = e.End
	}
	b.WriteString(src[at:])
	return b.String()
}

// edit makes an action of edits that are at hand.
func edit(title string, edits ...text.Edit) Action {
	return Action{Title: title, edits: func() []text.Edit { return edits }}
}

func insert(at uint32, s string) text.Edit {
	return text.Edit{Span: text.Span{Start: at, End: at}, New: s}
}

func replace(n parser.Node, s string) text.Edit { return text.Edit{Span: n.Span(), New: s} }

// around returns the innermost node of a kind that the cursor is in.
func (f *finder) around(kinds ...parser.Kind) parser.Node {
	if !f.leaf.Span().Touches(f.Span.Start) {
		return parser.Node{}
	}
	for n := f.leaf; n.Valid(); n = n.Parent() {
		if slices.Contains(kinds, n.Kind()) {
			return n
		}
	}
	return parser.Node{}
}

// isOpen reports whether any expression can stand in the place of n without
// parentheses.
func isOpen(n parser.Node) bool {
	switch n.Parent().Kind() {
	case parser.KindFile, parser.KindParen, parser.KindInterp, parser.KindInheritFrom, parser.KindWith,
		parser.KindAssert, parser.KindIf, parser.KindLet, parser.KindBinding, parser.KindLambda, parser.KindFormal:
		return true
	}
	return false
}
