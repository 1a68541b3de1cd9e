package knowledge

import (
	"context"
	"strings"

	"firn/eval"
	"firn/lsp/feature/check"
	"firn/lsp/feature/option"
	"firn/parser"
)

// Misfit implements [check.Values].
func (c *Checker) Misfit(n parser.Node, at option.Found, whole bool) *check.Misfit {
	var m *check.Misfit
	if !c.step(func(ctx context.Context) {
		m = nil
		if v, ok := c.view.Value(n); ok {
			t := fitting{ctx: ctx, state: c.view.state, left: maxFitted, whole: whole}
			m = t.place(v, at)
		}
	}) {
		return nil
	}
	return m
}

// TakesSet implements [check.Values].
func (c *Checker) TakesSet(at option.Found) bool {
	takes := true
	c.step(func(ctx context.Context) {
		t := fitting{ctx: ctx, state: c.view.state, left: maxFitted}
		v, err := c.view.state.e.Make(map[string]any{})
		takes = err != nil || t.place(v, at) == nil
	})
	return takes
}

// fitting finds out whether values fit types. It asks the types themselves, and
// goes on into what they are made of.
type fitting struct {
	ctx   context.Context
	state *State
	left  int
	whole bool // also what is in a value
	path  []string
}

const (
	maxFitted = 20_000 // values for a question
	maxWithin = 30     // in one another
)

func (t *fitting) spent() bool {
	t.left--
	return t.left < 0 || len(t.path) > maxWithin || t.ctx.Err() != nil
}

// place says why a value cannot stand at a place among options.
func (t *fitting) place(v eval.Value, at option.Found) *check.Misfit {
	if t.spent() || at.Free {
		return nil
	}
	list, m := t.contents(v)
	if m != nil {
		return m
	}
	for _, v := range list {
		if m := t.content(v, at); m != nil {
			return m
		}
	}
	return nil
}

// content is place for a value that is no property.
func (t *fitting) content(v eval.Value, at option.Found) *check.Misfit {
	types := at.ValueTypes(t.ctx)
	if len(types) == 0 {
		return t.options(v, at)
	}
	var first *check.Misfit
	for _, typ := range types {
		m := t.typ(v, typ)
		if m == nil {
			return nil
		}
		if first == nil {
			first = m
		}
	}
	return first
}

// contents returns what a definition consists of when the properties of the module
// system are taken off (nixpkgs, lib/modules.nix: mkIf, mkMerge, mkOverride,
// mkOrder).
func (t *fitting) contents(v eval.Value) ([]eval.Value, *check.Misfit) {
	kind, err := v.Force(t.ctx)
	if err != nil {
		return nil, t.fails(err)
	}
	if kind != eval.Set {
		return []eval.Value{v}, nil
	}
	r := reader{ctx: t.ctx}
	set := r.set(attr{value: v, ok: true})
	if len(set) == 3 && set["data"].ok && set["after"].ok && set["before"].ok {
		// It has a place among others (home-manager, modules/lib/dag.nix).
		return t.contents(set["data"].value)
	}
	a, ok, err := v.Attr(t.ctx, "_type")
	if err != nil || !ok {
		return []eval.Value{v}, nil
	}
	var inner []eval.Value
	switch text(t.ctx, attr{value: a.Value, ok: true}) {
	case "if":
		if !r.flag(set["condition"]) {
			return nil, nil
		}
		inner = []eval.Value{set["content"].value}
	case "override", "order":
		inner = []eval.Value{set["content"].value}
	case "merge":
		inner = r.list(set["contents"])
	default:
		return []eval.Value{v}, nil
	}
	var out []eval.Value
	for _, x := range inner {
		if t.spent() {
			return nil, nil
		}
		list, m := t.contents(x)
		if m != nil {
			return nil, m
		}
		out = append(out, list...)
	}
	return out, nil
}

// fails says that a value cannot be had.
func (t *fitting) fails(err error) *check.Misfit {
	f := t.state.failureOf(err)
	if f == nil || t.ctx.Err() != nil {
		return nil
	}
	return &check.Misfit{Path: t.here(), Failure: f}
}

func (t *fitting) here() []string { return append([]string(nil), t.path...) }

// options says why a value cannot be a set of options.
func (t *fitting) options(v eval.Value, at option.Found) *check.Misfit {
	kind, err := v.Force(t.ctx)
	switch {
	case err != nil:
		return t.fails(err)
	case kind == eval.Function && !at.Valid():
		return nil
	case kind != eval.Set:
		return &check.Misfit{Path: t.here(), IsSet: true, Got: t.describe(v)}
	case !t.whole:
		return nil
	}
	return t.attrs(v, at)
}

// attrs looks at the attributes of a set at a place.
func (t *fitting) attrs(v eval.Value, at option.Found) *check.Misfit {
	attrs, err := v.Attrs(t.ctx)
	if err != nil {
		return nil
	}
	for _, a := range attrs {
		if a.Name == "_module" || t.spent() {
			continue
		}
		next := at.Step(t.ctx, a.Name)
		if next.Valid() {
			t.path = append(t.path, a.Name)
			m := t.place(a.Value, next)
			t.path = t.path[:len(t.path)-1]
			if m != nil {
				return m
			}
		} else if names := at.Names(t.ctx); len(names) > 0 && t.ctx.Err() == nil {
			return &check.Misfit{Path: append(t.here(), a.Name), Unknown: true, Names: names}
		}
	}
	return nil
}

// typ says why a value is not of a type.
func (t *fitting) typ(v eval.Value, typ *option.Type) *check.Misfit {
	if typ == nil || t.spent() {
		return nil
	}
	if _, err := v.Force(t.ctx); err != nil {
		return t.fails(err)
	}
	ok, err := t.accepts(v, typ)
	switch {
	case err != nil:
		return t.fails(err)
	case !ok:
		m := &check.Misfit{Path: t.here(), Want: typ, Got: t.describe(v)}
		if s, err := v.Pretty(t.ctx, shown); err == nil && len(s) < maxGot {
			m.Value = s
		}
		return m
	case !t.whole:
		return nil
	}
	return t.within(v, typ)
}

// accepts asks a type whether it takes a value.
func (t *fitting) accepts(v eval.Value, typ *option.Type) (bool, error) {
	handle, ok := typ.Handle.(eval.Value)
	if !ok {
		return true, nil
	}
	check, ok, err := handle.Attr(t.ctx, "check")
	if err != nil || !ok {
		return true, nil //nolint:nilerr // the fault is that of the type
	}
	verdict, err := check.Value.Apply(t.ctx, v)
	if err != nil {
		return true, nil //nolint:nilerr // as above
	}
	yes, err := verdict.Bool(t.ctx)
	if isUnknown(err) {
		return true, nil // nothing is known to speak against it
	}
	return yes || err != nil, err
}

// within looks at what a value is made of.
func (t *fitting) within(v eval.Value, typ *option.Type) *check.Misfit {
	switch typ.Name {
	case "listOf", "nonEmptyListOf":
		return t.elements(v, typ.Elem)
	case "attrsOf", "lazyAttrsOf", "loaOf":
		if kind, err := v.Force(t.ctx); err != nil || kind != eval.Set {
			return nil
		}
		return t.attrs(v, option.Found{Types: []*option.Type{typ}})
	case "nullOr", "uniq", "unique":
		if kind, err := v.Force(t.ctx); err != nil || kind == eval.Null {
			return nil
		}
		return t.typ(v, typ.Elem)
	case "either":
		return t.oneOf(v, typ.Either)
	case "submodule":
		if kind, err := v.Force(t.ctx); err == nil && kind == eval.Set && typ.Sub != nil && !typ.Free {
			return t.attrs(moduleConfig(t.ctx, v), option.Found{Types: []*option.Type{typ}})
		}
	}
	return nil
}

// moduleConfig returns what a module sets that is written as a set.
func moduleConfig(ctx context.Context, v eval.Value) eval.Value {
	if a, ok, err := v.Attr(ctx, "config"); err == nil && ok {
		return a.Value
	}
	return v
}

func (t *fitting) elements(v eval.Value, typ *option.Type) *check.Misfit {
	list, err := v.Elems(t.ctx)
	if err != nil {
		return nil
	}
	for i, e := range list {
		if t.spent() {
			return nil
		}
		t.path = append(t.path, index(i))
		m := t.typ(e, typ)
		t.path = t.path[:len(t.path)-1]
		if m != nil {
			return m
		}
	}
	return nil
}

// oneOf looks into a value as the first type that takes it.
func (t *fitting) oneOf(v eval.Value, types []*option.Type) *check.Misfit {
	for _, typ := range types {
		if ok, err := t.accepts(v, typ); err == nil && ok {
			return t.typ(v, typ)
		}
	}
	return nil
}

// maxGot is how long a value may be to be shown in a message, in bytes.
const maxGot = 60

// describe says what a value is.
func (t *fitting) describe(v eval.Value) string {
	kind, err := v.Force(t.ctx)
	if err != nil {
		return "no value"
	}
	article := map[eval.Kind]string{
		eval.Null: "null", eval.Set: "a set", eval.List: "a list", eval.Function: "a function",
		eval.String: "a string", eval.Path: "a path", eval.Int: "an integer", eval.Float: "a float", eval.Bool: "a boolean",
	}[kind]
	switch kind {
	case eval.Null, eval.Function:
		return article
	case eval.Set:
		r := reader{ctx: t.ctx}
		if text(t.ctx, r.set(attr{value: v, ok: true})["type"]) == "derivation" {
			return "a package"
		}
		return article
	case eval.List:
		return article
	}
	s, err := v.Pretty(t.ctx, shown)
	if err != nil || len(s) > maxGot || strings.Contains(s, "\n") {
		return article
	}
	return article + ", " + s
}
