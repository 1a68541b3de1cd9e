package knowledge

import (
	"context"
	"strconv"
	"strings"

	"firn/eval"
	"firn/eval/builtin"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/option"
	"firn/parser"
	"firn/parser/scope"
)

// View is what is known of one file, for one request.
type View struct {
	ctx   context.Context
	state *State
	path  string
	info  *scope.Info
	role  Role
	done  func()

	certain bool // that it has the role
	valid   bool
	in      map[*State]*eval.Inside // nil for what cannot be read
}

// Role says what a file is, which decides what its function is called with.
type Role uint8

// The roles.
const (
	PlainFile   Role = iota // something else
	ModuleFile              // of a configuration
	PackageFile             // called by callPackage
	OverlayFile             // final: prev: { … }
)

// String returns the role in a word.
func (r Role) String() string {
	return [...]string{"expression", "module", "package", "overlay"}[r]
}

// File is the file that a view is about.
type File struct {
	Path string
	Info *scope.Info
	// Valid says that the text can be read as nixlang.
	Valid bool
	Role  Role
	// Certain says that the file cannot well be anything else.
	Certain bool
}

// View returns what is known of a file in a state. Whoever asks closes it.
func (s *State) View(ctx context.Context, f File) *View {
	v := s.newView(ctx, f)
	v.done = s.turn.ask()
	return v
}

func (s *State) newView(ctx context.Context, f File) *View {
	return &View{ctx: ctx, state: s, path: f.Path, info: f.Info, role: f.Role, certain: f.Certain, valid: f.Valid, in: map[*State]*eval.Inside{}}
}

// Close lets work in the background go on.
func (v *View) Close() { v.done() }

// State returns the state that v looks at.
func (v *View) State() *State { return v.state }

// Options returns the options that the file can set, nil if it is no module.
func (v *View) Options() option.Tree {
	if v.isGroup() {
		if v.state.wanted.Kind == Network && v.state.options != nil {
			return networkTree{v, v.state.options}
		}
		return nil
	}
	if v.role != ModuleFile {
		return nil
	}
	return v.state.Options()
}

// Evaluated returns what inference may ask.
func (v *View) Evaluated() infer.Evaluated {
	return infer.Evaluated{Argument: v.argumentOf, Value: v.valueOf}
}

// argumentOf returns what a function of the file is called with.
func (v *View) argumentOf(lambda parser.Node, name string) (infer.Known, bool) {
	_, list := v.calls(lambda)
	for _, c := range list {
		if c.lambda == lambda {
			if x, ok := c.lookup(name); ok {
				return known{v.ctx, x, nil}, true
			}
		}
	}
	return nil, false
}

// lookup returns what the file is called with under a name.
func (v *View) lookup(name string) (eval.Value, bool) {
	s := v.state
	switch v.role {
	case ModuleFile:
		x, ok := s.args[name]
		return x, ok
	case OverlayFile:
		return s.pkgs, s.hasPkgs
	case PackageFile:
		if !s.hasPkgs {
			return eval.Value{}, false
		}
		switch name {
		case "pkgs":
			return s.pkgs, true
		case "lib":
			if x, ok := s.args["lib"]; ok {
				return x, true
			}
		}
		a, ok, err := s.pkgs.Attr(v.ctx, name)
		return a.Value, ok && err == nil
	}
	return eval.Value{}, false
}

// Arguments returns the set of what the function of the file can ask for, and false
// if that is not known.
func (v *View) Arguments() (infer.Known, bool) {
	s := v.state
	switch {
	case v.isGroup():
		return known{v.ctx, s.call, nil}, s.hasCall
	case v.role == ModuleFile && len(s.args) > 0:
		return known{v.ctx, s.allArgs, nil}, true
	case v.role == PackageFile && s.hasPkgs:
		return known{v.ctx, s.pkgs, nil}, true
	}
	return nil, false
}

// given returns what functions of the file are called with, for the evaluator,
// which cannot be asked meanwhile.
func given(list []called) eval.Given {
	values := map[parser.NodeID]map[string]eval.Value{}
	for _, c := range list {
		values[c.lambda.ID()] = c.values()
	}
	return func(lambda parser.NodeID, name string) (eval.Value, bool) {
		x, ok := values[lambda][name]
		return x, ok
	}
}

// arguments returns what a function of the file is called with, by the names that
// it has for it.
func (v *View) arguments(lambda parser.Node) map[string]eval.Value {
	m := map[string]eval.Value{}
	called := !needsArguments(lambda)
	for _, name := range names(lambda) {
		if x, ok := v.lookup(name); ok {
			m[name] = x
		} else if v.role != ModuleFile && !called {
			m[name] = v.state.e.Unknown(name) // whoever calls it may give it
		}
	}
	whole := lambda.Child(parser.KindName)
	if v.role == ModuleFile && v.certain && whole.Valid() && len(v.state.args) > 0 {
		m[whole.Text()] = v.state.allArgs
	}
	return m
}

// needsArguments reports whether a function cannot be called with an empty set, as
// nix-build does.
func needsArguments(lambda parser.Node) bool {
	formals := lambda.Child(parser.KindFormals)
	for f := range formals.Children() {
		if f.Kind() == parser.KindFormal && !f.Has(parser.KindQuestion) {
			return true
		}
	}
	return !formals.Valid()
}

// names returns the names that a function gives its argument or parts of it.
func names(lambda parser.Node) []string {
	var list []string
	for c := range lambda.Children() {
		if c.Kind() == parser.KindName {
			list = append(list, c.Text())
		}
		for f := range c.Children() {
			if f.Kind() == parser.KindFormal {
				list = append(list, f.FirstChild().Text())
			}
		}
	}
	return list
}

// inside returns the inside of the file around a node, nil if it cannot be read.
func (v *View) inside(n parser.Node) *eval.Inside {
	if !v.valid {
		return nil
	}
	s, list := v.calls(n)
	in, tried := v.in[s]
	if !tried {
		in, _ = s.inside(v.ctx, version{v.path, v.role, v.certain, v.info.Tree().Source()}, given(list)) // or nil
		v.in[s] = in
	}
	return in
}

// Value returns the value of an expression of the file, not evaluated.
func (v *View) Value(expr parser.Node) (eval.Value, bool) {
	if expr.Tree() != v.info.Tree() || !expr.Kind().IsExpr() {
		return eval.Value{}, false
	}
	in := v.inside(expr)
	if in == nil {
		return eval.Value{}, false
	}
	// Both engines give the same tree of a file that can be read.
	x, err := in.Value(v.ctx, expr.ID())
	return x, err == nil
}

func (v *View) valueOf(expr parser.Node) (infer.Known, bool) {
	x, ok := v.Value(expr)
	if !ok {
		return nil, false
	}
	k := known{v.ctx, x, nil}
	if _, err := x.Force(v.ctx); err != nil {
		return nil, false
	}
	return k, true
}

// known is a value for the time of a request.
type known struct {
	ctx   context.Context
	value eval.Value
	pos   *eval.Position // where the attribute is defined that has it
}

// Names implements [infer.Known].
func (k known) Names() []string {
	names, err := k.value.AttrNames(k.ctx)
	if err != nil {
		return nil
	}
	return names
}

// Attr implements [infer.Known].
func (k known) Attr(name string) (infer.Known, bool) {
	a, ok, err := k.value.Attr(k.ctx, name)
	if err != nil || !ok {
		return nil, false
	}
	return known{k.ctx, a.Value, a.Pos}, true
}

// Function implements [infer.Known].
func (k known) Function() (infer.Place, bool) {
	f, err := k.value.Function(k.ctx)
	if err != nil || f.Pos == nil {
		return infer.Place{}, false
	}
	return place(f.Pos)
}

// Builtin implements [infer.Primitive].
func (k known) Builtin() (*builtin.Builtin, int) {
	f, err := k.value.Function(k.ctx)
	if err != nil || !f.Builtin {
		return nil, 0
	}
	return builtin.Lookup(strings.TrimPrefix(f.Name, "__")), f.Applied
}

// Defined implements [infer.Known].
func (k known) Defined() (infer.Place, bool) { return place(k.pos) }

// Made implements [infer.Known].
func (k known) Made() (infer.Place, bool) {
	kind, err := k.value.Force(k.ctx)
	if err != nil {
		return infer.Place{}, false
	}
	switch kind {
	case eval.Function:
		return k.Function()
	case eval.Set:
		return k.position()
	}
	return infer.Place{}, false
}

// position returns where a package says that it is, or that its derivation is made.
func (k known) position() (infer.Place, bool) {
	r := reader{ctx: k.ctx}
	meta, ok, err := k.value.Attr(k.ctx, "meta")
	if err != nil || !ok {
		return infer.Place{}, false
	}
	file, line, ok := strings.Cut(text(k.ctx, r.set(attr{value: meta.Value, ok: true})["position"]), ":")
	n, err := strconv.Atoi(line)
	if !ok || err != nil || n < 1 {
		return infer.Place{}, false
	}
	return infer.Place{Path: file, Line: uint32(n), Column: 1}, true
}

func place(p *eval.Position) (infer.Place, bool) {
	if p == nil || isOurs(p.File) {
		return infer.Place{}, false
	}
	return infer.Place{Path: p.File, Line: p.Line, Column: p.Column}, true
}

// Ask returns what is known of a file, which may belong to any of some entries,
// or nil if ctx ends before. The caller closes it.
func (b *Base) Ask(ctx context.Context, f File, entries []Entry) *View {
	s := b.stateFor(ctx, f, entries)
	if s == nil {
		return nil
	}
	return s.View(ctx, f)
}

// stateFor returns the state that a file belongs to, nil if ctx ends before that is
// known.
func (b *Base) stateFor(ctx context.Context, f File, entries []Entry) *State {
	r := b.rootFor(ctx, f, entries)
	if r == nil {
		return nil
	}
	return r.latest()
}

// reaches reports whether a file was imported.
func (s *State) reaches(path string) bool { return s.files[path] || s.wanted.Path == path }

// Config returns the options that the file can set, for a request.
func (v *View) Config(ctx context.Context) option.View { return option.NewView(ctx, v.Options()) }

// IsOverlay reports whether a file is a function of two arguments that takes none
// of them apart, as overlays are.
func IsOverlay(info *scope.Info) bool {
	outer, inner := entrance(info.Tree())
	plain := func(n parser.Node) bool { return n.Valid() && !n.Child(parser.KindFormals).Valid() }
	return plain(outer) && plain(inner)
}

// IsFunction reports whether a file is a function that takes its argument apart.
func IsFunction(info *scope.Info) bool {
	outer, _ := entrance(info.Tree())
	return outer.Valid() && outer.Child(parser.KindFormals).Valid()
}
