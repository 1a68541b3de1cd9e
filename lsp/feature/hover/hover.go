// Package hover says what stands under the cursor: what a name is bound to and
// how that is documented, what a builtin, a keyword or an operator does, which
// file a path means, what a number or an escape amounts to.
//
// It reads syntax and scopes. Values and options it is told by whoever has
// evaluated them.
package hover

import (
	"firn/eval/builtin"
	"firn/lsp/feature/disk"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/manual"
	"firn/lsp/feature/markup"
	"firn/lsp/feature/option"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// Hover is a description of a piece of source.
type Hover struct {
	Span     text.Span
	Markdown string
}

// Known is what is known of a file and its surroundings.
type Known struct {
	Space  *infer.Space
	World  disk.World
	Config option.View // the options that it can set
	Others []Other     // configurations that have the file, too
}

// Other is another configuration that a file belongs to.
type Other struct {
	Name   string
	Config option.View
}

// At describes what touches off. It returns false if there is nothing to say.
func At(known Known, off uint32) (Hover, bool) {
	h, space := describer{space: known.Space, world: known.World, config: known.Config, others: known.Others}, known.Space
	n := leafAt(space.Root().Tree(), off)
	if !n.Valid() {
		return Hover{}, false
	}
	markdown := h.describe(n)
	return Hover{Span: n.Span(), Markdown: markdown}, markdown != ""
}

// Binding describes a binding as At describes its uses.
func Binding(info *scope.Info, id scope.BindingID) string {
	return describer{space: infer.Alone(info)}.binding(info, id)
}

// Attr describes an attribute of a set that was evaluated.
func Attr(space *infer.Space, a infer.Attr) string { return describer{space: space}.known(a) }

// leafAt returns the leaf to describe. Of two that touch off it is the one
// behind, unless that is punctuation and the other is not. A path or a name
// with parts is described as a whole.
func leafAt(tree *parser.Tree, off uint32) parser.Node {
	n := tree.At(off)
	if n.FirstChild().Valid() || !n.Span().Touches(off) {
		return parser.Node{}
	}
	switch parent := n.Parent(); {
	case n.Kind() != parser.KindText && n.Kind() != parser.KindQuote:
		return n
	case parent.Kind() == parser.KindPath:
		return parent
	case parent.Kind() == parser.KindString && isName(parent):
		return parent
	}
	return n
}

// isName reports whether a string stands where a name does.
func isName(s parser.Node) bool {
	k := s.Parent().Kind()
	return k == parser.KindAttrPath || k == parser.KindInherit
}

type describer struct {
	space  *infer.Space
	world  disk.World
	config option.View
	others []Other
}

func (h describer) describe(n parser.Node) string {
	switch k := n.Kind(); {
	case k == parser.KindVar:
		return h.variable(n)
	case k == parser.KindName, k == parser.KindString:
		return h.name(n)
	case k == parser.KindInt, k == parser.KindFloat:
		return number(n)
	case k == parser.KindEscape:
		return escape(n)
	case k == parser.KindPath:
		return h.path(n)
	case k == parser.KindSearchPath:
		return h.searchPath(n)
	case k == parser.KindURI, k.IsToken() && isWorthwhile(k):
		return entry(n)
	}
	return ""
}

// isWorthwhile reports whether a token is described. Everybody knows commas,
// and those who rest the mouse on a bracket want to see what is in it.
func isWorthwhile(k parser.Kind) bool {
	switch k {
	case parser.KindAt, parser.KindColon, parser.KindEllipsis, parser.KindDollarBrace, parser.KindIndQuote:
		return true
	}
	return k.IsKeyword() || k.IsOperator()
}

func entry(n parser.Node) string {
	if e := manual.Of(n); e != nil {
		return markup.Entry(e)
	}
	return ""
}

// variable describes a use of a name.
func (h describer) variable(n parser.Node) string {
	if s := h.option(n); s != "" {
		return s
	}
	info := h.space.Info(n)
	kind, id := info.Ref(n.ID())
	switch kind {
	case scope.Bound:
		return markup.Join(h.binding(info, id), h.value(n))
	case scope.Global:
		return global(n.Text())
	case scope.With:
		return h.fromWith(n)
	}
	return ""
}

func global(name string) string {
	if name == "__curPos" {
		return markup.Join(markup.Nix("__curPos"), "Where this is written: a set of `file`, `line` and `column`.")
	}
	if b := builtin.LookupGlobal(name); b != nil {
		return markup.Builtin(b)
	}
	return ""
}

// name describes an attribute's name: one that is defined here, or one that is
// selected.
func (h describer) name(n parser.Node) string {
	if s := h.option(n); s != "" {
		return s
	}
	if a, ok := h.space.Resolve(n); ok {
		return h.attr(a)
	}
	if id := h.space.Root().Defines(n.ID()); id != scope.NoBinding {
		return h.binding(h.space.Root(), id)
	}
	if n.Parent().Kind() == parser.KindInherit && !n.Parent().Has(parser.KindInheritFrom) {
		return h.variable(n)
	}
	return ""
}

func (h describer) attr(a infer.Attr) string {
	switch {
	case a.Builtin != nil:
		return markup.Builtin(a.Builtin)
	case a.Field != nil:
		return markup.Field(a.Field)
	case a.Binding != scope.NoBinding:
		return h.binding(a.Info, a.Binding)
	}
	return h.known(a)
}
