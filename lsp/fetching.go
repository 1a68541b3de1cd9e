package lsp

import (
	"context"
	"strings"
	"sync"
	"time"

	"go.lsp.dev/protocol"

	"firn/eval"
	"firn/eval/fetch"
	"firn/store/download"
)

// fetcher fetches for workspaces that are trusted, and shows people how far that is.
type fetcher struct {
	*fetch.Fetcher
	server *Server
}

// newFetcher returns the fetcher of the server, nil if there is to be none.
func newFetcher(s *Server, o *fetch.Options) *fetcher {
	if o == nil {
		return nil
	}
	with := *o
	with.Warn = func(msg string) { s.log.Info(msg) }
	with.Watch = func(ctx context.Context, _ string) download.Activity {
		if t, ok := ctx.Value(transferKey{}).(*transfer); ok {
			return t
		}
		return &transfer{}
	}
	return &fetcher{fetch.New(with), s}
}

// locate returns where a file is that evaluations know by a store path.
func (s *Server) locate(path string) string {
	if s.fetcher == nil {
		return path
	}
	return s.fetcher.Locate(path)
}

// Fetch implements [eval.Fetcher].
func (f *fetcher) Fetch(ctx context.Context, r eval.Request) (eval.Fetched, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	t := &transfer{finished: make(chan struct{})}
	defer close(t.finished)
	f.server.background("progress", func(life context.Context) { t.show(life, f.server, cancel, r.URL) })
	return f.Fetcher.Fetch(context.WithValue(ctx, transferKey{}, t), r)
}

// transfer is how far something is fetched.
type transfer struct {
	finished chan struct{}

	mu          sync.Mutex // guards what follows
	done, total int64
}

type transferKey struct{}

// Progress implements [download.Activity].
func (t *transfer) Progress(done, total int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done, t.total = done, total
}

// Done implements [download.Activity].
func (t *transfer) Done() {}

// show shows the transfer, if it takes long, until it is finished. People can stop it,
// which calls cancel.
func (t *transfer) show(ctx context.Context, s *Server, cancel context.CancelFunc, url string) {
	select {
	case <-time.After(wonder):
	case <-t.finished:
		return
	case <-ctx.Done():
		return
	}
	name, _, _ := strings.Cut(url, "?") // where hashes are
	shown, p := s.begin(ctx, "Fetching "+name)
	defer p.end()
	defer context.AfterFunc(shown, cancel)()
	ticker := time.NewTicker(progressInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			t.report(p)
		case <-t.finished:
			return
		case <-ctx.Done():
			return
		}
	}
}

func (t *transfer) report(p *progress) {
	t.mu.Lock()
	done, total := t.done, t.total
	t.mu.Unlock()
	message := download.Amount(done, total)
	if message == "" {
		return
	}
	r := protocol.WorkDoneProgressReport{Kind: "report", Message: &message}
	if total > 0 {
		percent := uint32(100 * min(done, total) / total)
		r.Percentage = &percent
	}
	p.send(&r)
}
