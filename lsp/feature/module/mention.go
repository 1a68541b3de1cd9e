package module

import (
	"slices"
	"strings"

	"firn/lsp/feature/option"
	"firn/parser"
	"firn/parser/scope"
)

// Mention is a place where a file names an option, or a set of options.
type Mention struct {
	// Name is the last name of the path: a Name, String or Interp of an attribute
	// path or inherit, a Var, or a String in a list of names.
	Name parser.Node
	Role Mentioning
	// Path leads to the option from the root.
	Path []Step
	// Maybe says that the text does not tell for certain: a with may bring the
	// name in, or the file may be no module.
	Maybe bool
}

// Mentioning says what a place does with an option.
type Mentioning uint8

// What a place may do with an option.
const (
	Sets     Mentioning = iota // it sets it, or something below it
	Reads                      // it selects it from config or options
	Declares                   // it declares it, or something below it
)

var mentioningNames = [...]string{"sets", "reads", "declares"}

// String returns what the place does in a word.
func (m Mentioning) String() string {
	if int(m) < len(mentioningNames) {
		return mentioningNames[m]
	}
	return "mentioning(?)"
}

// Mentions returns the places of a file that name the option at a path, in no
// particular order. The path is in the names of the tree of options: one in angle
// brackets fits any name, and "*" any element of a list.
func Mentions(info *scope.Info, path []string) []Mention {
	if len(path) == 0 {
		return nil
	}
	f := &mentions{info: info, path: path}
	f.module(systems(info))
	if m, ok := Parse(info); ok {
		f.maybe = !m.likely()
		f.module(m)
	}
	f.refs()
	return f.list
}

// Declaration is an option, or a set of options, that a file declares.
type Declaration struct {
	Path   []string // in the names of the tree of options
	Name   parser.Node
	Option bool // and no set of options
}

// Declaring returns what a file declares at a path, which is in the names of the
// tree of options.
func Declaring(info *scope.Info, path []string) []Declaration {
	if len(path) == 0 {
		return nil
	}
	list := systems(info).declaring(path)
	if m, ok := Parse(info); ok && m.Shape == Certain {
		list = append(list, m.declaring(path)...)
	}
	return list
}

// declaring returns what m declares at a path.
func (m *Module) declaring(path []string) []Declaration {
	var list []Declaration
	m.mentioned(func(d *Def, role Mentioning) bool {
		if role == Declares && d.trail.depth == len(path) {
			if names := Names(d.Path()); leadsTo(path, names) {
				list = append(list, Declaration{names, d.Name, len(d.declared()) > 0})
			}
		}
		return true
	})
	return list
}

// leadsTo reports whether a path is one to what is declared under names.
func leadsTo(path, names []string) bool {
	for i, name := range names {
		isElement := path[i] == option.Element
		if FitsAny(name) && isElement != (name == option.Element) || !FitsAny(name) && name != path[i] {
			return false
		}
	}
	return true
}

// MentionAt returns how a name of a file mentions an option. It is false for
// names that stand for something else, as the variables do that an option is
// bound to.
func MentionAt(info *scope.Info, n parser.Node) (Mention, bool) {
	if k := n.Parent().Kind(); k != parser.KindAttrPath && k != parser.KindInherit {
		return Mention{}, false
	}
	if r, ok := selected(info, n); ok {
		return Mention{Name: n, Role: Reads, Path: r.Steps, Maybe: len(r.Steps) == 1 && !isModule(info)}, true
	}
	if found := systems(info).mentionAt(n); found.Name.Valid() {
		return found, true
	}
	m, ok := Parse(info)
	if !ok {
		return Mention{}, false
	}
	found := m.mentionAt(n)
	return found, found.Name.Valid()
}

// mentionAt returns what a name of m mentions; its name is invalid if that is
// nothing.
func (m *Module) mentionAt(n parser.Node) Mention {
	var found Mention
	m.mentioned(func(d *Def, role Mentioning) bool {
		if d.Name != n {
			return true
		}
		found = Mention{Name: n, Role: role, Path: d.Path(), Maybe: !m.likely()}
		return false
	})
	return found
}

// isModule reports whether a file is a module for all that can be seen.
func isModule(info *scope.Info) bool {
	m, ok := Parse(info)
	return ok && m.likely()
}

// likely reports whether a file is rather a module than something else: it has
// the keys of one, or is a function that takes whatever modules are given.
func (m *Module) likely() bool {
	return m.Shape == Certain || m.Shape == Possible && m.Ellipsis
}

// selected returns the path of options that a name selects, in a selection, a
// has-attribute test or an inherit with a source.
func selected(info *scope.Info, n parser.Node) (Ref, bool) {
	if n.Parent().Kind() == parser.KindInherit && !n.Parent().Has(parser.KindInheritFrom) {
		return Ref{}, false
	}
	r, ok := ConfigRef(info, n)
	return r, ok && len(r.Steps) > 0
}

// mentioned yields what m and the modules in its imports set and declare, until
// yield returns false.
func (m *Module) mentioned(yield func(*Def, Mentioning) bool) bool {
	for _, i := range m.Imports {
		if i.Module != nil && !i.Module.mentioned(yield) {
			return false
		}
	}
	return each(m.Config, func(d *Def) bool { return yield(d, Sets) }) &&
		eachDeclared(m.Options, func(d *Def) bool { return yield(d, Declares) })
}

// eachDeclared is each for declarations, those in submodules included.
func eachDeclared(values []*Value, yield func(*Def) bool) bool {
	return each(values, func(d *Def) bool {
		if !yield(d) {
			return false
		}
		for _, v := range d.Values {
			if !eachDeclared([]*Value{{Defs: v.Sub}}, yield) {
				return false
			}
		}
		return true
	})
}

// mentions collects the mentions of a file.
type mentions struct {
	info  *scope.Info
	path  []string
	maybe bool // the file may be no module
	list  []Mention
}

func (f *mentions) last() string { return f.path[len(f.path)-1] }

func (f *mentions) module(m *Module) {
	m.mentioned(func(d *Def, role Mentioning) bool {
		if d.trail != nil && d.trail.depth == len(f.path) && d.Name.Valid() && Fits(f.path, d.Path()) {
			f.list = append(f.list, Mention{d.Name, role, d.Path(), f.maybe})
		}
		return true
	})
}

// Fits reports whether steps lead to the option at a path, whose names may be
// such that fit any.
func Fits(path []string, steps []Step) bool {
	if len(path) != len(steps) {
		return false
	}
	for i, s := range steps {
		switch {
		case path[i] == option.Element:
			if s.Kind != Element {
				return false
			}
		case FitsAny(path[i]):
			if s.Kind == Element && !strings.HasSuffix(path[i], orElement) {
				return false
			}
		case s.Kind != Attr || s.Name != path[i]:
			return false
		}
	}
	return true
}

// orElement is what a name that fits any ends with if it is also that of the
// elements of a list, as with types of old that take both.
const orElement = "?>"

// FitsAny reports whether a name in the tree of options stands for any name.
func FitsAny(name string) bool {
	return name == option.Element || strings.HasPrefix(name, "<") && strings.HasSuffix(name, ">")
}

// refs adds what is read.
func (f *mentions) refs() {
	for n := range f.info.Tree().Nodes() {
		switch n.Kind() {
		case parser.KindSelect, parser.KindHasAttr:
			f.read(n.FirstChild(), elementsUpTo(n.Child(parser.KindAttrPath), maxDepth))
		case parser.KindInheritFrom:
			for _, name := range elementsOf(n.Parent()) {
				f.read(n.LastExpr(), []parser.Node{name})
			}
		case parser.KindVar:
			f.brought(n)
		case parser.KindList:
			f.names(n)
		}
	}
}

// elementsUpTo returns the names of an attribute path, at most so many: a path of
// a hostile file has a hundred thousand.
func elementsUpTo(path parser.Node, most int) []parser.Node {
	var list []parser.Node
	for e := path.FirstChild(); e.Valid() && len(list) < most; e = e.NextSibling() {
		if e.Kind() != parser.KindDot {
			list = append(list, e)
		}
	}
	return list
}

// read adds the names of a path that is selected from an expression.
func (f *mentions) read(from parser.Node, elements []parser.Node) {
	if !slices.ContainsFunc(elements, f.isLast) {
		return
	}
	o := (&refs{info: f.info, left: maxRefs}).of(from)
	for _, e := range elements {
		if o = o.to(e); o.kind == ofConfig && f.isLast(e) && Fits(f.path, o.ref.Steps) {
			f.list = append(f.list, Mention{e, Reads, o.ref.Steps, f.maybe && len(f.path) == 1})
		}
	}
}

// isLast reports whether a name may be the last of the path.
func (f *mentions) isLast(n parser.Node) bool {
	name, ok := n.AttrName()
	return FitsAny(f.last()) || ok && name == f.last()
}

// brought adds a variable if the innermost with around it has the set in which
// the option is.
func (f *mentions) brought(n parser.Node) {
	if kind, _ := f.info.Ref(n.ID()); kind != scope.With || n.Text() != f.last() {
		return
	}
	withs := f.info.Withs(n.ID())
	if len(withs) == 0 {
		return
	}
	o := (&refs{info: f.info, left: maxRefs}).of(withs[0].FirstExpr())
	if steps := append(o.ref.Steps, Step{Kind: Attr, Name: n.Text()}); o.kind == ofConfig && Fits(f.path, steps) {
		f.list = append(f.list, Mention{n, Reads, steps, true})
	}
}

// movers are the functions that take paths of options as lists of names, with
// what they do with each.
var movers = map[string][]Mentioning{
	"mkRenamedOptionModule": {Declares, Reads},
	"mkAliasOptionModule":   {Declares, Reads},
	"mkAliasOptionModuleMD": {Declares, Reads},
	"mkChangedOptionModule": {Declares, Reads},
	"mkRemovedOptionModule": {Declares},
}

// names adds the name of a list that is the path of an option, or of one below.
func (f *mentions) names(list parser.Node) {
	parent := list.Parent()
	if parent.Kind() != parser.KindApply || list == parent.FirstChild() {
		return
	}
	steps, last := namesIn(list, len(f.path))
	if !Fits(f.path, steps) {
		return
	}
	head, before := parent.FirstChild().Unparen(), 0
	if head.Kind() == parser.KindApply {
		head, before = head.FirstChild().Unparen(), 1
	}
	if roles := movers[lastName(head)]; before < len(roles) {
		f.list = append(f.list, Mention{Name: last, Role: roles[before], Path: steps})
	}
}

// namesIn returns the first strings of a list as steps, at most so many, with the
// last of them. There are none if something else is among them.
func namesIn(list parser.Node, most int) (steps []Step, last parser.Node) {
	for e := range list.Exprs() {
		if len(steps) == most {
			break
		}
		name, ok := e.Static()
		if !ok {
			return nil, parser.Node{}
		}
		steps, last = append(steps, Step{Kind: Attr, Name: name}), e
	}
	return steps, last
}
