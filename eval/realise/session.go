package realise

import (
	"context"
	"sync"

	"firn/eval"
	"firn/store/build"
	"firn/store/local"
	"firn/store/path"
)

// Workshop is a store with somebody who builds for it.
type Workshop struct {
	Store   *local.Store
	Builder *build.Builder
}

// Session is an evaluation that may have something built.
type Session struct {
	*Record
	open func(context.Context) (*Workshop, error)

	mu       sync.Mutex
	workshop *Workshop
}

// NewSession returns a session. The store is opened when something is to be put
// into it first; the session does not close it.
func NewSession(dir path.Dir, open func(context.Context) (*Workshop, error)) *Session {
	return &Session{Record: NewRecord(dir), open: open}
}

// Workshop returns the store, and who builds for it.
func (s *Session) Workshop(ctx context.Context) (*Workshop, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.workshop == nil {
		w, err := s.open(ctx)
		if err != nil {
			return nil, err
		}
		s.workshop = w
	}
	return s.workshop, nil
}

// Close closes the store, if it was opened.
func (s *Session) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.workshop == nil {
		return nil
	}
	return s.workshop.Store.Close()
}

// Prepare puts what is to be built into the store.
func (s *Session) Prepare(ctx context.Context, targets []build.Target) error {
	w, err := s.Workshop(ctx)
	if err != nil {
		return err
	}
	paths := make([]path.Path, len(targets))
	for i, t := range targets {
		paths[i] = t.Path
	}
	return s.Write(ctx, w.Store, paths)
}

// Import builds an output that an evaluation wants to read, and returns its
// closure (setting Build of an evaluation).
func (s *Session) Import(ctx context.Context, drv path.Path, output string) ([]path.Path, error) {
	target := build.Target{Path: drv, Outputs: []string{output}}
	if err := s.Prepare(ctx, []build.Target{target}); err != nil {
		return nil, err
	}
	w, err := s.Workshop(ctx)
	if err != nil {
		return nil, err
	}
	results, err := w.Builder.Build(ctx, []build.Target{target})
	if err != nil {
		return nil, err
	}
	if results[0].Err != nil {
		return nil, results[0].Err
	}
	return w.Store.Closure(ctx, []path.Path{results[0].Outputs[output]})
}

// Watch has an evaluation with the settings tell the record, and build what it
// reads.
func (s *Session) Watch(settings *eval.Settings) {
	s.Record.Watch(settings)
	settings.Build = s.Import
}
