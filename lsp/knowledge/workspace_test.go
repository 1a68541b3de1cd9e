package knowledge

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// openWorld writes an archive to a directory, which it returns, and begins a Base
// about it. The search path is what the names of options.SearchPath lead to there.
func openWorld(t *testing.T, archive string, o Options) (*Base, string) {
	t.Helper()
	dir := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		path := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return begin(t, dir, o), dir
}

// begin begins a Base about a directory, which ends with the test.
func begin(t *testing.T, dir string, o Options) *Base {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var tasks sync.WaitGroup
	t.Cleanup(func() {
		cancel()
		tasks.Wait()
	})
	o.Background = func(_ string, work func(context.Context)) { tasks.Go(func() { work(ctx) }) }
	b := New(o)
	b.Allow([]string{dir})
	return b
}

// within returns a context that ends when a test takes too long.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}
