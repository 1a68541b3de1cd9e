package eval

import (
	"slices"

	"firn/eval/value"
)

var setPrims = table{
	"attrNames":        primAttrNames,
	"attrValues":       primAttrValues,
	"catAttrs":         primCatAttrs,
	"functionArgs":     primFunctionArgs,
	"getAttr":          primGetAttr,
	"hasAttr":          primHasAttr,
	"intersectAttrs":   primIntersectAttrs,
	"listToAttrs":      primListToAttrs,
	"mapAttrs":         primMapAttrs,
	"removeAttrs":      primRemoveAttrs,
	"unsafeGetAttrPos": primUnsafeGetAttrPos,
	"zipAttrsWith":     primZipAttrsWith,
}

func primAttrNames(m *machine, _ value.Pos, a *value.Value) value.Value {
	attrs, bad := m.forceSet(a, 0, "while evaluating the argument passed to builtins.attrNames")
	if bad != nil {
		return bad.value()
	}
	shape := attrs.Flat().Shape()
	cells := m.Slice(shape.Len())
	for n, i := range shape.ByName(m.symbols) {
		cells[n] = m.symbols.Cell(shape.Sym(int(i)))
	}
	return value.MakeList(cells)
}

func primAttrValues(m *machine, _ value.Pos, a *value.Value) value.Value {
	attrs, bad := m.forceSet(a, 0, "while evaluating the argument passed to builtins.attrValues")
	if bad != nil {
		return bad.value()
	}
	flat := attrs.Flat()
	cells := m.Slice(flat.Len())
	for n, i := range flat.Shape().ByName(m.symbols) {
		cells[n] = flat.Cells()[i]
	}
	return value.MakeList(cells)
}

func primGetAttr(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	name, bad := m.forceStringNoContext(a, 0, "while evaluating the first argument passed to builtins.getAttr")
	if bad != nil {
		return bad.value()
	}
	attrs, bad := m.forceSet(b, 0, "while evaluating the second argument passed to builtins.getAttr")
	if bad != nil {
		return bad.value()
	}
	c, pos, bad := m.attr(attrs, m.symbols.Intern(name), "in the attribute set under consideration")
	if bad != nil {
		return bad.value()
	}
	return m.force(c, pos)
}

func primHasAttr(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	name, bad := m.forceStringNoContext(a, 0, "while evaluating the first argument passed to builtins.hasAttr")
	if bad != nil {
		return bad.value()
	}
	attrs, bad := m.forceSet(b, 0, "while evaluating the second argument passed to builtins.hasAttr")
	if bad != nil {
		return bad.value()
	}
	sym, ok := m.symbols.Find(name)
	return value.MakeBool(ok && attrs.Get(sym) != nil)
}

func primUnsafeGetAttrPos(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	name, bad := m.forceStringNoContext(a, 0, "while evaluating the first argument passed to builtins.unsafeGetAttrPos")
	if bad != nil {
		return bad.value()
	}
	attrs, bad := m.forceSet(b, 0, "while evaluating the second argument passed to builtins.unsafeGetAttrPos")
	if bad != nil {
		return bad.value()
	}
	c, pos := attrs.Find(m.symbols.Intern(name))
	if c == nil {
		return value.MakeNull()
	}
	return m.position(pos)
}

func primRemoveAttrs(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	attrs, bad := m.forceSet(a, 0, "while evaluating the first argument passed to builtins.removeAttrs")
	if bad != nil {
		return bad.value()
	}
	list, bad := m.forceList(b, 0, "while evaluating the second argument passed to builtins.removeAttrs")
	if bad != nil {
		return bad.value()
	}
	var room [32]value.Symbol
	gone := room[:0]
	for _, c := range list {
		name, bad := m.forceStringNoContext(c, 0, "while evaluating the values of the second argument passed to builtins.removeAttrs")
		if bad != nil {
			return bad.value()
		}
		if sym, ok := m.symbols.Find(name); ok && attrs.Get(sym) != nil {
			gone = append(gone, sym)
		}
	}
	flat := attrs.Flat()
	if len(gone) == 0 {
		return value.MakeSet(m.Attrs(flat.Shape(), flat.Cells(), 0)) // another set all the same
	}
	slices.Sort(gone)
	return value.MakeSet(m.Select(flat, func(i int) bool {
		_, found := slices.BinarySearch(gone, flat.Shape().Sym(i))
		return !found
	}))
}

func primListToAttrs(m *machine, _ value.Pos, a *value.Value) value.Value {
	list, bad := m.forceList(a, 0, "while evaluating the argument passed to builtins.listToAttrs")
	if bad != nil {
		return bad.value()
	}
	names := make([]value.Attr, len(list))
	for i, c := range list {
		pair, bad := m.forceSet(c, 0, "while evaluating an element of the list passed to builtins.listToAttrs")
		if bad != nil {
			return bad.value()
		}
		n, pos, bad := m.attr(pair, m.sym.name, "in a {name=...; value=...;} pair")
		if bad != nil {
			return bad.value()
		}
		name, bad := m.forceStringNoContext(n, pos, "while evaluating the `name` attribute of an element of the list passed to builtins.listToAttrs")
		if bad != nil {
			return bad.value()
		}
		names[i] = value.Attr{Sym: m.symbols.Intern(name), V: c}
	}
	slices.SortStableFunc(names, func(a, b value.Attr) int { return int(a.Sym) - int(b.Sym) })
	names = slices.CompactFunc(names, func(a, b value.Attr) bool { return a.Sym == b.Sym })
	for i := range names {
		c, pos, bad := m.attr(names[i].V.Attrs(), m.sym.value, "in a {name=...; value=...;} pair")
		if bad != nil {
			return bad.value()
		}
		names[i].V, names[i].Pos = c, pos
	}
	return value.MakeSet(m.FromAttrs(names, 0))
}

// primIntersectAttrs looks the names of the smaller set up in the larger.
func primIntersectAttrs(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	left, bad := m.forceSet(a, 0, "while evaluating the first argument passed to builtins.intersectAttrs")
	if bad != nil {
		return bad.value()
	}
	right, bad := m.forceSet(b, 0, "while evaluating the second argument passed to builtins.intersectAttrs")
	if bad != nil {
		return bad.value()
	}
	if left.Len() >= right.Len() {
		return value.MakeSet(m.Select(right.Flat(), func(i int) bool {
			return left.Get(right.Flat().Shape().Sym(i)) != nil
		}))
	}
	shape := left.Flat().Shape()
	list := make([]value.Attr, 0, shape.Len())
	for i := range shape.Len() {
		if c, pos := right.Find(shape.Sym(i)); c != nil {
			list = append(list, value.Attr{Sym: shape.Sym(i), Pos: pos, V: c})
		}
	}
	return value.MakeSet(m.FromAttrs(list, 0))
}

func primCatAttrs(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	name, bad := m.forceStringNoContext(a, 0, "while evaluating the first argument passed to builtins.catAttrs")
	if bad != nil {
		return bad.value()
	}
	list, bad := m.forceList(b, 0, "while evaluating the second argument passed to builtins.catAttrs")
	if bad != nil {
		return bad.value()
	}
	sym := m.symbols.Intern(name)
	found := make([]*value.Value, 0, len(list))
	for _, c := range list {
		attrs, bad := m.forceSet(c, 0, "while evaluating an element in the list passed as second argument to builtins.catAttrs")
		if bad != nil {
			return bad.value()
		}
		if v := attrs.Get(sym); v != nil {
			found = append(found, v)
		}
	}
	return m.listOf(found)
}

func primFunctionArgs(m *machine, _ value.Pos, a *value.Value) value.Value {
	v := m.force(a, 0)
	switch v.Kind() {
	case value.Failed:
		return v
	case value.Primop, value.PrimopApp:
		return value.MakeSet(value.Empty)
	case value.Lambda:
	default:
		return fail(TypeError, 0, "'functionArgs' requires a function").value()
	}
	fs := value.As[lambda](&v).formals
	if fs == nil {
		return value.MakeSet(value.Empty)
	}
	list := make([]value.Attr, len(fs.syms))
	for i, sym := range fs.syms {
		list[i] = value.Attr{Sym: sym, Pos: fs.pos[i], V: m.boolCell(fs.optional[i])}
	}
	return value.MakeSet(m.FromAttrs(list, 0))
}

func (m *machine) boolCell(b bool) *value.Value {
	if b {
		return m.trueCell
	}
	return m.falseCell
}

func primMapAttrs(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	attrs, bad := m.forceSet(b, 0, "while evaluating the second argument passed to builtins.mapAttrs")
	if bad != nil {
		return bad.value()
	}
	flat := attrs.Flat()
	shape := flat.Shape()
	cells, each := m.Slice(shape.Len()), newApplication(a, appNamed)
	for i, c := range flat.Cells() {
		cells[i] = each.named(m, shape.Sym(i), c)
	}
	return value.MakeSet(m.Attrs(shape.Placeless(), cells, 0))
}

func primZipAttrsWith(m *machine, _ value.Pos, a, b *value.Value) value.Value {
	if _, bad := m.forceFunction(a, 0, "while evaluating the first argument passed to builtins.zipAttrsWith"); bad != nil {
		return bad.value()
	}
	list, bad := m.forceList(b, 0, "while evaluating the second argument passed to builtins.zipAttrsWith")
	if bad != nil {
		return bad.value()
	}
	groups := map[value.Symbol][]*value.Value{}
	for _, c := range list {
		attrs, bad := m.forceSet(c, 0, "while evaluating a value of the list passed as second argument to builtins.zipAttrsWith")
		if bad != nil {
			return bad.value()
		}
		flat := attrs.Flat()
		for i, v := range flat.Cells() {
			sym := flat.Shape().Sym(i)
			groups[sym] = append(groups[sym], v)
		}
	}
	out, each := make([]value.Attr, 0, len(groups)), newApplication(a, appNamed)
	for sym, cells := range groups {
		out = append(out, value.Attr{Sym: sym, V: each.named(m, sym, m.Cell(value.MakeList(cells)))})
	}
	return value.MakeSet(m.FromAttrs(out, 0))
}
