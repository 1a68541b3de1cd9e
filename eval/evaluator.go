package eval

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync"

	"firn/eval/regex"
	"firn/eval/value"
	"firn/parser/scope"
	"firn/store/drv"
	"firn/store/path"
)

// Options say what an evaluator may do.
type Options struct {
	Host     Host // what it sees of the world; required
	Settings Settings
	// Memory is how many bytes of the heap may be in use while it evaluates; 0
	// for no limit. What others use counts, too.
	Memory uint64
	// Profiler is told of the functions that are called. Nil is for none, which is
	// faster.
	Profiler *Profiler
	// Sums keeps what was computed of files, so that other evaluations need not read
	// them. Nil is for none.
	Sums Sums
}

// Evaluator evaluates nixlang. What it has evaluated it keeps, and what was read
// it does not read again.
//
// It may be used by several goroutines, of which one evaluates at a time.
type Evaluator struct {
	mu     sync.Mutex
	m      *machine
	broken *Error // by a panic, after which nothing can be trusted
}

// New returns an evaluator.
func New(o Options) *Evaluator {
	if o.Settings.StoreDir == "" {
		o.Settings.StoreDir = DefaultStoreDir
	}
	if o.Settings.System == "" {
		o.Settings.System = "x86_64-linux"
	}
	symbols := value.NewSymbols(scope.EarlyNames()...)
	m := &machine{
		world: &world{
			symbols: symbols, sym: newSymbols(symbols), globals: map[string]*value.Value{},
			host: o.Host, settings: o.Settings, sums: o.Sums,
			units: map[string]*unit{}, files: map[string]*value.Value{}, resolved: map[string]string{}, sources: map[string]*value.Context{}, drvs: map[path.Path]*known{}, outputLists: map[string][]string{},
			patterns: map[string]*regex.Regexp{}, stats: map[string]stat{}, searchDirs: map[string]string{},
			ctx: context.Background(),
		},
		budget: o.Memory, showTrace: o.Settings.Trace, profiler: o.Profiler, maxDepth: o.Settings.MaxDepth,
	}
	if m.maxDepth <= 0 {
		m.maxDepth = defaultDepth
	}
	if m.budget > 0 {
		m.Full = m.measure
	}
	read, early := o.Host, o.Host
	if o.Settings.Restricted || o.Settings.Pure {
		roots := o.Settings.roots()
		m.guard = newGuard(o.Host, roots, !o.Settings.Restricted)
		read, early = m.guard, newGuard(o.Host, roots, false) // one for each goroutine
	}
	m.unguarded = o.Host
	m.mounts = &mounts{Host: read, dir: o.Settings.StoreDir + "/", trees: map[string]string{}, texts: map[string]string{}}
	m.host = m.mounts
	m.ahead = newAhead(early, m.pipes())
	m.hashes = drv.NewHashes(path.Dir(o.Settings.StoreDir), m.readDrv)
	m.trueCell, m.falseCell = m.Cell(value.MakeBool(true)), m.Cell(value.MakeBool(false))
	m.nullCell, m.emptyList = m.Cell(value.MakeNull()), m.Cell(value.MakeList(nil))
	m.install()
	return &Evaluator{m: m}
}

// room reports whether something of the given size may be made: nothing that
// alone would take all of the memory.
func (m *machine) room(bytes int) *failure {
	const most = 1 << 36
	if bytes < 0 || bytes > most || m.budget > 0 && uint64(bytes) > m.budget {
		return m.exhausted()
	}
	return nil
}

// measure ends the evaluation if the memory in use is more than it may be. It
// is called each time that a part of the budget has been taken.
func (m *machine) measure() {
	const parts = 16
	use := heapInUse()
	if use > m.budget {
		runtime.GC()
		use = heapInUse()
	}
	if use > m.budget {
		m.why.Store(m.exhausted())
		m.halt.Store(true)
	}
	m.Limit = m.Taken + m.budget/parts
}

// heapInUse returns the bytes of all objects, those included that are garbage
// and not collected yet.
func heapInUse() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(sample)
	sum := uint64(0)
	for _, s := range sample {
		if s.Value.Kind() == metrics.KindUint64 {
			sum += s.Value.Uint64()
		}
	}
	return sum
}

func (m *machine) exhausted() *failure {
	return fail(OutOfBudget, 0, "the evaluation takes more memory than it may")
}

// builder is how many times the bytes of a text that is being built may be in
// memory: when it grows it is copied to twice the room.
const builder = 3

const (
	leastInt = -16
	mostInt  = 1024
)

var intCells = func() (cells [mostInt - leastInt]value.Value) {
	for i := range cells {
		cells[i] = value.MakeInt(int64(i) + leastInt)
	}
	return cells
}()

// intCell returns a cell with an integer.
func (m *machine) intCell(i int64) *value.Value {
	if i >= leastInt && i < mostInt {
		return &intCells[i-leastInt]
	}
	return m.Cell(value.MakeInt(i))
}

// blanks are what a text for people does not end with.
const blanks = " \t\r\n"

// block puts a prefix before the first line of a text, and as many blanks before
// the others, which end without blanks. Of a blank text nothing stays.
func block(prefix, s string) string {
	s = strings.TrimRight(s, blanks)
	if s == "" {
		return ""
	}
	var b strings.Builder
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			b.WriteByte('\n')
			prefix = strings.Repeat(" ", len(Plain(prefix, false)))
		}
		b.WriteString(strings.TrimRight(prefix+line, blanks))
	}
	return b.String()
}

// Value is a value that an evaluator has made. It stays good as long as the
// evaluator.
type Value struct {
	e    *Evaluator
	cell *value.Value
}

// run evaluates something with the evaluator to itself, until ctx ends. It stays on
// the goroutine of the caller, whose stack grows once: whoever walks values calls it
// very often.
func (e *Evaluator) run(ctx context.Context, work func(m *machine) *failure) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.broken != nil {
		return e.broken
	}
	m := e.m
	m.ctx = ctx
	m.halt.Store(false)
	m.why.Store(nil)
	m.depth, m.nest = 0, 0
	halted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(halted)
		m.why.Store(fail(Interrupted, 0, "%v", context.Cause(ctx)))
		m.halt.Store(true)
	})
	defer func() {
		if !stop() {
			<-halted // lest it ends the next evaluation
		}
	}()
	defer m.ahead.stop()
	if m.profiler != nil {
		defer m.profiler.start()()
	}
	bad, bug := guarded(func() *failure { return work(m) })
	if bug != nil {
		e.broken = bug
		return e.broken
	}
	if bad != nil {
		return m.report(bad)
	}
	return nil
}

// guarded does work, and returns an error if that panics.
func guarded(work func() *failure) (bad *failure, bug *Error) {
	defer func() { bug = broken(recover()) }()
	return work(), nil
}

// broken makes an error of a panic, which is a mistake in this program and would
// otherwise end it.
func broken(p any) *Error {
	if p == nil {
		return nil
	}
	return &Error{Kind: Internal, Msg: fmt.Sprintf("the evaluator has a bug, please report it: %v\n%s", p, debug.Stack())}
}

// File evaluates a file, or the default.nix of a directory.
func (e *Evaluator) File(ctx context.Context, path string) (Value, error) {
	return e.evaluated(ctx, func(m *machine) value.Value {
		at, bad := m.resolveImport(cleanPath(path))
		if bad != nil {
			return bad.value()
		}
		run, bad := m.loadFile(at, nil)
		if bad != nil {
			return bad.value()
		}
		return run(m, nil)
	})
}

// Text evaluates a text, which places call name. Paths in it are relative to
// dir.
func (e *Evaluator) Text(ctx context.Context, name, dir, src string) (Value, error) {
	return e.evaluated(ctx, func(m *machine) value.Value {
		run, bad := m.load(source{name: name, dir: dir, src: src})
		if bad != nil {
			return bad.value()
		}
		return run(m, nil)
	})
}

func (e *Evaluator) evaluated(ctx context.Context, run func(*machine) value.Value) (Value, error) {
	out := Value{e: e}
	err := e.run(ctx, func(m *machine) *failure {
		v := run(m)
		if v.IsFailed() {
			return failed(&v)
		}
		out.cell = m.Cell(v)
		return nil
	})
	return out, err
}

// Deep evaluates a value with all that is in it.
func (v Value) Deep(ctx context.Context) error {
	return v.e.run(ctx, func(m *machine) *failure { return m.forceDeep(v.cell) })
}

// JSON returns a value, evaluated with all that is in it, as builtins.toJSON
// does.
func (v Value) JSON(ctx context.Context) (string, error) {
	var out []byte
	err := v.e.run(ctx, func(m *machine) (bad *failure) {
		var refs *value.Context
		out, bad = m.toJSON(v.cell, posOf(v.cell, 0), &refs, nil)
		return bad
	})
	return string(out), err
}

// Raw returns the text of a string, or of what stands for one.
func (v Value) Raw(ctx context.Context) (string, error) {
	var out string
	err := v.e.run(ctx, func(m *machine) (bad *failure) {
		var refs *value.Context
		out, bad = m.coerce(v.cell, 0, &refs, "while generating the nix-instantiate output", copying)
		return bad
	})
	return out, err
}

// XML says how a value becomes XML.
type XML struct {
	Strict bool // everything in it is evaluated
	Places bool // attributes and functions say where they are defined
}

// XML returns a value as nix-instantiate --xml prints it.
func (v Value) XML(ctx context.Context, how XML) (string, error) {
	var out string
	err := v.e.run(ctx, func(m *machine) (bad *failure) {
		x := xmlWriter{m: m, strict: how.Strict, places: how.Places}
		bad = x.document(v.cell)
		out = value.Text(x.bytes())
		return bad
	})
	return out, err
}

// Classic returns a value as nix-instantiate --eval prints it.
func (v Value) Classic(ctx context.Context) (string, error) {
	var out string
	err := v.e.run(ctx, func(m *machine) *failure {
		p := classic{m: m, seen: map[any]bool{}}
		p.value(v.cell, 0)
		out = string(p.b)
		return p.bad
	})
	return out, err
}

// Delayed returns the value of a text that is evaluated when somebody wants to
// know it. The text is read at once.
func (e *Evaluator) Delayed(ctx context.Context, name, dir, src string) (Value, error) {
	out := Value{e: e}
	err := e.run(ctx, func(m *machine) *failure {
		run, bad := m.load(source{name: name, dir: dir, src: src})
		if bad != nil {
			return bad
		}
		t := &thunk{Header: value.NewHeader(value.Thunk), run: run}
		out.cell = m.Cell(value.MakeCode(&t.Header, nil))
		return nil
	})
	return out, err
}

// String returns a string as a value.
func (e *Evaluator) String(s string) Value {
	v := value.MakeString(s)
	return Value{e: e, cell: &v}
}
