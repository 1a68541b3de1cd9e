package eval

import (
	"math"

	"firn/eval/value"
	"firn/parser"
	"firn/parser/scope"
)

func (u *unit) unary(n parser.Node, lv *level) code {
	a, _ := operands(n)
	if n.Has(parser.KindNot) {
		x, pos := u.expr(a.ID(), lv), u.exprPos(a)
		return func(m *machine, e *value.Env) value.Value {
			v := x(m, e)
			if v.Kind() != value.Bool {
				return m.notBool(v, pos, "in the argument of '!'")
			}
			return value.MakeBool(!v.Bool())
		}
	}
	zero := constant(value.MakeInt(0))
	return u.operator("__sub", operand{code: zero, cell: constantCell(value.MakeInt(0))}, u.operand(a, lv), n, u.pos(n.ID()), lv)
}

// operand is an operand in both forms: to be evaluated, and not yet.
type operand struct {
	code code
	cell delayed
}

func (u *unit) operand(n parser.Node, lv *level) operand {
	return operand{code: u.expr(n.ID(), lv), cell: u.delay(n.ID(), lv)}
}

func (u *unit) binary(n parser.Node, lv *level) code {
	l, r := operands(n)
	op := operatorOf(n)
	pos := u.pos(op.ID())
	switch op.Kind() {
	case parser.KindPlus:
		return u.plus(n, l, r, lv)
	case parser.KindMinus:
		return u.operator("__sub", u.operand(l, lv), u.operand(r, lv), n, pos, lv)
	case parser.KindTimes:
		return u.operator("__mul", u.operand(l, lv), u.operand(r, lv), n, pos, lv)
	case parser.KindDivide:
		return u.operator("__div", u.operand(l, lv), u.operand(r, lv), n, pos, lv)
	case parser.KindLess:
		return u.operator("__lessThan", u.operand(l, lv), u.operand(r, lv), n, pos, lv)
	case parser.KindGreater:
		return u.operator("__lessThan", u.operand(r, lv), u.operand(l, lv), n, pos, lv)
	case parser.KindLessEqual:
		return negated(u.operator("__lessThan", u.operand(r, lv), u.operand(l, lv), n, pos, lv), pos)
	case parser.KindGreaterEqual:
		return negated(u.operator("__lessThan", u.operand(l, lv), u.operand(r, lv), n, pos, lv), pos)
	case parser.KindPipeInto:
		return callCode(u.expr(r.ID(), lv), []delayed{u.delay(l.ID(), lv)}, pos)
	case parser.KindPipeFrom:
		return callCode(u.expr(l.ID(), lv), []delayed{u.delay(r.ID(), lv)}, pos)
	case parser.KindEqual, parser.KindNotEqual:
		return u.equation(op.Kind() == parser.KindEqual, l, r, pos, lv)
	case parser.KindAnd, parser.KindOr, parser.KindImplies:
		return u.logic(op.Kind(), l, r, lv)
	case parser.KindUpdate:
		return u.update(n, lv)
	default:
		return u.concatLists(l, r, pos, lv)
	}
}

func negated(c code, pos value.Pos) code {
	return func(m *machine, e *value.Env) value.Value {
		v := c(m, e)
		if v.Kind() != value.Bool {
			return m.notBool(v, pos, "in the argument of '!'")
		}
		return value.MakeBool(!v.Bool())
	}
}

// operator compiles an operator that stands for a builtin. Nix looks that up
// like any other variable.
func (u *unit) operator(name string, a, b operand, n parser.Node, pos value.Pos, lv *level) code {
	if u.isRebound(n, name, lv) {
		return callCode(u.lexical(n, name, lv), []delayed{a.cell, b.cell}, pos)
	}
	run := arithmetic(name)
	x, y := a.code, b.code
	return func(m *machine, e *value.Env) value.Value {
		if m.depth > m.maxDepth || m.halt.Load() {
			return m.enter(pos).value()
		}
		m.depth++
		v := x(m, e)
		if v.IsFailed() {
			m.depth--
			return failed(&v).with(pos, "while calling the '%s' builtin", name[2:]).value()
		}
		w := y(m, e)
		if w.IsFailed() {
			m.depth--
			return failed(&w).with(pos, "while calling the '%s' builtin", name[2:]).value()
		}
		r := run(m, v, w)
		m.depth--
		if r.IsFailed() {
			return failed(&r).with(pos, "while calling the '%s' builtin", name[2:]).value()
		}
		return r
	}
}

// isRebound reports whether a builtin that syntax stands for means something
// else at a node.
func (u *unit) isRebound(n parser.Node, name string, lv *level) bool {
	if u.info.Lookup(n.ID(), name) != scope.NoBinding {
		return true
	}
	_, _, ok := scoped(name, lv)
	return ok
}

// lexical compiles the use of a name that syntax stands for.
func (u *unit) lexical(n parser.Node, name string, lv *level) code {
	if id := u.info.Lookup(n.ID(), name); id != scope.NoBinding {
		return u.bound(id, lv, 0)
	}
	if depth, slot, ok := scoped(name, lv); ok {
		return func(m *machine, e *value.Env) value.Value { return m.force(up(e, depth).At(slot), 0) }
	}
	return u.global(name, 0)
}

// lexicalCell is lexical for what is not evaluated yet.
func (u *unit) lexicalCell(n parser.Node, name string, lv *level) delayed {
	if c := u.m.globals[name]; c != nil && !u.isRebound(n, name, lv) {
		return func(*machine, *value.Env) *value.Value { return c }
	}
	return u.codeThunk(u.lexical(n, name, lv))
}

// arithmetic returns the builtin that an operator stands for.
func arithmetic(name string) func(m *machine, a, b value.Value) value.Value {
	switch name {
	case "__sub":
		return sub
	case "__mul":
		return mul
	case "__div":
		return div
	}
	return lessThan
}

// numbers returns two numbers: as integers, or as floats if one is.
func (m *machine) numbers(a, b value.Value, what string) (i, j int64, x, y float64, float bool, bad *failure) {
	if a.Kind() == value.Int && b.Kind() == value.Int {
		return a.Int(), b.Int(), 0, 0, false, nil
	}
	first, second := "while evaluating the first argument of the "+what, "while evaluating the second argument of the "+what
	if a.Kind() == value.Float || b.Kind() == value.Float {
		if x, bad = m.toFloat(a, first); bad == nil {
			y, bad = m.toFloat(b, second)
		}
		return 0, 0, x, y, true, bad
	}
	if a.Kind() != value.Int {
		return 0, 0, 0, 0, false, m.expected("an integer", a).with(0, first)
	}
	return 0, 0, 0, 0, false, m.expected("an integer", b).with(0, second)
}

func (m *machine) toFloat(v value.Value, context string) (float64, *failure) {
	switch v.Kind() {
	case value.Float:
		return v.Float(), nil
	case value.Int:
		return float64(v.Int()), nil
	}
	return 0, m.expected("a float", v).with(0, context)
}

func add(m *machine, a, b value.Value) value.Value {
	i, j, x, y, float, bad := m.numbers(a, b, "addition")
	switch {
	case bad != nil:
		return bad.value()
	case float:
		return value.MakeFloat(x + y)
	}
	sum := i + j
	if (i^sum)&(j^sum) < 0 {
		return fail(EvalError, 0, "integer overflow in adding %d + %d", i, j).value()
	}
	return value.MakeInt(sum)
}

func sub(m *machine, a, b value.Value) value.Value {
	i, j, x, y, float, bad := m.numbers(a, b, "subtraction")
	switch {
	case bad != nil:
		return bad.value()
	case float:
		return value.MakeFloat(x - y)
	}
	difference := i - j
	if (i^j)&(i^difference) < 0 {
		return fail(EvalError, 0, "integer overflow in subtracting %d - %d", i, j).value()
	}
	return value.MakeInt(difference)
}

func mul(m *machine, a, b value.Value) value.Value {
	i, j, x, y, float, bad := m.numbers(a, b, "multiplication")
	switch {
	case bad != nil:
		return bad.value()
	case float:
		return value.MakeFloat(x * y)
	}
	product := i * j
	if i != 0 && (product/i != j || i == -1 && j == math.MinInt64) {
		return fail(EvalError, 0, "integer overflow in multiplying %d * %d", i, j).value()
	}
	return value.MakeInt(product)
}

func div(m *machine, a, b value.Value) value.Value {
	// The divisor is looked at first.
	y, bad := m.toFloat(b, "while evaluating the second operand of the division")
	if bad != nil {
		return bad.value()
	}
	if y == 0 {
		return fail(EvalError, 0, "division by zero").value()
	}
	if a.Kind() == value.Float || b.Kind() == value.Float {
		x, bad := m.toFloat(a, "while evaluating the first operand of the division")
		if bad != nil {
			return bad.value()
		}
		return value.MakeFloat(x / y)
	}
	if a.Kind() != value.Int {
		return m.expected("an integer", a).with(0, "while evaluating the first operand of the division").value()
	}
	i, j := a.Int(), b.Int()
	if i == math.MinInt64 && j == -1 {
		return fail(EvalError, 0, "integer overflow in dividing %d / %d", i, j).value()
	}
	return value.MakeInt(i / j)
}

func lessThan(m *machine, a, b value.Value) value.Value {
	if a.Kind() == value.Int && b.Kind() == value.Int {
		return value.MakeBool(a.Int() < b.Int())
	}
	less, bad := m.orderValues(a, b)
	if bad != nil {
		return bad.value()
	}
	return value.MakeBool(less)
}

// plus compiles +, whose meaning depends on what its first operand is.
func (u *unit) plus(n, l, r parser.Node, lv *level) code {
	a, b := u.expr(l.ID(), lv), u.expr(r.ID(), lv)
	parts := []part{
		{code: a, pos: u.pos(l.ID()), exprPos: u.exprPos(l)},
		{code: b, pos: u.pos(r.ID()), exprPos: u.exprPos(r)},
	}
	pos := u.pos(operatorOf(n).ID())
	return func(m *machine, e *value.Env) value.Value {
		v := a(m, e)
		if v.IsFailed() {
			return failed(&v).with(parts[0].exprPos, "in an operand of '+'").value()
		}
		if v.Kind() == value.Int || v.Kind() == value.Float {
			return m.addNumber(v, b(m, e), &parts[1])
		}
		if v.Kind() != value.String && v.Kind() != value.Path {
			return m.plusCoerced(e, v, parts)
		}
		w := b(m, e)
		if w.IsFailed() {
			return failed(&w).with(parts[1].exprPos, "in an operand of '+'").value()
		}
		if v.Kind() == value.String && w.Kind() == value.String {
			return m.joinTwo(v, w)
		}
		return m.join([]value.Value{v, w}, parts, false, pos)
	}
}

// plusCoerced adds something to what only stands for a string, and has to do so
// before the other operand is looked at.
func (m *machine) plusCoerced(e *value.Env, v value.Value, parts []part) value.Value {
	v, bad := m.coercePart(v, &parts[0], false)
	if bad != nil {
		return bad.value()
	}
	w := parts[1].code(m, e)
	if w.IsFailed() {
		return failed(&w).with(parts[1].exprPos, "in an operand of '+'").value()
	}
	if w, bad = m.coercePart(w, &parts[1], false); bad != nil {
		return bad.value()
	}
	return m.joinTwo(v, w)
}

func (m *machine) addNumber(v, w value.Value, at *part) value.Value {
	switch {
	case w.IsFailed():
		return failed(&w).with(at.exprPos, "in an operand of '+'").value()
	case v.Kind() == value.Int && w.Kind() == value.Int:
		sum := v.Int() + w.Int()
		if (v.Int()^sum)&(w.Int()^sum) < 0 {
			return fail(EvalError, at.pos, "integer overflow in adding %d + %d", v.Int(), w.Int()).value()
		}
		return value.MakeInt(sum)
	case w.Kind() == value.Int || w.Kind() == value.Float:
		return value.MakeFloat(asFloat(v) + asFloat(w))
	case v.Kind() == value.Int:
		return fail(EvalError, at.pos, "cannot add %s to an integer", m.showType(&w)).value()
	}
	return fail(EvalError, at.pos, "cannot add %s to a float", m.showType(&w)).value()
}

func asFloat(v value.Value) float64 {
	if v.Kind() == value.Int {
		return float64(v.Int())
	}
	return v.Float()
}

func (u *unit) equation(equal bool, l, r parser.Node, pos value.Pos, lv *level) code {
	a, b := u.expr(l.ID(), lv), u.expr(r.ID(), lv)
	apos, bpos := u.exprPos(l), u.exprPos(r)
	left, right, context := "in the left operand of '=='", "in the right operand of '=='", "while testing two values for equality"
	if !equal {
		left, right, context = "in the left operand of '!='", "in the right operand of '!='", "while testing two values for inequality"
	}
	return func(m *machine, e *value.Env) value.Value {
		v := a(m, e)
		if v.IsFailed() {
			return failed(&v).with(apos, left).value()
		}
		w := b(m, e)
		if w.IsFailed() {
			return failed(&w).with(bpos, right).value()
		}
		same, ok := equalScalars(v, w)
		if !ok {
			var bad *failure
			if same, bad = m.equalValues(v, w, pos, context); bad != nil {
				return bad.value()
			}
		}
		return value.MakeBool(same == equal)
	}
}

func (u *unit) logic(op parser.Kind, l, r parser.Node, lv *level) code {
	a, b := u.expr(l.ID(), lv), u.expr(r.ID(), lv)
	apos, bpos := u.exprPos(l), u.exprPos(r)
	// What the first operand must be for the second one to count, and the
	// outcome if it is not.
	go1, other := op != parser.KindOr, op != parser.KindAnd
	left, right := "in the left operand of '"+op.String()+"'", "in the right operand of '"+op.String()+"'"
	return func(m *machine, e *value.Env) value.Value {
		v := a(m, e)
		if v.Kind() != value.Bool {
			return m.notBool(v, apos, left)
		}
		if v.Bool() != go1 {
			return value.MakeBool(other)
		}
		w := b(m, e)
		if w.Kind() != value.Bool {
			return m.notBool(w, bpos, right)
		}
		return w
	}
}

func (u *unit) concatLists(l, r parser.Node, pos value.Pos, lv *level) code {
	a, b := u.expr(l.ID(), lv), u.expr(r.ID(), lv)
	apos, bpos := u.exprPos(l), u.exprPos(r)
	return func(m *machine, e *value.Env) value.Value {
		v := a(m, e)
		if v.IsFailed() {
			return failed(&v).with(apos, "in the left operand of '++'").value()
		}
		w := b(m, e)
		if w.IsFailed() {
			return failed(&w).with(bpos, "in the right operand of '++'").value()
		}
		for _, x := range []*value.Value{&v, &w} {
			if x.Kind() != value.List {
				return m.expected("a list", *x).with(pos, "while evaluating one of the elements to concatenate").value()
			}
		}
		switch {
		case v.Len() == 0:
			return w
		case w.Len() == 0:
			return v
		}
		if bad := m.room(8 * (v.Len() + w.Len())); bad != nil {
			return bad.value()
		}
		cells := m.Slice(v.Len() + w.Len())
		copy(cells[copy(cells, v.Elems()):], w.Elems())
		return value.MakeList(cells)
	}
}

// updated is an operand of a chain of //.
type updated struct {
	code    code
	pos     value.Pos
	context string
}

// update compiles a chain of //, whose operands Nix evaluates from the last to
// the first, whatever parentheses are in it.
func (u *unit) update(n parser.Node, lv *level) code {
	var list []updated
	var collect func(n parser.Node, context string)
	collect = func(n parser.Node, context string) {
		if n = n.Unparen(); n.Kind() == parser.KindBinary && n.Has(parser.KindUpdate) {
			l, r := operands(n)
			collect(l, "in the left operand of '//'")
			collect(r, "in the right operand of '//'")
			return
		}
		list = append(list, updated{u.expr(n.ID(), lv), u.exprPos(n), context})
	}
	collect(n, "")
	merges := make([]value.Merge, len(list))
	if len(list) == 2 {
		a, b := &list[0], &list[1]
		return func(m *machine, e *value.Env) value.Value {
			w := b.code(m, e)
			if w.Kind() != value.Set {
				return b.noSet(m, w)
			}
			v := a.code(m, e)
			if v.Kind() != value.Set {
				return a.noSet(m, v)
			}
			return value.MakeSet(m.Update(v.Attrs(), w.Attrs(), &merges[0]))
		}
	}
	return func(m *machine, e *value.Env) value.Value {
		sets := make([]*value.Attrs, len(list))
		for i := len(list) - 1; i >= 0; i-- {
			v := list[i].code(m, e)
			if v.Kind() != value.Set {
				return list[i].noSet(m, v)
			}
			sets[i] = v.Attrs()
		}
		r := sets[0]
		for i, s := range sets[1:] {
			r = m.Update(r, s, &merges[i])
		}
		return value.MakeSet(r)
	}
}

func (x *updated) noSet(m *machine, v value.Value) value.Value {
	return m.expected("a set", v).with(x.pos, x.context).value()
}

// part is a part of a string or path.
type part struct {
	text    value.Value // static
	code    code        // or nil
	pos     value.Pos
	exprPos value.Pos
}

// concat compiles a string or path with interpolations.
func (u *unit) concat(n parser.Node, lv *level) code {
	var parts []part
	pos := u.exprPos(n)
	for i, p := range n.Pieces() {
		switch {
		case p.Inter.Valid():
			var e parser.Node
			for c := range p.Inter.Exprs() {
				e = c
			}
			parts = append(parts, part{code: u.expr(e.ID(), lv), pos: u.pos(p.Inter.ID()), exprPos: u.exprPos(e)})
		case n.Kind() == parser.KindPath && i == 0:
			parts = append(parts, u.pathStart(p.Text, pos))
		default:
			parts = append(parts, part{text: value.MakeString(p.Text)})
		}
	}
	asString := n.Kind() != parser.KindPath
	return func(m *machine, e *value.Env) value.Value {
		var room [8]value.Value
		values := room[:0]
		for i := range parts {
			p := &parts[i]
			if p.code == nil {
				values = append(values, p.text)
				continue
			}
			v := p.code(m, e)
			if v.IsFailed() {
				return failed(&v).with(p.exprPos, "in an operand of '+'").value()
			}
			if v.Kind() != value.String {
				// An operand is made a string before the next one is evaluated.
				s, bad := m.coercePart(v, p, asString)
				if bad != nil {
					return bad.value()
				}
				v = s
			}
			values = append(values, v)
		}
		return m.join(values, parts, asString, pos)
	}
}

// pathStart returns the first piece of a path. It keeps its slash at the end.
func (u *unit) pathStart(text string, pos value.Pos) part {
	path, bad := u.absolute(text, pos)
	if bad != nil {
		return part{code: constant(bad.value()), pos: pos}
	}
	if len(text) > 1 && text[len(text)-1] == '/' {
		path += "/"
	}
	return part{text: value.MakePath(path)}
}

func (m *machine) coercePart(v value.Value, p *part, asString bool) (value.Value, *failure) {
	how := copying
	if !asString {
		how = 0
	}
	var ctx *value.Context
	s, bad := m.coerce(m.Cell(v), p.pos, &ctx, "while evaluating a path segment", how)
	if bad != nil {
		return value.Value{}, bad
	}
	return value.MakeStringContext(s, ctx), nil
}
