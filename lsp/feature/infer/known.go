package infer

import (
	"path/filepath"

	"firn/eval/builtin"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// Known is a value that was evaluated, or that can be: its methods evaluate what
// they need, as far as the request that it was made for has time.
type Known interface {
	// Names returns the names of its attributes, none if it is no set.
	Names() []string
	// Attr returns the value of an attribute.
	Attr(name string) (Known, bool)
	// Function returns where the function begins that it is, and false if it is
	// none that is written in a file.
	Function() (Place, bool)
	// Defined returns where the attribute is defined whose value it is, and false
	// if that is not known.
	Defined() (Place, bool)
	// Made returns where it is made, of a package where that says it is, and false
	// if that is not known.
	Made() (Place, bool)
	// Describe returns Markdown that says what it is.
	Describe() string
}

// Place is a place in a file. Line and Column count from 1, columns in bytes.
type Place struct {
	Path         string
	Line, Column uint32
}

// Evaluated is what is known of the file in question by evaluation. Both
// functions may be nil.
type Evaluated struct {
	// Argument returns what a function of the file is called with: a formal of
	// it, or its argument if it takes none apart.
	Argument func(lambda parser.Node, name string) (Known, bool)
	// Value returns the value of an expression of the file.
	Value func(expr parser.Node) (Known, bool)
}

// With makes s know what was evaluated, and returns it.
func (s *Space) With(e Evaluated) *Space {
	s.evaluated = e
	return s
}

// Evaluate returns the value of an expression of the file in question.
func (s *Space) Evaluate(expr parser.Node) (Known, bool) {
	if s.evaluated.Value == nil || expr.Tree() != s.root.Tree() {
		return nil, false
	}
	return s.evaluated.Value(expr)
}

// OfKnown returns what is known of a value that was evaluated.
func (s *Space) OfKnown(k Known) Value { return newWalk(s).known(k) }

// ValueOf returns what is known of the value of an attribute.
func (s *Space) ValueOf(a Attr) Value { return newWalk(s).attr(a) }

func (w *walk) known(k Known) Value {
	v := Value{Known: k, parts: []part{{known: k}}}
	if at, ok := k.Function(); ok {
		v.Lambda = w.lambdaAt(at)
		v.Open = true
	} else if p, ok := k.(Primitive); ok {
		v.Builtin, v.Applied = p.Builtin()
	}
	return v
}

// Primitive is a value that may be a builtin.
type Primitive interface {
	Known
	// Builtin returns the builtin that it is, with how many arguments it got, or
	// nil.
	Builtin() (b *builtin.Builtin, applied int)
}

// Maker returns the function of a file that made a package, or an invalid node:
// the one that callPackage called where the attribute of the package is defined, or
// that of the directory where the package says that it is made.
func (s *Space) Maker(k Known) parser.Node {
	at, ok := k.Defined()
	if !ok {
		return parser.Node{}
	}
	n, _ := s.NodeAt(at)
	for n.Valid() && n.Kind() != parser.KindBinding {
		n = n.Parent()
	}
	if f := s.open(packageFile(n.LastExpr())); f != nil {
		return entrance(f.info.Tree())
	}
	if made, ok := k.Made(); ok && filepath.Base(made.Path) == "default.nix" {
		if info := s.fileAt(made.Path); info != nil {
			return entrance(info.Tree())
		}
	}
	return parser.Node{}
}

// packageFile returns the path that callPackage is called with in an expression,
// perhaps as the last argument of another function, or an invalid node.
func packageFile(n parser.Node) parser.Node {
	for n = n.Unparen(); n.Kind() == parser.KindApply; n = n.Unparen() {
		var args []parser.Node
		head := n
		for ; head.Kind() == parser.KindApply; head = head.FirstChild().Unparen() {
			args = append(args, head.LastExpr())
		}
		if callsPackages(unknown, calledName(head)) {
			return args[len(args)-1].Unparen()
		}
		n = args[0]
	}
	return parser.Node{}
}

// entrance returns the function that a file is, or an invalid node.
func entrance(t *parser.Tree) parser.Node {
	n := t.Root().LastExpr()
	for {
		switch n = n.Unparen(); n.Kind() {
		case parser.KindLet, parser.KindWith, parser.KindAssert:
			n = n.LastExpr()
		case parser.KindLambda:
			return n
		default:
			return parser.Node{}
		}
	}
}

// lambdaAt returns the function that begins at a place.
func (w *walk) lambdaAt(at Place) parser.Node {
	n, _ := w.NodeAt(at)
	for ; n.Valid(); n = n.Parent() {
		if n.Kind() == parser.KindLambda {
			return n
		}
	}
	return n
}

// NodeAt returns the innermost node at a place of some file, and what the names of
// that mean, or an invalid node.
func (s *Space) NodeAt(at Place) (parser.Node, *scope.Info) {
	info := s.fileAt(at.Path)
	if info == nil || at.Line == 0 {
		return parser.Node{}, nil
	}
	tree := info.Tree()
	off := text.NewLines(tree.Source()).Offset(text.Position{Line: at.Line - 1, Column: at.Column - 1}, text.UTF8)
	return tree.At(off), info
}

// IsHere reports whether a place is in the file in question.
func (s *Space) IsHere(at Place) bool { return at.Path == s.world.File.Path }

// fileAt returns what the names of the file at a path mean, or nil.
func (s *Space) fileAt(path string) *scope.Info {
	if path == s.world.File.Path && path != "" {
		return s.root
	}
	if f := s.file(path); f != nil {
		return f.info
	}
	return nil
}

// Locate finds the binding that defines an attribute which was evaluated.
func (s *Space) Locate(a Attr) (Attr, bool) {
	k, ok := a.Known()
	if !ok {
		return a, a.Binding != scope.NoBinding
	}
	at, ok := k.Defined()
	if !ok {
		return a, false
	}
	n, info := s.NodeAt(at)
	for ; n.Valid(); n = n.Parent() {
		if info.Defines(n.ID()) == scope.NoBinding {
			continue
		}
		if id := info.Defines(InPath(n, a.Name).ID()); id != scope.NoBinding {
			a.Info, a.Binding = info, id
			return a, true
		}
	}
	return a, false
}

// InPath returns the element of a name in the path that begins with n, n if there is
// none. Nix knows for all elements of a path only where the first is.
func InPath(n parser.Node, name string) parser.Node {
	if n.Parent().Kind() != parser.KindAttrPath {
		return n
	}
	found := n
	for e := range n.Parent().Children() {
		if s, ok := e.AttrName(); ok && s == name {
			found = e
		}
	}
	return found
}

// LocateMade finds what makes the value of an attribute that was evaluated: the
// binding around that place or, if there is none, the node there.
func (s *Space) LocateMade(a Attr) (Attr, parser.Node, bool) {
	k, ok := a.Known()
	if !ok {
		return a, parser.Node{}, false
	}
	at, ok := k.Made()
	if !ok {
		return a, parser.Node{}, false
	}
	n, info := s.NodeAt(at)
	if !n.Valid() {
		return a, n, false
	}
	for p := n; p.Valid() && p.Start() == n.Start(); p = p.Parent() {
		n = p
	}
	if b := n.Parent(); b.Kind() == parser.KindBinding {
		if id := info.Defines(b.FirstChild().LastChild().ID()); id != scope.NoBinding {
			a.Info, a.Binding = info, id
		}
	}
	return a, n, true
}

// argument returns what a formal or an argument of the file in question is
// called with.
func (w *walk) argument(info *scope.Info, b *scope.Binding, name string) (Value, bool) {
	if w.evaluated.Argument != nil && info == w.root {
		if k, ok := w.evaluated.Argument(info.Tree().Node(b.Owner), name); ok {
			return w.known(k), true
		}
	}
	return w.passed(info, b, name)
}

// value evaluates an expression of which the text does not tell much.
func (w *walk) value(n parser.Node) (Value, bool) {
	k, ok := w.Evaluate(n)
	if !ok {
		return unknown, false
	}
	return w.known(k), true
}
