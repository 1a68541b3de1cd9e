package knowledge

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"firn/eval"
)

// errand is something that is fetched. It goes on when nobody waits for it any more,
// since somebody will want it again.
type errand struct {
	done chan struct{}

	// When done is closed:
	got   eval.Fetched
	err   error
	ended time.Time
}

// errands are those of a Base.
type errands struct {
	mu  sync.Mutex // guards all
	all map[string]*errand
}

// failing is how long a failure counts before somebody who asks makes it be tried
// again.
const failing = 30 * time.Second

// When to try again what may pass, at first and at last. Each time it takes twice as
// long.
var retrying, rarely = 30 * time.Second, 10 * time.Minute

// moment is how long a request waits for what is fetched, so that others can go on.
const moment = 300 * time.Millisecond

// fetch fetches something, or waits for what is being fetched already. What takes
// longer than a request waits is an error that is [eval.ErrLater].
func (b *Base) fetch(ctx context.Context, r eval.Request) (eval.Fetched, error) {
	e := b.errand(r)
	var later <-chan time.Time
	if c, ok := ctx.Value(clockKey{}).(*clock); ok {
		defer c.pause()()
	} else {
		later = time.After(moment)
	}
	select {
	case <-e.done:
		return e.got, e.err
	case <-later:
		return eval.Fetched{}, fmt.Errorf("%w: '%s' is being fetched", eval.ErrLater, r.URL)
	case <-ctx.Done():
		return eval.Fetched{}, ctx.Err()
	}
}

// errand returns the errand for a request, which it begins if there is none.
func (b *Base) errand(r eval.Request) *errand {
	key := fmt.Sprintf("%d %q %q %q %v %s", r.Kind, r.URL, r.Rev, r.Ref, r.Hash, r.Input.Attrs.JSON())
	b.errands.mu.Lock()
	defer b.errands.mu.Unlock()
	e := b.errands.all[key]
	if e != nil && !e.stale() {
		return e
	}
	e = &errand{done: make(chan struct{})}
	b.errands.put(key, e)
	b.background("fetching", func(ctx context.Context) {
		e.run(ctx, b, r)
		if e.err == nil || !errors.Is(e.err, eval.ErrUnreachable) {
			return
		}
		if again := e.retry(ctx, b, r); again != nil {
			b.errands.mu.Lock()
			b.errands.put(key, again)
			b.errands.mu.Unlock()
			b.afresh()
		}
	})
	return e
}

// put keeps an errand; r.mu is held.
func (r *errands) put(key string, e *errand) {
	if r.all == nil {
		r.all = map[string]*errand{}
	}
	r.all[key] = e
}

// run does the errand.
func (e *errand) run(ctx context.Context, b *Base, r eval.Request) {
	begun := time.Now()
	got, err := b.options.Fetch.Fetch(ctx, r)
	e.got, e.err, e.ended = got, err, time.Now()
	close(e.done)
	if err != nil {
		b.options.Log("not fetched", "url", r.URL, "error", err.Error())
	} else {
		b.options.Log("fetched", "url", r.URL, "took", time.Since(begun).String())
	}
	if ctx.Err() == nil {
		b.options.Changed()
	}
}

// retry does the errand until it does not fail for what may pass, and returns that.
func (e *errand) retry(ctx context.Context, b *Base, r eval.Request) *errand {
	for wait := retrying; pause(ctx, wait); wait = min(2*wait, rarely) {
		again := &errand{done: make(chan struct{})}
		again.run(ctx, b, r)
		if !errors.Is(again.err, eval.ErrUnreachable) {
			return again
		}
	}
	return nil
}

// stale reports whether an errand should be done again: one that failed a while ago,
// and is not tried again by itself.
func (e *errand) stale() bool {
	select {
	case <-e.done:
		return e.err != nil && !errors.Is(e.err, eval.ErrUnreachable) && !errors.Is(e.err, context.Canceled) && time.Since(e.ended) > failing
	default:
		return false
	}
}

// afresh evaluates all again.
func (b *Base) afresh() {
	b.mu.Lock()
	b.restart()
	b.mu.Unlock()
	b.options.Changed()
}

// clock is how long an evaluation may still take. It stands while something is
// fetched.
type clock struct {
	expire func()

	mu     sync.Mutex // guards what follows
	left   time.Duration
	since  time.Time // when the timer began
	timer  *time.Timer
	paused int // how often
}

type clockKey struct{}

// patiently returns a context that ends after a while, in which it does not count how
// long one waits for what is fetched.
func patiently(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	c := &clock{expire: func() { cancel(context.DeadlineExceeded) }, left: d}
	c.start()
	return context.WithValue(ctx, clockKey{}, c), func() {
		c.mu.Lock()
		c.timer.Stop()
		c.mu.Unlock()
		cancel(context.Canceled)
	}
}

// start lets the clock go; c.mu is held, or nobody else knows it.
func (c *clock) start() {
	c.since = time.Now()
	c.timer = time.AfterFunc(max(c.left, 1), c.expire)
}

// pause stops the clock until resume is called.
func (c *clock) pause() (resume func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.paused++; c.paused == 1 {
		c.timer.Stop()
		c.left -= time.Since(c.since)
	}
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.paused--; c.paused == 0 {
			c.start()
		}
	}
}
