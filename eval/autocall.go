package eval

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"firn/eval/value"
)

// Args are values for the arguments of functions that are called on the way to
// a value, as by --arg.
type Args map[string]Value

// call calls v as long as it is a function that takes its argument apart, with
// those arguments that it wants and that there are.
func (m *machine) autoCall(v value.Value, args map[string]*value.Value) value.Value {
	for v.Kind() == value.Set {
		c, pos := v.Attrs().Find(m.sym.functor)
		if c == nil {
			return v
		}
		f := m.force(c, pos)
		if f.IsFailed() {
			return f
		}
		if v = m.call(f, m.Cell(v), posOf(&v, 0)); v.IsFailed() {
			return v
		}
	}
	if v.Kind() != value.Lambda || value.As[lambda](&v).formals == nil {
		return v
	}
	fs := value.As[lambda](&v).formals
	var given []value.Attr
	if fs.ellipsis {
		for name, c := range args {
			given = append(given, value.Attr{Sym: m.symbols.Intern(name), V: c})
		}
		return m.call(v, m.Cell(value.MakeSet(m.FromAttrs(given, 0))), 0)
	}
	for i, sym := range fs.syms {
		name := m.symbols.Name(sym)
		c, ok := args[name]
		switch {
		case ok:
			given = append(given, value.Attr{Sym: sym, V: c})
		case !fs.optional[i]:
			return fail(MissingArgument, fs.pos[i], `cannot evaluate a function that has an argument without a value ('%s')
Nix attempted to evaluate a function as a top level expression; in
this case it must have its arguments supplied either by default
values, or passed explicitly with '--arg' or '--argstr'. See
https://nix.dev/manual/nix/stable/language/syntax.html#functions.`, name).value()
		}
	}
	return m.call(v, m.Cell(value.MakeSet(m.FromAttrs(given, 0))), 0)
}

func (a Args) cells() map[string]*value.Value {
	out := make(map[string]*value.Value, len(a))
	for name, v := range a {
		out[name] = v.cell
	}
	return out
}

// Call calls v if it is a function that takes its argument apart, with those of
// args that it wants. What is no such function it returns as it is.
func (v Value) Call(ctx context.Context, args Args) (Value, error) {
	return v.e.evaluated(ctx, func(m *machine) value.Value {
		return m.autoCall(m.force(v.cell, 0), args.cells())
	})
}

// At returns the value at a path like a.b.0."c.d" in v: attributes of sets and,
// by number, elements of lists. On the way functions are called as by
// [Value.Call].
func (v Value) At(ctx context.Context, path string, args Args) (Value, error) {
	names, err := splitPath(path)
	if err != nil {
		return v, err
	}
	return v.e.evaluated(ctx, func(m *machine) value.Value {
		x, cells := m.force(v.cell, 0), args.cells()
		for _, name := range names {
			if x = m.autoCall(x, cells); x.IsFailed() {
				return x
			}
			c, bad := m.step(x, name, path)
			if bad != nil {
				return bad.value()
			}
			if x = m.force(c, 0); x.IsFailed() {
				return x
			}
		}
		return x
	})
}

// step returns what one element of a path leads to.
func (m *machine) step(x value.Value, name, path string) (*value.Value, *failure) {
	if i, err := strconv.ParseUint(name, 10, 32); err == nil {
		if x.Kind() != value.List {
			return nil, fail(TypeError, 0, "the expression selected by the selection path '%s' should be a list but is %s", path, m.showType(&x))
		}
		if i >= uint64(x.Len()) {
			return nil, fail(EvalError, 0, "list index %d in selection path '%s' is out of range", i, path)
		}
		return x.Elems()[i], nil
	}
	if x.Kind() != value.Set {
		return nil, fail(TypeError, 0, "the expression selected by the selection path '%s' should be a set but is %s", path, m.showType(&x))
	}
	if name == "" {
		return nil, fail(EvalError, 0, "empty attribute name in selection path '%s'", path)
	}
	c := x.Attrs().Get(m.symbols.Intern(name))
	if c == nil {
		missing := m.missing(x.Attrs(), m.symbols.Intern(name))
		return nil, fail(EvalError, 0, "attribute '%s' in selection path '%s' not found", name, path).suggest(missing.suggestions)
	}
	return c, nil
}

// splitPath splits a path at its dots, but not in quotes.
func splitPath(path string) ([]string, error) {
	var names []string
	var b strings.Builder
	quoted := false
	for i := range len(path) {
		switch c := path[i]; {
		case c == '"':
			quoted = !quoted
		case c == '.' && !quoted:
			names = append(names, b.String())
			b.Reset()
		default:
			b.WriteByte(c)
		}
	}
	if quoted {
		return nil, fmt.Errorf("missing closing quote in selection path '%s'", path)
	}
	if b.Len() > 0 {
		names = append(names, b.String())
	}
	return names, nil
}
