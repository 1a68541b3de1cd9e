package knowledge

import (
	"context"
	"path/filepath"
	"slices"
	"sync"

	"firn/eval"
)

// engine is an evaluator that roots share: those of one file, which have much in
// common.
type engine struct {
	base     *Base
	turn     turn
	building sync.Mutex // held while a root is evaluated
	withheld *withholder

	mu     sync.Mutex // guards what follows
	e      *eval.Evaluator
	builds int
	now    edition
	values map[string]eval.Value // of programs, in this edition
}

// edition tells states of the files apart that an engine has read.
type edition struct {
	e     *eval.Evaluator
	count int
}

// maxBuilds is how often an evaluator is used again. Each time it keeps the texts
// that were read.
const maxBuilds = 1000

// take returns the evaluator for another evaluation.
func (g *engine) take() *eval.Evaluator {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.builds++; g.e == nil || g.builds > maxBuilds {
		g.e, g.builds = g.base.evaluator(g.withheld), 1
		g.next()
	}
	g.e.NoteImports()
	return g.e
}

// next begins another edition; g.mu is held.
func (g *engine) next() {
	g.now = edition{g.e, g.now.count + 1}
	g.values = map[string]eval.Value{}
}

// drop gives up an evaluator.
func (g *engine) drop(e *eval.Evaluator) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.e == e {
		g.e = nil
	}
}

func (g *engine) edition() edition {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.now
}

// lockName is the name of the files that pin the inputs of flakes.
const lockName = "flake.lock"

// invalidate forgets what depends on files that have changed, and returns the
// edition after that.
func (g *engine) invalidate(paths []string) edition {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.e == nil {
		return g.now
	}
	isLock := func(path string) bool { return filepath.Base(path) == lockName }
	if len(g.e.Invalidate(paths...)) > 0 || slices.ContainsFunc(paths, isLock) {
		g.next()
	}
	return g.now
}

// value returns what a program evaluates to, not evaluated yet. Programs with the
// same text share it.
func (g *engine) value(ctx context.Context, e *eval.Evaluator, p program) (eval.Value, error) {
	g.mu.Lock()
	v, ok := g.values[p.text]
	g.mu.Unlock()
	if !ok || g.edition().e != e {
		var err error
		if v, err = e.Delayed(ctx, "firn", "/", p.text); err != nil {
			return v, err
		}
		g.keep(e, p.text, v)
	}
	return p.part(ctx, &g.turn, v)
}

func (g *engine) keep(e *eval.Evaluator, text string, v eval.Value) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.now.e == e {
		g.values[text] = v
	}
}
