package knowledge

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"firn/eval"
	"firn/parser"
)

// member returns the entry with a name that is in the same file as the one of a
// state.
func (s *State) member(name string) Entry {
	return Entry{Kind: s.wanted.Kind, Path: s.wanted.Path, Name: name}
}

// isGroup reports whether the entry of a state is a file with several
// configurations, and the file is that.
func (v *View) isGroup() bool {
	w := v.state.wanted
	return w.Name == "" && w.Path == v.path && (w.Kind == Network || w.Kind == Flake)
}

// member returns the state of one of the configurations that the file has, nil if
// there is none, or none yet.
func (v *View) member(ctx context.Context, name string) *State {
	if name == "" || !slices.Contains(v.state.members, name) {
		return nil
	}
	return v.awaitMember(ctx, name)
}

// awaitMember returns the state of an entry of the file, nil if ctx ends before it is
// there.
func (v *View) awaitMember(ctx context.Context, name string) *State {
	r := v.state.base.root(v.state.member(name))
	if s := r.latest(); s != nil {
		return s
	}
	if v.done != nil { // what it waits for is done in the background
		v.done()
		defer func() { v.done = v.state.turn.ask() }()
	}
	s, err := r.await(ctx)
	if err != nil {
		return nil
	}
	return s
}

// anyMember returns the name of a configuration, "" if there is none.
func (v *View) anyMember() string {
	if len(v.state.members) == 0 {
		return ""
	}
	return v.state.members[0]
}

// called is a function of the file, and what it is called with.
type called struct {
	lambda parser.Node
	lookup func(name string) (eval.Value, bool)
	values func() map[string]eval.Value // by the names that it has for them
}

// calledWith returns a function that is called with what lookup finds.
func calledWith(lambda parser.Node, lookup func(string) (eval.Value, bool)) called {
	return called{lambda, lookup, func() map[string]eval.Value {
		m := map[string]eval.Value{}
		for _, name := range names(lambda) {
			if x, ok := lookup(name); ok {
				m[name] = x
			}
		}
		return m
	}}
}

// calls returns the functions around a node of the file of which is known what they
// are called with, and the state that keeps what is evaluated of that.
func (v *View) calls(n parser.Node) (*State, []called) {
	if v.isGroup() {
		return v.groupCalls(n)
	}
	outer, inner := entrance(v.info.Tree())
	var list []called
	for _, lambda := range []parser.Node{outer, inner} {
		if lambda.Valid() {
			list = append(list, called{lambda, v.lookup, func() map[string]eval.Value { return v.arguments(lambda) }})
		}
	}
	return v.state, list
}

// groupCalls is calls for a file with several configurations.
func (v *View) groupCalls(n parser.Node) (*State, []called) {
	if v.state.wanted.Kind == Flake {
		return v.flakeCalls(n)
	}
	name, lambda := machineOf(n)
	if name == "defaults" {
		name = v.anyMember()
	}
	s := v.member(v.ctx, name)
	if s == nil {
		return v.state, nil
	}
	if !lambda.Valid() {
		return s, nil
	}
	return s, []called{calledWith(lambda, s.arg)}
}

// arg returns what modules are called with under a name.
func (s *State) arg(name string) (eval.Value, bool) {
	x, ok := s.args[name]
	return x, ok
}

// members returns the roots of the configurations of a file, the likeliest for a
// path first: those whose name is in it.
func (b *Base) members(s *State, path string) []*root {
	names := slices.Clone(s.members)
	unlikely := func(name string) int {
		_, name, _ = strings.Cut("."+name, ".")
		if i := strings.LastIndexByte(name, '.'); i >= 0 {
			name = name[i+1:]
		}
		if slices.Contains(strings.FieldsFunc(path, func(r rune) bool { return r == filepath.Separator || r == '.' }), name) {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(names, func(a, b string) int { return unlikely(a) - unlikely(b) })
	list := make([]*root, len(names))
	for i, name := range names {
		list[i] = b.root(s.member(name))
	}
	return list
}
