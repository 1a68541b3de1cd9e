package cache

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// resting is how long a cache that failed is left alone.
const resting = time.Minute

// downError is the error of a cache that is left alone. There was a warning.
type downError struct {
	name  string
	cause error
}

// Error implements error.
func (e *downError) Error() string {
	return fmt.Sprintf("binary cache '%s' cannot be used: %v", e.name, e.cause)
}

// Unwrap implements what [errors.Is] asks.
func (e *downError) Unwrap() error { return e.cause }

// health says whether it makes sense to ask a cache. The zero value is good.
type health struct {
	mu    sync.Mutex
	cause error     // why it is left alone; nil if it is not
	until time.Time // when somebody may find out whether it is well again
	told  string    // the last warning
}

// ask returns why the cache is left alone. If it was for long enough, one of those
// who ask may go on, and finds out for all.
func (h *health) ask(now time.Time) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.cause == nil || now.Before(h.until) {
		return h.cause
	}
	h.until = now.Add(resting)
	return nil
}

func (h *health) well() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cause = nil
}

// unknown takes back what ask did for somebody who did not wait for an answer.
func (h *health) unknown(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.cause != nil {
		h.until = now
	}
}

// fail notes that the cache does not work, and reports whether that is to be told:
// once, until it works again.
func (h *health) fail(now time.Time, cause error) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	first := h.cause == nil && h.told != cause.Error()
	h.cause, h.until, h.told = cause, now.Add(resting), cause.Error()
	return first
}

// try asks the cache unless it is left alone. That it has no such file is an answer.
func (c *Cache) try(ctx context.Context, ask func() error) error {
	if err := c.health.ask(c.now()); err != nil {
		return &downError{c.name, err}
	}
	err := ask()
	switch _, remote := c.at.(*web); {
	case err == nil || errors.Is(err, errMissing) || errors.Is(err, errTooLong):
		c.health.well()
		return err
	case ctx.Err() != nil:
		c.health.unknown(c.now())
		return context.Cause(ctx)
	case !remote:
		return err // is about a file
	}
	return c.fail(err)
}

// fail leaves the cache alone.
func (c *Cache) fail(err error) error {
	if c.health.fail(c.now(), err) {
		c.warn(fmt.Sprintf("binary cache '%s' is not asked for a while: %v", c.name, err))
	}
	return &downError{c.name, err}
}
