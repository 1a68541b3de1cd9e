package build

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"firn/store"
	"firn/store/path"
)

// Build realises targets. The results are in their order; the error is only about
// what is not of any of them, such as a context that is done.
//
// Every object that a result names is a temporary root of this process.
func (b *Builder) Build(ctx context.Context, targets []Target) ([]Result, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r := &run{
		b: b, stop: stop,
		objects: map[path.Path]*goal{}, builds: map[path.Path]*goal{}, copies: map[path.Path]*goal{},
		jobs: make(chan struct{}, b.o.Jobs), transfers: make(chan struct{}, b.o.Transfers),
		checked: map[path.Path]bool{},
	}
	results := make([]Result, len(targets))
	if b.o.Policy.Check {
		for _, t := range targets {
			r.checked[t.Path] = true
		}
	}
	var all sync.WaitGroup
	for i, t := range targets {
		all.Go(func() { results[i] = r.target(ctx, t) })
	}
	all.Wait()
	r.work.Wait() // what somebody has begun, and nobody waits for any more
	if err := context.Cause(ctx); err != nil && !errors.Is(err, errStopped) {
		return nil, err
	}
	return results, nil
}

// errStopped ends the rest of the work after a failure.
var errStopped = errors.New("not done because something else failed")

// run is a call of Build.
type run struct {
	b         *Builder
	stop      context.CancelCauseFunc
	jobs      chan struct{} // a place for each build
	transfers chan struct{} // a place for each object that is copied
	checked   map[path.Path]bool
	work      sync.WaitGroup

	mu      sync.Mutex
	objects map[path.Path]*goal // by object
	builds  map[path.Path]*goal // by derivation
	copies  map[path.Path]*goal // by object, whose references come to an end
}

// goal is something that is done once, for all who want it.
type goal struct {
	done   chan struct{} // closed when the rest is there
	status Status
	err    error
}

// once returns the status and the error of a goal, which is begun if nobody did.
func (r *run) once(goals map[path.Path]*goal, p path.Path, do func() (Status, error)) (Status, error) {
	r.mu.Lock()
	g, begun := goals[p]
	if !begun {
		g = &goal{done: make(chan struct{})}
		goals[p] = g
	}
	r.mu.Unlock()
	if !begun {
		r.work.Go(func() {
			defer close(g.done)
			g.status, g.err = do()
		})
	}
	<-g.done // which is soon when the context ends
	return g.status, g.err
}

// target realises a target.
func (r *run) target(ctx context.Context, t Target) Result {
	res := Result{Target: t}
	fail := func(err error) Result {
		res.Err, res.Status = err, statusOf(err)
		return res
	}
	wanted, err := r.b.wants(ctx, t)
	if err != nil {
		return fail(err)
	}
	res.Outputs = map[string]path.Path{}
	if t.Path.IsDerivation() {
		d, err := r.b.derivation(ctx, t.Path)
		if err != nil {
			return fail(err)
		}
		if res.Outputs, err = outputs(t.Path, d, t.Outputs); err != nil {
			return fail(err)
		}
	} else {
		res.Outputs["out"] = t.Path
	}
	if r.checked[t.Path] && t.Path.IsDerivation() {
		res.Status, res.Err = r.build(ctx, t.Path)
		return res
	}
	outcomes := r.all(ctx, wanted)
	if o, ok := worst(outcomes); ok {
		return fail(o.err)
	}
	res.Status = AlreadyValid
	for _, o := range outcomes {
		res.Status = min(res.Status, o.status)
	}
	return res
}

// statusOf returns the status for an error.
func statusOf(err error) Status {
	var f *Failure
	var dep *dependencyError
	switch {
	case errors.As(err, &f):
		return f.Status
	case errors.As(err, &dep), errors.Is(err, errStopped):
		return DependencyFailed
	case errors.Is(err, store.ErrNotFound):
		return NoSubstituters
	}
	return MiscFailure
}

// outcome is what became of something that is wanted.
type outcome struct {
	want
	status Status
	err    error
}

// worst returns what failed, if something did: what failed by itself rather than what
// was not done for that reason.
func worst(list []outcome) (bad outcome, failed bool) {
	for _, o := range list {
		if o.err != nil && (!failed || errors.Is(bad.err, errStopped)) {
			bad, failed = o, true
		}
	}
	return bad, failed
}

// all realises objects, all at once.
func (r *run) all(ctx context.Context, wanted []want) []outcome {
	list := make([]outcome, len(wanted))
	var group sync.WaitGroup
	for i, w := range wanted {
		group.Go(func() {
			status, err := r.object(ctx, w)
			list[i] = outcome{w, status, err}
		})
	}
	group.Wait()
	return list
}

// object realises an object: it is there, or it is copied, or built. If that fails,
// the rest is not begun, unless the policy is to keep going.
func (r *run) object(ctx context.Context, w want) (Status, error) {
	return r.once(r.objects, w.object, func() (status Status, err error) {
		defer func() {
			if err != nil && !r.b.o.Policy.KeepGoing {
				r.stop(errStopped)
			}
		}()
		if err := r.b.o.Store.Hold(ctx, w.object); err != nil {
			return MiscFailure, err
		}
		valid, err := r.b.valid(ctx, w.object)
		if err != nil || valid {
			return AlreadyValid, err
		}
		d, err := r.b.drvOf(ctx, w.drv)
		if err != nil {
			return MiscFailure, err
		}
		var copying error
		if d == nil || d.substitutable {
			if copying = r.substitute(ctx, w.object); copying == nil {
				return Substituted, nil
			}
		}
		switch {
		case d != nil && !r.b.o.Policy.FetchOnly && ctx.Err() == nil:
			if copying != nil && !errors.Is(copying, store.ErrNotFound) {
				r.b.o.Events.Send(store.Warning{Text: fmt.Sprintf("%v; it is built instead", copying)})
			}
			return r.build(ctx, w.drv)
		case errors.Is(copying, store.ErrNotFound) && w.drv == "":
			return NoSubstituters, fmt.Errorf("path '%s' is required, but nobody has it, and no derivation is known that makes it: %w", w.object, copying)
		case errors.Is(copying, store.ErrNotFound) || copying == nil:
			return NoSubstituters, fmt.Errorf("nobody has '%s': %w", w.object, store.ErrNotFound)
		}
		return statusOf(copying), copying
	})
}

func (b *Builder) valid(ctx context.Context, p path.Path) (bool, error) {
	valid, err := b.o.Store.Valid(ctx, []path.Path{p})
	return valid[p], err
}

// build builds a derivation, all outputs of it, after what it needs is there.
func (r *run) build(ctx context.Context, p path.Path) (Status, error) {
	return r.once(r.builds, p, func() (Status, error) {
		d, err := r.b.drvOf(ctx, p)
		if err != nil {
			return MiscFailure, err
		}
		needs, err := r.b.inputs(ctx, d.Derivation)
		if err != nil {
			return MiscFailure, err
		}
		if o, ok := worst(r.all(ctx, needs)); ok {
			return DependencyFailed, &Failure{Drv: p, Status: DependencyFailed, Err: blame(o)}
		}
		if err := r.b.o.Store.Hold(ctx, p); err != nil {
			return MiscFailure, err
		}
		return r.realise(ctx, d)
	})
}

// blame returns the error for something that is missing: what is at its root, if
// that is elsewhere.
func blame(o outcome) error {
	var dep *dependencyError
	if errors.As(o.err, &dep) {
		return dep
	}
	var f *Failure
	if errors.As(o.err, &f) {
		return &dependencyError{f.Drv, o.err}
	}
	return &dependencyError{o.object, o.err}
}

// place waits for a place to work in, and returns what gives it back.
func place(ctx context.Context, places chan struct{}) (func(), error) {
	select {
	case places <- struct{}{}:
		return func() { <-places }, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}
