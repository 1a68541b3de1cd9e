package navigate

import (
	"slices"

	"firn/lsp/feature/module"
	"firn/lsp/feature/option"
	"firn/parser"
	"firn/parser/scope"
)

// Option is an option, or a set of options, that a name of a module mentions.
type Option struct {
	Name parser.Node // the name that was asked about
	Role module.Mentioning
	// Path leads to it from the root. A name in angle brackets fits any, "*" any
	// element of a list.
	Path []string
	// Declared says that it is known to be declared somewhere, and Whole that it is
	// an option there and not a set of options.
	Declared, Whole bool
	// Known is what was evaluated of it, nil for nothing or a set of options.
	Known *option.Option

	unsure bool // whether it is one
}

// Option returns the option that the name at off mentions. Whether that is one
// may be left to [Option.Declare].
func (q Query) Option(off uint32) (Option, bool) {
	n := q.at(off)
	if !n.Valid() {
		return Option{}, false
	}
	m, ok := module.MentionAt(q.info(), n)
	if !ok {
		return Option{}, false
	}
	o := Option{Name: n, Role: m.Role, Path: module.Names(m.Path)}
	o.unsure = m.Maybe || slices.ContainsFunc(o.Path, module.FitsAny)
	if q.Config.Valid() {
		known := q.Config.Option(q.Config.At(o.Path...))
		if known != nil && len(known.Loc) == len(o.Path) {
			o.Known, o.Path, o.Declared, o.Whole = known, known.Loc, true, true
		}
	}
	return o, true
}

// Declare tells what a file declares at the path of o.
func (o *Option) Declare(d module.Declaration) {
	if !o.Declared || slices.ContainsFunc(d.Path, module.FitsAny) {
		o.Path = d.Path
	}
	o.Declared, o.Whole = true, o.Whole || d.Option
}

// Valid reports whether o is an option for all that is known.
func (o *Option) Valid() bool { return o.Declared || !o.unsure }

// Words returns what the text of a file has in it that mentions o.
func (o *Option) Words() []string {
	return slices.DeleteFunc(slices.Clone(o.Path), module.FitsAny)
}

// In returns the places of a file that mention o.
func (o *Option) In(info *scope.Info) []module.Mention {
	list := module.Mentions(info, o.Path)
	return slices.DeleteFunc(list, func(m module.Mention) bool {
		here := info.Tree() == o.Name.Tree()
		return m.Maybe && !here && (!o.Declared || len(o.Path) == 1)
	})
}

// Sibling returns the path of what is declared beside o under a name.
func (o *Option) Sibling(name string) []string {
	return append(slices.Clone(o.Path[:len(o.Path)-1]), name)
}

// IsDeclared reports whether an option, or a set of options, was evaluated that is
// at a path.
func (q Query) IsDeclared(path []string) bool {
	return q.Config.Valid() && len(q.Config.At(path...).Trees) > 0
}

// maxBelow is how many options are looked at to find out who declares a set of them.
const maxBelow = 2000

// DeclaredBelow returns where the options of a set are declared, and false if they
// were not evaluated or are too many.
func (q Query) DeclaredBelow(o Option) ([]option.Place, bool) {
	if !q.Config.Valid() {
		return nil, false
	}
	var places []option.Place
	left := []option.Found{q.Config.At(o.Path...)}
	for n := 0; len(left) > 0; n++ {
		if n == maxBelow {
			return nil, false
		}
		at := left[len(left)-1]
		left = left[:len(left)-1]
		if known := q.Config.Option(at); known != nil {
			places = append(places, known.Declared...)
			continue
		}
		children, _ := q.Config.Children(at)
		for _, c := range children {
			left = append(left, option.Root(c.Tree))
		}
	}
	return places, len(places) > 0
}

// IsInside reports whether o is no option but a name in the value of one.
func (q Query) IsInside(o Option) bool {
	if o.Declared || !q.Config.Valid() {
		return false
	}
	found := q.Config.At(o.Path...)
	return found.Free || len(found.Types) > 0
}

// Declarations returns where an option is declared, as far as it was evaluated.
func (q Query) Declarations(o Option) []Location {
	var list []Location
	if o.Known == nil {
		return nil
	}
	for _, p := range o.Known.Declared {
		list = append(list, q.declaration(o.Known, p))
	}
	return list
}

// Setters returns where an option is set, in the files of which the
// configuration says so.
func (q Query) Setters(o Option) []Location { return q.setters(o.Name) }

// Named returns the place of a name that defines something in the file at path.
func Named(path string, name parser.Node) Location {
	return Location{Path: path, Span: whole(name).Span(), Name: name.Span()}
}
