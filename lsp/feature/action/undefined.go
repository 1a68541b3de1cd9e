package action

import (
	"fmt"
	"slices"
	"strings"

	"firn/eval/builtin"
	"firn/lsp/feature/fuzzy"
	"firn/lsp/feature/layout"
	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// undefined offers names that a variable without definition may be meant to
// be, and to make it an argument.
func undefined(f *finder) []Action {
	var list []Action
	for _, e := range f.Errors {
		if e.Code != parser.UndefinedVariable || !f.touches(e.Span) {
			continue
		}
		n := usage.At(f.tree, e.Span.Start)
		var found []Action
		if n.Kind() == parser.KindVar {
			found = append(f.qualified(n), f.similar(n)...)
		}
		for _, a := range append(found, f.addFormals(n)...) {
			list = append(list, fixing(e, a))
		}
	}
	return list
}

// qualified offers builtins.x, and s.x if the file selects x from a variable s
// somewhere that is the same here.
func (f *finder) qualified(n parser.Node) []Action {
	var list []Action
	add := func(prefix string) {
		a := edit(fmt.Sprintf("Replace by '%s.%s'", prefix, n.Text()), insert(n.Start(), prefix+"."))
		a.Preferred = len(list) == 0
		if !slices.ContainsFunc(list, func(b Action) bool { return b.Title == a.Title }) {
			list = append(list, a)
		}
	}
	if b := builtin.Lookup(n.Text()); b != nil && f.means(n, "builtins", scope.NoBinding) {
		add("builtins")
	}
	for m := range f.tree.Nodes() {
		if m.Kind() != parser.KindSelect || m.Has(parser.KindOrKw) {
			continue
		}
		base, names := usage.Selected(m.Child(parser.KindAttrPath).LastChild())
		if base.Kind() != parser.KindVar || len(names) == 0 || names[len(names)-1] != n.Text() {
			continue
		}
		if _, id := f.Info.Ref(base.ID()); f.means(n, base.Text(), id) {
			add(dotted(base.Text(), names[:len(names)-1]))
		}
	}
	return list
}

// dotted writes a path that begins with a variable.
func dotted(base string, names []string) string {
	parts := []string{base}
	for _, name := range names {
		parts = append(parts, scope.AttrName(name))
	}
	return strings.Join(parts, ".")
}

// means reports whether a name at n would refer to a binding.
func (f *finder) means(n parser.Node, name string, id scope.BindingID) bool {
	return f.Info.Lookup(n.ID(), name) == id
}

// maxSimilar is how many names are offered for one that is misspelt.
const maxSimilar = 3

// similar offers visible names and builtins that are spelt almost like n.
func (f *finder) similar(n parser.Node) []Action {
	var names []string
	add := func(name string) {
		if scope.IsIdentifier(name) {
			names = append(names, name)
		}
	}
	for _, id := range f.Info.Visible(n.Start()) {
		add(f.Info.Name(id))
	}
	for _, name := range scope.Globals() {
		if !strings.HasPrefix(name, "__") && f.means(n, name, scope.NoBinding) {
			add(name)
		}
	}
	found, alone := fuzzy.Similar(n.Text(), names)
	var list []Action
	for i, name := range found[:min(maxSimilar, len(found))] {
		a := edit(fmt.Sprintf("Replace by '%s'", name), replace(n, name))
		a.Preferred = i == 0 && alone
		list = append(list, a)
	}
	return list
}

// addFormals offers to add a name to the arguments of the innermost function
// around it that lists its arguments, and of the outermost.
func (f *finder) addFormals(n parser.Node) []Action {
	name := usage.Name(n)
	var lambdas []parser.Node
	for p := range n.Ancestors() {
		if p.Kind() == parser.KindLambda && p.Has(parser.KindFormals) {
			lambdas = append(lambdas, p)
		}
	}
	if len(lambdas) == 0 || !scope.IsIdentifier(name) {
		return nil
	}
	inner, outer := lambdas[0], lambdas[len(lambdas)-1]
	if inner == outer {
		return []Action{edit(fmt.Sprintf("Add '%s' to the arguments", name), addFormal(inner, name))}
	}
	return []Action{
		edit(fmt.Sprintf("Add '%s' to the arguments of the innermost function", name), addFormal(inner, name)),
		edit(fmt.Sprintf("Add '%s' to the arguments of the outermost function", name), addFormal(outer, name)),
	}
}

// addFormal adds a name behind the other formals of a function, separated as
// they are.
func addFormal(lambda parser.Node, name string) text.Edit {
	formals := lambda.Child(parser.KindFormals)
	var last, before parser.Node
	for c := range formals.Children() {
		if c.Kind() == parser.KindFormal {
			before, last = last, c
		}
	}
	first := formals.FirstChild().NextSibling()
	switch {
	case last.Valid():
		return insert(last.End(), separator(formals, before, last)+name)
	case first.Kind() == parser.KindEllipsis:
		return insert(first.Start(), name+", ")
	}
	return replace(formals, "{ "+name+" }")
}

// separator returns what stands between the last two formals, or what would
// stand behind the only one.
func separator(formals, before, last parser.Node) string {
	t := formals.Tree()
	gap := text.Span{Start: before.End(), End: last.Start()}
	if before.Valid() && !layout.HasComment(t, gap, text.Span{}) {
		return gap.In(t.Source())
	}
	if indent, alone := layout.Indent(t, last.Start()); alone {
		return ",\n" + indent
	}
	return ", "
}
