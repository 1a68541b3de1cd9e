package lsp

import (
	"context"
	"runtime"
	"sync"
	"time"

	"go.lsp.dev/protocol"
	"go.uber.org/zap"

	"firn/lsp/session"
)

// maxDelay bounds how long a document that changes all the time is left alone.
const maxDelay = 100 * time.Millisecond

// pusher sends diagnostics of open documents after they change. There is a
// pass for each document at most: a change cancels the one that waits or runs.
// Clients that pull get nothing pushed.
type pusher struct {
	server *Server
	turns  chan struct{} // as many elements as passes may compute at once

	mu     sync.Mutex       // guards passes, and keeps what is sent in order
	passes map[string]*pass // the latest of each document, by key
}

// pass looks for the problems of one version of a document.
type pass struct {
	cancel  context.CancelFunc
	delay   time.Duration // before it computes
	started bool          // computing; guarded by pusher.mu
	done    bool          // sent; guarded by pusher.mu
}

func newPusher(s *Server) *pusher {
	p := &pusher{server: s, turns: make(chan struct{}, runtime.GOMAXPROCS(0)), passes: make(map[string]*pass)}
	for range cap(p.turns) {
		p.turns <- struct{}{}
	}
	return p
}

// schedule starts a pass for a document that was opened or changed.
func (p *pusher) schedule(file *session.File) {
	if p.server.client.pulls {
		return
	}
	ctx, cancel := context.WithCancel(p.server.ctx)
	next := &pass{cancel: cancel}
	key := session.Key(file.URI())
	snapshot := p.server.session.Snapshot()

	p.mu.Lock()
	defer p.mu.Unlock()
	next.delay = p.delay(p.passes[key], snapshot.ConfigFor(file.Path()).Diagnostics.Delay)
	if last := p.passes[key]; last != nil {
		last.cancel()
	}
	p.passes[key] = next
	p.server.background("diagnostics", func(context.Context) {
		defer cancel()
		p.run(ctx, next, snapshot, file)
	})
}

// delay returns how long to wait for more changes. Where changes come faster
// than they can be looked at, the wait grows, to leave time for what people
// wait for.
func (p *pusher) delay(last *pass, configured time.Duration) time.Duration {
	if last == nil || !last.started || last.done {
		return configured
	}
	return max(configured, min(2*last.delay, maxDelay))
}

// run carries out a pass, unless it is cancelled.
func (p *pusher) run(ctx context.Context, this *pass, snapshot *session.Snapshot, file *session.File) {
	select {
	case <-time.After(this.delay):
	case <-ctx.Done():
		return
	}
	select {
	case <-p.turns:
		defer func() { p.turns <- struct{}{} }()
	case <-ctx.Done():
		return
	}
	p.mark(&this.started)
	diagnostics, err := p.server.diagnose(ctx, snapshot, file)
	if err != nil {
		return // a later pass has taken over
	}
	p.publish(ctx, this, file, diagnostics)
	file.Prepare()
}

func (p *pusher) mark(flag *bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	*flag = true
}

func (p *pusher) publish(ctx context.Context, this *pass, file *session.File, diagnostics []protocol.Diagnostic) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if ctx.Err() != nil {
		return
	}
	this.done = true
	params := &protocol.PublishDiagnosticsParams{URI: file.URI(), Diagnostics: diagnostics}
	if is(p.server.client.TextDocument.PublishDiagnostics.VersionSupport) {
		params.Version = protocol.NewOptional(file.Version())
	}
	p.send(ctx, params)
}

// withdraw clears what was sent for a document that is closed.
func (p *pusher) withdraw(file *session.File) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := session.Key(file.URI())
	last := p.passes[key]
	if last == nil {
		return
	}
	last.cancel()
	delete(p.passes, key)
	p.send(p.server.ctx, &protocol.PublishDiagnosticsParams{URI: file.URI(), Diagnostics: []protocol.Diagnostic{}})
}

// again looks at all open documents once more: the configuration has changed,
// or a file that they may depend on.
func (p *pusher) again() {
	for file := range p.server.session.Snapshot().Open() {
		p.schedule(file)
	}
}

// refreshDiagnostics has all problems looked for again, after a change of what
// they depend on.
func (s *Server) refreshDiagnostics(ctx context.Context) {
	if !s.client.pulls {
		s.pusher.again()
		return
	}
	if is(s.client.Workspace.Diagnostics.RefreshSupport) {
		if err := s.remote.DiagnosticRefresh(ctx); err != nil && ctx.Err() == nil {
			s.log.Warn("diagnostics not refreshed", zap.Error(err))
		}
	}
}

// send does not wait for the client; p.mu is held.
func (p *pusher) send(ctx context.Context, params *protocol.PublishDiagnosticsParams) {
	if err := p.server.remote.PublishDiagnostics(ctx, params); err != nil {
		p.server.log.Debug("diagnostics not sent", zap.Error(err))
	}
}
