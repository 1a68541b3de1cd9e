package knowledge

import (
	"context"
	"sync"
)

// turn lets requests go before work in the background, where both need the same
// evaluator.
type turn struct {
	mu      sync.Mutex
	waiting int                        // requests
	steps   map[int]context.CancelFunc // that go on in the background
	next    int                        // number of a step
	free    chan struct{}              // closed when no request waits any more
}

// ask stops what goes on in the background until done is called.
func (t *turn) ask() (done func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.waiting == 0 {
		t.free = make(chan struct{})
	}
	t.waiting++
	for _, stop := range t.steps {
		stop()
	}
	return sync.OnceFunc(t.leave)
}

func (t *turn) leave() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.waiting--; t.waiting == 0 {
		close(t.free)
	}
}

// background carries out a step that can be stopped and begun again without
// losing much, while no request wants the evaluator. The error is that of step,
// or of ctx.
func (t *turn) background(ctx context.Context, step func(context.Context) error) error {
	for {
		inner, cancel, free := t.begin(ctx)
		if free != nil {
			select {
			case <-free:
				continue
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		err := step(inner)
		stopped := inner.Err() != nil
		cancel()
		if ctx.Err() != nil || !stopped {
			return err
		}
	}
}

// begin returns the context of a step, or what to wait for first.
func (t *turn) begin(ctx context.Context) (context.Context, context.CancelFunc, chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.waiting > 0 {
		return nil, nil, t.free
	}
	inner, cancel := context.WithCancel(ctx)
	id := t.next
	t.next++
	if t.steps == nil {
		t.steps = map[int]context.CancelFunc{}
	}
	t.steps[id] = cancel
	return inner, func() {
		t.mu.Lock()
		delete(t.steps, id)
		t.mu.Unlock()
		cancel()
	}, nil
}
