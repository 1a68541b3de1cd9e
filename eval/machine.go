package eval

import (
	"slices"
	"sync/atomic"

	"firn/eval/value"
	"firn/parser"
)

// code is compiled nixlang: it evaluates to weak head normal form, or to a
// failure.
type code func(m *machine, e *value.Env) value.Value

// delayed is compiled nixlang that is not to be evaluated yet: it gives the
// cell that will hold the value.
type delayed func(m *machine, e *value.Env) *value.Value

// thunk is the code of a cell that is not evaluated yet. It is compiled when
// the first such cell is.
type thunk struct {
	value.Header
	run   code
	unit  *unit
	level *level
	node  parser.NodeID
	plain bool // it is a function, a list, or a set whose names are written out
}

// lambda is the code of a function.
type lambda struct {
	value.Header
	unit    *unit
	level   *level // around the lambda
	node    parser.NodeID
	pos     value.Pos
	name    value.Symbol
	named   bool
	formals *formals // nil for a function of one name
	bound   bool     // the argument has a name
	size    int      // of the environment
	body    code     // nil until the first call
}

// formals is what a function takes apart.
type formals struct {
	syms     []value.Symbol // ascending
	pos      []value.Pos
	optional []bool
	defaults []delayed // of those that are optional, once the body is compiled
	ellipsis bool
	order    []int // of definition

	shape *value.Shape // of the argument of the last call,
	found []int32      // and where in it the formals are
}

// primop is a builtin function.
type primop struct {
	value.Header
	name   string
	arity  int
	silent bool // it puts no frame before failures
	fn1    func(m *machine, pos value.Pos, a *value.Value) value.Value
	fn2    func(m *machine, pos value.Pos, a, b *value.Value) value.Value
	fn3    func(m *machine, pos value.Pos, a, b, c *value.Value) value.Value
}

// limits of an evaluation.
const (
	defaultDepth = 10_000  // calls in one another, as Nix has it
	maxNest      = 150_000 // cells that are evaluated in one another
)

// machine is the state of an evaluator. It is for one goroutine.
type machine struct {
	value.Memory
	*world

	depth    int // calls that are under way
	maxDepth int
	nest     int // cells that are being evaluated

	halt   atomic.Bool // the evaluation is to end
	why    atomic.Pointer[failure]
	budget uint64 // bytes of memory that may be in use; 0 for any

	showTrace bool // calls put frames before failures
	profiler  *Profiler

	calls, builtinCalls, thunks uint64 // how many there were
}

// force evaluates a cell to weak head normal form, which it returns too. The
// place is that of who wants to know.
func (m *machine) force(v *value.Value, pos value.Pos) value.Value {
	if v.IsForced() {
		return *v
	}
	return m.evaluate(v, pos)
}

func (m *machine) evaluate(v *value.Value, pos value.Pos) value.Value {
	switch v.Kind() {
	case value.Thunk:
		return m.runThunk(v, pos)
	case value.App:
		return m.runApp(v, pos)
	case value.Blackhole:
		f := fail(InfiniteRecursion, pos, "infinite recursion encountered")
		f.cell = v
		return f.value()
	}
	return *v
}

func (m *machine) runThunk(v *value.Value, pos value.Pos) value.Value {
	before := *v
	t, e := value.As[thunk](v), v.Env()
	v.Blacken()
	if m.nest >= maxNest {
		*v = before
		return m.tooDeep(pos).value()
	}
	m.nest++
	m.thunks++
	run := t.run
	if run == nil {
		run = t.compile()
	}
	r := run(m, e)
	m.nest--
	if r.IsFailed() {
		return m.settle(v, before, r)
	}
	*v = r
	return r
}

func (m *machine) runApp(v *value.Value, pos value.Pos) value.Value {
	before := *v
	a := value.As[application](v)
	x, n := v.Applied()
	v.Blacken()
	if m.nest >= maxNest {
		*v = before
		return m.tooDeep(pos).value()
	}
	m.nest++
	r := a.run(m, x, n, pos)
	m.nest--
	if r.IsFailed() {
		return m.settle(v, before, r)
	}
	*v = r
	return r
}

func (m *machine) tooDeep(pos value.Pos) *failure {
	return fail(StackOverflow, pos, "stack overflow; values are evaluated in one another too deeply")
}

// settle ends the evaluation of a cell with a failure.
func (m *machine) settle(v *value.Value, before, r value.Value) value.Value {
	f := failed(&r)
	if f.cell == v && v.Kind() == value.Blackhole {
		f = f.with(0, "entering the infinite recursion")
		f.frame.always = true
		r = f.value()
	}
	if !f.keeps() {
		*v = before
		return r
	}
	*v = r
	return r
}

// interrupted returns why the evaluation is to end.
func (m *machine) interrupted() value.Value {
	if f := m.why.Load(); f != nil {
		return f.value()
	}
	return fail(Interrupted, 0, "interrupted").value()
}

// enter counts a call that begins. It returns a failure if there must not be
// one more.
func (m *machine) enter(pos value.Pos) *failure {
	if m.depth > m.maxDepth {
		return fail(StackOverflow, pos, "stack overflow; max-call-depth exceeded")
	}
	if m.halt.Load() {
		v := m.interrupted()
		return failed(&v)
	}
	m.depth++
	return nil
}

// turn is called in each turn of a long loop that calls nothing. It returns a
// failure if the evaluation is to end.
func (m *machine) turn(i int) *failure {
	const some = 1 << 12
	if i%some != some-1 || !m.halt.Load() {
		return nil
	}
	v := m.interrupted()
	return failed(&v)
}

// call calls f with an argument.
func (m *machine) call(f value.Value, a *value.Value, pos value.Pos) value.Value {
	if f.Kind() == value.Lambda {
		return m.callLambda(f, a, pos)
	}
	return m.callOther(f, a, pos)
}

func (m *machine) callLambda(f value.Value, a *value.Value, pos value.Pos) value.Value {
	if m.depth > m.maxDepth || m.halt.Load() {
		return m.enter(pos).value()
	}
	m.depth++
	m.calls++
	l := value.As[lambda](&f)
	e := m.Env(f.Env(), l.size)
	if l.formals == nil {
		e.Put(0, a)
	} else if bad := m.bind(l, e, a, pos); bad != nil {
		m.depth--
		return bad.value()
	}
	body := l.body
	if body == nil {
		body = l.compile()
	}
	r := body(m, e)
	m.depth--
	if m.showTrace && r.IsFailed() {
		return m.traceCall(l, r, pos)
	}
	return r
}

func (m *machine) traceCall(l *lambda, r value.Value, pos value.Pos) value.Value {
	f := failed(&r).with(l.pos, "while calling %s", m.lambdaName(l, "'"))
	if pos != 0 {
		f = f.with(pos, "from call site")
	}
	return f.value()
}

func (m *machine) lambdaName(l *lambda, quote string) string {
	if !l.named {
		return "anonymous lambda"
	}
	return quote + m.symbols.Name(l.name) + quote
}

func (m *machine) callOther(f value.Value, a *value.Value, pos value.Pos) value.Value {
	switch f.Kind() {
	case value.Primop:
		p := value.As[primop](&f)
		if p.arity == 1 {
			return m.callPrimop(p, a, nil, nil, pos)
		}
		return m.partial(f, a)
	case value.PrimopApp:
		return m.callPartial(f, a, pos)
	case value.Set:
		return m.callFunctor(f, a, pos)
	case value.Failed:
		return f
	}
	return m.noFunction(f, pos)
}

// noFunction is what becomes of the call of something else.
//
//go:noinline
func (m *machine) noFunction(f value.Value, pos value.Pos) value.Value {
	return fail(TypeError, pos, "attempt to call something which is not a function but %s: %s", m.showType(&f), m.show(&f)).value()
}

// call2 is call with two arguments.
func (m *machine) call2(f value.Value, a, b *value.Value, pos value.Pos) value.Value {
	if f.Kind() == value.Primop {
		if p := value.As[primop](&f); p.arity == 2 {
			return m.callPrimop(p, a, b, nil, pos)
		}
	}
	f = m.call(f, a, pos)
	if f.IsFailed() {
		return f
	}
	return m.call(f, b, pos)
}

// call3 is call with three arguments.
func (m *machine) call3(f value.Value, a, b, c *value.Value, pos value.Pos) value.Value {
	if f.Kind() == value.Primop {
		if p := value.As[primop](&f); p.arity == 3 {
			return m.callPrimop(p, a, b, c, pos)
		}
	}
	f = m.call2(f, a, b, pos)
	if f.IsFailed() {
		return f
	}
	return m.call(f, c, pos)
}

// callPrimop calls a builtin with as many arguments as it takes.
func (m *machine) callPrimop(p *primop, a, b, c *value.Value, pos value.Pos) value.Value {
	if bad := m.enter(pos); bad != nil {
		return bad.value()
	}
	m.builtinCalls++
	var r value.Value
	switch p.arity {
	case 1:
		r = p.fn1(m, pos, a)
	case 2:
		r = p.fn2(m, pos, a, b)
	default:
		r = p.fn3(m, pos, a, b, c)
	}
	m.depth--
	if r.IsFailed() && !p.silent {
		return failed(&r).with(pos, "while calling the '%s' builtin", p.name).value()
	}
	return r
}

// partial applies a builtin to fewer arguments than it takes.
func (m *machine) partial(f value.Value, a *value.Value) value.Value {
	cells := m.Slice(2)
	cells[0], cells[1] = m.Cell(f), a
	return value.MakePrimopApp(cells)
}

func (m *machine) callPartial(f value.Value, a *value.Value, pos value.Pos) value.Value {
	cells := f.Elems()
	p := value.As[primop](cells[0])
	if len(cells) < p.arity {
		more := m.Slice(len(cells) + 1)
		copy(more, cells)
		more[len(cells)] = a
		return value.MakePrimopApp(more)
	}
	if p.arity == 2 {
		return m.callPrimop(p, cells[1], a, nil, pos)
	}
	return m.callPrimop(p, cells[1], cells[2], a, pos)
}

func (m *machine) callFunctor(f value.Value, a *value.Value, pos value.Pos) value.Value {
	functor, at := f.Attrs().Find(m.sym.functor)
	if functor == nil {
		return m.noFunction(f, pos)
	}
	if bad := m.enter(pos); bad != nil {
		return bad.value()
	}
	r := m.force(functor, at)
	if !r.IsFailed() {
		r = m.call2(r, m.Cell(f), a, at)
	}
	m.depth--
	if r.IsFailed() {
		return failed(&r).with(pos, "while calling a functor (an attribute set with a '__functor' attribute)").value()
	}
	return r
}

// bind takes an argument apart.
func (m *machine) bind(l *lambda, e *value.Env, a *value.Value, pos value.Pos) *failure {
	v, bad := m.forceSet(a, l.pos, "while evaluating the value passed for the lambda argument")
	if bad != nil {
		if pos != 0 {
			bad = bad.with(pos, "from call site")
		}
		return bad
	}
	fs, slot := l.formals, 0
	if l.bound {
		e.Put(0, a)
		slot = 1
	}
	if l.body == nil {
		l.body = l.compile()
	}
	used, flat := 0, v.Flat()
	if flat.Shape() != fs.shape {
		fs.search(flat.Shape())
	}
	cells := flat.Cells()
	for i, at := range fs.found {
		switch {
		case at >= 0:
			e.Put(slot+i, cells[at])
			used++
		case fs.defaults[i] == nil:
			return m.missingArgument(l, i, pos)
		default:
			e.Put(slot+i, fs.defaults[i](m, e))
		}
	}
	if !fs.ellipsis && used != len(cells) {
		return m.unexpectedArgument(l, flat, pos)
	}
	return nil
}

// search finds the formals in a shape.
func (fs *formals) search(shape *value.Shape) {
	fs.shape = shape
	if fs.found == nil {
		fs.found = make([]int32, len(fs.syms))
	}
	for i, sym := range fs.syms {
		fs.found[i] = int32(shape.Find(sym))
	}
}

func (fs *formals) has(sym value.Symbol) bool {
	return slices.Contains(fs.syms, sym)
}

func (m *machine) missingArgument(l *lambda, i int, pos value.Pos) *failure {
	return fail(TypeError, l.pos, "function '%s' called without required argument '%s'",
		m.lambdaName(l, ""), m.symbols.Name(l.formals.syms[i])).with(pos, "from call site")
}

func (m *machine) unexpectedArgument(l *lambda, args *value.Attrs, pos value.Pos) *failure {
	for i := range args.Shape().Len() {
		sym := args.Shape().Sym(i)
		if l.formals.has(sym) {
			continue
		}
		names := make([]string, len(l.formals.syms))
		for k, s := range l.formals.syms {
			names[k] = m.symbols.Name(s)
		}
		name := m.symbols.Name(sym)
		return fail(TypeError, l.pos, "function '%s' called with unexpected argument '%s'", m.lambdaName(l, ""), name).
			suggest(suggestions(names, name)).with(pos, "from call site")
	}
	return fail(EvalError, l.pos, "the attributes of an argument were miscounted")
}
