package build

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"golang.org/x/sync/errgroup"

	"firn/store"
	"firn/store/path"
)

// substitute copies an object from somebody else, after all that it refers to.
func (r *run) substitute(ctx context.Context, p path.Path) error {
	if err := r.b.acyclic(ctx, p); err != nil {
		return err
	}
	return r.transfer(ctx, p)
}

// acyclic finds out whether an object can be copied with all that is missing of
// what it refers to, and fails unless references come to an end.
func (b *Builder) acyclic(ctx context.Context, root path.Path) error {
	needs := map[path.Path][]path.Path{}
	users := map[path.Path][]path.Path{}
	for level := []path.Path{root}; len(level) > 0; {
		found, err := b.references(ctx, level)
		if err != nil {
			return err
		}
		level = nil
		maps.Copy(needs, found)
		for p, refs := range found {
			for _, ref := range refs {
				users[ref] = append(users[ref], p)
				if _, known := needs[ref]; !known {
					needs[ref] = nil
					level = append(level, ref)
				}
			}
		}
	}
	var free []path.Path
	waits := map[path.Path]int{}
	for p, refs := range needs {
		if waits[p] = len(refs); len(refs) == 0 {
			free = append(free, p)
		}
	}
	left := len(needs)
	for ; len(free) > 0; left-- {
		p := free[len(free)-1]
		free = free[:len(free)-1]
		for _, user := range users[p] {
			if waits[user]--; waits[user] == 0 {
				free = append(free, user)
			}
		}
	}
	if left > 0 {
		return fmt.Errorf("cannot copy '%s': what is offered refers to itself in a circle", root)
	}
	return nil
}

// references returns, of the objects that are not there, what they refer to besides
// themselves.
func (b *Builder) references(ctx context.Context, objects []path.Path) (map[path.Path][]path.Path, error) {
	valid, err := b.o.Store.Valid(ctx, objects)
	if err != nil {
		return nil, err
	}
	offers := make([]*store.Offer, len(objects))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(questions)
	for i, p := range objects {
		if !valid[p] {
			g.Go(func() (err error) {
				offers[i], err = b.offer(ctx, p)
				return err
			})
		}
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	found := map[path.Path][]path.Path{}
	for i, p := range objects {
		found[p] = nil
		if o := offers[i]; o != nil {
			found[p] = o.Refs().Paths
		}
	}
	return found, nil
}

// transfer copies an object whose references come to an end.
func (r *run) transfer(ctx context.Context, p path.Path) error {
	_, err := r.once(r.copies, p, func() (Status, error) {
		if err := r.b.o.Store.Hold(ctx, p); err != nil {
			return MiscFailure, err
		}
		if valid, err := r.b.valid(ctx, p); err != nil || valid {
			return AlreadyValid, err
		}
		offer, err := r.b.offer(ctx, p)
		if err != nil {
			return NoSubstituters, err
		}
		var g errgroup.Group // without a context of its own, for what one begins others may want
		for _, ref := range offer.Refs().Paths {
			g.Go(func() error { return r.transfer(ctx, ref) })
		}
		if err := g.Wait(); err != nil {
			return DependencyFailed, err
		}
		return Substituted, r.fetch(ctx, offer)
	})
	return err
}

// fetch copies what is offered. What it refers to is there.
func (r *run) fetch(ctx context.Context, o *store.Offer) (err error) {
	free, err := place(ctx, r.transfers)
	if err != nil {
		return err
	}
	defer free()
	lock, err := r.b.o.Store.Lock(ctx, []path.Path{o.Path})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	if valid, err := r.b.valid(ctx, o.Path); err != nil || valid {
		return err
	}
	id, end := r.b.o.Events.Start(store.Started{Kind: store.Fetching, Path: o.Path, Text: fmt.Sprintf("copying '%s' from '%s'", o.Path, o.From)})
	defer func() { end(err) }()
	in, err := o.Open(ctx, func(done int64) {
		r.b.o.Events.Send(store.Progress{Activity: id, Done: done, Total: o.DownloadSize})
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	return lock.AddArchive(ctx, &o.Info, in)
}
