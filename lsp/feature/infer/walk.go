package infer

import (
	"firn/eval/builtin"
	"firn/parser"
	"firn/parser/scope"
)

// The limits of one question. Real files need a handful of steps; without a
// limit `let a = b // b; b = c // c; ...` takes exponential time.
const (
	maxSteps = 2000
	maxDepth = 100
)

// unknown is a value of which nothing is known.
var unknown = Value{Open: true}

// walk answers one question.
type walk struct {
	*Space
	steps int
	depth int
}

func newWalk(s *Space) *walk { return &walk{Space: s} }

// enter counts a step and reports whether the walk may go on.
func (w *walk) enter() bool {
	w.steps++
	w.depth++
	return w.steps <= maxSteps && w.depth <= maxDepth
}

func (w *walk) leave() { w.depth-- }

func (w *walk) expr(n parser.Node) Value {
	v := w.written(n)
	if !v.IsKnown() {
		v, _ = w.value(n)
	}
	return v
}

// written returns what the text tells of the value of an expression.
func (w *walk) written(n parser.Node) Value {
	defer w.leave()
	if !w.enter() {
		return unknown
	}
	switch n.Kind() {
	case parser.KindVar:
		return w.variable(n)
	case parser.KindAttrSet:
		return w.setOf(n)
	case parser.KindLambda:
		return Value{Lambda: n}
	case parser.KindSelect:
		return w.selection(n)
	case parser.KindApply:
		return w.call(n)
	case parser.KindBinary:
		return w.binary(n)
	case parser.KindIf:
		return w.conditional(n)
	case parser.KindLegacyLet:
		return w.selectFrom(w.setOf(n), "body")
	case parser.KindParen, parser.KindLet, parser.KindWith, parser.KindAssert, parser.KindFile:
		return w.expr(n.LastExpr())
	}
	return Value{Open: !isLiteral(n.Kind())}
}

func isLiteral(k parser.Kind) bool {
	switch k {
	case parser.KindInt, parser.KindFloat, parser.KindURI, parser.KindString, parser.KindIndString,
		parser.KindPath, parser.KindSearchPath, parser.KindList, parser.KindHasAttr, parser.KindUnary:
		return true
	}
	return false
}

// setOf returns the set that a node defines.
func (w *walk) setOf(n parser.Node) Value {
	info := w.Info(n)
	return w.set(info, info.SetOf(n.ID()))
}

func (w *walk) set(info *scope.Info, id scope.SetID) Value {
	if id == scope.NoSet {
		return unknown
	}
	return Value{Open: len(info.Set(id).Dynamic) > 0, parts: []part{{info: info, set: id}}}
}

// variable follows a name, which may also be one in an inherit.
func (w *walk) variable(n parser.Node) Value {
	info := w.Info(n)
	kind, id := info.Ref(n.ID())
	switch kind {
	case scope.Bound:
		return w.binding(info, id)
	case scope.Global:
		return w.global(n.Text())
	case scope.With:
		return w.fromWith(n, n.Text())
	}
	return unknown
}

// fromWith looks for a name in the sets that are around a node by with.
func (w *walk) fromWith(at parser.Node, name string) Value {
	for _, with := range w.Info(at).Withs(at.ID()) {
		v := w.expr(with.FirstExpr())
		if a, ok := v.Attr(name); ok {
			return w.attr(a)
		}
		if v.Open {
			break
		}
	}
	return unknown
}

func (w *walk) global(name string) Value {
	b := builtin.LookupGlobal(name)
	if b == nil {
		return unknown
	}
	return w.ofBuiltin(b)
}

// ofBuiltin returns the value of a function or constant.
func (w *walk) ofBuiltin(b *builtin.Builtin) Value {
	v := Value{Builtin: b}
	if b.Name == "builtins" {
		v.parts = []part{members}
	}
	return v
}

// members is the set builtins.
var members = func() part {
	var p part
	for i := range builtin.Table {
		b := &builtin.Table[i]
		p.attrs = append(p.attrs, Attr{Name: b.Name, Binding: scope.NoBinding, Builtin: b})
	}
	return p
}()

func (w *walk) binding(info *scope.Info, id scope.BindingID) Value {
	defer w.leave()
	if !w.enter() {
		return unknown
	}
	b, tree := info.Binding(id), info.Tree()
	switch b.Kind {
	case scope.Plain:
		if b.Sub != scope.NoSet {
			return w.set(info, b.Sub)
		}
		return w.expr(tree.Node(b.Value))
	case scope.Inherited:
		return w.variable(tree.Node(b.Name))
	case scope.InheritedFrom:
		return w.selectFrom(w.expr(tree.Node(b.Value)), info.Name(id))
	case scope.Formal:
		if v, ok := w.argument(info, b, info.Name(id)); ok {
			return v
		}
		return w.formal(tree.Node(b.Value))
	case scope.Argument:
		return w.whole(info, b, info.Name(id))
	}
	return unknown
}

// formal takes the default of a formal as an example of what callers pass.
func (w *walk) formal(value parser.Node) Value {
	if !value.Valid() {
		return unknown
	}
	v := w.expr(value)
	v.Open = true
	return v
}

// whole knows of args@{ a, b }: the attributes that are named.
func (w *walk) whole(info *scope.Info, b *scope.Binding, name string) Value {
	formals := info.Tree().Node(b.Owner).Child(parser.KindFormals)
	if !formals.Valid() {
		v, _ := w.argument(info, b, name)
		return v
	}
	var p part
	for f := range formals.Children() {
		if id := info.Defines(f.FirstChild().ID()); f.Kind() == parser.KindFormal && id != scope.NoBinding {
			p.attrs = append(p.attrs, Attr{Name: info.Name(id), Info: info, Binding: id})
		}
	}
	return Value{Open: formals.Has(parser.KindEllipsis), parts: []part{p}}
}

func (w *walk) attr(a Attr) Value {
	switch {
	case a.Builtin != nil:
		return w.ofBuiltin(a.Builtin)
	case a.owner != nil:
		if k, ok := a.Known(); ok {
			return w.known(k)
		}
		return unknown
	case a.Field != nil || a.Binding == scope.NoBinding:
		return unknown
	}
	return w.binding(a.Info, a.Binding)
}

func (w *walk) selectFrom(v Value, name string) Value {
	if a, ok := v.Attr(name); ok {
		return w.attr(a)
	}
	return unknown
}

func (w *walk) selection(n parser.Node) Value {
	v := w.expr(n.FirstChild())
	for e := range n.Child(parser.KindAttrPath).Children() {
		if e.Kind() == parser.KindDot {
			continue
		}
		name, ok := e.AttrName()
		if !ok {
			return unknown
		}
		v = w.selectFrom(v, name)
	}
	if n.Has(parser.KindOrKw) {
		return either(v, w.expr(n.LastExpr()))
	}
	return v
}

func (w *walk) call(n parser.Node) Value {
	f := w.expr(n.FirstChild())
	if isImport(f) || callsPackages(f, calledName(n.FirstChild())) {
		return w.imported(n.LastExpr())
	}
	return w.apply(f)
}

// Loads says of a call that it loads the file whose path it is given: by import, or
// by callPackage, which calls the function in it.
type Loads uint8

// What a call may do with the file.
const (
	No Loads = iota
	Imports
	Calls
)

// Loading says what a call does with the file whose path it is given.
func (s *Space) Loading(call parser.Node) Loads {
	if call.Kind() != parser.KindApply {
		return No
	}
	f := newWalk(s).expr(call.FirstChild())
	switch {
	case isImport(f):
		return Imports
	case callsPackages(f, calledName(call.FirstChild())):
		return Calls
	}
	return No
}

// isImport reports whether f is the builtin that loads a file.
func isImport(f Value) bool {
	return f.Builtin != nil && f.Builtin.Name == "import" && f.Applied == 0
}

// callsPackages reports whether a name is that of the function by which nixpkgs
// loads a file and calls the function in it. It fills in what it knows, so what
// is written behind the path are some of the arguments. A function of that name
// which the file itself has may be another one.
func callsPackages(f Value, name string) bool {
	return (name == "callPackage" || name == "callPackages") && (f.Known != nil || !f.IsFunction())
}

// calledName returns the name that a variable or the end of a selection is.
func calledName(f parser.Node) string {
	if f.Kind() == parser.KindSelect {
		f = f.Child(parser.KindAttrPath).LastChild()
	}
	return f.Text()
}

// imported returns what is known of the value of a file.
func (w *walk) imported(literal parser.Node) Value {
	if f := w.open(literal.Unparen()); f != nil {
		return w.expr(f.info.Tree().Root())
	}
	return unknown
}

// apply takes the body of a function of the file for its result.
func (w *walk) apply(f Value) Value {
	switch {
	case f.Arg() != nil:
		return w.applied(f)
	case f.Lambda.Valid():
		return w.expr(f.Lambda.LastExpr())
	}
	return unknown
}

// applied returns what a builtin becomes with one argument more.
func (w *walk) applied(f Value) Value {
	f.Applied++
	if f.Arg() != nil {
		return f
	}
	v := Value{Open: true}
	if fields := f.Builtin.Returns; len(fields) > 0 {
		var p part
		for i := range fields {
			p.attrs = append(p.attrs, Attr{Name: fields[i].Name, Binding: scope.NoBinding, Field: &fields[i]})
		}
		v.parts = []part{p}
	}
	return v
}

func (w *walk) binary(n parser.Node) Value {
	if !n.Has(parser.KindUpdate) {
		return Value{}
	}
	left, right := w.expr(n.FirstExpr()), w.expr(n.LastExpr())
	return Value{Open: left.Open || right.Open, parts: join(left.parts, right.parts)}
}

func (w *walk) conditional(n parser.Node) Value {
	var branches []parser.Node
	for e := range n.Exprs() {
		branches = append(branches, e)
	}
	if len(branches) != 3 {
		return unknown
	}
	return either(w.expr(branches[1]), w.expr(branches[2]))
}

// either returns what is known of a value that is one of two.
func either(a, b Value) Value {
	if !a.IsFunction() {
		a.Lambda, a.Builtin, a.Applied = b.Lambda, b.Builtin, b.Applied
	}
	a.parts = join(b.parts, a.parts)
	a.Open = true
	return a
}

// join concatenates without writing to what a and b share with others.
func join(a, b []part) []part {
	return append(a[:len(a):len(a)], b...)
}
