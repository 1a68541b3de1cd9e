package build

import (
	"context"
	"errors"
	"slices"

	"golang.org/x/sync/errgroup"

	"firn/store"
	"firn/store/path"
)

// Plan returns what Build would do for the targets.
func (b *Builder) Plan(ctx context.Context, targets []Target) (*store.Planned, error) {
	p := planner{b: b, seen: map[path.Path]*step{}}
	var wanted []want
	for _, t := range targets {
		w, err := b.wants(ctx, t)
		if err != nil {
			return nil, err
		}
		wanted = append(wanted, w...)
	}
	if err := p.explore(ctx, wanted); err != nil {
		return nil, err
	}
	plan := &store.Planned{}
	for _, w := range wanted {
		p.list(w.object, plan)
	}
	return plan, nil
}

// want is an object that is wanted, and the derivation that makes it if one is
// known.
type want struct {
	object path.Path
	drv    path.Path
}

// wants returns the objects that a target is about.
func (b *Builder) wants(ctx context.Context, t Target) ([]want, error) {
	if !t.Path.IsDerivation() {
		return []want{{object: t.Path}}, nil
	}
	d, err := b.derivation(ctx, t.Path)
	if err != nil {
		return nil, err
	}
	paths, err := outputs(t.Path, d, t.Outputs)
	if err != nil {
		return nil, err
	}
	var list []want
	for _, name := range sortedKeys(paths) {
		list = append(list, want{paths[name], t.Path})
	}
	return list, nil
}

// step is what is to be done for an object.
type step struct {
	want
	offer *store.Offer // it is copied
	build bool         // its derivation is built
	needs []want       // what has to be there before
	done  bool         // it is in the plan
}

// planner finds out about objects, many at a time, since each may take a question
// to somebody far away.
type planner struct {
	b    *Builder
	seen map[path.Path]*step
}

// questions is how many objects are asked about at a time.
const questions = 32

// explore finds out about objects and all that they need, level by level.
func (p *planner) explore(ctx context.Context, wanted []want) error {
	for len(wanted) > 0 {
		var level []*step
		for _, w := range wanted {
			if p.seen[w.object] == nil {
				s := &step{want: w}
				p.seen[w.object] = s
				level = append(level, s)
			}
		}
		if err := p.validate(ctx, level); err != nil {
			return err
		}
		g, ctx := errgroup.WithContext(ctx)
		g.SetLimit(questions)
		for _, s := range level {
			if !s.done {
				g.Go(func() error { return p.b.decide(ctx, s) })
			}
		}
		if err := g.Wait(); err != nil {
			return err
		}
		wanted = nil
		for _, s := range level {
			wanted = append(wanted, s.needs...)
		}
	}
	return nil
}

// validate marks those that are there as done.
func (p *planner) validate(ctx context.Context, level []*step) error {
	paths := make([]path.Path, len(level))
	for i, s := range level {
		paths[i] = s.object
	}
	valid, err := p.b.o.Store.Valid(ctx, paths)
	if err != nil {
		return err
	}
	for _, s := range level {
		s.done = valid[s.object]
	}
	return nil
}

// decide says what is to be done for an object that is not there.
func (b *Builder) decide(ctx context.Context, s *step) error {
	d, err := b.drvOf(ctx, s.drv)
	if err != nil {
		return err
	}
	if d == nil || d.substitutable {
		offer, err := b.offer(ctx, s.object)
		if err == nil {
			s.offer = offer
			for _, r := range offer.References {
				if r != s.object {
					s.needs = append(s.needs, want{object: r})
				}
			}
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if !errors.Is(err, store.ErrNotFound) && d == nil {
			return err
		}
	}
	if d == nil || b.o.Policy.FetchOnly {
		return nil // nobody knows
	}
	s.build = true
	s.needs, err = b.inputs(ctx, d.Derivation)
	return err
}

// list adds what is to be done for an object to a plan, behind all that it needs.
func (p *planner) list(object path.Path, plan *store.Planned) {
	// An explicit stack, since who has the deepest closure may be hostile.
	type frame struct {
		s    *step
		next int
	}
	stack := []frame{{s: p.seen[object]}}
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		s := top.s
		if top.next == 0 {
			if s.done {
				stack = stack[:len(stack)-1]
				continue
			}
			s.done = true
		}
		if top.next < len(s.needs) {
			top.next++
			stack = append(stack, frame{s: p.seen[s.needs[top.next-1].object]})
			continue
		}
		s.add(plan)
		stack = stack[:len(stack)-1]
	}
}

func (s *step) add(plan *store.Planned) {
	switch {
	case s.offer != nil:
		plan.Fetch = append(plan.Fetch, s.object)
		plan.DownloadSize += s.offer.DownloadSize
		plan.NarSize += s.offer.NarSize
	case s.build:
		if !slices.Contains(plan.Build, s.drv) { // other outputs of it
			plan.Build = append(plan.Build, s.drv)
		}
	default:
		plan.Unknown = append(plan.Unknown, s.object)
	}
}
