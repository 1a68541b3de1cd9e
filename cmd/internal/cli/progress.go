package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/term"
)

// progress tells somebody at a terminal how far long work has come.
type progress struct {
	out   io.Writer // nil for nobody
	total int
	done  int
	next  time.Time // when to tell something again
	shown bool
}

const progressPeriod = 100 * time.Millisecond

// newProgress returns the progress of so many steps, told at w if that is a
// terminal.
func newProgress(w io.Writer, total int) *progress {
	p := &progress{total: total, next: time.Now().Add(progressPeriod)}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb" {
		p.out = w
	}
	return p
}

// step notes that a step is done.
func (p *progress) step(path string) {
	p.done++
	if p.out == nil || time.Now().Before(p.next) {
		return
	}
	p.next, p.shown = time.Now().Add(progressPeriod), true
	fmt.Fprintf(p.out, "\r\x1b[K%d of %d %s", p.done, p.total, filepath.Base(path))
}

// clear takes away what is shown, before something else is.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.out, "\r\x1b[K")
		p.shown = false
	}
}
