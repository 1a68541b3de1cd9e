package knowledge

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"firn/eval"
	"firn/lsp/feature/check"
	"firn/lsp/feature/option"
)

// State is a root as it was evaluated once. It stays good when files change, and
// is then what is known until the next one is there.
type State struct {
	facts
	base     *Base
	wanted   Entry // which entry is, unless that cannot be evaluated
	e        *eval.Evaluator
	turn     *turn
	files    map[string]bool // that were imported, by path
	err      error           // why the entry could not be evaluated, if this is without it
	withheld *withholder
	// parts are those of the entry, until it was found out what modules are called
	// with. They are nil where that is done in the background.
	parts map[string]eval.Value

	mu      sync.Mutex
	insides map[version]*eval.Inside

	alarmed   bool // the alarms have been looked for
	alarmList []check.Alarm
}

// facts are what an evaluation has found out. A later state has them, too, if what
// has changed since cannot be evaluated.
type facts struct {
	entry   Entry
	config  eval.Value
	args    map[string]eval.Value // of modules, by name
	allArgs eval.Value            // the set of them
	pkgs    eval.Value
	hasPkgs bool
	options *node      // nil if none are known
	members []string   // the names of the machines or outputs that the entry has, each an entry
	call    eval.Value // what the outputs of a flake are called with
	hasCall bool
	standIn string // what was used in place of what the entry is meant for, if anything
	foreign bool   // the options may be others, too
}

// Entry returns the entry that was evaluated.
func (s *State) Entry() Entry { return s.entry }

// Err returns why the configuration of the user could not be evaluated, nil if it
// was.
func (s *State) Err() error { return s.err }

// StandIn says what was used in place of what the configuration is meant for, and is
// "" if nothing was. What values fail with is then no fault of the configuration.
func (s *State) StandIn() string { return s.standIn }

// Options returns the options of the configuration, nil if none are known.
func (s *State) Options() option.Tree {
	if s.options == nil {
		return nil
	}
	return s.options
}

// evaluate finds out what the parts of a state are. It is done in steps, each of
// which goes on where it was stopped.
func evaluate(ctx context.Context, s *State, whole eval.Value) (*State, error) {
	s.args, s.insides = map[string]eval.Value{}, map[version]*eval.Inside{}
	parts := map[string]eval.Value{}
	for _, step := range []func(context.Context) error{
		func(ctx context.Context) error { return attrsInto(ctx, whole, parts) },
		func(ctx context.Context) error { return s.findOptions(ctx, parts) },
		func(ctx context.Context) error { return s.findMembers(ctx, parts) },
		func(ctx context.Context) error { return s.findArgs(ctx, parts) },
	} {
		if err := s.turn.background(ctx, step); err != nil {
			return nil, err
		}
	}
	s.reached(s.e.NotedImports())
	return s, nil
}

// reached notes files that belong to the state.
func (s *State) reached(paths []string) {
	if s.files == nil {
		s.files = make(map[string]bool, len(paths))
	}
	for _, path := range paths {
		s.files[path] = true
	}
}

// attrsInto adds the attributes of a set to a map.
func attrsInto(ctx context.Context, set eval.Value, into map[string]eval.Value) error {
	attrs, err := set.Attrs(ctx)
	for _, a := range attrs {
		into[a.Name] = a.Value
	}
	return err
}

func (s *State) findOptions(ctx context.Context, parts map[string]eval.Value) error {
	if _, ok := parts["options"]; !ok {
		return nil
	}
	s.config = parts["config"]
	s.options = &node{state: s, value: parts["options"]}
	_, err := parts["options"].Force(ctx)
	if _, several := parts["members"]; several && err != nil && ctx.Err() == nil && !isSpent(err) {
		s.options, err = nil, nil // its configurations have their own
	}
	return err
}

// findMembers finds out what other entries there are in the file.
func (s *State) findMembers(ctx context.Context, parts map[string]eval.Value) error {
	s.call, s.hasCall = parts["call"]
	s.findStandIns(ctx, parts)
	names, ok := parts["members"]
	if !ok {
		return nil
	}
	var err error
	s.members, err = names.AttrNames(ctx)
	return err
}

// findStandIns finds out which inputs of a flake are not there, and for which of them
// others stand in.
func (s *State) findStandIns(ctx context.Context, parts map[string]eval.Value) {
	names := func(part string) []string {
		v, ok := parts[part]
		return reader{ctx: ctx}.texts(attr{value: v, ok: ok})
	}
	if in := names("standIns"); len(in) > 0 {
		s.standIn, s.foreign = "entries of the search path for the inputs "+strings.Join(in, ", "), true
		s.goWithout(in, ", for which the search path stands in")
	}
	s.goWithout(names("missing"), "")
}

// goWithout notes inputs that are not there.
func (s *State) goWithout(inputs []string, remark string) {
	for _, name := range inputs {
		if s.withheld != nil {
			s.withheld.note("the input "+name+remark, s.base.howToFetch())
		}
	}
}

// findArgs finds out what modules are called with. A configuration that is wrong
// may leave only those that are always there.
func (s *State) findArgs(ctx context.Context, parts map[string]eval.Value) error {
	args := map[string]eval.Value{}
	err := attrsInto(ctx, parts["args"], args)
	if ctx.Err() != nil || isSpent(err) {
		return err
	}
	for _, name := range []string{"config", "options", "lib", "pkgs"} {
		if v, ok := parts[name]; ok {
			args[name] = v
		}
	}
	s.args, s.allArgs = args, parts["args"]
	s.pkgs, s.hasPkgs = args["pkgs"]
	return nil
}

func asError(err error) (*eval.Error, bool) { return errors.AsType[*eval.Error](err) }

// isSpent reports whether an evaluation ended because it may take no more.
func isSpent(err error) bool {
	e, ok := asError(err)
	return ok && (e.Kind == eval.OutOfBudget || e.Kind == eval.Interrupted || e.Kind == eval.Internal)
}

// isUnknown reports whether an evaluation failed because of arguments that nobody
// knows.
func isUnknown(err error) bool {
	e, ok := asError(err)
	return ok && (e.Kind == eval.Unknown || e.Kind == eval.Interrupted || e.Kind == eval.OutOfBudget)
}

// node is a place among the options of a state.
type node struct {
	state *State
	value eval.Value
	loc   []string
	any   bool // it is part of a submodule, whatever the name of that

	mu     sync.Mutex // guards what follows
	known  bool
	option *option.Option
	typ    eval.Value // of the option
	names  []string
	below  map[string]*node
}

// hiddenNames are attributes of a set of options that are none.
var hiddenNames = []string{"_definedNames", "_freeformOptions", "_module", "_type", "_args"}

// look finds out what there is at n. When ctx ends it may find nothing, and then
// looks again the next time.
func (n *node) look(ctx context.Context) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.known {
		return
	}
	attrs, err := n.value.Attrs(ctx)
	if err != nil {
		n.known = ctx.Err() == nil && !isSpent(err)
		return
	}
	set := attributes(attrs)
	if text(ctx, set["_type"]) == "option" {
		r := reader{ctx: ctx, state: n.state}
		n.option, n.typ = r.option(n.loc, set), set["type"].value
	} else {
		n.names, n.below = nil, map[string]*node{}
		for _, a := range attrs {
			if !slices.Contains(hiddenNames, a.Name) {
				n.names = append(n.names, a.Name)
				n.below[a.Name] = &node{state: n.state, value: a.Value, loc: append(slices.Clip(n.loc), a.Name), any: n.any}
			}
		}
	}
	n.known = ctx.Err() == nil
}

// Names implements [option.Tree].
func (n *node) Names(ctx context.Context) []string {
	n.look(ctx)
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.names
}

// Below implements [option.Tree].
func (n *node) Below(ctx context.Context, name string) (option.Tree, bool) {
	n.look(ctx)
	n.mu.Lock()
	defer n.mu.Unlock()
	b, ok := n.below[name]
	return b, ok
}

// Option implements [option.Tree].
func (n *node) Option(ctx context.Context) *option.Option {
	n.look(ctx)
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.option
}

// Setting implements [option.Setter]. Of an option of a submodule there is none,
// since there may be many.
func (n *node) Setting(ctx context.Context) option.Setting {
	o := n.Option(ctx)
	if n.any || o == nil {
		return option.Setting{}
	}
	attrs, err := n.value.Attrs(ctx)
	if err != nil {
		return option.Setting{Err: plain(err)}
	}
	r, set := reader{ctx: ctx, state: n.state}, attributes(attrs)
	s := option.Setting{Priority: int(r.number(set["highestPrio"]))}
	s.Files = r.files(set)
	s.Default = isDefault(o, s)
	if s.Default {
		s.Files = nil
	}
	if set["value"].ok {
		text, err := set["value"].value.Pretty(ctx, shown)
		s.Value, s.Err = cut(text), plain(err)
	}
	return s
}

// plain returns an error without its trace.
func plain(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := asError(err); ok && e.Kind == eval.Interrupted {
		return errors.New("the evaluation took too long")
	}
	return errors.New(message(err))
}

// setters returns the files that set an option.
func (n *node) setters(ctx context.Context) []string {
	attrs, err := n.value.Attrs(ctx)
	if err != nil {
		return nil
	}
	return reader{ctx: ctx, state: n.state}.files(attributes(attrs))
}

// files returns the files that set an option which is given by its attributes, each
// once.
func (r reader) files(set map[string]attr) []string {
	var list []string
	for _, f := range r.list(set["files"]) {
		if file := r.file(f); file != "" && !slices.Contains(list, file) {
			list = append(list, file)
		}
	}
	return list
}

// isDefault reports whether what counts is the default of an option, which since
// 2018 is a definition like others, in the file that declares the option.
func isDefault(o *option.Option, s option.Setting) bool {
	const optionDefault = 1500 // lib.mkOptionDefault
	if s.Priority > 0 {
		return s.Priority >= optionDefault
	}
	declared := func(file string) bool {
		return slices.ContainsFunc(o.Declared, func(p option.Place) bool { return p.Path == file })
	}
	return !slices.ContainsFunc(s.Files, func(file string) bool { return !declared(file) })
}

// attr is an attribute that may be missing.
type attr struct {
	value eval.Value
	pos   *eval.Position
	ok    bool
}

func attributes(list []eval.Attr) map[string]attr {
	m := make(map[string]attr, len(list))
	for _, a := range list {
		m[a.Name] = attr{a.Value, a.Pos, true}
	}
	return m
}

// text returns a string, "" if it is none.
func text(ctx context.Context, a attr) string {
	if !a.ok {
		return ""
	}
	t, err := a.value.Text(ctx)
	if err != nil {
		return ""
	}
	return strings.TrimRight(t.Text, "\n")
}
