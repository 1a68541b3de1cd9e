package hover

import (
	"fmt"
	"strings"

	"firn/lsp/feature/doccomment"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/markup"
	"firn/parser"
	"firn/parser/scope"
)

// maxHops is how many inherits are followed to a definition.
const maxHops = 20

// binding describes a binding by its source, what it is and its documentation.
// What is inherited is described by what it is inherited from, if that is
// known.
func (h describer) binding(id scope.BindingID) string {
	first := h.what(id)
	for range maxHops {
		next, ok := h.origin(id)
		if !ok {
			break
		}
		if next.Binding == scope.NoBinding {
			return markup.Join(h.attr(next), first)
		}
		id = next.Binding
	}
	what := h.what(id)
	if what != first {
		what = first + "\n" + what
	}
	return markup.Join(markup.Nix(h.source(id)), h.doc(id), what)
}

// origin returns what an inherited binding stands for.
func (h describer) origin(id scope.BindingID) (infer.Attr, bool) {
	b := h.info.Binding(id)
	name := h.info.Tree().Node(b.Name)
	switch b.Kind {
	case scope.Inherited:
		kind, outer := h.info.Ref(b.Name)
		if kind == scope.Bound && outer != id {
			return infer.Attr{Name: h.info.Name(id), Binding: outer}, true
		}
		if v := infer.OfGlobal(h.info, name.Text()); kind == scope.Global && v.Builtin != nil {
			return infer.Attr{Binding: scope.NoBinding, Builtin: v.Builtin}, true
		}
	case scope.InheritedFrom:
		return infer.Resolve(h.info, name)
	}
	return infer.Attr{}, false
}

// source returns the text that makes a binding. Several bindings can make one
// together: `a.b = 1; a.c = 2;` are both a.
func (h describer) source(id scope.BindingID) string {
	var list []string
	for _, n := range h.definitions(id) {
		list = append(list, markup.Excerpt(head(n)))
	}
	return strings.Join(list, "\n")
}

// head returns the text of a definition, of a function only the arguments.
func head(n parser.Node) string {
	if n.Kind() != parser.KindLambda {
		return n.Text()
	}
	return markup.Head(n)
}

// maxDefinitions is how many definitions of one attribute are shown.
const maxDefinitions = 5

// definitions returns the nodes that define a binding, the first of them at
// least.
func (h describer) definitions(id scope.BindingID) []parser.Node {
	tree, b := h.info.Tree(), h.info.Binding(id)
	name := tree.Node(b.Name)
	if b.Kind == scope.Argument {
		return []parser.Node{tree.Node(b.Owner)}
	}
	if b.Kind != scope.Plain || b.Value != parser.NoNode || b.Set == scope.NoSet {
		return []parser.Node{definition(name)}
	}
	var list []parser.Node
	for _, o := range h.info.Occurrences(id) {
		if o.Def && len(list) < maxDefinitions {
			list = append(list, definition(tree.Node(o.Node)))
		}
	}
	return list
}

// definition returns the node to show for a name.
func definition(name parser.Node) parser.Node {
	switch parent := name.Parent(); parent.Kind() {
	case parser.KindAttrPath, parser.KindInherit:
		for p := range name.Ancestors() {
			if p.Kind() == parser.KindBinding || p.Kind() == parser.KindInherit {
				return p
			}
		}
	case parser.KindFormal:
		return parent
	}
	return name
}

// doc returns what a comment says about a binding, or about the function that
// is its value.
func (h describer) doc(id scope.BindingID) string {
	if h.info.Binding(id).Kind == scope.Argument {
		return ""
	}
	for _, n := range h.definitions(id) {
		if n.Kind() == parser.KindInherit {
			continue
		}
		if doc := doccomment.Of(n); doc != "" {
			return doc
		}
	}
	return ""
}

// what says in words what a binding is.
func (h describer) what(id scope.BindingID) string {
	b := h.info.Binding(id)
	line := h.line(b.Name)
	switch b.Kind {
	case scope.Argument:
		return fmt.Sprintf("*Argument%s, line %d.*", h.function(b), line)
	case scope.Formal:
		return fmt.Sprintf("*%s%s, line %d.*", h.formal(b), h.function(b), line)
	case scope.Inherited:
		return fmt.Sprintf("*Inherited from the scope around, line %d.*", line)
	case scope.InheritedFrom:
		from := markup.Excerpt(h.info.Tree().Node(b.Value).Text())
		return fmt.Sprintf("*Inherited from* %s*, line %d.*", markup.Code(from), line)
	}
	return fmt.Sprintf("*%s, line %d.*", h.place(b), line)
}

func (h describer) line(n parser.NodeID) uint32 {
	tree := h.info.Tree()
	return tree.Lines().Line(tree.Node(n).Start()) + 1
}

func (h describer) formal(b *scope.Binding) string {
	if b.Value != parser.NoNode {
		return "Argument with a default"
	}
	return "Argument"
}

// function names the function that a binding is an argument of.
func (h describer) function(b *scope.Binding) string {
	for n := range h.info.Tree().Node(b.Owner).Ancestors() {
		switch n.Kind() {
		case parser.KindLambda, parser.KindParen:
			continue
		case parser.KindBinding:
			return " of* " + markup.Code(n.FirstChild().Text()) + "*"
		}
		break
	}
	return ""
}

func (h describer) place(b *scope.Binding) string {
	switch {
	case h.info.Tree().Node(b.Owner).Kind() == parser.KindLet:
		return "Bound by let"
	case b.Set != scope.NoSet && h.info.Set(b.Set).Rec:
		return "Attribute of a recursive set"
	}
	return "Attribute"
}

// fromWith describes a name that no binding of the file explains, by the sets
// that with brings in.
func (h describer) fromWith(n parser.Node) string {
	var list []string
	for _, with := range h.info.Withs(n.ID()) {
		set := firstExpr(with)
		v := infer.Of(h.info, set)
		if a, ok := v.Attr(n.Text()); ok {
			return markup.Join(h.attr(a), candidates(append(list, h.with(set))))
		}
		if v.Open {
			list = append(list, h.with(set))
		}
	}
	return markup.Join(markup.Nix(n.Text()), candidates(list))
}

func (h describer) with(set parser.Node) string {
	return fmt.Sprintf("%s (line %d)", markup.Code("with "+markup.Excerpt(set.Text())), h.line(set.ID()))
}

func candidates(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return "*From* " + strings.Join(list, ", *or else* ") + "."
}

func firstExpr(n parser.Node) parser.Node {
	for e := range n.Exprs() {
		return e
	}
	return parser.Node{}
}
