package lsp

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
	"go.lsp.dev/protocol"
	"go.uber.org/zap"

	"firn/lsp/session"
	"firn/lsp/settings"
	"firn/lsp/workspace"
)

// watched are the files whose changes matter.
var watched = []protocol.Pattern{"**/*" + workspace.Extension, "**/" + settings.FileName, "**/.gitignore", "**/flake.lock"}

// maxWatches bounds the directories that the server watches by itself. Each
// takes from what the system has for all programs of a user.
const maxWatches = 1 << 16

// settle is how long changes of files are collected: tools change many at once.
const settle = 50 * time.Millisecond

func watchers() *protocol.DidChangeWatchedFilesRegistrationOptions {
	options := &protocol.DidChangeWatchedFilesRegistrationOptions{}
	for _, pattern := range watched {
		options.Watchers = append(options.Watchers, protocol.FileSystemWatcher{GlobPattern: pattern})
	}
	return options
}

// DidChangeWatchedFiles implements [protocol.Server].
func (s *Server) DidChangeWatchedFiles(_ context.Context, p *protocol.DidChangeWatchedFilesParams) error {
	var changes []session.FileChange
	for _, e := range p.Changes {
		if path := session.Path(e.URI); path != "" {
			changes = append(changes, session.FileChange{Path: path, ContentOnly: e.Type == protocol.FileChangeTypeChanged})
		}
	}
	s.filesChanged(changes)
	return nil
}

// filesChanged lets those know who depend on files of the disk.
func (s *Server) filesChanged(changes []session.FileChange) {
	if len(changes) == 0 {
		return
	}
	s.session.FilesChanged(changes)
	for _, c := range changes {
		s.knowing.Changed(c.Path)
	}
	if slices.ContainsFunc(changes, func(c session.FileChange) bool { return filepath.Base(c.Path) == settings.FileName }) {
		s.background("configuration", s.config.reload)
	}
}

// watch watches the folders by means of the system until ctx ends.
func (s *Server) watch(ctx context.Context) {
	for ctx.Err() == nil {
		w, err := fsnotify.NewWatcher()
		if err != nil {
			s.log.Warn("files are not watched", zap.Error(err))
			return
		}
		folders := s.session.Snapshot().Folders()
		for _, f := range folders {
			s.watchBelow(ctx, w, f.Path)
			// Something may have changed before it was watched.
			s.session.FilesChanged([]session.FileChange{{Path: f.Path}})
		}
		s.collect(ctx, w, folders)
		if err := w.Close(); err != nil {
			s.log.Warn("watcher not closed", zap.Error(err))
		}
	}
}

// watchBelow adds a directory and those below it that may hold Nix files.
func (s *Server) watchBelow(ctx context.Context, w *fsnotify.Watcher, root string) {
	exclude := s.session.Snapshot().ConfigFor(root).Files.Exclude
	dirs, err := workspace.Directories(ctx, root, exclude)
	if err != nil {
		return // nothing there to watch
	}
	if len(dirs) > maxWatches {
		s.log.Warn("too many directories to watch", zap.String("folder", root), zap.Int("limit", maxWatches))
		dirs = dirs[:maxWatches]
	}
	for _, dir := range dirs {
		if err := w.Add(dir); err != nil {
			s.log.Warn("directory is not watched", zap.String("directory", dir), zap.Error(err))
			return
		}
	}
}

// collect passes on what the watcher sees, a little later, until the folders
// are others.
func (s *Server) collect(ctx context.Context, w *fsnotify.Watcher, folders []session.Folder) {
	pending := make(map[string]session.FileChange)
	quiet := time.NewTimer(0)
	defer quiet.Stop()
	for {
		snapshot := s.session.Snapshot()
		if ctx.Err() != nil || !slices.Equal(snapshot.Folders(), folders) {
			return
		}
		select {
		case <-snapshot.World().Done():
		case err := <-w.Errors:
			s.log.Warn("watcher", zap.Error(err))
		case e := <-w.Events:
			if c, ok := s.observe(ctx, w, e); ok {
				before, again := pending[e.Name]
				c.ContentOnly = c.ContentOnly && (before.ContentOnly || !again)
				pending[e.Name] = c
				quiet.Reset(settle)
			}
		case <-quiet.C:
			var changes []session.FileChange
			for _, c := range pending {
				changes = append(changes, c)
			}
			clear(pending)
			s.filesChanged(changes)
		}
	}
}

// observe turns an event into a change, if it matters, and watches directories
// that are made.
func (s *Server) observe(ctx context.Context, w *fsnotify.Watcher, e fsnotify.Event) (session.FileChange, bool) {
	if e.Has(fsnotify.Create) {
		s.watchBelow(ctx, w, e.Name)
	}
	c := session.FileChange{Path: e.Name, ContentOnly: e.Op == fsnotify.Write}
	for _, pattern := range watched {
		if ok, err := filepath.Match(filepath.Base(string(pattern)), filepath.Base(e.Name)); err == nil && ok {
			return c, true
		}
	}
	return c, e.Op != fsnotify.Chmod && filepath.Ext(e.Name) == "" // maybe a directory
}
