package eval

import (
	"context"
	"maps"
	"slices"

	"firn/eval/value"
	"firn/parser"
)

// Variables are what a text can name beside the builtins, as in a session at a
// prompt. There are none in the zero value.
type Variables struct {
	slots  map[string]int // in values
	values []Value
	env    *value.Env // of the values, if all are in it; then nothing here may change
}

// Bind gives a variable a value. Texts that were read before keep the one that it
// had.
func (vars *Variables) Bind(name string, v Value) {
	if vars.slots == nil || vars.env != nil {
		*vars = Variables{slots: maps.Clone(vars.slots), values: slices.Clone(vars.values)}
	}
	if vars.slots == nil {
		vars.slots = map[string]int{}
	}
	if slot, ok := vars.slots[name]; ok {
		vars.values[slot] = v
		return
	}
	vars.slots[name] = len(vars.values)
	vars.values = append(vars.values, v)
}

// Names returns the names of the variables in their order.
func (vars *Variables) Names() []string { return slices.Sorted(maps.Keys(vars.slots)) }

// Lookup returns the value of a variable.
func (vars *Variables) Lookup(name string) (Value, bool) {
	slot, ok := vars.slots[name]
	if !ok {
		return Value{}, false
	}
	return vars.values[slot], true
}

func (vars *Variables) environment(m *machine) *value.Env {
	if vars.env == nil {
		vars.env = m.Env(nil, len(vars.values))
		for i, v := range vars.values {
			vars.env.Put(i, v.cell)
		}
	}
	return vars.env
}

// TextWith is [Evaluator.Text] for a text that may use variables.
func (e *Evaluator) TextWith(ctx context.Context, vars *Variables, name, dir, src string) (Value, error) {
	return e.evaluated(ctx, func(m *machine) value.Value {
		env := vars.environment(m)
		run, bad := m.load(source{name: name, dir: dir, src: src, names: vars.slots})
		if bad != nil {
			return bad.value()
		}
		return run(m, env)
	})
}

// IsBindings reports whether a text is bindings as they stand in a set: x = 1;
// or inherit (y) z; the last semicolon may be missing.
func (e *Evaluator) IsBindings(src string) bool { return e.bindings(src) != nil }

const (
	beforeBindings = "{ "
	afterBindings  = "\n}"
)

// bindings returns the source of a set with bindings, or nil.
func (e *Evaluator) bindings(src string) *source {
	for _, end := range []string{afterBindings, ";" + afterBindings} {
		s := source{src: src, before: beforeBindings, after: end}
		tree, err := parser.Parse(s.before+s.src+s.after, e.m.pipes())
		if err != nil {
			continue
		}
		for n := range tree.Root().Exprs() {
			if n.Kind() == parser.KindAttrSet && int(n.End()) == len(tree.Source()) {
				return &s
			}
		}
	}
	return nil
}

// Bindings returns what bindings bind, not evaluated. The text must be one for
// which [Evaluator.IsBindings] holds.
func (e *Evaluator) Bindings(ctx context.Context, vars *Variables, name, dir, src string) ([]Attr, error) {
	s := e.bindings(src)
	if s == nil {
		return nil, &Error{Kind: SyntaxError, Msg: "these are no bindings", Frames: []Frame{}}
	}
	set, err := e.evaluated(ctx, func(m *machine) value.Value {
		env := vars.environment(m)
		s.name, s.dir, s.names = name, dir, vars.slots
		run, bad := m.load(*s)
		if bad != nil {
			return bad.value()
		}
		return run(m, env)
	})
	if err != nil {
		return nil, err
	}
	return set.Attrs(ctx)
}
