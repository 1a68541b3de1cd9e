package eval

import (
	"slices"

	"firn/eval/value"
)

// attr returns an attribute that a builtin needs.
func (m *machine) attr(a *value.Attrs, sym value.Symbol, context string) (*value.Value, value.Pos, *failure) {
	c, pos := a.Find(sym)
	if c == nil {
		return nil, 0, fail(TypeError, 0, "attribute '%s' missing", m.symName(sym)).with(0, context)
	}
	return c, pos, nil
}

// closure is the work of builtins.genericClosure.
type closure struct {
	m     *machine
	op    value.Value
	found []*value.Value // in the order of the result
	keys  []keyed        // in the order in which they came, as long as simple holds
	tree  keyTree        // and after that

	// As long as all keys are strings, or all integers, the table is enough to
	// tell which are new.
	simple bool
	table  map[scalar]bool
}

type keyed struct{ key, elem *value.Value }

func primGenericClosure(m *machine, _ value.Pos, a *value.Value) value.Value {
	args, bad := m.forceSet(a, 0, "while evaluating the first argument passed to builtins.genericClosure")
	if bad != nil {
		return bad.value()
	}
	start, _, bad := m.attr(args, m.sym.startSet, "in the attrset passed as argument to builtins.genericClosure")
	if bad != nil {
		return bad.value()
	}
	work, bad := m.forceList(start, 0, "while evaluating the 'startSet' attribute passed as argument to builtins.genericClosure")
	if bad != nil {
		return bad.value()
	}
	if len(work) == 0 {
		return *start
	}
	op, _, bad := m.attr(args, m.sym.operator, "in the attrset passed as argument to builtins.genericClosure")
	if bad != nil {
		return bad.value()
	}
	f, bad := m.forceFunction(op, 0, "while evaluating the 'operator' attribute passed as argument to builtins.genericClosure")
	if bad != nil {
		return bad.value()
	}
	c := closure{m: m, op: f, simple: true, table: map[scalar]bool{}}
	for queue := slices.Clone(work); len(queue) > 0; {
		more, bad := c.visit(queue[0])
		if bad != nil {
			return bad.value()
		}
		queue = append(queue[1:], more...)
	}
	return m.listOf(c.found)
}

// visit adds an element that is new, and returns its neighbours.
func (c *closure) visit(e *value.Value) ([]*value.Value, *failure) {
	m := c.m
	attrs, bad := m.forceSet(e, 0, "")
	if bad != nil {
		return nil, bad.with(0, "in genericClosure element %s", m.show(e))
	}
	key, _, bad := m.attr(attrs, m.sym.key, "")
	if bad != nil {
		return nil, bad.with(0, "in genericClosure element %s", m.show(e))
	}
	if v := m.force(key, 0); v.IsFailed() {
		return nil, failed(&v)
	}
	isNew, bad := c.insert(key, e)
	if bad != nil || !isNew {
		return nil, bad
	}
	c.found = append(c.found, e)
	v := m.call(c.op, e, 0)
	if v.Kind() != value.List {
		bad := m.expected("a list", v)
		if !v.IsFailed() {
			bad = bad.with(0, "while evaluating the return value of the `operator` passed to builtins.genericClosure")
		}
		return nil, c.inOperator(bad, e)
	}
	for _, x := range v.Elems() {
		if w := m.force(x, 0); w.IsFailed() {
			return nil, c.inOperator(failed(&w), e)
		}
	}
	return v.Elems(), nil
}

func (c *closure) inOperator(bad *failure, e *value.Value) *failure {
	return bad.with(0, "while calling %s on genericClosure element %s", "operator", c.m.show(e))
}

// insert puts a key in its place, if it is new.
func (c *closure) insert(key, e *value.Value) (bool, *failure) {
	if k, ok := scalarOf(key); ok && c.simple && (len(c.keys) == 0 || c.keys[0].key.Kind() == key.Kind()) {
		if c.table[k] {
			return false, nil
		}
		c.table[k] = true
		c.keys = append(c.keys, keyed{key, e})
		return true, nil
	}
	if c.simple {
		if bad := c.plant(); bad != nil {
			return false, bad
		}
	}
	k := keyed{key, e}
	isNew, bad := c.tree.insert(k, c.less)
	if bad == nil {
		return isNew, nil
	}
	for other := range c.tree.ascending {
		if _, incomparable := c.less(k, other); incomparable != nil {
			return false, bad.with(0, "with element %s", c.m.show(other.elem)).with(0, "while comparing element %s", c.m.show(e))
		}
	}
	return false, bad.with(0, "while checking key of element %s", c.m.show(e))
}

func (c *closure) less(a, b keyed) (bool, *failure) { return c.m.less(a.key, b.key, "") }

// plant makes the tree of the keys so far.
func (c *closure) plant() *failure {
	for _, k := range c.keys {
		if _, bad := c.tree.insert(k, c.less); bad != nil {
			return bad
		}
	}
	c.simple, c.table, c.keys = false, nil, nil
	return nil
}

// scalar is a key that can be one of a map.
type scalar struct {
	text   string
	number int64
}

func scalarOf(v *value.Value) (scalar, bool) {
	switch v.Kind() {
	case value.String:
		return scalar{text: v.Str()}, true
	case value.Int:
		return scalar{number: v.Int()}, true
	}
	return scalar{}, false
}
