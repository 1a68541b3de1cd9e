package lsp

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"

	"firn/lsp/session"
)

// search is a look into the files of a workspace for what a request asks about.
type search struct {
	server   *Server
	snapshot *session.Snapshot
	file     *session.File // the file in question, looked into in any case
	// wants chooses other files by their texts.
	wants func(path, src string) bool
}

// hasAll chooses texts that have all words in them.
func hasAll(words ...string) func(path, src string) bool {
	return func(_, src string) bool {
		missing := func(word string) bool { return !strings.Contains(src, word) }
		return !slices.ContainsFunc(words, missing)
	}
}

// lookInto calls look for the file in question and for each file of the workspace
// that is wanted, from several goroutines. The results are in the
// order of the files, those of the file in question first. Files that cannot be
// read have none.
func lookInto[T any](ctx context.Context, s search, look func(*session.File) []T) ([]T, error) {
	paths, err := s.paths(ctx)
	if err != nil {
		return nil, err
	}
	results := make([][]T, len(paths)+1)
	results[0] = look(s.file)
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(paths)) {
		workers.Go(func() {
			for i := range next {
				s.server.guard("search", func() {
					if f := s.open(ctx, paths[i]); f != nil {
						results[i+1] = look(f)
					}
				})
			}
		})
	}
	for i := range paths {
		next <- i // once ctx has ended nothing is done with it
	}
	close(next)
	workers.Wait()
	return slices.Concat(results...), ctx.Err()
}

// paths returns the files to look into besides the one in question: those of the
// workspace and other open ones.
func (s search) paths(ctx context.Context) ([]string, error) {
	files, err := s.snapshot.Files(ctx)
	if err != nil {
		return nil, err
	}
	listed := make(map[string]bool, len(files))
	for _, path := range files {
		listed[path] = true
	}
	var others []string
	for f := range s.snapshot.Open() {
		if f.Path() != "" && f.Nix() && !listed[f.Path()] {
			others = append(others, f.Path())
		}
	}
	slices.Sort(others)
	all := slices.Concat(files, others)
	return slices.DeleteFunc(all, func(path string) bool { return path == s.file.Path() }), nil
}

// open returns a file if it is wanted and can be read. A large one that is
// broken cannot: to make a tree of it takes too much memory.
func (s search) open(ctx context.Context, path string) *session.File {
	src, err := s.snapshot.Peek(ctx, path)
	if err != nil || !s.wants(path, src) {
		return nil
	}
	f, err := s.snapshot.FileAt(ctx, path)
	if err != nil || !f.Open() && len(f.Source()) > maxBroken && f.SyntaxError() != nil {
		return nil
	}
	return f
}
