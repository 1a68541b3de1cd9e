package session

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"path/filepath"
	"strings"

	"go.lsp.dev/uri"

	"firn/lsp/settings"
)

// Snapshot is the session at one moment. It never changes: open documents,
// folders and configuration are those of that moment. A file on disk is as it
// is when it is first asked for; the disk does not stand still for anyone.
type Snapshot struct {
	// Number grows with every change of the session.
	Number uint64

	session  *Session
	parent   context.Context
	ctx      context.Context
	end      context.CancelFunc
	world    context.Context
	endWorld context.CancelFunc
	folders  []Folder
	config   Config
	open     map[string]*File // by key
}

// Context ends when a later snapshot has taken the place of s. Background work
// runs under it. Requests do not: they answer from the snapshot they took,
// since an editor that types on still wants, say, the completions it asked
// for, and cancels what it does not want.
func (s *Snapshot) Context() context.Context { return s.ctx }

// World ends when something else than the text of an open document has changed:
// files on disk, folders, the configuration, or which documents are open.
func (s *Snapshot) World() context.Context { return s.world }

// Folders returns the roots of the workspace. The caller must not change them.
func (s *Snapshot) Folders() []Folder { return s.folders }

// Config returns the settings for what is in no folder. The caller must not
// change them.
func (s *Snapshot) Config() *settings.Settings { return s.config.Base }

// ConfigFor returns the settings for a file: those of the innermost folder
// that it is in.
func (s *Snapshot) ConfigFor(path string) *settings.Settings {
	innermost := ""
	for _, f := range s.folders {
		if len(f.Path) > len(innermost) && within(path, f.Path) {
			innermost = f.Path
		}
	}
	return s.config.of(innermost)
}

// within reports whether path is dir or below it.
func within(path, dir string) bool {
	rest, ok := strings.CutPrefix(path, strings.TrimSuffix(dir, string(filepath.Separator)))
	return ok && (rest == "" || rest[0] == filepath.Separator)
}

// Open yields the open documents in no order.
func (s *Snapshot) Open() iter.Seq[*File] { return maps.Values(s.open) }

// Overlay returns the open document that u names, or nil.
func (s *Snapshot) Overlay(u uri.URI) *File { return s.open[Key(u)] }

// File returns the document that u names, from the editor if it is open there
// and else from disk. Reading the disk may fail, with an error that wraps the
// one of package os.
func (s *Snapshot) File(ctx context.Context, u uri.URI) (*File, error) {
	if f := s.Overlay(u); f != nil {
		return f, nil
	}
	path := Path(u)
	if path == "" {
		return nil, fmt.Errorf("%s is not open and no file", u)
	}
	return s.session.disk.file(ctx, path, s.ConfigFor(path).Language)
}

// FileAt is File for a path of the file system.
func (s *Snapshot) FileAt(ctx context.Context, path string) (*File, error) {
	if f := s.open[path]; f != nil {
		return f, nil
	}
	f, err := s.session.disk.file(ctx, path, s.ConfigFor(path).Language)
	if s.session.Locate == nil || !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	if at := s.session.Locate(path); at != path {
		return s.session.disk.file(ctx, at, s.ConfigFor(at).Language)
	}
	return nil, err
}

// Files returns the paths of all Nix files below the folders, sorted within
// each. What .gitignore excludes is left out, and so are hidden directories;
// symbolic links are not followed. The first call walks the folders, which
// ctx can stop; changes that the session is told of are applied to the list.
func (s *Snapshot) Files(ctx context.Context) ([]string, error) {
	return s.session.list.files(ctx, s.folders, s.config)
}

// Peek returns the text of the file at path. That of a file which is not open is
// read for that and not kept, so to peek into many files costs no others their
// place in the cache.
func (s *Snapshot) Peek(ctx context.Context, path string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if f := s.open[path]; f != nil {
		return f.src, nil
	}
	if _, err := regular(path); err != nil {
		return "", err
	}
	return read(path)
}
