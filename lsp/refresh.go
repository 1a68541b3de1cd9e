package lsp

import (
	"context"
	"sync"

	"go.uber.org/zap"

	"firn/lsp/session"
)

// refreshShown has the client ask again for what it shows between the lines of
// its documents, after a change of what that depends on.
func (s *Server) refreshShown(ctx context.Context) {
	s.later.forget()
	s.refreshHints(ctx)
	if is(s.client.Workspace.CodeLens.RefreshSupport) {
		s.refreshed(ctx, "lenses", s.remote.CodeLensRefresh)
	}
}

func (s *Server) refreshHints(ctx context.Context) {
	if is(s.client.Workspace.InlayHint.RefreshSupport) {
		s.refreshed(ctx, "hints", s.remote.InlayHintRefresh)
	}
}

func (s *Server) refreshed(ctx context.Context, what string, refresh func(context.Context) error) {
	if err := refresh(ctx); err != nil && ctx.Err() == nil {
		s.log.Warn("not refreshed", zap.String("what", what), zap.Error(err))
	}
}

// later remembers for which versions of documents something was left for later,
// so that what never ends in time is not begun again and again.
type later struct {
	mu    sync.Mutex // guards what follows
	files map[*session.File]bool
}

// once does something if that was not done for a version of a document since the
// last call of forget.
func (l *later) once(file *session.File, do func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !file.Open() || l.files[file] {
		return
	}
	if l.files == nil {
		l.files = map[*session.File]bool{}
	}
	l.files[file] = true
	context.AfterFunc(file.Replaced(), func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.files, file)
	})
	do()
}

func (l *later) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.files)
}
