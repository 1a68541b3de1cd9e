package knowledge

import (
	"context"
	"errors"
	"testing"
)

// TestRequestsGoFirst asks while work goes on in the background.
func TestRequestsGoFirst(t *testing.T) {
	var r turn
	begun, finished := make(chan struct{}, 10), make(chan error, 1)
	steps := 0
	go func() {
		finished <- r.background(t.Context(), func(ctx context.Context) error {
			steps++
			begun <- struct{}{}
			if steps < 3 {
				<-ctx.Done()
				return ctx.Err()
			}
			return nil
		})
	}()
	<-begun
	one, two := r.ask(), r.ask()
	one()
	one() // twice is once
	select {
	case <-begun:
		t.Fatal("work goes on beside a request")
	default:
	}
	two()
	<-begun
	r.ask()()
	<-begun
	if err := <-finished; err != nil || steps != 3 {
		t.Errorf("after %d steps: %v", steps, err)
	}
}

// TestBackgroundWaits begins work while a request goes on.
func TestBackgroundWaits(t *testing.T) {
	var r turn
	done := r.ask()
	ctx, cancel := context.WithCancel(t.Context())
	finished := make(chan error, 1)
	begun := false
	go func() {
		finished <- r.background(ctx, func(context.Context) error {
			begun = true
			return nil
		})
	}()
	cancel()
	if err := <-finished; !errors.Is(err, context.Canceled) || begun {
		t.Errorf("begun: %v, error: %v", begun, err)
	}
	done()
	if err := r.background(t.Context(), func(context.Context) error { return errSpent }); !errors.Is(err, errSpent) {
		t.Errorf("the error of a step is %v", err)
	}
}

var errSpent = errors.New("spent")
