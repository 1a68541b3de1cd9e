package cli

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"firn/eval"
	"firn/eval/fetch"
	"firn/store/download"
)

// fetcher returns what fetches for evaluations of a command.
func (s *nixSettings) fetcher(cmd *cobra.Command) eval.Fetcher {
	o := s.fetching()
	o.Warn = func(msg string) { say(cmd, "warning: "+msg) }
	if w := cmd.ErrOrStderr(); colours(w) {
		o.Watch = func(_ context.Context, what string) download.Activity {
			return &transfer{out: w, what: what, next: time.Now().Add(calm)}
		}
	}
	return fetch.New(o)
}

// fetching returns how things are fetched.
func (s *nixSettings) fetching() fetch.Options {
	o := fetch.Options{Tokens: map[string]string{}, Fresh: s.fresh, Registries: s.registries, Global: fetch.DefaultGlobal}
	if dir := cacheDir(); dir != "" {
		o.Dir = filepath.Join(dir, "fetched")
	}
	if s.registryIs {
		o.Global = s.registry
	}
	for _, t := range s.tokens {
		if host, token, ok := strings.Cut(t, "="); ok {
			o.Tokens[host] = token
		}
	}
	return o
}

// transfer tells somebody before a terminal how far something is fetched.
type transfer struct {
	out  io.Writer
	what string

	mu    sync.Mutex // guards what follows
	next  time.Time  // when to tell something again
	shown bool
}

// Progress implements [download.Activity].
func (t *transfer) Progress(done, total int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if time.Now().Before(t.next) {
		return
	}
	t.next, t.shown = time.Now().Add(tick), true
	fmt.Fprintf(t.out, "%sfetching %s %s", wipe, eval.Plain(t.what, false), download.Amount(done, total))
}

// Done implements [download.Activity].
func (t *transfer) Done() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.shown {
		fmt.Fprint(t.out, wipe)
	}
}
