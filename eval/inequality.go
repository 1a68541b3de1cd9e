package eval

import (
	"fmt"

	"firn/eval/value"
)

// explainInequality says where two values differ that == found to be different
// (assertEqValues in Nix's eval.cc). It is nil if they do not.
func (m *machine) explainInequality(a, b *value.Value, pos value.Pos) *failure {
	if bad := m.enter(pos); bad != nil {
		return bad
	}
	defer func() { m.depth-- }()
	x, y := m.force(a, pos), m.force(b, pos)
	switch {
	case x.IsFailed():
		return failed(&x)
	case y.IsFailed():
		return failed(&y)
	case a == b:
		return nil
	}
	number := func(v value.Value) bool { return v.Kind() == value.Int || v.Kind() == value.Float }
	if number(x) && number(y) {
		if asFloat(x) == asFloat(y) && (x.Kind() != y.Kind() || x.Int() == y.Int()) {
			return nil
		}
		return m.differ("%s with value '%s' is not equal to %s with value '%s'", m.showType(&x), m.show(&x), m.showType(&y), m.show(&y))
	}
	if isFunction(x) && isFunction(y) {
		return m.differ("distinct functions and immediate comparisons of identical functions compare as unequal")
	}
	if x.Kind() != y.Kind() {
		return m.differ("%s of value '%s' is not equal to %s of value '%s'", m.showType(&x), m.show(&x), m.showType(&y), m.show(&y))
	}
	switch x.Kind() {
	case value.Bool:
		return m.differIf(x.Bool() != y.Bool(), "boolean", x, y)
	case value.String:
		return m.differIf(x.Str() != y.Str(), "string", x, y)
	case value.Path:
		return m.differIf(x.Str() != y.Str(), "path", x, y)
	case value.List:
		return m.explainLists(x, y, pos)
	case value.Set:
		return m.explainSets(x, y, pos)
	}
	return nil
}

func isFunction(v value.Value) bool {
	return v.Kind() == value.Lambda || v.Kind() == value.Primop || v.Kind() == value.PrimopApp
}

func (m *machine) differ(format string, args ...any) *failure {
	return fail(Assertion, 0, "%s", fmt.Sprintf(format, args...))
}

func (m *machine) differIf(different bool, what string, x, y value.Value) *failure {
	if !different {
		return nil
	}
	return m.differ("%s '%s' is not equal to %s '%s'", what, m.show(&x), what, m.show(&y))
}

func (m *machine) explainLists(x, y value.Value, pos value.Pos) *failure {
	if x.Len() != y.Len() {
		return m.differ("list of size '%d' is not equal to list of size '%d', left hand side is '%s', right hand side is '%s'",
			x.Len(), y.Len(), m.show(&x), m.show(&y))
	}
	for i, c := range x.Elems() {
		if bad := m.explainInequality(c, y.Elems()[i], pos); bad != nil {
			return bad.with(pos, "while comparing list element %s", itoa(i))
		}
	}
	return nil
}

func (m *machine) explainSets(x, y value.Value, pos value.Pos) *failure {
	drv, bad := m.bothDerivations(x, y)
	if bad != nil {
		return bad
	}
	if drv {
		p, q := x.Attrs().Get(m.sym.outPath), y.Attrs().Get(m.sym.outPath)
		if p != nil && q != nil {
			if bad := m.explainInequality(p, q, pos); bad != nil {
				return bad.with(pos, "while comparing a derivation by its '%s' attribute", "outPath")
			}
			return nil
		}
	}
	s, t := x.Attrs().Flat(), y.Attrs().Flat()
	if s.Len() != t.Len() {
		return m.differ("attribute names of attribute set '%s' differs from attribute set '%s'", m.show(&x), m.show(&y))
	}
	for i, c := range s.Cells() {
		p, q := s.Shape().Sym(i), t.Shape().Sym(i)
		if p != q {
			if t.Get(p) == nil {
				return m.differ("attribute name '%s' is contained in '%s', but not in '%s'", m.symName(p), m.show(&x), m.show(&y))
			}
			return m.differ("attribute name '%s' is missing in '%s', but is contained in '%s'", m.symName(q), m.show(&x), m.show(&y))
		}
		if bad := m.explainInequality(c, t.Cells()[i], pos); bad != nil {
			if at := t.Shape().Pos(i); at != 0 {
				bad = bad.with(at, "where right hand side is")
			}
			if at := s.Shape().Pos(i); at != 0 {
				bad = bad.with(at, "where left hand side is")
			}
			return bad.with(pos, "while comparing attribute '%s'", m.symName(p))
		}
	}
	return nil
}
