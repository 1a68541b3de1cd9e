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
	// Declared says that it is known to be declared somewhere.
	Declared bool
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
			o.Known, o.Path, o.Declared = known, known.Loc, true
		}
	}
	return o, true
}

// Declare tells the paths under which files declare what o may be.
func (o *Option) Declare(paths [][]string) {
	for _, p := range paths {
		if !o.Declared || slices.ContainsFunc(p, module.FitsAny) {
			o.Path, o.Declared = p, true
		}
	}
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
