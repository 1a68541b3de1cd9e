package knowledge

import (
	"context"
	"slices"
	"sync"
	"time"

	"firn/eval"
)

// root is an entry that is kept evaluated.
type root struct {
	base  *Base
	entry Entry
	on    *engine

	start sync.Once
	wake  chan struct{} // has an element when there is something to do

	mu      sync.Mutex // guards what follows
	state   *State     // the latest, nil before the first
	ready   chan struct{}
	pending []string      // files that have changed since
	behind  bool          // the state may be older than the files
	settled chan struct{} // closed when it is not
	used    time.Time
	took    time.Duration // of the last evaluation
	count   int           // of evaluations
	told    []func(*State)

	life context.Context // ends when nobody needs the root any more
	end  context.CancelFunc

	// Of the goroutine that evaluates:
	seen       edition // what was evaluated
	complained string  // what was logged last about a failure
}

func newRoot(b *Base, on *engine, entry Entry) *root {
	life, end := context.WithCancel(context.Background())
	return &root{
		base: b, on: on, life: life, end: end, entry: entry, wake: make(chan struct{}, 1), ready: make(chan struct{}),
		behind: true, settled: make(chan struct{}),
	}
}

// begin begins to evaluate the root, if nobody has.
func (r *root) begin() { r.start.Do(func() { r.base.background("evaluation", r.run) }) }

// await returns the latest state. The first to ask begins the evaluation.
func (r *root) await(ctx context.Context) (*State, error) {
	r.begin()
	r.mu.Lock()
	r.used = time.Now()
	ready := r.ready
	r.mu.Unlock()
	select {
	case <-ready:
		return r.latest(), nil
	case <-r.life.Done():
		return nil, r.life.Err()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// latest returns the latest state, or nil.
func (r *root) latest() *State {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state
}

// settle waits until the state is as new as the files, and returns it.
func (r *root) settle(ctx context.Context) (*State, error) {
	if _, err := r.await(ctx); err != nil {
		return nil, err
	}
	for {
		r.mu.Lock()
		behind, settled, state := r.behind, r.settled, r.state
		r.mu.Unlock()
		if !behind {
			return state, nil
		}
		select {
		case <-settled:
		case <-r.life.Done():
			return nil, r.life.Err()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// rested notes that all is evaluated, if nothing has changed meanwhile.
func (r *root) rested() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.behind && len(r.pending) == 0 {
		r.behind = false
		close(r.settled)
	}
}

// changed takes notice of files that have changed, come or gone.
func (r *root) changed(paths []string) {
	r.mu.Lock()
	r.pending = append(r.pending, paths...)
	if !r.behind {
		r.behind, r.settled = true, make(chan struct{})
	}
	r.mu.Unlock()
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// rest is how long nothing must change before it is evaluated again.
const rest = 50 * time.Millisecond

// run keeps the root evaluated until ctx or the root ends.
func (r *root) run(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(r.life, cancel)()
	r.build(ctx)
	for {
		r.rested()
		select {
		case <-r.wake:
		case <-ctx.Done():
			return
		}
		if pause(ctx, rest) && r.invalidate() {
			r.build(ctx)
		}
	}
}

func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return true
	case <-ctx.Done():
		return false
	}
}

// invalidate forgets what depends on files that have changed, and reports whether
// that is anything.
func (r *root) invalidate() bool {
	r.mu.Lock()
	paths := r.pending
	r.pending = nil
	state := r.state
	r.mu.Unlock()
	if len(paths) == 0 {
		return false
	}
	return r.on.invalidate(paths) != r.seen || state == nil || state.err != nil
}

// groupPatience is how long it may take to find out which configurations a file has.
// Files around it wait for that.
const groupPatience = 20 * time.Second

// patience returns how long the evaluation may take.
func (r *root) patience() time.Duration {
	if (r.entry.Kind == Flake || r.entry.Kind == Network) && r.entry.Name == "" {
		return min(groupPatience, r.base.options.Patience)
	}
	return r.base.options.Patience
}

// build evaluates the root, or if that fails what it is based on.
func (r *root) build(ctx context.Context) {
	r.on.building.Lock()
	defer r.on.building.Unlock()
	defer r.base.options.Evaluating()()
	e := r.on.take()
	r.seen = r.on.edition()
	begun := time.Now()
	limited, cancel := patiently(ctx, r.patience())
	defer cancel()
	s, err := r.evaluate(limited, e, r.entry, r.base.programs(r.entry))
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		r.complain(err)
		s = r.fallback(ctx, e, err)
	} else {
		r.complained = ""
		r.base.options.Log("configuration evaluated", "entry", r.entry.String(), "took", time.Since(begun).String())
	}
	r.publish(s, time.Since(begun))
}

// complain logs why the entry cannot be evaluated, unless that has been said.
func (r *root) complain(err error) {
	if msg := message(err); msg != r.complained {
		r.complained = msg
		r.base.options.Log("configuration not evaluated", "entry", r.entry.String(), "error", msg)
	}
}

// evaluate makes the state of an entry by the first of some programs that does. The
// error is that of the last.
func (r *root) evaluate(ctx context.Context, e *eval.Evaluator, entry Entry, programs []program) (s *State, err error) {
	for _, p := range programs {
		if p.ifRefused && !isRefused(err) {
			continue
		}
		s, err = r.try(ctx, e, entry, p)
		if err == nil || ctx.Err() != nil || isSpent(err) {
			return s, err
		}
	}
	return nil, err
}

// try makes the state of an entry by one program.
func (r *root) try(ctx context.Context, e *eval.Evaluator, entry Entry, p program) (*State, error) {
	whole, err := r.on.value(ctx, e, p)
	if err != nil {
		return nil, err
	}
	return evaluate(ctx, &State{facts: facts{entry: entry, standIn: p.standIn}, base: r.base, withheld: r.on.withheld, wanted: entry, e: e, turn: &r.on.turn}, whole)
}

// fallback returns what is known when the entry cannot be evaluated: what was
// known before, or what holds without it.
func (r *root) fallback(ctx context.Context, e *eval.Evaluator, why error) *State {
	read := e.NotedImports()
	if isSpent(why) {
		r.on.drop(e) // with all that it took
		e = r.on.take()
	}
	if old := r.latest(); old != nil && old.e == e {
		s := &State{facts: old.facts, base: r.base, withheld: r.on.withheld, wanted: r.entry, e: old.e, turn: old.turn, err: why, insides: map[version]*eval.Inside{}}
		s.reached(old.Files())
		s.reached(read)
		return s
	}
	limited, cancel := patiently(ctx, r.patience()) // there may be nothing left of the first
	defer cancel()
	entry, programs := r.base.alone(r.entry)
	s, err := r.evaluate(limited, e, entry, programs)
	if err != nil {
		s = &State{base: r.base, withheld: r.on.withheld, e: e, turn: &r.on.turn, insides: map[version]*eval.Inside{}}
	}
	s.reached(read)
	s.err, s.wanted = why, r.entry
	return s
}

func (r *root) publish(s *State, took time.Duration) {
	r.mu.Lock()
	first := r.state == nil
	r.state = s
	r.took = took
	r.count++
	told := slices.Clone(r.told)
	r.mu.Unlock()
	if first {
		close(r.ready)
	}
	for _, tell := range told {
		tell(s)
	}
}
