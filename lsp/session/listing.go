package session

import (
	"context"
	"slices"
	"sync"

	"firn/lsp/workspace"
)

// listing remembers which Nix files there are below the folders.
type listing struct {
	turn chan struct{} // holds one element while nobody walks

	mu      sync.Mutex // guards what follows
	folders map[string]folderFiles
	epoch   uint64 // grows with each reset
}

type folderFiles struct {
	exclude []string
	files   []string
}

func newListing() *listing {
	l := &listing{turn: make(chan struct{}, 1), folders: make(map[string]folderFiles)}
	l.turn <- struct{}{}
	return l
}

// reset forgets all: files have come or gone.
func (l *listing) reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	clear(l.folders)
	l.epoch++
}

// files lists the files below folders; one below two of them is listed once.
func (l *listing) files(ctx context.Context, folders []Folder, config Config) ([]string, error) {
	select {
	case <-l.turn:
		defer func() { l.turn <- struct{}{} }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	var all []string
	seen := make(map[string]bool)
	for _, folder := range folders {
		files, err := l.folder(ctx, folder.Path, config.of(folder.Path).Files.Exclude)
		if err != nil {
			return nil, err
		}
		for _, f := range files {
			if !seen[f] {
				seen[f] = true
				all = append(all, f)
			}
		}
	}
	return all, nil
}

func (l *listing) folder(ctx context.Context, path string, exclude []string) ([]string, error) {
	if path == "" {
		return nil, nil
	}
	known, ok, epoch := l.known(path)
	if ok && slices.Equal(known.exclude, exclude) {
		return known.files, nil
	}
	files, err := workspace.Files(ctx, path, exclude)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		files = nil // a folder that is not there has no files
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.epoch == epoch {
		l.folders[path] = folderFiles{exclude, files}
	}
	return files, nil
}

func (l *listing) known(path string) (folderFiles, bool, uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	known, ok := l.folders[path]
	return known, ok, l.epoch
}
