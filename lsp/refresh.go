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
	s.laterLenses.forget()
	s.refreshHints(ctx)
	s.refreshLenses(ctx)
}

func (s *Server) refreshLenses(ctx context.Context) {
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

// later remembers of versions of documents what was left for later, so that what
// never ends is not begun again and again.
type later struct {
	mu    sync.Mutex // guards what follows
	files map[*session.File]*leftover
}

// leftover is what was left of a version of a document.
type leftover struct {
	passes   int             // how often somebody went on
	hopeless map[uint32]bool // what takes too long, by where it begins
}

// maxPasses is how often one goes on with a version of a document.
const maxPasses = 10

// begin reports whether it is worth to go on with a version of a document.
func (l *later) begin(file *session.File) bool {
	if !file.Open() || file.Replaced().Err() != nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	left := l.files[file]
	if left == nil {
		left = &leftover{hopeless: map[uint32]bool{}}
		if l.files == nil {
			l.files = map[*session.File]*leftover{}
		}
		l.files[file] = left
		context.AfterFunc(file.Replaced(), func() { l.drop(file) })
	}
	left.passes++
	return left.passes <= maxPasses
}

func (l *later) drop(file *session.File) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.files, file)
}

// giveUp notes that what begins at an offset takes too long.
func (l *later) giveUp(file *session.File, off uint32) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if left := l.files[file]; left != nil {
		left.hopeless[off] = true
	}
}

func (l *later) isHopeless(file *session.File, off uint32) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	left := l.files[file]
	return left != nil && left.hopeless[off]
}

// forget begins anew, since what is known has changed.
func (l *later) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.files)
}
