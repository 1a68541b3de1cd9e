package eval

import (
	"strconv"
	"strings"

	"firn/eval/value"
	"firn/parser"
	"firn/parser/scope"
)

// unit is one file, or a text from elsewhere, that is being evaluated. Its
// parts are compiled when they are first needed.
type unit struct {
	m     *machine
	tree  *parser.Tree
	info  *scope.Info
	base  value.Pos // of the first byte
	dir   string    // what paths are relative to
	slots []int32   // by binding: where its cell is in its environment

	reached []string // see reach; nil until somebody asks
	scoped  bool     // names beside the builtins mean something in it
}

// level is one environment as the compiler knows it.
type level struct {
	up     *level
	set    scope.SetID   // whose variables it holds, or NoSet
	lambda parser.NodeID // whose arguments it holds, or NoNode
	with   parser.NodeID // the With whose set it holds, or NoNode
	names  map[string]int
}

func (u *unit) pos(n parser.NodeID) value.Pos { return u.at(u.tree.Span(n).Start) }

func (u *unit) at(off uint32) value.Pos { return u.base + value.Pos(off) }

func (u *unit) sym(name string) value.Symbol { return u.m.symbols.Intern(name) }

func (t *thunk) compile() code {
	t.run = t.unit.expr(t.node, t.level)
	return t.run
}

func (l *lambda) compile() code {
	u := l.unit
	inner := u.lambdaLevel(l)
	last := parser.NoNode
	for c := range u.tree.Node(l.node).Exprs() {
		last = c.ID()
	}
	l.body = u.m.profiler.lambda(l, u.named(last, inner, l.name, l.named))
	return l.body
}

// lambdaLevel makes the environment of a lambda, and compiles the defaults of
// its formals.
func (u *unit) lambdaLevel(l *lambda) *level {
	inner := &level{up: l.level, set: scope.NoSet, lambda: l.node, with: parser.NoNode}
	if l.formals == nil {
		return inner
	}
	n := u.tree.Node(l.node).Child(parser.KindFormals)
	for f := range n.Children() {
		if f.Kind() != parser.KindFormal {
			continue
		}
		for e := range f.Exprs() {
			slot := u.slots[u.info.Defines(f.FirstChild().ID())]
			if l.bound {
				slot--
			}
			l.formals.defaults[slot] = u.delay(e.ID(), inner)
		}
	}
	return inner
}

// expr compiles an expression.
func (u *unit) expr(id parser.NodeID, lv *level) code { return u.named(id, lv, 0, false) }

// named compiles an expression that is bound to a name, which a function takes
// for its own.
func (u *unit) named(id parser.NodeID, lv *level, name value.Symbol, has bool) code {
	n := u.tree.Node(id).Unparen()
	id = n.ID()
	switch n.Kind() {
	case parser.KindVar:
		return u.variable(id, lv)
	case parser.KindInt, parser.KindFloat, parser.KindURI:
		return constant(u.literal(n))
	case parser.KindString, parser.KindIndString, parser.KindPath:
		if v, ok := u.staticText(n); ok {
			return constant(v)
		}
		return u.concat(n, lv)
	case parser.KindSearchPath:
		return u.searchPath(n, lv)
	case parser.KindList:
		return u.list(n, lv)
	case parser.KindAttrSet:
		return u.attrSet(u.info.SetOf(id), u.pos(id), lv)
	case parser.KindLegacyLet:
		return u.legacyLet(n, lv)
	case parser.KindLet:
		return u.let(n, lv)
	case parser.KindLambda:
		l := u.lambda(n, lv, name, has)
		return func(_ *machine, e *value.Env) value.Value { return value.MakeCode(&l.Header, e) }
	case parser.KindWith:
		return u.with(n, lv)
	case parser.KindAssert:
		return u.assertion(n, lv)
	case parser.KindIf:
		return u.conditional(n, lv)
	case parser.KindApply:
		return u.apply(n, lv)
	case parser.KindSelect:
		return u.selection(n, lv)
	case parser.KindHasAttr:
		return u.hasAttr(n, lv)
	case parser.KindUnary:
		return u.unary(n, lv)
	case parser.KindBinary:
		return u.binary(n, lv)
	}
	f := fail(EvalError, u.pos(id), "a %s node cannot be evaluated", n.Kind()).value()
	return constant(f)
}

func constant(v value.Value) code {
	return func(*machine, *value.Env) value.Value { return v }
}

// literal returns the value of a number or URL.
func (u *unit) literal(n parser.Node) value.Value {
	switch n.Kind() {
	case parser.KindInt:
		i, err := strconv.ParseInt(n.Text(), 10, 64)
		if err != nil {
			return fail(EvalError, u.pos(n.ID()), "invalid integer '%s'", n.Text()).value()
		}
		return value.MakeInt(i)
	case parser.KindFloat:
		f, err := strconv.ParseFloat(n.Text(), 64)
		if err != nil {
			return fail(EvalError, u.pos(n.ID()), "invalid float '%s'", n.Text()).value()
		}
		return value.MakeFloat(f)
	}
	return value.MakeString(n.Text())
}

// staticText returns the value of a string or path without interpolations.
func (u *unit) staticText(n parser.Node) (value.Value, bool) {
	if n.Kind() == parser.KindPath {
		if n.FirstChild().Valid() {
			return value.Value{}, false
		}
		path, bad := u.absolute(n.Text(), u.pos(n.ID()))
		if bad != nil {
			return bad.value(), true
		}
		return value.MakePath(path), true
	}
	s, ok := n.Static()
	return value.MakeString(s), ok
}

// absolute returns what a path literal, or its first piece, names.
func (u *unit) absolute(text string, pos value.Pos) (string, *failure) {
	switch {
	case strings.HasPrefix(text, "~"):
		home, bad := u.m.home(text, pos)
		if bad != nil {
			return "", bad
		}
		return cleanPath(home + text[1:]), nil
	case strings.HasPrefix(text, "/"):
		return cleanPath(text), nil
	}
	return cleanPath(u.dir + "/" + text), nil
}

// delay compiles an expression that is not evaluated yet. What needs no
// evaluation gets no thunk: also because two cells that hold one function are
// not equal for Nix, while one is to itself.
func (u *unit) delay(id parser.NodeID, lv *level) delayed {
	return u.delayNamed(id, lv, 0, false)
}

func (u *unit) delayNamed(id parser.NodeID, lv *level, name value.Symbol, has bool) delayed {
	n, plain := u.tree.Node(id).Unparen(), false
	switch n.Kind() {
	case parser.KindVar:
		if d := u.delayVariable(n.ID(), n.Text(), lv); d != nil {
			return d
		}
	case parser.KindInt, parser.KindFloat, parser.KindURI:
		return constantCell(u.literal(n))
	case parser.KindString, parser.KindIndString, parser.KindPath:
		if v, ok := u.staticText(n); ok {
			return constantCell(v)
		}
	case parser.KindList:
		if isEmpty(n) {
			return func(m *machine, _ *value.Env) *value.Value { return m.emptyList }
		}
		plain = true
	case parser.KindAttrSet:
		plain = u.isStatic(u.info.SetOf(n.ID()))
	case parser.KindLambda:
		// Nix shows a function that nobody has asked for as a thunk.
		return u.thunk(&thunk{unit: u, run: u.named(n.ID(), lv, name, has), plain: true})
	}
	return u.thunk(&thunk{unit: u, level: lv, node: n.ID(), plain: plain})
}

// isStatic reports whether all names of a set are known before it is evaluated.
func (u *unit) isStatic(set scope.SetID) bool { return len(u.info.Set(set).Dynamic) == 0 }

func constantCell(v value.Value) delayed {
	return func(*machine, *value.Env) *value.Value { return &v }
}

func isEmpty(list parser.Node) bool {
	for range list.Exprs() {
		return false
	}
	return true
}

func (u *unit) thunk(t *thunk) delayed {
	t.Header = value.NewHeader(value.Thunk)
	return func(m *machine, e *value.Env) *value.Value { return m.Cell(value.MakeCode(&t.Header, e)) }
}

// codeThunk delays code that is compiled already.
func (u *unit) codeThunk(c code) delayed { return u.thunk(&thunk{unit: u, run: c}) }

// Variables.

// find returns how many levels up a binding has its cell, and which it is.
func (u *unit) find(b scope.BindingID, lv *level) (depth, slot int) {
	binding := u.info.Binding(b)
	for ; lv != nil; lv = lv.up {
		if binding.Set != scope.NoSet && lv.set == binding.Set || binding.Set == scope.NoSet && lv.lambda == binding.Owner {
			return depth, int(u.slots[b])
		}
		depth++
	}
	return -1, 0
}

// variable compiles the use of a name.
func (u *unit) variable(id parser.NodeID, lv *level) code {
	return u.variableNamed(id, u.tree.Text(id), lv)
}

func (u *unit) variableNamed(id parser.NodeID, name string, lv *level) code {
	pos := u.pos(id)
	kind, b := u.info.Ref(id)
	if kind == scope.Bound {
		return u.bound(b, lv, pos)
	}
	if depth, slot, ok := scoped(name, lv); ok {
		return func(m *machine, e *value.Env) value.Value { return m.force(up(e, depth).At(slot), pos) }
	}
	if kind == scope.With {
		return u.fromWith(name, lv, pos)
	}
	return u.global(name, pos)
}

// scoped looks for a name among those that scopedImport gives a file. They come
// before builtins and the sets of with.
func scoped(name string, lv *level) (depth, slot int, ok bool) {
	for ; lv != nil; lv, depth = lv.up, depth+1 {
		if slot, ok := lv.names[name]; ok {
			return depth, slot, true
		}
	}
	return 0, 0, false
}

func (u *unit) bound(b scope.BindingID, lv *level, pos value.Pos) code {
	depth, slot := u.find(b, lv)
	switch depth {
	case -1:
		return constant(fail(EvalError, pos, "'%s' is bound nowhere", u.info.Name(b)).value())
	case 0:
		return func(m *machine, e *value.Env) value.Value { return m.force(e.At(slot), pos) }
	case 1:
		return func(m *machine, e *value.Env) value.Value { return m.force(e.Up().At(slot), pos) }
	case 2:
		return func(m *machine, e *value.Env) value.Value { return m.force(e.Up().Up().At(slot), pos) }
	}
	return func(m *machine, e *value.Env) value.Value { return m.force(up(e, depth).At(slot), pos) }
}

func up(e *value.Env, depth int) *value.Env {
	for ; depth > 0; depth-- {
		e = e.Up()
	}
	return e
}

// delayVariable gives the cell of a variable itself, where there is one. A cell
// that is not there yet, since its set is being made, gets a thunk.
func (u *unit) delayVariable(id parser.NodeID, name string, lv *level) delayed {
	kind, b := u.info.Ref(id)
	if kind != scope.Bound {
		if _, _, ok := scoped(name, lv); ok || kind == scope.With {
			return nil
		}
		if c := u.m.globals[name]; c != nil {
			return func(*machine, *value.Env) *value.Value { return c }
		}
		return nil
	}
	depth, slot := u.find(b, lv)
	if depth < 0 {
		return nil
	}
	later := u.thunk(&thunk{unit: u, level: lv, node: id})
	switch depth {
	case 0:
		return func(m *machine, e *value.Env) *value.Value {
			if c := e.At(slot); c != nil {
				return c
			}
			return later(m, e)
		}
	case 1:
		return func(m *machine, e *value.Env) *value.Value {
			if c := e.Up().At(slot); c != nil {
				return c
			}
			return later(m, e)
		}
	}
	return func(m *machine, e *value.Env) *value.Value {
		if c := up(e, depth).At(slot); c != nil {
			return c
		}
		return later(m, e)
	}
}

// global compiles a name that is a builtin.
func (u *unit) global(name string, pos value.Pos) code {
	if name == "__curPos" {
		return func(m *machine, _ *value.Env) value.Value { return m.position(pos) }
	}
	c := u.m.globals[name]
	if c == nil {
		return constant(fail(UndefinedVariable, pos, "undefined variable '%s'", name).value())
	}
	return func(m *machine, _ *value.Env) value.Value { return m.force(c, pos) }
}

// withLevel is a With around a name.
type withLevel struct {
	depth int
	pos   value.Pos
}

// fromWith compiles a name that some set of a with may have.
func (u *unit) fromWith(name string, lv *level, pos value.Pos) code {
	var withs []withLevel
	depth := 0
	for l := lv; l != nil; l, depth = l.up, depth+1 {
		if l.with != parser.NoNode {
			withs = append(withs, withLevel{depth, u.pos(l.with)})
		}
	}
	sym := u.sym(name)
	sites := make([]value.Site, len(withs))
	return func(m *machine, e *value.Env) value.Value {
		at := 0
		for i := range withs {
			w := &withs[i]
			e, at = up(e, w.depth-at), w.depth
			set, bad := m.forceSet(e.At(0), w.pos, "while evaluating the first subexpression of a with expression")
			if bad != nil {
				return bad.value()
			}
			if c, _ := set.GetAt(sym, &sites[i]); c != nil {
				return m.force(c, pos)
			}
		}
		return fail(UndefinedVariable, pos, "undefined variable '%s'", m.symbols.Name(sym)).value()
	}
}

// Functions.

func (u *unit) lambda(n parser.Node, lv *level, name value.Symbol, has bool) *lambda {
	l := &lambda{
		Header: value.NewHeader(value.Lambda), unit: u, level: lv, node: n.ID(),
		pos: u.pos(n.ID()), name: name, named: has,
	}
	arg, formals := n.Child(parser.KindName), n.Child(parser.KindFormals)
	if arg.Valid() {
		l.bound, l.size = true, 1
		u.slots[u.info.Defines(arg.ID())] = 0
	}
	if formals.Valid() {
		l.formals = u.formals(formals, l.size)
		l.size += len(l.formals.syms)
	}
	return l
}

// formals puts the formals of a lambda in order. Their cells begin at slot.
func (u *unit) formals(n parser.Node, slot int) *formals {
	fs := &formals{}
	var list []value.Attr
	var ids []scope.BindingID
	var optional []bool
	for c := range n.Children() {
		switch c.Kind() {
		case parser.KindFormal:
			name := c.FirstChild()
			list = append(list, value.Attr{Sym: u.sym(name.Text()), Pos: u.pos(name.ID())})
			ids = append(ids, u.info.Defines(name.ID()))
			optional = append(optional, c.Has(parser.KindQuestion))
		case parser.KindEllipsis:
			fs.ellipsis = true
		}
	}
	order := sortedBySymbol(list)
	fs.defaults = make([]delayed, len(list))
	fs.optional = make([]bool, len(list))
	fs.order = make([]int, len(list))
	for at, i := range order {
		fs.optional[at] = optional[i]
		fs.syms = append(fs.syms, list[i].Sym)
		fs.pos = append(fs.pos, list[i].Pos)
		fs.order[i] = at
		u.slots[ids[i]] = int32(slot + at)
	}
	return fs
}

// apply compiles a call with all arguments that follow one another. Nix makes
// (f a) b the same call as f a b, and puts it where f a begins.
func (u *unit) apply(n parser.Node, lv *level) code {
	var args []parser.Node
	fun, pos := n, value.Pos(0)
	for fun.Kind() == parser.KindApply {
		f, a := operands(fun)
		args = append(args, a)
		pos = u.pos(fun.ID())
		fun = f.Unparen()
	}
	f := u.expr(fun.ID(), lv)
	delays := make([]delayed, len(args))
	for i := range args {
		delays[i] = u.delay(args[len(args)-1-i].ID(), lv)
	}
	return callCode(f, delays, pos)
}

// operands returns the first and the last expression in n.
func operands(n parser.Node) (a, b parser.Node) {
	for c := range n.Exprs() {
		if !a.Valid() {
			a = c
		}
		b = c
	}
	return a, b
}

// callCode makes the code of a call.
func callCode(f code, args []delayed, pos value.Pos) code {
	a := args[0]
	switch len(args) {
	case 1:
		return func(m *machine, e *value.Env) value.Value {
			fn := f(m, e)
			if fn.IsFailed() {
				return fn
			}
			return m.call(fn, a(m, e), pos)
		}
	case 2:
		b := args[1]
		return func(m *machine, e *value.Env) value.Value {
			fn := f(m, e)
			if fn.IsFailed() {
				return fn
			}
			x := a(m, e)
			return m.call2(fn, x, b(m, e), pos)
		}
	}
	b, c, rest := args[1], args[2], args[3:]
	return func(m *machine, e *value.Env) value.Value {
		r := f(m, e)
		if r.IsFailed() {
			return r
		}
		x, y := a(m, e), b(m, e)
		r = m.call3(r, x, y, c(m, e), pos)
		for _, d := range rest {
			if r.IsFailed() {
				return r
			}
			r = m.call(r, d(m, e), pos)
		}
		return r
	}
}

// Control.

func (u *unit) with(n parser.Node, lv *level) code {
	set, body := operands(n)
	attrs := u.delay(set.ID(), lv)
	inner := u.expr(body.ID(), &level{up: lv, set: scope.NoSet, lambda: parser.NoNode, with: n.ID()})
	return func(m *machine, e *value.Env) value.Value {
		in := m.Env(e, 1)
		in.Put(0, attrs(m, e))
		return inner(m, in)
	}
}

func (u *unit) conditional(n parser.Node, lv *level) code {
	var parts []code
	var pos value.Pos
	for c := range n.Exprs() {
		if parts == nil {
			pos = u.exprPos(c)
		}
		parts = append(parts, u.expr(c.ID(), lv))
	}
	cond, then, otherwise := parts[0], parts[1], parts[2]
	return func(m *machine, e *value.Env) value.Value {
		c := cond(m, e)
		if c.Kind() != value.Bool {
			return m.notBool(c, pos, "while evaluating a branch condition")
		}
		if c.Bool() {
			return then(m, e)
		}
		return otherwise(m, e)
	}
}

// notBool is what becomes of a condition that is none.
func (m *machine) notBool(v value.Value, pos value.Pos, context string) value.Value {
	f := m.expected("a Boolean", v)
	if !v.IsFailed() {
		f = f.at(pos)
	}
	return f.with(pos, context).value()
}

func (u *unit) assertion(n parser.Node, lv *level) code {
	c, b := operands(n)
	cond, body := u.expr(c.ID(), lv), u.expr(b.ID(), lv)
	pos, condPos := u.pos(n.ID()), u.exprPos(c)
	return func(m *machine, e *value.Env) value.Value {
		v := cond(m, e)
		if v.Kind() != value.Bool {
			return m.notBool(v, condPos, "in the condition of the assert statement")
		}
		if v.Bool() {
			return body(m, e)
		}
		return u.assertFailed(m, e, c, lv, pos).value()
	}
}

// assertFailed words why an assertion does not hold. If it is an equation, both
// sides are evaluated again to find where they differ.
func (u *unit) assertFailed(m *machine, e *value.Env, cond parser.Node, lv *level, pos value.Pos) *failure {
	text := u.info.ShowExpr(cond.ID(), scope.ShowOptions{Base: u.dir, Home: m.homeDir()})
	if eq := cond.Unparen(); eq.Kind() == parser.KindBinary && eq.Has(parser.KindEqual) {
		l, r := operands(eq)
		a := u.expr(l.ID(), lv)(m, e)
		if a.IsFailed() {
			return failed(&a)
		}
		b := u.expr(r.ID(), lv)(m, e)
		if b.IsFailed() {
			return failed(&b)
		}
		if bad := m.explainInequality(&a, &b, u.pos(eq.Child(parser.KindEqual).ID())); bad != nil {
			if bad.kind == Assertion {
				bad = bad.with(pos, "while evaluating the condition of the assertion '%s'", text)
			}
			return bad
		}
	}
	return fail(Assertion, pos, "assertion '%s' failed", text)
}

func (u *unit) list(n parser.Node, lv *level) code {
	var elems []delayed
	for c := range n.Exprs() {
		elems = append(elems, u.delay(c.ID(), lv))
	}
	switch len(elems) {
	case 0:
		return func(m *machine, _ *value.Env) value.Value { return *m.emptyList }
	case 1:
		only := elems[0]
		return func(m *machine, e *value.Env) value.Value {
			cells := m.Slice(1)
			cells[0] = only(m, e)
			return value.MakeList(cells)
		}
	}
	return func(m *machine, e *value.Env) value.Value {
		cells := m.Slice(len(elems))
		for i, d := range elems {
			cells[i] = d(m, e)
		}
		return value.MakeList(cells)
	}
}

// exprPos returns the place that Nix gives an expression (the getPos methods of
// its nixexpr.hh), which is 0 for literals and let.
func (u *unit) exprPos(n parser.Node) value.Pos {
	n = n.Unparen()
	switch n.Kind() {
	case parser.KindInt, parser.KindFloat, parser.KindURI, parser.KindLet:
		return 0
	case parser.KindString, parser.KindIndString:
		if _, ok := n.Static(); ok {
			return 0
		}
		if n.Kind() == parser.KindString {
			for c := range n.Children() {
				if c.Kind() != parser.KindQuote {
					return u.pos(c.ID())
				}
			}
		}
	case parser.KindPath:
		if !n.FirstChild().Valid() {
			return 0
		}
	case parser.KindList:
		for c := range n.Exprs() {
			return u.exprPos(c)
		}
		return 0
	case parser.KindHasAttr:
		for c := range n.Exprs() {
			return u.exprPos(c)
		}
	case parser.KindUnary:
		if n.Has(parser.KindNot) {
			for c := range n.Exprs() {
				return u.exprPos(c)
			}
		}
	case parser.KindBinary:
		switch op := operatorOf(n); op.Kind() {
		case parser.KindLessEqual, parser.KindGreaterEqual, parser.KindPipeFrom, parser.KindPipeInto:
			return u.pos(op.ID())
		default:
			return u.pos(op.ID())
		}
	}
	return u.pos(n.ID())
}

func operatorOf(n parser.Node) parser.Node {
	for c := range n.Children() {
		if c.Kind().IsOperator() {
			return c
		}
	}
	return parser.Node{}
}
