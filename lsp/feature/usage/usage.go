// Package usage finds all places of a file that name the same thing.
//
// Beyond what parser/scope knows of variables it follows attributes: through
// selections, inherit with a source, with, and the sets that are passed to
// functions of the same file. Nothing is evaluated, so it may be that a place
// names something else as well; [Place.Maybe] tells.
package usage

import (
	"cmp"
	"slices"

	"firn/lsp/feature/infer"
	"firn/parser"
	"firn/parser/scope"
)

// Role says what a place does with a name.
type Role uint8

// The roles.
const (
	Definition Role = iota // it defines the binding
	Variable               // a variable, or a name in an inherit without a source
	Selection              // an element of the path of a selection or a has-attribute test
	Source                 // a name in an inherit with a source
	Brought                // a variable that a with brings in
	Passed                 // an attribute of the set in a call, which becomes the formal
)

var roleNames = [...]string{"definition", "variable", "selection", "source", "brought", "passed"}

// String returns the role in a word.
func (r Role) String() string {
	if int(r) < len(roleNames) {
		return roleNames[r]
	}
	return "role(?)"
}

// Place is where something is named.
type Place struct {
	Node parser.NodeID
	Role Role
	// Maybe says that the name may mean something else, which the file alone
	// does not tell.
	Maybe bool
}

// At returns the name that touches off: a Var, a Name, or the String or Interp
// that is an attribute's name. It is invalid if there is none.
func At(t *parser.Tree, off uint32) parser.Node {
	leaf := t.At(off)
	if !leaf.Span().Touches(off) || leaf.FirstChild().Valid() {
		return parser.Node{}
	}
	n := leaf
	for n.Kind() != parser.KindString && n.Kind() != parser.KindInterp && n.Parent().Span().Touches(off) && isPart(n) {
		n = n.Parent()
	}
	if p := n.Parent(); p.Kind() == parser.KindInterp && isName(p) {
		return p
	}
	if !isName(n) {
		return parser.Node{}
	}
	return n
}

// isPart reports whether n is one of the leaves that a string or interpolation
// consists of.
func isPart(n parser.Node) bool {
	switch n.Kind() {
	case parser.KindText, parser.KindEscape, parser.KindQuote, parser.KindDollarBrace, parser.KindRightBrace:
		return true
	}
	return false
}

func isName(n parser.Node) bool {
	switch n.Kind() {
	case parser.KindVar, parser.KindName:
		return true
	case parser.KindString, parser.KindInterp:
		k := n.Parent().Kind()
		_, ok := n.AttrName()
		return ok && (k == parser.KindAttrPath || k == parser.KindInherit)
	}
	return false
}

// Name returns the name that a node for which [At] stands has.
func Name(n parser.Node) string {
	if n.Kind() == parser.KindVar {
		return n.Text()
	}
	name, _ := n.AttrName()
	return name
}

// Of returns the places of a binding in source order.
func Of(info *scope.Info, id scope.BindingID) []Place {
	f := newFinder(info, id)
	f.binding(id)
	f.calls(id)
	f.others()
	slices.SortStableFunc(f.places, func(a, b Place) int { return cmp.Compare(a.Node, b.Node) })
	return slices.CompactFunc(f.places, func(a, b Place) bool { return a.Node == b.Node })
}

// finder collects the places of what goes by one name.
type finder struct {
	space  *infer.Space
	info   *scope.Info // of the file that is looked into
	export *Export     // what is looked for, if that is in another file
	name   string
	group  []scope.BindingID // the binding, and those that are passed for it
	values map[parser.NodeID]infer.Value
	bases  map[scope.BindingID]infer.Value
	places []Place
}

func newFinder(info *scope.Info, id scope.BindingID) *finder {
	f := look(infer.Alone(info))
	f.name, f.group = info.Name(id), []scope.BindingID{id}
	return f
}

// look returns a finder that looks for nothing yet.
func look(space *infer.Space) *finder {
	return &finder{
		space: space, info: space.Root(),
		values: map[parser.NodeID]infer.Value{},
		bases:  map[scope.BindingID]infer.Value{},
	}
}

// finds reports whether an attribute is what is looked for.
func (f *finder) finds(a infer.Attr) bool {
	if a.Name == "" || a.Binding == scope.NoBinding {
		return false
	}
	if a.Info == f.info {
		return slices.Contains(f.group, a.Binding)
	}
	return f.export != nil && f.export.is(f.space, a)
}

// binding adds the definitions and variables of a member of the group.
func (f *finder) binding(id scope.BindingID) {
	for _, o := range f.info.Occurrences(id) {
		switch {
		case o.Def && (id != f.group[0] || f.export != nil):
			f.places = append(f.places, Place{Node: o.Node, Role: Passed})
		case o.Def:
			f.places = append(f.places, Place{Node: o.Node, Role: Definition})
		default:
			f.places = append(f.places, Place{Node: o.Node, Role: Variable})
		}
	}
}

// calls adds the attributes that are passed for a binding, if that is a formal.
func (f *finder) calls(id scope.BindingID) {
	if b := f.info.Binding(id); b.Kind == scope.Formal {
		f.passed(func(lambda parser.Node) bool { return lambda.ID() == b.Owner })
	}
}

// passed adds the attributes of the name that are passed to a function.
func (f *finder) passed(to func(lambda parser.Node) bool) {
	for n := range f.info.Tree().Nodes() {
		if n.Kind() != parser.KindApply {
			continue
		}
		passed := f.info.Attr(f.info.SetOf(n.LastExpr().Unparen().ID()), f.name)
		if passed == scope.NoBinding {
			continue
		}
		if v := f.value(n.FirstChild()); v.Lambda.Valid() && to(v.Lambda) {
			f.group = append(f.group, passed)
			first := len(f.places)
			f.binding(passed)
			for i := range f.places[first:] {
				f.places[first+i].Maybe = v.Open
			}
		}
	}
}

// others adds the places that name an attribute of a set.
func (f *finder) others() {
	t := f.info.Tree()
	for id := range parser.NodeID(t.Len()) {
		if kind, _ := f.info.Ref(id); kind == scope.With {
			f.brought(t.Node(id))
			continue
		}
		switch t.Kind(id) {
		case parser.KindName, parser.KindString, parser.KindInterp:
			f.selected(t.Node(id))
		}
	}
}

func (f *finder) selected(n parser.Node) {
	role := Selection
	switch n.Parent().Kind() {
	case parser.KindAttrPath:
	case parser.KindInherit:
		role = Source
	default:
		return
	}
	if name, ok := n.AttrName(); !ok || name != f.name {
		return
	}
	if a, open, ok := f.resolve(n); ok && f.finds(a) {
		f.places = append(f.places, Place{n.ID(), role, open})
	}
}

// brought adds a variable if a with around it may bring the binding in.
func (f *finder) brought(n parser.Node) {
	if Name(n) != f.name {
		return
	}
	for i, c := range f.candidates(n) {
		if f.finds(c.Attr) {
			f.places = append(f.places, Place{n.ID(), Brought, i > 0 || c.Open})
			return
		}
	}
}

// value is [infer.Space.Of], which is asked the same of many calls.
func (f *finder) value(n parser.Node) infer.Value {
	v, ok := f.values[n.ID()]
	if !ok {
		v = f.space.Of(n)
		f.values[n.ID()] = v
	}
	return v
}

// resolve is the function of that name, but asks once for each variable that
// is selected from.
func (f *finder) resolve(n parser.Node) (a infer.Attr, open, ok bool) {
	base, names := pathTo(n)
	kind, id := f.info.Ref(base.ID())
	if base.Kind() != parser.KindVar || kind != scope.Bound {
		return follow(f.space, f.space.Of(base), names)
	}
	v, known := f.bases[id]
	if !known {
		v = f.space.Of(base)
		f.bases[id] = v
	}
	return follow(f.space, v, names)
}

// resolve returns the attribute that n names: an element of the path of a
// selection or has-attribute test, or a name in an inherit with a source. It is
// open if the file alone does not tell that it is this attribute.
func resolve(info *scope.Info, n parser.Node) (a infer.Attr, open, ok bool) {
	base, names := pathTo(n)
	s := infer.Alone(info)
	return follow(s, s.Of(base), names)
}

// follow returns the attribute at the end of a path.
func follow(s *infer.Space, v infer.Value, names []parser.Node) (a infer.Attr, open, ok bool) {
	for i, e := range names {
		name, static := e.AttrName()
		if !static {
			return infer.Attr{}, false, false
		}
		if i > 0 {
			v = s.OfAttr(a)
		}
		open = open || v.Open
		if a, ok = v.Attr(name); !ok {
			return infer.Attr{}, false, false
		}
	}
	return a, open, ok
}

// maxPath is how many names a path may have that is followed. Nobody writes
// longer ones, and each name of a path is looked at from the ones behind it.
const maxPath = 100

// pathTo returns the expression that n selects from, and the names on the way
// from there, n last. Behind maxPath names there is none.
func pathTo(n parser.Node) (base parser.Node, names []parser.Node) {
	parent := n.Parent()
	if parent.Kind() == parser.KindInherit {
		return parent.Child(parser.KindInheritFrom).FirstExpr(), []parser.Node{n}
	}
	if k := parent.Parent().Kind(); k != parser.KindSelect && k != parser.KindHasAttr {
		return parser.Node{}, nil
	}
	for e := range parent.Children() {
		if len(names) == maxPath {
			return parser.Node{}, nil
		}
		if e.Kind() != parser.KindDot {
			names = append(names, e)
		}
		if e == n {
			break
		}
	}
	return parent.Parent().FirstExpr(), names
}
