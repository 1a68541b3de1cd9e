package cli

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"
)

// activity tells somebody who waits before a terminal what goes on. To others it
// says nothing.
type activity struct {
	what  string
	count atomic.Int64
	done  chan struct{}
	once  sync.Once
	ended sync.WaitGroup
}

const (
	// calm is how long a command may take before it says what it does.
	calm = 400 * time.Millisecond
	tick = 100 * time.Millisecond
	wipe = "\r\x1b[K" // to the beginning of the line, and clear it
)

// startActivity begins to tell. What it writes is gone after stop.
func startActivity(cmd *cobra.Command, what string) *activity {
	p := &activity{what: what, done: make(chan struct{})}
	w := cmd.ErrOrStderr()
	if !colours(w) {
		return p
	}
	p.ended.Go(func() { p.show(w) })
	return p
}

// step counts something as done.
func (p *activity) step() { p.count.Add(1) }

func (p *activity) stop() {
	p.once.Do(func() { close(p.done) })
	p.ended.Wait()
}

func (p *activity) show(w io.Writer) {
	begun := time.Now()
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	shown := false
	for {
		select {
		case <-p.done:
			if shown {
				fmt.Fprint(w, wipe)
			}
			return
		case <-ticker.C:
		}
		if took := time.Since(begun); took > calm {
			shown = true
			fmt.Fprintf(w, "%s%s", wipe, p.line(took))
		}
	}
}

func (p *activity) line(took time.Duration) string {
	s := fmt.Sprintf("%s, %d s", p.what, int(took.Seconds()))
	if n := p.count.Load(); n > 0 {
		s += fmt.Sprintf(", %d so far", n)
	}
	return s
}
