package eval

import (
	"slices"
	"strings"

	"firn/eval/value"
	"firn/parser/scope"
)

var contextPrims = table{
	"addDrvOutputDependencies":      primAddDrvOutputDependencies,
	"appendContext":                 primAppendContext,
	"getContext":                    primGetContext,
	"hasContext":                    primHasContext,
	"unsafeDiscardOutputDependency": primUnsafeDiscardOutputDependency,
	"unsafeDiscardStringContext":    primUnsafeDiscardStringContext,
}

func primUnsafeDiscardStringContext(m *machine, _ value.Pos, a *value.Value) value.Value {
	var ctx *value.Context
	s, bad := m.coerce(a, 0, &ctx, "while evaluating the argument passed to builtins.unsafeDiscardStringContext", copying)
	if bad != nil {
		return bad.value()
	}
	return value.MakeString(s)
}

func primHasContext(m *machine, _ value.Pos, a *value.Value) value.Value {
	_, ctx, bad := m.forceString(a, "while evaluating the argument passed to builtins.hasContext")
	if bad != nil {
		return bad.value()
	}
	return value.MakeBool(ctx != nil)
}

func primUnsafeDiscardOutputDependency(m *machine, _ value.Pos, a *value.Value) value.Value {
	var ctx *value.Context
	s, bad := m.coerce(a, 0, &ctx, "while evaluating the argument passed to builtins.unsafeDiscardOutputDependency", copying)
	if bad != nil {
		return bad.value()
	}
	var elems []string
	for _, e := range ctx.Elems() {
		elems = append(elems, strings.TrimPrefix(e, "="))
	}
	return value.MakeStringContext(s, value.NewContext(elems...))
}

func primAddDrvOutputDependencies(m *machine, _ value.Pos, a *value.Value) value.Value {
	var ctx *value.Context
	s, bad := m.coerce(a, 0, &ctx, "while evaluating the argument passed to builtins.addDrvOutputDependencies", copying)
	if bad != nil {
		return bad.value()
	}
	elems := ctx.Elems()
	if len(elems) != 1 {
		return fail(EvalError, 0, "context of string '%s' must have exactly one element, but has %d", s, len(elems)).value()
	}
	switch e := elems[0]; {
	case strings.HasPrefix(e, "="):
		return value.MakeStringContext(s, ctx)
	case strings.HasPrefix(e, "!"):
		return fail(EvalError, 0, "`addDrvOutputDependencies` can only act on derivations, not on a derivation output such as '%s'", parseOutput(e).name()).value()
	case !strings.HasSuffix(e, ".drv"):
		return fail(EvalError, 0, "path '%s' is not a derivation", e).value()
	default:
		return value.MakeStringContext(s, value.NewContext("="+e))
	}
}

// contextInfo is what a string refers to of one store path.
type contextInfo struct {
	path, all bool
	outputs   []string
}

func primGetContext(m *machine, _ value.Pos, a *value.Value) value.Value {
	_, ctx, bad := m.forceString(a, "while evaluating the argument passed to builtins.getContext")
	if bad != nil {
		return bad.value()
	}
	infos := map[string]*contextInfo{}
	of := func(path string) *contextInfo {
		if infos[path] == nil {
			infos[path] = &contextInfo{}
		}
		return infos[path]
	}
	for _, e := range inOrder(ctx) {
		switch {
		case strings.HasPrefix(e, "="):
			of(e[1:]).all = true
		case strings.HasPrefix(e, "!"):
			o := parseOutput(e)
			drv, bad := m.resolvedDrv(o)
			if bad != nil {
				return bad.value()
			}
			i := of(string(drv))
			i.outputs = append(i.outputs, o.name())
		default:
			of(e).path = true
		}
	}
	var list []value.Attr
	for path, i := range infos {
		list = append(list, value.Attr{Sym: m.symbols.Intern(path), V: m.Cell(m.showInfo(i))})
	}
	return value.MakeSet(m.FromAttrs(list, 0))
}

func (m *machine) showInfo(i *contextInfo) value.Value {
	var list []value.Attr
	if i.path {
		list = append(list, value.Attr{Sym: m.sym.path, V: m.trueCell})
	}
	if i.all {
		list = append(list, value.Attr{Sym: m.symbols.Intern("allOutputs"), V: m.trueCell})
	}
	if len(i.outputs) > 0 {
		slices.Sort(i.outputs)
		list = append(list, value.Attr{Sym: m.sym.outputs, V: m.Cell(m.strings(i.outputs))})
	}
	return value.MakeSet(m.FromAttrs(list, 0))
}

// strings returns a list of strings.
func (m *machine) strings(list []string) value.Value {
	cells := m.Slice(len(list))
	for i, s := range list {
		cells[i] = m.Cell(value.MakeString(s))
	}
	return value.MakeList(cells)
}

func primAppendContext(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	s, ctx, bad := m.forceString(a, "while evaluating the first argument passed to builtins.appendContext")
	if bad != nil {
		return bad.value()
	}
	attrs, bad := m.forceSet(b, 0, "while evaluating the second argument passed to builtins.appendContext")
	if bad != nil {
		return bad.value()
	}
	flat := attrs.Flat()
	elems := slices.Clone(ctx.Elems())
	for i, c := range flat.Cells() {
		name, pos := m.symbols.Name(flat.Shape().Sym(i)), flat.Shape().Pos(i)
		if !m.isStorePath(name) {
			return fail(EvalError, pos, "context key '%s' is not a store path", scope.AttrName(name)).value()
		}
		info, bad := m.forceSet(c, pos, "while evaluating the value of a string context")
		if bad != nil {
			return bad.value()
		}
		if elems, bad = m.appendInfo(elems, name, info, pos); bad != nil {
			return bad.value()
		}
	}
	return value.MakeStringContext(s, value.NewContext(elems...))
}

// appendInfo adds what a set says of one store path.
func (m *machine) appendInfo(elems []string, path string, info *value.Attrs, pos value.Pos) ([]string, *failure) {
	isDrv := strings.HasSuffix(path, ".drv")
	if c, at := info.Find(m.sym.path); c != nil {
		yes, bad := m.forceBool(c, at, "while evaluating the `path` attribute of a string context")
		if bad != nil {
			return nil, bad
		}
		if yes {
			elems = append(elems, path)
		}
	}
	if c, at := info.Find(m.symbols.Intern("allOutputs")); c != nil {
		yes, bad := m.forceBool(c, at, "while evaluating the `allOutputs` attribute of a string context")
		if bad != nil {
			return nil, bad
		}
		if yes && !isDrv {
			return nil, fail(EvalError, pos, "tried to add all-outputs context of %s, which is not a derivation, to a string", scope.AttrName(path))
		}
		if yes {
			elems = append(elems, "="+path)
		}
	}
	c, at := info.Find(m.sym.outputs)
	if c == nil {
		return elems, nil
	}
	outputs, bad := m.forceList(c, at, "while evaluating the `outputs` attribute of a string context")
	if bad != nil {
		return nil, bad
	}
	if len(outputs) > 0 && !isDrv {
		return nil, fail(EvalError, pos, "tried to add derivation output context of %s, which is not a derivation, to a string", scope.AttrName(path))
	}
	for _, o := range outputs {
		output, bad := m.forceStringNoContext(o, at, "while evaluating an output name within a string context")
		if bad != nil {
			return nil, bad
		}
		elems = append(elems, "!"+output+"!"+path)
	}
	return elems, nil
}
