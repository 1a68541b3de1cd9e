package lsp

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"firn/lsp/session"
)

// search is a look into the files of a workspace for what a request asks about.
type search struct {
	server   *Server
	snapshot *session.Snapshot
	file     *session.File // the file in question, looked into in any case
	words    []string      // which the text of each other file has in it
}

// lookInto calls look for the file in question and for each file of the workspace
// that has all words in its text, from several goroutines. The results are in the
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

// open returns a file if it has all words and can be read. A large one that is
// broken cannot: to make a tree of it takes too much memory.
func (s search) open(ctx context.Context, path string) *session.File {
	has, err := s.snapshot.HasWords(ctx, path, s.words...)
	if err != nil || !has {
		return nil
	}
	f, err := s.snapshot.FileAt(ctx, path)
	if err != nil || !f.Open() && len(f.Source()) > maxBroken && f.SyntaxError() != nil {
		return nil
	}
	return f
}
