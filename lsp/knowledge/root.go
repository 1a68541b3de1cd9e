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
	turn  turn

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

	// Of the goroutine that evaluates:
	e          *eval.Evaluator
	builds     int
	complained string // what was logged last about a failure
}

func newRoot(b *Base, entry Entry) *root {
	return &root{
		base: b, entry: entry, wake: make(chan struct{}, 1), ready: make(chan struct{}),
		behind: true, settled: make(chan struct{}),
	}
}

// await returns the latest state. The first to ask begins the evaluation.
func (r *root) await(ctx context.Context) (*State, error) {
	r.start.Do(func() { r.base.background("evaluation", r.run) })
	r.mu.Lock()
	r.used = time.Now()
	ready := r.ready
	r.mu.Unlock()
	select {
	case <-ready:
		return r.latest(), nil
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

// maxBuilds is how often an evaluator is used again. Each time it keeps the texts
// that were read.
const maxBuilds = 1000

// rest is how long nothing must change before it is evaluated again.
const rest = 30 * time.Millisecond

// run keeps the root evaluated until ctx ends.
func (r *root) run(ctx context.Context) {
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
	gone := r.e.Invalidate(paths...)
	return len(gone) > 0 || state == nil || state.err != nil
}

// build evaluates the root, or if that fails what it is based on.
func (r *root) build(ctx context.Context) {
	if r.builds++; r.e == nil || r.builds > maxBuilds {
		r.e, r.builds = r.base.evaluator(), 1
	}
	begun := time.Now()
	limited, cancel := context.WithTimeout(ctx, r.base.options.Patience)
	defer cancel()
	s, err := evaluate(limited, r.e, &r.turn, r.entry)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		r.complain(err)
		s = r.fallback(ctx, err)
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

// fallback returns what is known when the entry cannot be evaluated: what was
// known before, or what holds without it.
func (r *root) fallback(ctx context.Context, why error) *State {
	if isSpent(why) {
		r.e = nil // with all that it took
	}
	if old := r.latest(); old != nil && old.e == r.e {
		s := &State{entry: old.entry, wanted: r.entry, e: old.e, turn: old.turn, config: old.config, args: old.args, allArgs: old.allArgs, pkgs: old.pkgs, hasPkgs: old.hasPkgs, options: old.options, files: old.files, err: why, insides: map[version]*eval.Inside{}}
		return s
	}
	if r.e == nil {
		r.e, r.builds = r.base.evaluator(), 1
	}
	limited, cancel := context.WithTimeout(ctx, r.base.options.Patience) // there may be nothing left of the first
	defer cancel()
	s, err := evaluate(limited, r.e, &r.turn, r.entry.alone())
	if err != nil {
		s = &State{e: r.e, turn: &r.turn, files: map[string]bool{}, insides: map[version]*eval.Inside{}}
	}
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
