// Package lens finds the lines of a file above which an editor can offer
// something: to evaluate the file or a binding, and how often one is used.
package lens

import (
	"firn/lsp/feature/expression"
	"firn/lsp/feature/module"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// Kind says what a lens offers.
type Kind uint8

// The kinds of lenses.
const (
	Evaluate   Kind = iota // the value of an expression
	References             // how often something is used
)

// Lens is an offer above a line.
type Lens struct {
	Kind Kind
	Span text.Span // of what it is about: a name, or the beginning of a file
	// Name is what it is about, "" for the whole file.
	Name string
	// Expr is the expression to evaluate.
	Expr text.Span
}

// maxBindings is how many bindings get lenses. A file of more is a list of
// things, in which an offer above each is in the way.
const maxBindings = 50

// Evaluations returns what of a file can be evaluated: all of it, the bindings of
// its outermost let and set, and the outputs of a flake. What is to be seen as it
// is written is left out, and so is what a module sets.
func Evaluations(info *scope.Info) []Lens {
	t := info.Tree()
	whole := expression.Whole(t)
	if !whole.Valid() {
		return nil
	}
	list := []Lens{{Kind: Evaluate, Span: firstLine(t), Expr: whole.Span()}}
	var found []Lens
	for _, b := range Bindings(info) {
		if v := b.LastExpr(); isWorthwhile(v) {
			path := b.FirstChild()
			found = append(found, Lens{Kind: Evaluate, Span: path.Span(), Name: path.Text(), Expr: v.Span()})
		}
	}
	if len(found) > maxBindings {
		found = nil
	}
	return append(list, found...)
}

// firstLine returns the first line of a file that is no comment.
func firstLine(t *parser.Tree) text.Span {
	first := t.Root().FirstChild()
	return text.Span{Start: first.Start(), End: first.Start()}
}

// isWorthwhile reports whether a value says more than its expression.
func isWorthwhile(n parser.Node) bool {
	switch n.Unparen().Kind() {
	case parser.KindApply, parser.KindSelect, parser.KindBinary, parser.KindUnary, parser.KindIf, parser.KindLet, parser.KindWith,
		parser.KindAssert, parser.KindVar, parser.KindHasAttr, parser.KindLegacyLet:
		return true
	case parser.KindAttrSet, parser.KindList:
		return n.FirstChild().NextSibling() != n.LastChild()
	}
	return false
}

// Bindings returns the bindings of the outermost let and set of a file, of a
// module only those of let. Of a flake they are the outputs.
func Bindings(info *scope.Info) []parser.Node {
	m, ok := module.Parse(info)
	f := finder{module: ok && m.Shape == module.Certain}
	f.expr(expression.Whole(info.Tree()))
	return f.list
}

// finder collects bindings.
type finder struct {
	module bool // what is in a set is set by a module
	list   []parser.Node
}

func (f *finder) expr(n parser.Node) {
	for n = n.Unparen(); n.Valid(); n = n.LastExpr().Unparen() {
		switch n.Kind() {
		case parser.KindLet:
			f.bindings(n, 1)
		case parser.KindWith, parser.KindAssert, parser.KindLambda:
		case parser.KindAttrSet:
			if !f.module {
				f.set(n)
			}
			return
		default:
			return
		}
	}
}

// set takes the bindings of the set that a file is.
func (f *finder) set(n parser.Node) {
	for b := range n.Children() {
		if b.Kind() == parser.KindBinding && b.FirstChild().Text() == "outputs" && b.LastExpr().Unparen().Kind() == parser.KindLambda {
			f.outputs(b.LastExpr().Unparen())
			return
		}
	}
	f.bindings(n, 1)
}

// maxOutputs is how deep the outputs of a flake nest that are written as sets:
// packages, a system, a name.
const maxOutputs = 3

func (f *finder) outputs(lambda parser.Node) {
	n := lambda.LastExpr().Unparen()
	for n.Kind() == parser.KindLet || n.Kind() == parser.KindWith {
		if n.Kind() == parser.KindLet {
			f.bindings(n, 1)
		}
		n = n.LastExpr().Unparen()
	}
	if n.Kind() == parser.KindAttrSet {
		f.bindings(n, maxOutputs)
	}
}

// bindings takes the bindings of a set or a let, and those of the sets in it to a
// depth instead of the sets.
func (f *finder) bindings(n parser.Node, depth int) {
	for b := range n.Children() {
		if b.Kind() != parser.KindBinding {
			continue
		}
		if v := b.LastExpr().Unparen(); depth > 1 && v.Kind() == parser.KindAttrSet {
			f.bindings(v, depth-1)
			continue
		}
		f.list = append(f.list, b)
	}
}

// Counts returns what of a file the uses can be counted of: the bindings of the
// outermost let and set, and the options that it declares.
func Counts(info *scope.Info) []Lens {
	var list []Lens
	add := func(name parser.Node) {
		list = append(list, Lens{Kind: References, Span: name.Span(), Name: name.Text()})
	}
	for _, b := range Bindings(info) {
		if name := b.FirstChild().FirstChild(); info.Defines(name.ID()) != scope.NoBinding {
			add(name)
		}
	}
	if m, ok := module.Parse(info); ok {
		for _, o := range m.Declared() {
			add(o.Name)
		}
	}
	return list
}
