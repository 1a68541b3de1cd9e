// Package infer finds out what the text of files tells about values: which
// attributes a set has and what a function takes. It evaluates nothing, so it
// answers for broken files too, and says when there may be more than it knows.
//
// It follows names to their bindings, into inherited sources, through
// selections, `//`, `with`, conditionals, calls of functions and imports of
// files whose paths are written out, and knows the builtins.
package infer

import (
	"slices"

	"firn/eval/builtin"
	"firn/parser"
	"firn/parser/scope"
)

// Value is what is known of a value. The zero Value is known to have no
// attributes and to be no function.
type Value struct {
	// Lambda is the function, if it is one of the file, or an invalid node.
	Lambda parser.Node
	// Builtin is the builtin, if it is one, and Applied how many arguments it
	// got already.
	Builtin *builtin.Builtin
	Applied int
	// Open says that there may be more to the value than is known.
	Open bool
	// Known is the value, if it was evaluated.
	Known Known

	parts []part // of a set; where two have an attribute the later one counts
}

// part is a set of the file, one that was evaluated, or a list of attributes
// from elsewhere.
type part struct {
	info  *scope.Info // nil for the others
	set   scope.SetID
	known Known // nil for a list
	attrs []Attr
}

func (p part) attr(name string) (Attr, bool) {
	if p.info != nil {
		id := p.info.Attr(p.set, name)
		return Attr{Name: name, Info: p.info, Binding: id}, id != scope.NoBinding
	}
	if p.known != nil {
		_, ok := p.known.Attr(name)
		return Attr{Name: name, Binding: scope.NoBinding, owner: p.known}, ok
	}
	i := slices.IndexFunc(p.attrs, func(a Attr) bool { return a.Name == name })
	if i < 0 {
		return Attr{}, false
	}
	return p.attrs[i], true
}

func (p part) all() []Attr {
	switch {
	case p.known != nil:
		names := p.known.Names()
		list := make([]Attr, len(names))
		for i, name := range names {
			list[i] = Attr{Name: name, Binding: scope.NoBinding, owner: p.known}
		}
		return list
	case p.info == nil:
		return p.attrs
	}
	ids := p.info.Attrs(p.set)
	list := make([]Attr, len(ids))
	for i, id := range ids {
		list[i] = Attr{Name: p.info.Name(id), Info: p.info, Binding: id}
	}
	return list
}

// Attr is an attribute: of a file, of the set builtins, of what a builtin
// returns, or of a set that was evaluated. The fields for the other cases are
// empty.
type Attr struct {
	Name    string
	Info    *scope.Info     // of the file that has Binding
	Binding scope.BindingID // or NoBinding
	Builtin *builtin.Builtin
	Field   *builtin.Field

	owner Known // the set that has it, if that was evaluated
}

// IsEvaluated reports whether a is of a set that was evaluated.
func (a Attr) IsEvaluated() bool { return a.owner != nil }

// Known returns the value of an attribute of a set that was evaluated.
func (a Attr) Known() (Known, bool) {
	if a.owner == nil {
		return nil, false
	}
	return a.owner.Attr(a.Name)
}

// Of returns what is known of the value of an expression from its file alone.
func Of(info *scope.Info, expr parser.Node) Value { return Alone(info).Of(expr) }

// Of returns what is known of the value of an expression.
func (s *Space) Of(expr parser.Node) Value { return newWalk(s).expr(expr) }

// OfBinding returns what is known of the value of a binding of a file.
func (s *Space) OfBinding(info *scope.Info, id scope.BindingID) Value {
	return newWalk(s).binding(info, id)
}

// OfAttr returns what is known of the value of an attribute.
func (s *Space) OfAttr(a Attr) Value { return newWalk(s).attr(a) }

// Resolve returns the attribute that n names, as far as its file alone tells.
func Resolve(info *scope.Info, n parser.Node) (Attr, bool) { return Alone(info).Resolve(n) }

// Resolve returns the attribute that n names: an element of the path of a
// selection or a has-attribute test, or a name in an inherit with a source.
func (s *Space) Resolve(n parser.Node) (Attr, bool) {
	w := newWalk(s)
	base, elements := pathTo(n)
	if !base.Valid() {
		return Attr{}, false
	}
	v := w.expr(base)
	var attr Attr
	for i, e := range elements {
		name, ok := e.AttrName()
		if !ok {
			return Attr{}, false
		}
		if i > 0 {
			v = w.attr(attr)
		}
		if attr, ok = v.Attr(name); !ok {
			return Attr{}, false
		}
	}
	return attr, len(elements) > 0
}

// pathTo returns the expression that a name is selected from, and the elements
// of the path up to the name.
func pathTo(name parser.Node) (base parser.Node, elements []parser.Node) {
	switch parent := name.Parent(); parent.Kind() {
	case parser.KindAttrPath:
		k := parent.Parent().Kind()
		if k != parser.KindSelect && k != parser.KindHasAttr || name.Kind() == parser.KindDot {
			return base, nil
		}
		for e := range parent.Children() {
			if e.Kind() != parser.KindDot && e.ID() <= name.ID() {
				elements = append(elements, e)
			}
		}
		return parent.Parent().FirstExpr(), elements
	case parser.KindInherit:
		return parent.Child(parser.KindInheritFrom).FirstExpr(), []parser.Node{name}
	}
	return base, nil
}

// Attr returns the attribute of v with the given name.
func (v Value) Attr(name string) (Attr, bool) {
	for _, p := range slices.Backward(v.parts) {
		if a, ok := p.attr(name); ok {
			return a, true
		}
	}
	return Attr{}, false
}

// Attrs returns the attributes that v is known to have, each name once.
func (v Value) Attrs() []Attr {
	if len(v.parts) == 1 {
		return v.parts[0].all()
	}
	var list []Attr
	seen := map[string]bool{}
	for _, p := range slices.Backward(v.parts) {
		for _, a := range p.all() {
			if !seen[a.Name] {
				seen[a.Name] = true
				list = append(list, a)
			}
		}
	}
	return list
}

// Arg returns what the builtin v takes next, or nil if it is none or takes no
// more.
func (v Value) Arg() *builtin.Arg {
	if v.Builtin == nil || v.Applied >= len(v.Builtin.Args) {
		return nil
	}
	return &v.Builtin.Args[v.Applied]
}

// IsFunction reports whether v is known to be a function.
func (v Value) IsFunction() bool { return v.Lambda.Valid() || v.Arg() != nil }

// IsKnown reports whether anything is known of v.
func (v Value) IsKnown() bool {
	return !v.Open || len(v.parts) > 0 || v.IsFunction() || v.Known != nil
}
