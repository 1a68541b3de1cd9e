package lsp

import (
	"context"
	"path/filepath"
	"sync"

	"go.lsp.dev/uri"

	"firn/lsp/feature/check"
	"firn/lsp/feature/disk"
	"firn/lsp/feature/link"
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
	s.teachAll(snapshot)
	return s.values(ctx, snapshot, f)
}

// teachAll makes the texts of all open documents known that can be evaluated.
func (s *Server) teachAll(snapshot *session.Snapshot) {
	for f := range snapshot.Open() {
		if f.Nix() && f.Path() != "" && readable(f) {
			s.teach(f)
		}
	}
}

// values finds what values tell about a file that can be read.
func (s *Server) values(ctx context.Context, snapshot *session.Snapshot, f *session.File) []problem.Problem {
	s.knowing.Allow(s.roots(snapshot, f))
	entries := s.knowing.entries(ctx, snapshot)
	own := s.ownFile(f)
	own.Certain = own.Certain || own.Role == knowledge.ModuleFile && s.isImported(ctx, snapshot, f.Path(), entries)
	c := s.knowing.Check(ctx, own, entries)
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
		Info: f.Scope(), Config: c.Options(), World: s.world(f.Path()), Values: c,
		Open: !c.IsPart(), Guess: c.IsGuess(), Entry: c.IsEntry(), Load: loader(ctx, snapshot),
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
			return &problem.Document{URI: string(uri.File(path)), Path: path, Lines: other.Lines()}
		},
	}
	if m, ok := module.Parse(f.Scope()); ok && c.IsModule() {
		q.Module = m
	}
	if c.IsPart() || c.State().Err() != nil {
		q.Merged = c
	}
	return q
}

// maxImports is how many modules are looked at to find out which are imported.
const maxImports = 1000

// isImported reports whether an entry, or a module that one imports, names a file
// among its imports.
func (s *Server) isImported(ctx context.Context, snapshot *session.Snapshot, path string, entries []knowledge.Entry) bool {
	var queue []string
	for _, e := range entries {
		queue = append(queue, e.Path)
	}
	seen := map[string]bool{}
	for left := maxImports; len(queue) > 0 && left > 0 && ctx.Err() == nil; left-- {
		at := queue[0]
		if queue = queue[1:]; seen[at] {
			continue
		}
		if seen[at] = true; at == path {
			return true
		}
		f, err := snapshot.FileAt(ctx, at)
		if err != nil {
			continue
		}
		if m, ok := module.Parse(f.Scope()); ok {
			queue = append(queue, importsOf(m, s.world(at))...)
		}
	}
	return false
}

// importsOf returns the files that a module imports by paths that are written out.
func importsOf(m *module.Module, w disk.World) []string {
	var list []string
	for _, i := range m.Imports {
		switch i.Kind {
		case module.Inline:
			list = append(list, importsOf(i.Module, w)...)
		case module.Path:
			if path, ok := w.Absolute(i.Node.Text()); ok {
				if file, ok := link.Resolve(w.FS, filepath.Clean(path)); ok {
					list = append(list, file)
				}
			}
		}
	}
	return list
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
	role, certain := roleOf(f.Scope())
	return knowledge.File{Path: filepath.Clean(f.Path()), Info: f.Scope(), Valid: readable(f), Role: role, Certain: certain}
}
