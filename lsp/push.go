package lsp

import (
	"context"
	"reflect"
	"runtime"
	"sync"
	"time"

	"go.lsp.dev/protocol"
	"go.uber.org/zap"

	"firn/lsp/feature/problem"
	"firn/lsp/session"
)

// interim is the time after which the problems found so far are sent while
// others are still looked for.
const interim = 10 * time.Millisecond

// calm is how long nothing must change before what has to be evaluated is looked
// for. Keys that are held down come faster.
const calm = 80 * time.Millisecond

// maxCalm bounds how long nothing must change before a pass that takes long
// goes on to what takes long.
const maxCalm = 200 * time.Millisecond

// pusher sends diagnostics of open documents after they change. There is one
// pass for each document: a change cancels the one that waits or runs. Clients
// that pull get nothing pushed.
//
// Someone who types breaks the document with nearly every key, and a large one
// that is broken takes long to understand. So when something is found early it
// is sent early, and the rest waits for a pause.
type pusher struct {
	server *Server
	turns  chan struct{} // as many elements as passes may compute at once

	mu     sync.Mutex       // guards what follows, and keeps what is sent in order
	passes map[string]*pass // the latest of each document, by key
}

// pass looks for the problems of one version of a document.
type pass struct {
	file     *session.File
	snapshot *session.Snapshot
	cancel   context.CancelFunc

	// What passes of a document inherit from one another, guarded by
	// pusher.mu: how long the last one took that was completed, and which
	// version the client was told what of.
	cost time.Duration
	told *session.File
	sent *protocol.PublishDiagnosticsParams

	// broken says that what was sent is about a version that could not be read,
	// which has no problems but those of its syntax and names.
	broken bool
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
	this := &pass{file: file, snapshot: p.server.session.Snapshot(), cancel: cancel}
	key := session.Key(file.URI())
	p.mu.Lock()
	defer p.mu.Unlock()
	if file.Replaced().Err() != nil {
		cancel() // there is a later version, which has a pass of its own
		return
	}
	if last := p.passes[key]; last != nil {
		last.cancel()
		this.cost, this.told, this.sent, this.broken = last.cost, last.told, last.sent, last.broken
	}
	p.passes[key] = this
	p.server.background("diagnostics", func(context.Context) {
		defer cancel()
		p.run(ctx, this)
	})
}

// run carries out a pass, unless it is cancelled.
func (p *pusher) run(ctx context.Context, this *pass) {
	if !pause(ctx, this.snapshot.ConfigFor(this.file.Path()).Diagnostics.Delay) {
		return
	}
	var problems []problem.Problem
	took := time.Duration(0)
	for _, x := range findersFor(this.snapshot, this.file) {
		find := func() {
			p.server.guard("diagnostics", func() { problems = append(problems, x.find(ctx, p.server, this.snapshot, this.file)...) })
		}
		if x.waits {
			if this.broken || len(problems) > 0 {
				p.send(ctx, this, problems)
			}
			if !pause(ctx, calm) {
				return
			}
			if find(); ctx.Err() != nil {
				return
			}
			continue
		}
		if len(problems) > 0 && max(took, this.cost) > interim {
			p.send(ctx, this, problems)
			if !pause(ctx, min(this.cost, maxCalm)) {
				return
			}
		}
		if !p.compute(ctx, &took, find) {
			return
		}
	}
	p.send(ctx, this, problems)
	p.finish(this, took)
	this.file.Prepare()
}

// pause reports whether ctx is still there after d.
func pause(ctx context.Context, d time.Duration) bool {
	select {
	case <-time.After(d):
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

// compute does work when it is its turn, and reports whether ctx is still there
// afterwards. The time is added to took.
func (p *pusher) compute(ctx context.Context, took *time.Duration, work func()) bool {
	select {
	case <-p.turns:
		defer func() { p.turns <- struct{}{} }()
	case <-ctx.Done():
		return false
	}
	start := time.Now()
	work()
	*took += time.Since(start)
	return ctx.Err() == nil
}

func (p *pusher) finish(this *pass, took time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	this.cost = took
}

// withdraw clears what was sent for a document that is closed.
func (p *pusher) withdraw(file *session.File) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := session.Key(file.URI())
	if last := p.passes[key]; last != nil {
		last.cancel()
		delete(p.passes, key)
		p.publish(p.server.ctx, &protocol.PublishDiagnosticsParams{URI: file.URI(), Diagnostics: []protocol.Diagnostic{}})
	}
}

// again looks at all open documents once more: the configuration has changed,
// or a file that they may depend on.
func (p *pusher) again() {
	for file := range p.server.session.Snapshot().Open() {
		p.schedule(file)
	}
}

// send tells what was found, unless a later pass has taken over or the client
// knows.
func (p *pusher) send(ctx context.Context, this *pass, problems []problem.Problem) {
	params := &protocol.PublishDiagnosticsParams{
		URI:         this.file.URI(),
		Diagnostics: p.server.showProblems(this.file, problems),
	}
	if is(p.server.client.TextDocument.PublishDiagnostics.VersionSupport) {
		params.Version = protocol.NewOptional(this.file.Version())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if ctx.Err() != nil || this.file == this.told && reflect.DeepEqual(params, this.sent) {
		return
	}
	this.told, this.sent, this.broken = this.file, params, !readable(this.file)
	p.publish(ctx, params)
}

// publish does not wait for the client; p.mu is held.
func (p *pusher) publish(ctx context.Context, params *protocol.PublishDiagnosticsParams) {
	p.server.notify(ctx, "diagnostics", p.server.remote.PublishDiagnostics(ctx, params))
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
