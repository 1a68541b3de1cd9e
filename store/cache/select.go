package cache

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"firn/store"
	"firn/store/download"
	"firn/store/path"
	"firn/store/sign"
)

// Select returns a function that finds the best offer of an object: the one of the
// first cache by priority, or in the given order where that is the same, that is
// trusted. An offer is trusted if a key has signed it, if the content of the object
// is its address, or if the URL of the cache says trusted; without keys (nil) any
// is. The caches are asked at the same time.
//
// The error of the function is [store.ErrNotFound] if no cache has a trusted offer,
// be it because none could be asked. While an archive is read, a cache that fails
// gives way to another that has the same one.
func Select(caches []*Cache, keys *sign.Trusted, events store.Events) func(context.Context, path.Path) (*store.Offer, error) {
	s := &selector{caches: caches, keys: keys, events: events}
	return s.find
}

type selector struct {
	caches []*Cache
	keys   *sign.Trusted
	events store.Events
}

func (s *selector) warn(format string, args ...any) {
	s.events.Send(store.Warning{Text: fmt.Sprintf(format, args...)})
}

func (s *selector) find(ctx context.Context, p path.Path) (*store.Offer, error) {
	order, down := s.order(ctx)
	o, err := s.first(ctx, p, order)
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, err
	case o != nil:
		return o, nil
	case len(down) > 0:
		return nil, fmt.Errorf("no binary cache has '%s', and these could not be asked: %s: %w", p, strings.Join(down, ", "), store.ErrNotFound)
	}
	return nil, fmt.Errorf("no binary cache has '%s': %w", p, store.ErrNotFound)
}

// order returns the caches that can be asked, best first, and the names of the
// others.
func (s *selector) order(ctx context.Context) (order []*Cache, down []string) {
	type rank struct {
		priority int
		err      error
	}
	ranks := make([]rank, len(s.caches))
	var wg sync.WaitGroup
	for i, c := range s.caches {
		wg.Go(func() {
			settings, err := c.Settings(ctx)
			ranks[i] = rank{settings.Priority, err}
		})
	}
	wg.Wait()
	indices := make([]int, 0, len(s.caches))
	for i, c := range s.caches {
		if ranks[i].err != nil {
			down = append(down, c.name)
		} else {
			indices = append(indices, i)
		}
	}
	slices.SortStableFunc(indices, func(a, b int) int { return ranks[a].priority - ranks[b].priority })
	for _, i := range indices {
		order = append(order, s.caches[i])
	}
	return order, down
}

// first returns the first trusted offer, nil if there is none.
func (s *selector) first(ctx context.Context, p path.Path, order []*Cache) (*store.Offer, error) {
	// What is remembered makes it needless to ask.
	for len(order) > 0 {
		o, err := order[0].known(p)
		if o == nil && err == nil {
			break
		}
		if o != nil && s.trusts(order[0], o) {
			return s.relayed(o, order[1:]), nil
		}
		order = order[1:]
	}
	type answer struct {
		o   *store.Offer
		err error
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answers := make([]chan answer, len(order))
	for i, c := range order {
		answers[i] = make(chan answer, 1)
		wg.Go(func() {
			o, err := c.Find(ctx, p)
			answers[i] <- answer{o, err}
		})
	}
	for i, c := range order {
		a := <-answers[i]
		if a.err == nil && s.trusts(c, a.o) {
			return s.relayed(a.o, order[i+1:]), nil
		}
		var down *downError
		if a.err != nil && ctx.Err() == nil && !errors.Is(a.err, store.ErrNotFound) && !errors.As(a.err, &down) {
			s.warn("%v; it is not copied from there", a.err)
		}
	}
	return nil, nil
}

// trusts reports whether what a cache tells of an object can be believed, and warns
// if not.
func (s *selector) trusts(c *Cache, o *store.Offer) bool {
	if c.trusted || s.keys == nil || o.IsContentAddressed() {
		return true
	}
	if _, ok := s.keys.Check(&o.Info); ok {
		return true
	}
	s.warn("ignoring '%s' from '%s', as it is not signed by any of the keys in 'trusted-public-keys'", o.Path, o.From)
	return false
}

// relayed returns an offer that falls back to other caches.
func (s *selector) relayed(o *store.Offer, rest []*Cache) *store.Offer {
	out := *o
	out.Open = func(ctx context.Context, progress func(int64)) (io.ReadCloser, error) {
		r := &relay{s: s, ctx: ctx, offer: o, rest: rest, progress: progress}
		if err := r.open(o); err != nil {
			if err = r.next(err); err != nil {
				return nil, err
			}
		}
		return r, nil
	}
	return &out
}

// relay reads an archive from the first of several caches that gives it to its end.
type relay struct {
	s        *selector
	ctx      context.Context // of the copy
	offer    *store.Offer
	rest     []*Cache
	progress func(int64)
	in       io.ReadCloser // nil if no cache gives it any more
	done     int64
	err      error
}

// open begins to read from an offer where the last one broke off.
func (r *relay) open(o *store.Offer) error {
	in, err := o.Open(r.ctx, r.progress)
	if err != nil {
		return err
	}
	if _, err := io.CopyN(io.Discard, in, r.done); err != nil {
		return errors.Join(err, in.Close())
	}
	r.in = in
	return nil
}

// next goes on to the next cache that has the archive. It need not be trusted, for the
// hash is known. If there is none, next returns the error that led here, and those of
// the others.
func (r *relay) next(err error) error {
	for len(r.rest) > 0 && r.ctx.Err() == nil {
		c := r.rest[0]
		r.rest = r.rest[1:]
		o, finding := c.Find(r.ctx, r.offer.Path)
		if finding != nil || o.NarHash != r.offer.NarHash || o.NarSize != r.offer.NarSize {
			continue
		}
		r.s.warn("%v; going on with '%s'", err, c.name)
		opening := r.open(o)
		if opening == nil {
			return nil
		}
		err = errors.Join(err, opening)
	}
	return err
}

// Read implements [io.Reader].
func (r *relay) Read(p []byte) (int, error) {
	for r.err == nil {
		n, err := r.in.Read(p)
		r.done += int64(n)
		if err == nil || errors.Is(err, io.EOF) || !download.MayPass(err) || r.ctx.Err() != nil {
			return n, err
		}
		if n > 0 {
			return n, nil // the reader says it again
		}
		err = errors.Join(err, r.in.Close())
		r.in = nil
		r.err = r.next(err)
	}
	return 0, r.err
}

// Close implements [io.Closer].
func (r *relay) Close() error {
	if r.in == nil {
		return nil
	}
	return r.in.Close()
}
