package lsp

import (
	"context"
	"strings"
	"testing"
	"time"

	"go.lsp.dev/protocol"

	"firn/lsp/rpc"
)

// screen is a client that shows progress.
type screen struct {
	protocol.Client

	token chan protocol.ProgressToken
	shown chan string
}

// WorkDoneProgressCreate implements [protocol.Client].
func (c *screen) WorkDoneProgressCreate(_ context.Context, p *protocol.WorkDoneProgressCreateParams) error {
	c.token <- p.Token
	return nil
}

// Progress implements [protocol.Client].
func (c *screen) Progress(_ context.Context, p *protocol.ProgressParams) error {
	c.shown <- string(p.Value)
	return nil
}

func newScreen(t *testing.T) (*Server, *screen) {
	yes := true
	c := &screen{token: make(chan protocol.ProgressToken, 1), shown: make(chan string, 100)}
	s := newServer(t.Context(), Options{})
	s.remote = rpc.Client{Client: c}
	s.client = newClient(protocol.ClientCapabilities{Window: &protocol.WindowClientCapabilities{WorkDoneProgress: &yes}})
	s.symbols.patience = 0
	return s, c
}

func TestIndexingIsShown(t *testing.T) {
	s, c := newScreen(t)
	var count counter
	count.set(25, 100)
	finished, returned := make(chan struct{}), make(chan struct{})
	go func() {
		s.showIndexing(t.Context(), func() {}, &count, finished)
		close(returned)
	}()
	<-c.token
	for _, want := range []string{`"Indexing"`, `"25/100"`} {
		if got := <-c.shown; !strings.Contains(got, want) {
			t.Errorf("progress is %s, want %s", got, want)
		}
	}
	close(finished)
	<-returned
	last := ""
	for len(c.shown) > 0 {
		last = <-c.shown
	}
	if !strings.Contains(last, `"end"`) {
		t.Errorf("the last progress is %s", last)
	}
}

func TestIndexingIsStopped(t *testing.T) {
	s, c := newScreen(t)
	stopped := make(chan struct{})
	finished := make(chan struct{})
	defer close(finished)
	go s.showIndexing(t.Context(), func() { close(stopped) }, &counter{}, finished)
	if err := s.WorkDoneProgressCancel(t.Context(), &protocol.WorkDoneProgressCancelParams{Token: <-c.token}); err != nil {
		t.Error(err)
	}
	<-stopped
}

func TestShortIndexingIsNotShown(t *testing.T) {
	s, c := newScreen(t)
	s.symbols.patience = 1 << 40
	finished := make(chan struct{})
	close(finished)
	s.showIndexing(t.Context(), func() { t.Error("cancelled") }, &counter{}, finished)
	if len(c.token) > 0 || len(c.shown) > 0 {
		t.Error("something is shown")
	}
}

// TestSettle checks that a search does not wait for the check of what was kept
// from the last start, but does when nothing was.
func TestSettle(t *testing.T) {
	for name, kept := range map[string]bool{"kept": true, "nothing kept": false} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t.Context(), Options{})
			x := s.symbols
			x.hurry = 0
			x.kept.Store(kept)
			close(x.read)
			<-x.turn // as a check does that takes its time
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if err := x.settle(ctx, s.session.Snapshot()); kept != (err == nil) {
				t.Errorf("settle: %v", err)
			}
		})
	}
}

func TestParseAny(t *testing.T) {
	tests := []struct {
		name string
		src  string
		want string // the error
	}{
		{"valid", "{ a = 1 |> b; }", ""},
		{"broken", "{ a = ", ""},
		{"too deep", strings.Repeat("[", 20_000), "deeper"},
		{"large and broken", "{ a = 1; " + strings.Repeat("b = 2; ", 50_000), "syntax error and more than"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tree, err := parseAny(tt.src)
			switch {
			case tt.want == "" && (err != nil || tree == nil):
				t.Errorf("parseAny: %v", err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("parseAny: %v, want %q in it", err, tt.want)
			}
		})
	}
}
