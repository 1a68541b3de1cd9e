package eval

import "firn/eval/value"

// equal compares two values like ==. Both may be cells that are in a structure:
// what is one and the same there is equal, functions included.
func (m *machine) equal(a, b *value.Value, pos value.Pos, context string) (bool, *failure) {
	if bad := m.enter(pos); bad != nil {
		return false, bad
	}
	same, bad := m.compare(a, b, pos, context)
	m.depth--
	return same, bad
}

// equalValues is equal for values that are in no structure.
//
//go:noinline
func (m *machine) equalValues(v, w value.Value, pos value.Pos, context string) (bool, *failure) {
	return m.equal(&v, &w, pos, context)
}

// equalScalars compares two values of a type that needs no evaluation. It is
// not ok if they are not.
func equalScalars(v, w value.Value) (same, ok bool) {
	if v.Kind() != w.Kind() {
		numbers := (v.Kind() == value.Int || v.Kind() == value.Float) && (w.Kind() == value.Int || w.Kind() == value.Float)
		return false, !numbers
	}
	switch v.Kind() {
	case value.List:
		if v.Len() != w.Len() || v.Len() == 0 {
			return v.Len() == w.Len(), true
		}
	case value.Null:
		return true, true
	case value.Bool, value.Int:
		return v.Int() == w.Int(), true
	case value.String:
		return v.Str() == w.Str(), true
	}
	return false, false
}

func (m *machine) compare(a, b *value.Value, pos value.Pos, context string) (bool, *failure) {
	x := m.force(a, pos)
	if x.IsFailed() {
		return false, failed(&x)
	}
	y := m.force(b, pos)
	if y.IsFailed() {
		return false, failed(&y)
	}
	if a == b {
		return true, nil
	}
	if x.Kind() != y.Kind() {
		if x.Kind() == value.Int && y.Kind() == value.Float || x.Kind() == value.Float && y.Kind() == value.Int {
			return asFloat(x) == asFloat(y), nil
		}
		return false, nil
	}
	switch x.Kind() {
	case value.Null:
		return true, nil
	case value.Bool:
		return x.Bool() == y.Bool(), nil
	case value.Int:
		return x.Int() == y.Int(), nil
	case value.Float:
		return x.Float() == y.Float(), nil
	case value.String, value.Path:
		return x.Str() == y.Str(), nil
	case value.List:
		return m.equalLists(x.Elems(), y.Elems(), pos, context)
	case value.Set:
		return m.equalSets(x, y, pos, context)
	}
	return false, nil // functions
}

func (m *machine) equalLists(x, y []*value.Value, pos value.Pos, context string) (bool, *failure) {
	if len(x) != len(y) {
		return false, nil
	}
	for i := range x {
		if same, bad := m.equal(x[i], y[i], pos, context); bad != nil || !same {
			return false, bad
		}
	}
	return true, nil
}

func (m *machine) equalSets(x, y value.Value, pos value.Pos, context string) (bool, *failure) {
	drv, bad := m.bothDerivations(x, y)
	if bad != nil {
		return false, bad
	}
	if drv {
		p, q := x.Attrs().Get(m.sym.outPath), y.Attrs().Get(m.sym.outPath)
		if p != nil && q != nil {
			return m.equal(p, q, pos, context)
		}
	}
	if x.Attrs().Len() != y.Attrs().Len() {
		return false, nil
	}
	s, t := x.Attrs().Flat(), y.Attrs().Flat()
	for i, c := range s.Cells() {
		if s.Shape().Sym(i) != t.Shape().Sym(i) {
			return false, nil
		}
		if same, bad := m.equal(c, t.Cells()[i], pos, context); bad != nil || !same {
			return false, bad
		}
	}
	return true, nil
}

func (m *machine) bothDerivations(x, y value.Value) (bool, *failure) {
	first, bad := m.isDerivation(x)
	if bad != nil || !first {
		return false, bad
	}
	return m.isDerivation(y)
}

// isDerivation reports whether a value is a set whose type is "derivation".
func (m *machine) isDerivation(x value.Value) (bool, *failure) {
	if x.Kind() != value.Set {
		return false, nil
	}
	c, at := x.Attrs().Find(m.sym.typ)
	if c == nil {
		return false, nil
	}
	v := m.force(c, at)
	if v.IsFailed() {
		return false, failed(&v)
	}
	return v.Kind() == value.String && v.Str() == "derivation", nil
}

// less compares two values like <.
func (m *machine) less(a, b *value.Value, context string) (bool, *failure) {
	r, bad := m.order(a, b)
	if bad != nil {
		return false, bad.with(0, context)
	}
	return r, nil
}

func (m *machine) order(a, b *value.Value) (bool, *failure) {
	x := m.force(a, 0)
	if x.IsFailed() {
		return false, failed(&x)
	}
	y := m.force(b, 0)
	if y.IsFailed() {
		return false, failed(&y)
	}
	return m.orderValues(x, y)
}

func (m *machine) orderValues(x, y value.Value) (bool, *failure) {
	if x.Kind() != y.Kind() && !(isFunction(x) && isFunction(y)) {
		if x.Kind() == value.Int && y.Kind() == value.Float || x.Kind() == value.Float && y.Kind() == value.Int {
			return asFloat(x) < asFloat(y), nil
		}
		return false, m.incomparable(x, y, "cannot compare %s with %s; values are %s and %s")
	}
	switch x.Kind() {
	case value.Int:
		return x.Int() < y.Int(), nil
	case value.Float:
		return x.Float() < y.Float(), nil
	case value.String, value.Path:
		return x.Str() < y.Str(), nil
	case value.List:
		return m.orderLists(x.Elems(), y.Elems())
	}
	return false, m.incomparable(x, y, "cannot compare %s with %s; values of that type are incomparable (values are %s and %s)")
}

func (m *machine) incomparable(x, y value.Value, format string) *failure {
	return fail(EvalError, 0, format, m.showType(&x), m.showType(&y), m.show(&x), m.show(&y))
}

func (m *machine) orderLists(x, y []*value.Value) (bool, *failure) {
	if bad := m.enter(0); bad != nil {
		return false, bad
	}
	defer func() { m.depth-- }()
	for i := range y {
		if i == len(x) {
			return true, nil
		}
		same, bad := m.equal(x[i], y[i], 0, "")
		if bad != nil {
			return false, bad
		}
		if !same {
			return m.less(x[i], y[i], "while comparing two list elements")
		}
	}
	return false, nil
}
