package lsp

import (
	"context"
	"path/filepath"
	"sync"

	"go.lsp.dev/uri"

	"firn/lsp/feature/check"
	"firn/lsp/feature/module"
	"firn/lsp/feature/problem"
	"firn/lsp/knowledge"
	"firn/lsp/session"
)

// valueProblems finds what values tell about an open document. It waits until all
// that was typed has been evaluated.
func (s *Server) valueProblems(ctx context.Context, snapshot *session.Snapshot, f *session.File) []problem.Problem {
	if !f.Open() || f.Path() == "" || !readable(f) {
		return nil
	}
	s.teach(f)
	s.knowing.Allow(s.roots(snapshot, f))
	c := s.knowing.Check(ctx, s.ownFile(f), s.knowing.entries(ctx, snapshot))
	if c == nil {
		return nil
	}
	key := checkedKey{f, c.State()}
	if found, ok := s.knowing.checked.get(key); ok {
		return found
	}
	found := s.checkQuery(ctx, snapshot, f, c).Find(ctx)
	if ctx.Err() == nil {
		s.knowing.checked.put(key, found)
	}
	return found
}

func (s *Server) checkQuery(ctx context.Context, snapshot *session.Snapshot, f *session.File, c *knowledge.Checker) check.Query {
	roots := s.roots(snapshot, f)
	q := check.Query{
		Info: f.Scope(), Config: c.Options(), World: world(f.Path()), Values: c,
		Open: !c.IsPart(), Entry: c.IsEntry(), Load: loader(ctx, snapshot),
		Mine: func(path string) bool {
			for _, dir := range roots {
				if isBelow(dir, path) {
					return true
				}
			}
			return false
		},
		Document: func(path string) *problem.Document {
			other, err := snapshot.FileAt(ctx, path)
			if err != nil {
				return nil
			}
			return &problem.Document{URI: string(uri.File(path)), Lines: other.Lines()}
		},
	}
	if m, ok := module.Parse(f.Scope()); ok && roleOf(f.Scope()) == knowledge.ModuleFile {
		q.Module = m
	}
	if c.IsPart() || c.State().Err() != nil {
		q.Merged = c
	}
	return q
}

// checkedKey is what problems depend on that values tell.
type checkedKey struct {
	file  *session.File
	state *knowledge.State
}

// checked are the problems that values told of the latest documents.
type checked struct {
	mu   sync.Mutex
	list map[string]checkedProblems // by path
}

type checkedProblems struct {
	key   checkedKey
	found []problem.Problem
}

func (c *checked) get(key checkedKey) ([]problem.Problem, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, ok := c.list[key.file.Path()]
	return p.found, ok && p.key == key
}

func (c *checked) put(key checkedKey, found []problem.Problem) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.list == nil {
		c.list = map[string]checkedProblems{}
	}
	c.list[key.file.Path()] = checkedProblems{key, found}
}

// of returns the problems that were found last in a version of a document.
func (c *checked) of(f *session.File) []problem.Problem {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.list[f.Path()]
	if p.key.file != f {
		return nil
	}
	return p.found
}

// drop forgets a document.
func (c *checked) drop(path string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.list, path)
}

// ownFile returns a document as evaluations know it.
func (s *Server) ownFile(f *session.File) knowledge.File {
	return knowledge.File{Path: filepath.Clean(f.Path()), Info: f.Scope(), Valid: readable(f), Role: roleOf(f.Scope())}
}
