package module

import (
	"slices"

	"firn/parser"
	"firn/parser/scope"
)

// Ref is a path that is selected from the arguments config or options of the
// module that a file is.
type Ref struct {
	Steps []Step
	// Names are the nodes of the steps. Those that a name of the file stands for
	// are at the definition of that.
	Names []parser.Node
	// Options says that the path is one of options and not of config.
	Options bool
}

// ConfigRef returns the path of options that n refers to. It is a selection or
// a has-attribute test, a name in the path of one, a variable, or a name in an
// inherit.
func ConfigRef(info *scope.Info, n parser.Node) (Ref, bool) {
	f := &refs{info: info, left: maxRefs}
	o := f.of(n)
	return o.ref, o.kind == ofConfig
}

// maxRefs is how many steps from name to name are taken.
const maxRefs = 256

// refs follows names to the arguments of a module.
type refs struct {
	info *scope.Info
	left int
}

// origin is what an expression is selected from.
type origin struct {
	kind originKind
	ref  Ref
}

type originKind uint8

const (
	elsewhere originKind = iota
	ofAll                // all arguments of the module
	ofConfig             // its config or options
)

func (f *refs) of(n parser.Node) origin {
	if f.left--; f.left < 0 {
		return origin{}
	}
	switch n = n.Unparen(); n.Kind() {
	case parser.KindVar:
		return f.variable(n)
	case parser.KindSelect, parser.KindHasAttr:
		return f.path(n, elementsOf(n.Child(parser.KindAttrPath)))
	case parser.KindName, parser.KindString, parser.KindInterp:
		return f.name(n)
	}
	return origin{}
}

// name returns the origin of an element of a path, or of an inherited name.
func (f *refs) name(n parser.Node) origin {
	switch parent := n.Parent(); parent.Kind() {
	case parser.KindAttrPath:
		if k := parent.Parent().Kind(); k == parser.KindSelect || k == parser.KindHasAttr {
			elements := elementsOf(parent)
			return f.path(parent.Parent(), elements[:slices.Index(elements, n)+1])
		}
	case parser.KindInherit:
		if from := parent.Child(parser.KindInheritFrom); from.Valid() {
			return f.of(from.LastExpr()).to(n)
		}
		return f.variable(n)
	}
	return origin{}
}

// path returns the origin of the attribute that elements lead to from the first
// operand of n.
func (f *refs) path(n parser.Node, elements []parser.Node) origin {
	o := f.of(n.FirstChild())
	for _, e := range elements {
		o = o.to(e)
	}
	return o
}

// to returns the origin of an attribute.
func (o origin) to(name parser.Node) origin {
	step := stepOf(name)
	switch o.kind {
	case ofAll:
		return argument(step.Name)
	case ofConfig:
		o.ref.Steps = append(slices.Clip(o.ref.Steps), step)
		o.ref.Names = append(slices.Clip(o.ref.Names), name)
		if len(o.ref.Steps) <= maxDepth {
			return o
		}
	}
	return origin{}
}

// argument returns the origin of an argument of a module.
func argument(name string) origin {
	if name != "config" && name != "options" {
		return origin{}
	}
	return origin{kind: ofConfig, ref: Ref{Options: name == "options"}}
}

// variable follows a name that stands for itself: a variable, or one in an
// inherit without a source.
func (f *refs) variable(n parser.Node) origin {
	kind, id := f.info.Ref(n.ID())
	if kind != scope.Bound {
		return origin{}
	}
	tree, b := f.info.Tree(), f.info.Binding(id)
	switch b.Kind {
	case scope.Formal:
		if isOfModule(tree.Node(b.Owner)) {
			return argument(f.info.Name(id))
		}
	case scope.Argument:
		if isOfModule(tree.Node(b.Owner)) {
			return origin{kind: ofAll}
		}
	case scope.Plain:
		return f.of(tree.Node(b.Value))
	case scope.Inherited, scope.InheritedFrom:
		return f.of(tree.Node(b.Name))
	}
	return origin{}
}

// isOfModule reports whether a function is what a file is, or what that returns,
// or one of its imports.
func isOfModule(lambda parser.Node) bool {
	inner := lambda
	for n := range lambda.Ancestors() {
		switch n.Kind() {
		case parser.KindFile, parser.KindError:
			return true
		case parser.KindParen, parser.KindList, parser.KindBinary, parser.KindAttrSet:
		case parser.KindLambda, parser.KindLet, parser.KindWith, parser.KindAssert:
			if n.LastExpr() != inner {
				return false
			}
		case parser.KindApply:
			if head, _ := call(n); !passes(head) {
				return false
			}
		case parser.KindBinding:
			if isOfSystem(n) {
				return true
			}
			if elements := elementsOf(n.Child(parser.KindAttrPath)); len(elements) != 1 || !isImports(elements[0]) {
				return false
			}
		default:
			return false
		}
		inner = n
	}
	return false
}

func passes(head parser.Node) bool {
	_, ok := functions[lastName(head)]
	return ok
}

func isImports(name parser.Node) bool { return keys[stepOf(name).Name] == inImports }
