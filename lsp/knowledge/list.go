package knowledge

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"firn/eval"
	"firn/lsp/feature/option"
)

// Once returns what is known of an entry, for somebody who asks once: options are
// found at once, all else when it is asked for, and no change is followed. What
// cannot be evaluated is an error of [State.Err], and what is known then holds
// without the entry. The error is that of ctx, or says that the evaluation may take
// no more.
func (b *Base) Once(ctx context.Context, entry Entry) (*State, error) {
	s, err := b.once(ctx, entry, b.programs(entry))
	if err == nil || ctx.Err() != nil || isSpent(err) {
		return s, err
	}
	why := err
	if alone, programs := b.alone(entry); alone != entry {
		s, err = b.once(ctx, alone, programs)
	}
	if ctx.Err() != nil || isSpent(err) {
		return nil, err
	}
	if err != nil {
		s = &State{facts: facts{entry: entry}, base: b, turn: &turn{}, insides: map[version]*eval.Inside{}}
	}
	s.wanted, s.err = entry, why
	return s, nil
}

// Members returns the names of the configurations in the file of the entry, if they are
// several things of which the entry names none.
func (s *State) Members() []string { return s.members }

// once evaluates an entry by the first of some programs that does. The error is that
// of the last.
func (b *Base) once(ctx context.Context, entry Entry, programs []program) (s *State, err error) {
	for _, p := range programs {
		if p.ifRefused && !isRefused(err) {
			continue
		}
		e := b.evaluator(&withholder{base: b, entry: entry})
		s = &State{facts: facts{entry: entry, standIn: p.standIn}, base: b, wanted: entry, e: e, turn: &turn{}, insides: map[version]*eval.Inside{}}
		if err = s.begin(ctx, p); err == nil || ctx.Err() != nil || isSpent(err) {
			return s, err
		}
	}
	return nil, err
}

// begin finds out what the parts of a state are, and what options there are.
func (s *State) begin(ctx context.Context, p program) error {
	whole, err := s.e.Delayed(ctx, "firn", "/", p.text)
	if err == nil {
		whole, err = p.part(ctx, s.turn, whole)
	}
	if err != nil {
		return err
	}
	s.parts = map[string]eval.Value{}
	if err := attrsInto(ctx, whole, s.parts); err != nil {
		return err
	}
	if s.entry.Kind == Nixpkgs {
		_, err := s.parts["pkgs"].Force(ctx)
		return err
	}
	if err := s.findMembers(ctx, s.parts); err != nil {
		return err
	}
	return s.findOptions(ctx, s.parts)
}

// complete finds out what modules are called with, if that is to be done yet.
func (s *State) complete(ctx context.Context) error {
	if s.parts == nil {
		return nil
	}
	err := s.findArgs(ctx, s.parts)
	if err == nil {
		s.parts = nil
	}
	return err
}

// Listed is an option in a list. Of it is evaluated what somebody asks for.
type Listed struct {
	Loc         []string
	Description string // as it is written, see [option.Prose]
	Hidden      bool   // from manuals, or internal

	typ  attr
	node *node
}

// Type returns the description of the type, "" if there is none.
func (l *Listed) Type(ctx context.Context) string {
	r := reader{ctx: ctx}
	return r.prose(r.set(l.typ)["description"])
}

// Option returns all that is known of the option, nil if it cannot be read.
func (l *Listed) Option(ctx context.Context) *option.Option { return l.node.Option(ctx) }

// Setting returns the value of the option. There is none of an option below a
// name that anybody chooses, since there may be many.
func (l *Listed) Setting(ctx context.Context) option.Setting {
	if !l.node.any || slices.ContainsFunc(l.Loc, option.IsPlaceholder) {
		return l.node.Setting(ctx)
	}
	return l.node.state.setting(ctx, l.Loc)
}

// setting returns the value at a path of the configuration, of which nobody tells
// who set it.
func (s *State) setting(ctx context.Context, loc []string) option.Setting {
	v := s.config
	for _, name := range loc {
		a, ok, err := v.Attr(ctx, name)
		if _, wrong := errors.AsType[*eval.WrongKindError](err); wrong || err == nil && !ok {
			return option.Setting{} // it is in something that is null, or not there
		}
		if err != nil {
			return option.Setting{Err: err}
		}
		v = a.Value
	}
	text, err := v.Pretty(ctx, shown)
	return option.Setting{Value: cut(text), Err: err}
}

// Listing is what there is of options.
type Listing struct {
	// Options are in the order of their paths, those of a submodule behind the
	// option that it is the type of.
	Options []*Listed
	// Unread are places at which there is no saying what options there are.
	Unread []Unread
}

// Unread is a place among options that cannot be evaluated.
type Unread struct {
	Loc []string
	Err error
}

// List returns the options whose paths begin with prefix, those of submodules
// and hidden ones included, as the manual of NixOS lists them. The error is that of
// ctx, or says that the evaluation may take no more.
func (s *State) List(ctx context.Context, prefix ...string) (Listing, error) {
	if s.options == nil {
		return Listing{}, nil
	}
	defer s.turn.ask()()
	return s.list(ctx, prefix, maxListed)
}

// list lists at most so many options.
func (s *State) list(ctx context.Context, prefix []string, most int) (Listing, error) {
	l := lister{ctx: ctx, state: s, prefix: prefix, most: most}
	err := l.place(s.options.value, nil)
	if errors.Is(err, ErrManyOptions) {
		l.out.Unread, err = append(l.out.Unread, Unread{Err: err}), nil
	}
	return l.out, err
}

// lister collects options.
type lister struct {
	ctx    context.Context
	state  *State
	prefix []string
	most   int  // options
	inside int  // how many submodules in one another it is in
	hidden bool // what it is in is left out of manuals
	places int
	out    Listing
}

// The limits of a list. NixOS has some ten thousand options in four submodules in
// one another; a submodule that has itself in it has any number.
const (
	maxSubmodules = 8
	maxListed     = 100_000
	maxNames      = 100 // in a path
	// setsEach is how many sets of options there may be for each option.
	setsEach = 10
)

// ErrManyOptions says that a list was ended.
var ErrManyOptions = fmt.Errorf("there are more than %d options, or some in more than %d sets", maxListed, maxNames)

// place lists what there is at a place.
func (l *lister) place(v eval.Value, loc []string) error {
	if l.places++; l.places > l.most*setsEach || len(loc) > maxNames {
		return ErrManyOptions
	}
	attrs, err := v.Attrs(l.ctx)
	if err != nil {
		return l.unread(loc, err)
	}
	set := attributes(attrs)
	if text(l.ctx, set["_type"]) == "option" {
		return l.option(v, set, loc)
	}
	for _, a := range attrs {
		if a.Name != "_module" && slices.Contains(hiddenNames, a.Name) || !l.leads(loc, a.Name) {
			continue
		}
		if err := l.place(a.Value, append(slices.Clip(loc), a.Name)); err != nil {
			return err
		}
	}
	return nil
}

// leads reports whether the step from a place to a name may lead to what begins
// with the prefix. In a submodule the path tells later.
func (l *lister) leads(loc []string, name string) bool {
	return l.inside > 0 || len(loc) >= len(l.prefix) || l.prefix[len(loc)] == name
}

// option lists an option and those in its type.
func (l *lister) option(v eval.Value, set map[string]attr, loc []string) error {
	if len(l.out.Options) >= l.most {
		return ErrManyOptions
	}
	r := reader{ctx: l.ctx, state: l.state}
	if l.inside > 0 {
		loc = r.texts(set["loc"])
	}
	manuals := r.visible(set["visible"])
	if Under(loc, l.prefix) {
		l.out.Options = append(l.out.Options, &Listed{
			Loc: loc, Description: r.prose(set["description"]), Hidden: l.hidden || manuals.hidden || r.flag(set["internal"]),
			typ: set["type"], node: &node{state: l.state, value: v, loc: loc, any: l.inside > 0},
		})
	}
	if !set["type"].ok {
		return l.ctx.Err()
	}
	typ, err := set["type"].value.Attrs(l.ctx)
	if err != nil {
		return l.unread(loc, err)
	}
	if manuals.shallow && len(loc) >= len(l.prefix) {
		return l.ctx.Err()
	}
	return l.within(attributes(typ), loc, manuals.below)
}

// within lists the options in a type. Hidden says that manuals leave them out.
func (l *lister) within(typ map[string]attr, loc []string, hidden bool) error {
	if l.inside >= maxSubmodules || len(loc) < len(l.prefix) && !Under(loc, l.prefix[:len(loc)]) {
		return l.ctx.Err()
	}
	if slices.Contains(plainTypes, text(l.ctx, typ["name"])) {
		return l.ctx.Err()
	}
	sub, err := l.sub(typ["getSubOptions"], loc)
	if err != nil {
		return l.unread(loc, err)
	}
	outer := l.hidden
	l.hidden = l.hidden || hidden
	l.inside++
	defer func() { l.inside, l.hidden = l.inside-1, outer }()
	for _, a := range sub {
		if err := l.place(a.Value, nil); err != nil {
			return err
		}
	}
	return nil
}

// plainTypes are names of types that have no options in them (nixpkgs,
// lib/types.nix).
var plainTypes = []string{"bool", "int", "float", "str", "string", "path", "package", "enum", "attrs", "separatedString", "unspecified"}

// sub returns the options in the type of an option.
func (l *lister) sub(get attr, loc []string) ([]eval.Attr, error) {
	if !get.ok {
		return nil, nil
	}
	prefix := make([]any, len(loc))
	for i, name := range loc {
		prefix[i] = name
	}
	arg, err := l.state.e.Make(prefix)
	if err != nil {
		return nil, err
	}
	v, err := get.value.Apply(l.ctx, arg)
	if err != nil {
		return nil, err
	}
	return v.Attrs(l.ctx)
}

// unread notes a place that cannot be evaluated. What is no set is nothing that
// could be listed.
func (l *lister) unread(loc []string, err error) error {
	if l.ctx.Err() != nil || isSpent(err) {
		return err
	}
	if _, wrong := errors.AsType[*eval.WrongKindError](err); !wrong {
		l.out.Unread = append(l.out.Unread, Unread{loc, err})
	}
	return nil
}

// Under reports whether a path of options begins with prefix. A part of the path
// that stands for any name is also under every name.
func Under(loc, prefix []string) bool {
	if len(loc) < len(prefix) {
		return false
	}
	for i, name := range prefix {
		if loc[i] != name && !option.IsPlaceholder(loc[i]) {
			return false
		}
	}
	return true
}

// visibility is what manuals have of an option.
type visibility struct {
	hidden  bool // not the option
	below   bool // and not those in its type, neither
	shallow bool // only the option; there may be a configuration in it, which has the option again
}

// visible reads what manuals have of an option (nixpkgs, lib/options.nix: visible is a
// boolean, "shallow" or, since 2025, "transparent").
func (r reader) visible(a attr) visibility {
	switch s := text(r.ctx, a); {
	case !a.ok:
		return visibility{}
	case s == "transparent":
		return visibility{hidden: true}
	case s == "shallow":
		return visibility{below: true, shallow: true}
	}
	hidden := !r.flag(a)
	return visibility{hidden: hidden, below: hidden}
}

// ItemKind says what sort of thing an attribute of a package set is.
type ItemKind uint8

// The kinds of items.
const (
	OtherItem    ItemKind = iota // a string, a list or the like
	PackageItem                  // a derivation
	SetItem                      // also a set of packages
	FunctionItem                 // also what can be called with arguments, as callPackage
	FailedItem                   // its evaluation fails
)

// String returns the kind in a word.
func (k ItemKind) String() string {
	return [...]string{"value", "package", "set", "function", "error"}[k]
}

// Item is an attribute of a package set.
type Item struct {
	Attr    string
	Kind    ItemKind
	Package Package // of a PackageItem
	Err     error   // of a FailedItem
}

// Packages calls yield for the attributes of the package set at a path below pkgs,
// in the order of their names. It is asked for those that want accepts by their
// names; the others are not evaluated. The error is that there is no set at the
// path, that of ctx, or says that the evaluation may take no more.
func (s *State) Packages(ctx context.Context, path []string, want func(name string) bool, yield func(Item)) error {
	defer s.turn.ask()()
	if err := s.complete(ctx); err != nil {
		return err
	}
	set, err := s.packageSet(ctx, path)
	if err != nil {
		return err
	}
	attrs, err := set.Attrs(ctx)
	if _, wrong := errors.AsType[*eval.WrongKindError](err); wrong {
		return &MissingError{Path: path}
	}
	if err != nil {
		return err
	}
	for _, a := range attrs {
		if !want(a.Name) {
			continue
		}
		item := s.item(ctx, a)
		if item.Err != nil && (ctx.Err() != nil || isSpent(item.Err)) {
			return item.Err
		}
		yield(item)
	}
	return nil
}

// ErrNoPackages says that a configuration tells of no package set.
var ErrNoPackages = errors.New("there is no package set: nixpkgs is not in the search path; give -I nixpkgs=DIR")

func (s *State) packageSet(ctx context.Context, path []string) (eval.Value, error) {
	if !s.hasPkgs {
		return eval.Value{}, ErrNoPackages
	}
	v := s.pkgs
	for i, name := range path {
		a, ok, err := v.Attr(ctx, name)
		if _, wrong := errors.AsType[*eval.WrongKindError](err); wrong || err == nil && !ok {
			return v, &MissingError{Path: path[:i+1]}
		}
		if err != nil {
			return v, err
		}
		v = a.Value
	}
	return v, nil
}

// MissingError says that a path leads to no set of packages.
type MissingError struct{ Path []string }

// Error implements error.
func (e *MissingError) Error() string {
	return "there is no set of packages pkgs." + option.Path(e.Path)
}

func (s *State) item(ctx context.Context, a eval.Attr) Item {
	item := Item{Attr: a.Name}
	kind, err := a.Value.Force(ctx)
	if err != nil {
		item.Kind, item.Err = FailedItem, err
		return item
	}
	switch kind {
	case eval.Function:
		item.Kind = FunctionItem
	case eval.Set:
		item.Kind = SetItem
		k := known{ctx: ctx, value: a.Value}
		r := reader{ctx: ctx}
		set := r.set(attr{value: a.Value, ok: true})
		switch {
		case text(ctx, set["type"]) == "derivation":
			item.Kind, item.Package = PackageItem, k.pkg(set)
			if item.Package.Name == "" {
				item.Err = nameless(ctx, set["name"])
			}
		case set["__functor"].ok:
			item.Kind = FunctionItem
		}
	}
	if item.Err != nil {
		item.Kind = FailedItem
	}
	return item
}

// nameless says why a package has no name.
func nameless(ctx context.Context, name attr) error {
	if !name.ok {
		return errors.New("it has no name")
	}
	_, err := name.value.Text(ctx)
	return err
}

// Message returns the first line of what an error of an evaluation says, for
// people.
func Message(err error) string { return strings.TrimPrefix(message(err), "error: ") }
