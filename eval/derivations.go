package eval

import (
	"context"
	"strconv"

	"firn/eval/value"
	"firn/store/path"
)

// Derivation is a derivation that some value is.
type Derivation struct {
	Attr   string // where it is, like a.b.0
	Drv    path.Path
	Output string // the one that the value stands for
}

// Derivations returns the derivations in v, in the order in which
// nix-instantiate lists them: v itself, or those in the set or list that it is,
// and in those sets of it that ask for that with recurseForDerivations. Each set
// counts once. Functions are called as by [Value.Call].
func (v Value) Derivations(ctx context.Context, args Args) ([]Derivation, error) {
	var out []Derivation
	err := v.e.run(ctx, func(m *machine) *failure {
		f := drvFinder{m: m, args: args.cells(), seen: map[*value.Attrs]bool{}}
		bad := f.all(v.cell, "")
		out = f.found
		return bad
	})
	return out, err
}

type drvFinder struct {
	m     *machine
	args  map[string]*value.Value
	seen  map[*value.Attrs]bool
	found []Derivation
}

// all finds the derivations in a value that is a derivation, a set or a list.
func (f *drvFinder) all(c *value.Value, at string) *failure {
	m := f.m
	if bad := m.enter(0); bad != nil {
		return bad
	}
	defer func() { m.depth-- }()
	v := m.force(c, 0)
	if !v.IsFailed() {
		v = m.autoCall(v, f.args)
	}
	if isDrv, bad := f.one(v, at); bad != nil || isDrv {
		return bad
	}
	switch v.Kind() {
	case value.Set:
		return f.set(v.Attrs().Flat(), at)
	case value.List:
		for i, e := range v.Elems() {
			if bad := f.all(e, join(at, strconv.Itoa(i))); bad != nil {
				return bad
			}
		}
		return nil
	}
	return fail(TypeError, 0, "expression does not evaluate to a derivation (or a set or list of those)")
}

func (f *drvFinder) set(a *value.Attrs, at string) *failure {
	m := f.m
	combined := a.Get(m.symbols.Intern("_combineChannels")) != nil
	for _, i := range a.Shape().ByName(m.symbols) {
		name, c := m.symbols.Name(a.Shape().Sym(int(i))), a.Cells()[i]
		if !isListed(name) {
			continue
		}
		if combined {
			if bad := f.all(c, join(at, name)); bad != nil {
				return bad
			}
			continue
		}
		v := m.force(c, 0)
		if isDrv, bad := f.one(v, join(at, name)); bad != nil {
			return bad
		} else if isDrv || v.Kind() != value.Set {
			continue
		}
		j, pos := v.Attrs().Find(m.symbols.Intern("recurseForDerivations"))
		if j == nil {
			continue
		}
		yes, bad := m.forceBool(j, pos, "while evaluating the attribute `recurseForDerivations`")
		if bad == nil && yes {
			bad = f.all(c, join(at, name))
		}
		if bad != nil {
			return bad
		}
	}
	return nil
}

// isListed reports whether derivations of attributes with a name are listed.
func isListed(name string) bool {
	for i := range len(name) {
		c := name[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		if !letter && (i == 0 || !(c >= '0' && c <= '9' || c == '-' || c == '+')) {
			return false
		}
	}
	return name != ""
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// one adds v if it is a derivation.
func (f *drvFinder) one(v value.Value, at string) (bool, *failure) {
	m := f.m
	if v.IsFailed() {
		return false, failed(&v)
	}
	isDrv, bad := m.isDerivation(v)
	if bad != nil || !isDrv {
		return false, bad
	}
	a := v.Attrs()
	if f.seen[a] {
		return true, nil
	}
	f.seen[a] = true
	c, pos := a.Find(m.sym.drvPath)
	if c == nil {
		return true, fail(EvalError, 0, "derivation does not contain a 'drvPath' attribute")
	}
	var ctx *value.Context
	p, bad := m.coerce(c, pos, &ctx, "while evaluating the 'drvPath' attribute of a derivation", 0)
	if bad != nil {
		return true, bad
	}
	d := Derivation{Attr: at, Drv: path.Path(p), Output: "out"}
	if c, pos := a.Find(m.sym.outputName); c != nil {
		if d.Output, bad = m.forceStringNoContext(c, pos, "while evaluating the output name of a derivation"); bad != nil {
			return true, bad
		}
	}
	f.found = append(f.found, d)
	return true, nil
}
