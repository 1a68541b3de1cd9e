package lsp

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.lsp.dev/protocol"
)

// progressInterval is how often people are told how far a work is.
const progressInterval = 100 * time.Millisecond

// works holds what the server has begun by itself and people can stop.
type works struct {
	mu      sync.Mutex // guards what follows
	last    int
	cancels map[string]context.CancelFunc
}

// add makes a token for a work that cancel stops.
func (t *works) add(cancel context.CancelFunc) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.cancels == nil {
		t.cancels = make(map[string]context.CancelFunc)
	}
	t.last++
	token := fmt.Sprint("firn/", t.last)
	t.cancels[token] = cancel
	return token
}

func (t *works) remove(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.cancels, token)
}

func (t *works) cancel(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if cancel, ok := t.cancels[token]; ok {
		cancel()
	}
}

// WorkDoneProgressCancel implements [protocol.Server].
func (s *Server) WorkDoneProgressCancel(_ context.Context, p *protocol.WorkDoneProgressCancelParams) error {
	if token, ok := p.Token.(protocol.String); ok {
		s.works.cancel(string(token))
	}
	return nil
}

// progress shows people how far a work is. The zero progress shows nothing.
type progress struct {
	server *Server
	token  protocol.ProgressToken
	done   func()

	mu   sync.Mutex // guards last
	last time.Time  // when something was reported
}

// begin shows a work of the server, if the client can. People can stop it,
// which ends the context that begin returns. It asks the client, so it is not
// called from the input loop. The caller ends the progress.
func (s *Server) begin(ctx context.Context, title string) (context.Context, *progress) {
	if !is(s.client.Window.WorkDoneProgress) {
		return ctx, &progress{}
	}
	ctx, cancel := context.WithCancel(ctx)
	token := s.works.add(cancel)
	p := &progress{server: s, token: protocol.String(token), done: func() {
		s.works.remove(token)
		cancel()
	}}
	err := s.remote.WorkDoneProgressCreate(ctx, &protocol.WorkDoneProgressCreateParams{Token: p.token})
	if err != nil {
		p.token = nil // the client does not want to show it
		return ctx, p
	}
	cancellable, none := true, uint32(0)
	p.send(&protocol.WorkDoneProgressBegin{Kind: "begin", Title: title, Cancellable: &cancellable, Percentage: &none})
	return ctx, p
}

// wonder is how long a work takes before people may wonder what goes on.
const wonder = 500 * time.Millisecond

// showLong shows a work that takes long until it is finished. People can stop it,
// which calls cancel.
func (s *Server) showLong(ctx context.Context, cancel context.CancelFunc, title string, finished <-chan struct{}) {
	select {
	case <-time.After(wonder):
	case <-finished:
		return
	case <-ctx.Done():
		return
	}
	shown, p := s.begin(ctx, title)
	defer p.end()
	defer context.AfterFunc(shown, cancel)()
	select {
	case <-finished:
	case <-ctx.Done():
	}
}

// beginFor shows how far a request is, if the client gave a token for that. To
// stop it the client cancels the request.
func (s *Server) beginFor(token protocol.ProgressToken, title string) *progress {
	p := &progress{server: s, token: token}
	none := uint32(0)
	p.send(&protocol.WorkDoneProgressBegin{Kind: "begin", Title: title, Percentage: &none})
	return p
}

// report tells how much of the whole is done. It is cheap to call often.
func (p *progress) report(done, whole int) {
	if p.token == nil || whole <= 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if time.Since(p.last) < progressInterval {
		return
	}
	p.last = time.Now()
	percent := uint32(100 * min(done, whole) / whole)
	message := fmt.Sprintf("%d/%d", done, whole)
	p.send(&protocol.WorkDoneProgressReport{Kind: "report", Message: &message, Percentage: &percent})
}

// end takes the progress away.
func (p *progress) end() {
	p.send(&protocol.WorkDoneProgressEnd{Kind: "end"})
	if p.done != nil {
		p.done()
	}
}

func (p *progress) send(value any) {
	if p.token == nil {
		return
	}
	p.server.sendProgress(p.token, value)
}

// sendProgress sends a value for a token: how far a work is, or a part of a
// result.
func (s *Server) sendProgress(token protocol.ProgressToken, value any) {
	raw, err := protocol.Marshal(value)
	if err == nil {
		err = s.remote.Progress(s.ctx, &protocol.ProgressParams{Token: token, Value: raw})
	}
	s.notify(s.ctx, "progress", err)
}
