package eval

import (
	"strings"

	"firn/eval/value"
	"firn/parser"
)

// attrName is one element of an attribute path.
type attrName struct {
	sym  value.Symbol
	expr code      // of a name that is evaluated, or nil
	pos  value.Pos // of that
	text string    // of that, as it is written
	site value.Site
}

// selector is what stands behind an expression: .a.b or default.
type selector struct {
	names    []attrName
	pos      value.Pos // of the whole selection
	exprPos  value.Pos // of what is selected from
	fallback code
}

func (u *unit) attrNames(path parser.Node, lv *level) []attrName {
	var names []attrName
	for c := range path.Children() {
		if k := c.Kind(); k != parser.KindName && k != parser.KindString && k != parser.KindInterp {
			continue
		}
		if name, ok := c.AttrName(); ok {
			names = append(names, attrName{sym: u.sym(name)})
			continue
		}
		pos, text := u.exprPos(c), c.Text()
		if c.Kind() == parser.KindInterp {
			for e := range c.Exprs() {
				pos, text = u.exprPos(e), e.Text()
			}
		}
		names = append(names, attrName{expr: u.nameCode(c.ID(), lv), pos: pos, text: text})
	}
	return names
}

func (u *unit) selection(n parser.Node, lv *level) code {
	sel := &selector{names: u.attrNames(n.Child(parser.KindAttrPath), lv), pos: u.pos(n.ID())}
	var base parser.Node
	for c := range n.Exprs() {
		if !base.Valid() {
			base = c
		} else {
			sel.fallback = u.expr(c.ID(), lv)
		}
	}
	sel.exprPos = u.exprPos(base)
	from := u.expr(base.ID(), lv)
	switch {
	case sel.fallback != nil:
		return func(m *machine, e *value.Env) value.Value { return sel.orDefault(m, from(m, e), e) }
	case len(sel.names) == 1 && sel.names[0].expr == nil:
		return func(m *machine, e *value.Env) value.Value { return sel.one(m, from(m, e), e) }
	}
	return func(m *machine, e *value.Env) value.Value { return sel.all(m, from(m, e), e) }
}

// one selects an attribute with a static name.
func (s *selector) one(m *machine, v value.Value, e *value.Env) value.Value {
	n := &s.names[0]
	if v.Kind() != value.Set {
		return s.noSet(m, v, e)
	}
	c, at := v.Attrs().GetAt(n.sym, &n.site)
	if c == nil {
		return s.failed(m, m.missing(v.Attrs(), n.sym), e, 0, 0)
	}
	r := m.force(c, at)
	if r.IsFailed() {
		return s.failed(m, failed(&r), e, 1, at)
	}
	return r
}

// noSet is what becomes of a selection from what is no set.
func (s *selector) noSet(m *machine, v value.Value, e *value.Env) value.Value {
	if v.IsFailed() {
		return failed(&v).with(s.exprPos, "while selecting an attribute").value()
	}
	return s.failed(m, m.expected("a set", v).with(s.pos, "while selecting an attribute"), e, 0, 0)
}

// all selects along a path.
func (s *selector) all(m *machine, v value.Value, e *value.Env) value.Value {
	if v.IsFailed() {
		return s.noSet(m, v, e)
	}
	at := value.Pos(0)
	for i := range s.names {
		n := &s.names[i]
		sym, bad := n.symbol(m, e)
		if bad != nil {
			return s.failed(m, bad, e, i, at)
		}
		if v.Kind() != value.Set {
			bad := m.expected("a set", v)
			if !v.IsFailed() {
				bad = bad.with(s.pos, "while selecting an attribute")
			}
			return s.failed(m, bad, e, i, at)
		}
		c, pos := v.Attrs().GetAt(sym, &n.site)
		if c == nil {
			return s.failed(m, m.missing(v.Attrs(), sym), e, i, at)
		}
		at = pos
		v = m.force(c, at)
	}
	if v.IsFailed() {
		return s.failed(m, failed(&v), e, len(s.names), at)
	}
	return v
}

// orDefault selects along a path, and gives the default where an attribute is
// missing or something is no set.
func (s *selector) orDefault(m *machine, v value.Value, e *value.Env) value.Value {
	if v.IsFailed() {
		return s.noSet(m, v, e)
	}
	at := value.Pos(0)
	for i := range s.names {
		n := &s.names[i]
		sym, bad := n.symbol(m, e)
		if bad != nil {
			return s.failed(m, bad, e, i, at)
		}
		if v.IsFailed() {
			return s.failed(m, failed(&v), e, i, at)
		}
		var c *value.Value
		if v.Kind() == value.Set {
			c, at = v.Attrs().GetAt(sym, &n.site)
		}
		if c == nil {
			r := s.fallback(m, e)
			if r.IsFailed() {
				return s.failed(m, failed(&r), e, i, at)
			}
			return r
		}
		v = m.force(c, at)
	}
	if v.IsFailed() {
		return s.failed(m, failed(&v), e, len(s.names), at)
	}
	return v
}

// failed puts frames before the failure of a selection, of which the first
// names were found, the last of them at the given place.
func (s *selector) failed(m *machine, f *failure, e *value.Env, found int, at value.Pos) value.Value {
	if at != 0 && !m.isInternal(at) {
		f = f.with(at, "from the definition of '%s'", s.path(m, e, found))
	}
	return f.with(s.pos, "while evaluating the attribute '%s'", s.path(m, e, len(s.names))).value()
}

// path returns the first n names with dots between.
func (s *selector) path(m *machine, e *value.Env, n int) string {
	parts := make([]string, n)
	for i := range parts {
		sym, bad := s.names[i].symbol(m, e)
		if bad != nil {
			parts[i] = `"${` + s.names[i].text + `}"`
			continue
		}
		parts[i] = m.symName(sym)
	}
	return strings.Join(parts, ".")
}

func (n *attrName) symbol(m *machine, e *value.Env) (value.Symbol, *failure) {
	if n.expr == nil {
		return n.sym, nil
	}
	name, bad := m.stringNoContext(n.expr(m, e), n.pos, "while evaluating an attribute name")
	if bad != nil {
		return 0, bad
	}
	sym := m.symbols.Intern(name)
	if sym != n.sym {
		n.sym, n.site = sym, value.Site{}
	}
	return sym, nil
}

// missing is the failure that a set lacks an attribute.
func (m *machine) missing(a *value.Attrs, sym value.Symbol) *failure {
	name := m.symbols.Name(sym)
	flat := a.Flat()
	names := make([]string, flat.Len())
	for i := range names {
		names[i] = m.symbols.Name(flat.Shape().Sym(i))
	}
	return fail(EvalError, 0, "attribute '%s' missing", m.symName(sym)).suggest(suggestions(names, name))
}

func (u *unit) hasAttr(n parser.Node, lv *level) code {
	var base parser.Node
	for c := range n.Exprs() {
		base = c
		break
	}
	names := u.attrNames(n.Child(parser.KindAttrPath), lv)
	from, pos := u.expr(base.ID(), lv), u.exprPos(base)
	return func(m *machine, e *value.Env) value.Value {
		v := from(m, e)
		if v.IsFailed() {
			return failed(&v).with(pos, "in the argument of '?'").value()
		}
		for i := range names {
			if v.IsFailed() {
				return v
			}
			sym, bad := names[i].symbol(m, e)
			if bad != nil {
				return bad.value()
			}
			if v.Kind() != value.Set {
				return *m.falseCell
			}
			c, at := v.Attrs().GetAt(sym, &names[i].site)
			if c == nil {
				return *m.falseCell
			}
			if i == len(names)-1 {
				break
			}
			v = m.force(c, at)
		}
		return *m.trueCell
	}
}
