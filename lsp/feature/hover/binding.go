package hover

import (
	"fmt"
	"path/filepath"
	"strings"

	"firn/eval/builtin"
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
func (h describer) binding(info *scope.Info, id scope.BindingID) string {
	first := h.what(info, id)
	for range maxHops {
		next, ok := h.origin(info, id)
		if !ok {
			break
		}
		if next.Binding == scope.NoBinding {
			return markup.Join(h.attr(next), first)
		}
		info, id = next.Info, next.Binding
	}
	what := h.what(info, id)
	if what != first {
		what = first + "\n" + what
	}
	return markup.Join(markup.Nix(source(info, id)), doc(info, id), what)
}

// origin returns what an inherited binding stands for.
func (h describer) origin(info *scope.Info, id scope.BindingID) (infer.Attr, bool) {
	b := info.Binding(id)
	name := info.Tree().Node(b.Name)
	switch b.Kind {
	case scope.Inherited:
		kind, outer := info.Ref(b.Name)
		if kind == scope.Bound && outer != id {
			return infer.Attr{Name: info.Name(id), Info: info, Binding: outer}, true
		}
		if v := builtin.LookupGlobal(name.Text()); kind == scope.Global && v != nil {
			return infer.Attr{Binding: scope.NoBinding, Builtin: v}, true
		}
	case scope.InheritedFrom:
		return h.space.Resolve(name)
	}
	return infer.Attr{}, false
}

// source returns the text that makes a binding. Several bindings can make one
// together: `a.b = 1; a.c = 2;` are both a.
func source(info *scope.Info, id scope.BindingID) string {
	var list []string
	for _, n := range definitions(info, id) {
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
func definitions(info *scope.Info, id scope.BindingID) []parser.Node {
	tree, b := info.Tree(), info.Binding(id)
	name := tree.Node(b.Name)
	if b.Kind == scope.Argument {
		return []parser.Node{tree.Node(b.Owner)}
	}
	if b.Kind != scope.Plain || b.Value != parser.NoNode || b.Set == scope.NoSet {
		return []parser.Node{definition(name)}
	}
	var list []parser.Node
	for _, o := range info.Occurrences(id) {
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
func doc(info *scope.Info, id scope.BindingID) string {
	if info.Binding(id).Kind == scope.Argument {
		return ""
	}
	for _, n := range definitions(info, id) {
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
func (h describer) what(info *scope.Info, id scope.BindingID) string {
	b := info.Binding(id)
	line := h.line(info, b.Name)
	switch b.Kind {
	case scope.Argument:
		return fmt.Sprintf("*Argument%s, %s.*", function(info, b), line)
	case scope.Formal:
		return fmt.Sprintf("*%s%s, %s.*", formal(b), function(info, b), line)
	case scope.Inherited:
		return fmt.Sprintf("*Inherited from the scope around, %s.*", line)
	case scope.InheritedFrom:
		from := markup.Excerpt(info.Tree().Node(b.Value).Text())
		return fmt.Sprintf("*Inherited from* %s*, %s.*", markup.Code(from), line)
	}
	return fmt.Sprintf("*%s, %s.*", place(info, b), line)
}

// line says on which line a node is, and in which file if it is another one.
func (h describer) line(info *scope.Info, n parser.NodeID) string {
	tree := info.Tree()
	line := fmt.Sprintf("line %d", tree.Lines().Line(tree.Node(n).Start())+1)
	if path := h.space.Path(info); path != "" {
		return line + " of " + h.relative(path)
	}
	return line
}

// relative returns a path as seen from the file that is open, unless it lies
// far from it.
func (h describer) relative(path string) string {
	from := h.world.File.Path
	if rel, err := filepath.Rel(filepath.Dir(from), path); err == nil && from != "" && strings.Count(rel, "..") <= 2 {
		return rel
	}
	return path
}

func formal(b *scope.Binding) string {
	if b.Value != parser.NoNode {
		return "Argument with a default"
	}
	return "Argument"
}

// function names the function that a binding is an argument of.
func function(info *scope.Info, b *scope.Binding) string {
	for n := range info.Tree().Node(b.Owner).Ancestors() {
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

func place(info *scope.Info, b *scope.Binding) string {
	switch {
	case info.Tree().Node(b.Owner).Kind() == parser.KindLet:
		return "Bound by let"
	case b.Set != scope.NoSet && info.Set(b.Set).Rec:
		return "Attribute of a recursive set"
	}
	return "Attribute"
}

// maxWiths is how many with around a name are looked into.
const maxWiths = 30

// fromWith describes a name that no binding of the file explains, by the sets
// that with brings in.
func (h describer) fromWith(n parser.Node) string {
	var list []string
	withs := h.space.Root().Withs(n.ID())
	for _, with := range withs[:min(len(withs), maxWiths)] {
		set := with.FirstExpr()
		v := h.space.Of(set)
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
	return fmt.Sprintf("%s (%s)", markup.Code("with "+markup.Excerpt(set.Text())), h.line(h.space.Root(), set.ID()))
}

func candidates(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return "*From* " + strings.Join(list, ", *or else* ") + "."
}
