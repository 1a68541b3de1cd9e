package eval

import (
	"maps"
	"slices"

	"firn/eval/flakeref"
	"firn/eval/value"
)

var flakePrims = table{
	"flakeRefToString": primFlakeRefToString,
	"getFlake":         primGetFlake,
	"parseFlakeRef":    primParseFlakeRef,
}

func primParseFlakeRef(m *machine, _ value.Pos, a *value.Value) value.Value {
	s, bad := m.forceStringNoContext(a, 0, "while evaluating the argument passed to builtins.parseFlakeRef")
	if bad != nil {
		return bad.value()
	}
	ref, err := flakeref.Parse(s, fetching{m}.refOptions())
	if err != nil {
		return wrong(err).value()
	}
	attrs := ref.Attrs()
	var list []value.Attr
	for _, name := range slices.Sorted(maps.Keys(attrs)) {
		list = append(list, value.Attr{Sym: m.symbols.Intern(name), V: m.Cell(attrValue(attrs[name]))})
	}
	return value.MakeSet(m.FromAttrs(list, 0))
}

// attrValue returns an attribute of an input as a value.
func attrValue(v any) value.Value {
	switch v := v.(type) {
	case string:
		return value.MakeString(v)
	case uint64:
		return value.MakeInt(int64(v)) // which is how Nix has the large ones
	case bool:
		return value.MakeBool(v)
	}
	return value.MakeNull()
}

func primFlakeRefToString(m *machine, _ value.Pos, a *value.Value) value.Value {
	set, bad := m.forceSet(a, 0, "while evaluating the argument passed to builtins.flakeRefToString")
	if bad != nil {
		return bad.value()
	}
	attrs, flat := flakeref.Attrs{}, set.Flat()
	for i, c := range flat.Cells() {
		name := m.symbols.Name(flat.Shape().Sym(i))
		v, bad := m.refAttr(name, m.force(c, flat.Shape().Pos(i)))
		if bad != nil {
			return bad.value()
		}
		attrs[name] = v
	}
	ref, err := flakeref.FromAttrs(attrs, fetching{m}.refOptions())
	if err != nil {
		return wrong(err).value()
	}
	s, err := ref.URL()
	if err != nil {
		return wrong(err).value()
	}
	return value.MakeString(s)
}

// refAttr returns a value as an attribute of a flake reference.
func (m *machine) refAttr(name string, x value.Value) (any, *failure) {
	switch x.Kind() {
	case value.Failed:
		return nil, failed(&x)
	case value.Int:
		if x.Int() < 0 {
			return nil, fail(EvalError, 0, "negative value given for flake ref attr %s: %d", name, x.Int())
		}
		return uint64(x.Int()), nil
	case value.Bool:
		return x.Bool(), nil
	case value.String:
		return x.Str(), nil
	}
	return nil, fail(EvalError, 0,
		"flake reference attribute sets may only contain integers, Booleans, and strings, but attribute '%s' is %s", name, m.showType(&x))
}
