//go:build unix

package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"
)

// watch passes on what a builder prints, and ends the builder when it does what it
// may not.
type watch struct {
	out     io.Writer
	max     int64
	silent  time.Duration
	quiet   *time.Timer // nil if silence may last
	timeout *time.Timer // nil if the build may last
	release func() bool // forgets the context
	kill    func()

	mu   sync.Mutex // guards what follows
	over bool       // whether the builder ended
	end  End        // the first reason that it was killed for
	err  error      // of the terminal or the writer
}

// newWatch begins to watch; kill may be called several times and from anywhere.
func newWatch(ctx context.Context, s Spec, kill func()) *watch {
	w := &watch{out: s.Output, max: s.MaxLog, silent: s.Silent, kill: kill}
	if w.out == nil {
		w.out = io.Discard
	}
	if s.Silent > 0 {
		w.quiet = time.AfterFunc(s.Silent, func() { w.stop(Silence) })
	}
	if s.Timeout > 0 {
		w.timeout = time.AfterFunc(s.Timeout, func() { w.stop(TimedOut) })
	}
	w.release = context.AfterFunc(ctx, func() { w.stop(Cancelled) })
	return w
}

func (w *watch) stop(why End) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over && why != LogLimit {
		return // it ended first
	}
	if w.end == "" {
		w.end = why
	}
	w.killLocked()
}

func (w *watch) fail(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err == nil {
		w.err = err
	}
	w.killLocked()
}

// killLocked kills nothing after the end, when the number of the process may be
// that of another.
func (w *watch) killLocked() {
	if !w.over {
		w.kill()
	}
}

// rest is called when the builder ended, before anybody is told so. What it printed
// may still be on the way.
func (w *watch) rest() {
	w.release()
	w.mu.Lock()
	w.over = true
	w.mu.Unlock()
	for _, t := range []*time.Timer{w.quiet, w.timeout} {
		if t != nil {
			t.Stop()
		}
	}
}

// reason returns why the builder was killed, "" if it was not, and what happened to
// its output.
func (w *watch) reason() (End, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.end, w.err
}

// copy reads the terminal until nobody can write to it. After a failure it goes on
// reading, so that nothing waits for room in the terminal.
func (w *watch) copy(terminal io.Reader) {
	buf := make([]byte, 32<<10)
	var total int64
	for {
		n, err := terminal.Read(buf)
		total += int64(n)
		if n > 0 {
			w.write(buf[:n], total)
		}
		switch {
		case err == nil:
		// Linux says EIO when the other side of a terminal is closed.
		case errors.Is(err, io.EOF), errors.Is(err, syscall.EIO), errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, os.ErrClosed):
			return
		default:
			w.fail(fmt.Errorf("read the output of the builder: %w", err))
			return
		}
	}
}

// write writes a piece that makes the output so long.
func (w *watch) write(piece []byte, total int64) {
	if w.quiet != nil {
		// How long the writer takes is no silence of the builder.
		w.quiet.Stop()
		defer w.quiet.Reset(w.silent)
	}
	if over := total - w.max; w.max > 0 && over > 0 {
		w.stop(LogLimit)
		piece = piece[:max(0, int64(len(piece))-over)]
	}
	if _, err := w.reason(); err != nil || len(piece) == 0 {
		return
	}
	if _, err := w.out.Write(piece); err != nil {
		w.fail(fmt.Errorf("write the output of the builder: %w", err))
	}
}

// result returns what Run does for a builder that ended so.
func (w *watch) result(ctx context.Context, r Result, err error) (Result, error) {
	end, failed := w.reason()
	if end != "" {
		r.End, r.Code, r.Signal = end, 0, 0
	}
	if err := errors.Join(err, failed); err != nil {
		return r, err
	}
	if end == Cancelled {
		return r, context.Cause(ctx)
	}
	return r, nil
}

// outcome reads how a process ended and what it used.
func outcome(p *os.ProcessState) Result {
	r := Result{End: Exited, Code: p.ExitCode(), User: p.UserTime(), System: p.SystemTime()}
	if ws, ok := p.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		r.End, r.Code, r.Signal = Signalled, 0, ws.Signal()
	}
	if u, ok := p.SysUsage().(*syscall.Rusage); ok {
		r.MaxRSS = int64(u.Maxrss) * rssUnit //nolint:unconvert // an int32 on 32-bit machines
	}
	return r
}
