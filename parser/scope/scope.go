// Package scope finds out what the names of a file mean.
//
// [Resolve] merges the bindings of attribute sets as Nix does while parsing,
// binds every variable to the let, rec, argument, with or builtin that it
// stands for, and reports what Nix rejects on the way: duplicate attributes,
// undefined variables and the like. Nothing is evaluated.
//
// It works on the trees of broken files, too; there it prefers silence to a
// false report.
package scope

import (
	"slices"
	"sync"

	"firn/parser"
)

// BindingID is the number of a binding in its [Info].
type BindingID int32

// SetID is the number of a set in its [Info].
type SetID int32

// The ids of no binding and no set.
const (
	NoBinding BindingID = -1
	NoSet     SetID     = -1
)

// BindingKind says what made a binding.
type BindingKind uint8

// The kinds of bindings.
const (
	Plain         BindingKind = iota // name = value
	Inherited                        // inherit name
	InheritedFrom                    // inherit (source) name
	Argument                         // name: body, or name@{ … }: body
	Formal                           // { name, … }: body
)

// Binding is one name that a set or a lambda defines. What several attribute
// paths define together (a.b = 1; a.c = 2;) is one binding.
type Binding struct {
	Kind  BindingKind
	Set   SetID         // of an attribute: the set it belongs to
	Owner parser.NodeID // the node that makes the scope: Let, AttrSet, Lambda, …
	Name  parser.NodeID // the node that names it first
	// Value is the expression that Plain binds, the default of a Formal if it
	// has one, and the source of what is InheritedFrom. It is NoNode where
	// attribute paths make the value, see Sub.
	Value parser.NodeID
	Sub   SetID // of Plain: the set that is its value, if that is known to be one

	sym    int32
	pos    uint32    // where Nix says the attribute is defined
	next   BindingID // in the set
	shadow BindingID // what the name meant outside, while resolving
}

// Dynamic is an attribute whose name is known only by evaluation.
type Dynamic struct {
	Name  parser.NodeID // the Interp or String
	Value parser.NodeID // NoNode where an attribute path makes the value
	Sub   SetID
}

// Set is an attribute set or the bindings of a let, all of its definitions
// merged.
type Set struct {
	// Node is the AttrSet, LegacyLet or Let, an Error with bindings in it, or
	// NoNode for a set that only attribute paths make.
	Node    parser.NodeID
	Rec     bool            // its names are variables in it
	From    []parser.NodeID // the InheritFrom nodes
	Dynamic []Dynamic

	first, last BindingID
	len         int32
}

// Info is what the names of one tree mean. It is immutable and safe for
// concurrent use.
type Info struct {
	tree     *parser.Tree
	names    []string // by symbol, those of the seeds left out
	sets     []Set
	bindings []Binding
	setOf    map[parser.NodeID]SetID
	extra    map[parser.NodeID][]SetID // recursive sets around a value that its text is not in
	refs     []int32                   // by node; see the constants
	defs     []int32                   // by node: the binding that it names, plus one
	errors   []*parser.Error
}

// What refs holds beside the number of a binding plus one.
const (
	refNone      = 0
	refGlobal    = -1
	refWith      = -2
	refUndefined = -3
)

// RefKind says what a name refers to.
type RefKind uint8

// The kinds of references.
const (
	NoRef     RefKind = iota // the node is no variable
	Bound                    // to a binding of this file
	Global                   // to a builtin
	With                     // to an attribute of some set that a with names
	Undefined                // to nothing
)

// Resolve finds out what the names of t mean.
func Resolve(t *parser.Tree) *Info {
	r := checkers.Get().(*resolver)
	defer checkers.Put(r)
	r.refs, r.defs = make([]int32, t.Len()), make([]int32, t.Len()) // which the result keeps
	r.reset(t)
	r.intern()
	r.resolve()
	result := *r.Info
	result.names = slices.Clone(r.symbols.names[len(seeds):])
	result.sets, result.bindings = slices.Clone(r.sets), slices.Clone(r.bindings)
	r.refs, r.defs, r.setOf = nil, nil, nil
	r.release()
	return &result
}

// Check returns the errors that Resolve would find, the one that Nix reports
// first. It is cheaper than Resolve where there are none.
func Check(t *parser.Tree) []*parser.Error {
	r := checkers.Get().(*resolver)
	defer checkers.Put(r)
	r.reset(t)
	r.intern()
	r.resolve()
	errs := r.errors
	r.release()
	return errs
}

// Before returns the errors of a text that does not parse, syntax being the
// error of that. Nix finds duplicate attributes and the like while it parses,
// so those before the syntax error come first.
func Before(src string, syntax *parser.Error, opts ...parser.Option) []*parser.Error {
	var errs []*parser.Error
	if prefix := parser.Prefix(src, opts...); prefix != nil && syntax.Code != parser.TooDeep {
		for _, e := range Check(prefix) {
			if e.Code != parser.UndefinedVariable && e.Span.End <= syntax.Span.Start {
				errs = append(errs, e)
			}
		}
	}
	return append(errs, syntax)
}

var checkers = sync.Pool{New: func() any { return &resolver{Info: &Info{}} }}

// Tree returns the tree that i is about.
func (i *Info) Tree() *parser.Tree { return i.tree }

// Errors returns what Nix finds wrong while parsing, beyond grammar. The first
// is the one that Nix reports; the rest is in source order.
func (i *Info) Errors() []*parser.Error { return i.errors }

// Ref returns what n refers to. That is something only for a Var and for a
// name in an inherit without a source.
func (i *Info) Ref(n parser.NodeID) (RefKind, BindingID) {
	if n < 0 {
		return NoRef, NoBinding
	}
	switch ref := i.refs[n]; ref {
	case refNone:
		return NoRef, NoBinding
	case refGlobal:
		return Global, NoBinding
	case refWith:
		return With, NoBinding
	case refUndefined:
		return Undefined, NoBinding
	default:
		return Bound, BindingID(ref - 1)
	}
}

// Defines returns the binding that n names: n is an element of an attribute
// path, an inherited name, a formal's name or an argument.
func (i *Info) Defines(n parser.NodeID) BindingID {
	if n < 0 {
		return NoBinding
	}
	return BindingID(i.defs[n] - 1)
}

// Bindings returns the number of bindings; their ids count from 0.
func (i *Info) Bindings() int { return len(i.bindings) }

// Binding returns the binding with the given id.
func (i *Info) Binding(id BindingID) *Binding { return &i.bindings[id] }

// Names returns the names that come up in the text and that no builtin has,
// each once, about in the order in which Nix reads them.
func (i *Info) Names() []string { return i.names }

// Name returns the name that a binding defines.
func (i *Info) Name(id BindingID) string {
	if sym := int(i.bindings[id].sym); sym >= len(seeds) {
		return i.names[sym-len(seeds)]
	}
	return seeds[i.bindings[id].sym]
}

// DefinedAt returns the offset at which Nix says that a binding is defined.
func (i *Info) DefinedAt(id BindingID) uint32 { return i.bindings[id].pos }

// IsVariable reports whether the name of a binding can be used as a variable
// somewhere: it is an argument, or belongs to a let or a recursive set.
func (i *Info) IsVariable(id BindingID) bool {
	b := &i.bindings[id]
	return b.Set == NoSet || i.sets[b.Set].Rec
}

// Set returns the set with the given id.
func (i *Info) Set(id SetID) *Set { return &i.sets[id] }

// SetOf returns the set that a node defines, alone or together with others, or
// NoSet. The node is an AttrSet, LegacyLet or Let.
func (i *Info) SetOf(n parser.NodeID) SetID {
	if id, ok := i.setOf[n]; ok {
		return id
	}
	return NoSet
}

// Attrs returns the static attributes of a set in the order of their first
// definition.
func (i *Info) Attrs(id SetID) []BindingID {
	if id == NoSet {
		return nil
	}
	list := make([]BindingID, 0, i.sets[id].len)
	for b := i.sets[id].first; b != NoBinding; b = i.bindings[b].next {
		list = append(list, b)
	}
	return list
}

// Attr returns the attribute of a set with the given name, or NoBinding.
func (i *Info) Attr(id SetID, name string) BindingID {
	if id == NoSet {
		return NoBinding
	}
	for b := i.sets[id].first; b != NoBinding; b = i.bindings[b].next {
		if i.Name(b) == name {
			return b
		}
	}
	return NoBinding
}

// Occurrence is one place where a binding is named.
type Occurrence struct {
	Node parser.NodeID
	Def  bool // it defines the binding
	Use  bool // it refers to the binding; inherit can do both
}

// Occurrences returns all places where a binding is defined or referred to as
// a variable, in source order. Selections (set.name) are not among them.
func (i *Info) Occurrences(id BindingID) []Occurrence {
	var list []Occurrence
	for n := range i.refs {
		def, use := i.defs[n] == int32(id)+1, i.refs[n] == int32(id)+1
		if def || use {
			list = append(list, Occurrence{parser.NodeID(n), def, use})
		}
	}
	return list
}

// Withs returns the With nodes whose attributes a variable at n may stand for,
// the innermost first.
func (i *Info) Withs(n parser.NodeID) []parser.Node {
	var list []parser.Node
	child := i.tree.Node(n)
	for p := range child.Ancestors() {
		if p.Kind() == parser.KindWith && inBody(p, child) {
			list = append(list, p)
		}
		child = p
	}
	return list
}

// inBody reports whether the child of a With or Assert is its last expression.
func inBody(with, child parser.Node) bool {
	first := parser.Node{}
	for e := range with.Exprs() {
		first = e
		break
	}
	return child.ID() > first.ID()
}

// Visible returns the bindings that a variable at off could name, those of
// inner scopes first. A name that an inner scope shadows is left out.
func (i *Info) Visible(off uint32) []BindingID {
	var list []BindingID
	seen := map[int32]bool{}
	add := func(b BindingID) {
		if sym := i.bindings[b].sym; !seen[sym] {
			seen[sym] = true
			list = append(list, b)
		}
	}
	scope := func(s Scope) {
		if s.Set != NoSet {
			for _, b := range i.Attrs(s.Set) {
				add(b)
			}
			return
		}
		for _, name := range lambdaNames(i.tree.Node(s.Lambda)) {
			if b := i.Defines(name.ID()); b != NoBinding {
				add(b)
			}
		}
	}
	for n := i.tree.At(off); n.Valid(); n = n.Parent() {
		if s, ok := i.scopeAt(n); ok && off > n.Start() {
			scope(s)
		}
		for _, set := range slices.Backward(i.extra[n.ID()]) {
			scope(Scope{set, parser.NoNode})
		}
	}
	return list
}

// lambdaNames returns the nodes that name the arguments of a lambda.
func lambdaNames(lambda parser.Node) []parser.Node {
	var names []parser.Node
	for c := range lambda.Children() {
		switch c.Kind() {
		case parser.KindName:
			names = append(names, c)
		case parser.KindFormals:
			for f := range c.Children() {
				if f.Kind() == parser.KindFormal {
					names = append(names, f.FirstChild())
				}
			}
		}
	}
	return names
}
