// Package session holds what the server knows between requests: the open
// documents, the workspace folders, the configuration and a cache of files.
//
// All of it is seen through a [Snapshot], which never changes; a change of the
// session makes another one and ends the context of the one before. What is
// computed of a [File] is computed once, on first use, by whoever needs it:
// changing the session itself is cheap, so the input loop of the server does
// it between two messages.
package session

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"strings"
	"sync"

	"go.lsp.dev/uri"

	"firn/lsp/settings"
	"firn/lsp/workspace"
	"firn/parser/text"
)

// Session is the mutable part of a server's state. Its methods are safe for
// concurrent use; one goroutine makes the changes, in the order the client
// sends them.
type Session struct {
	// Locate returns where a file is that is not at the path that it is known by. It
	// may be nil, and is set before the first file is asked for.
	Locate func(path string) string

	disk *diskCache
	list *listing

	mu        sync.Mutex           // guards what follows
	current   *Snapshot            // never nil
	documents map[string]*document // open ones, by key
	encoding  text.Encoding
}

// Folder is one root of the workspace.
type Folder struct {
	URI  uri.URI
	Name string
	Path string // "" if it is not in the file system
}

// Config is the configuration of a session. It is not changed once it is in
// use.
type Config struct {
	Base    *settings.Settings            // for what is in no folder
	Folders map[string]*settings.Settings // by the path of the folder
}

// of returns the settings for what is in the folder at path.
func (c Config) of(path string) *settings.Settings {
	if s, ok := c.Folders[path]; ok {
		return s
	}
	return c.Base
}

// sharing returns c with the settings of old where they are equal.
func (c Config) sharing(old Config) Config {
	share := func(now, before *settings.Settings) *settings.Settings {
		if reflect.DeepEqual(now, before) {
			return before
		}
		return now
	}
	out := Config{Base: share(c.Base, old.Base), Folders: make(map[string]*settings.Settings, len(c.Folders))}
	for path, s := range c.Folders {
		out.Folders[path] = share(s, old.Folders[path])
	}
	return out
}

// New returns a session without folders and documents. Its snapshots end with
// ctx.
func New(ctx context.Context, config Config) *Session {
	s := &Session{
		disk:      newDiskCache(),
		list:      newListing(),
		documents: make(map[string]*document),
	}
	s.current = &Snapshot{session: s, parent: ctx, config: config}
	s.current.ctx, s.current.end = context.WithCancel(ctx)
	s.current.world, s.current.endWorld = context.WithCancel(ctx)
	return s
}

// Snapshot returns the session as it is now.
func (s *Session) Snapshot() *Snapshot {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current
}

// SetEncoding tells what the columns of changes count.
func (s *Session) SetEncoding(enc text.Encoding) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.encoding = enc
}

// SetFolders replaces the roots of the workspace.
func (s *Session) SetFolders(folders []Folder) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list.reset()
	s.replaceWorld(func(next *Snapshot) { next.folders = folders })
}

// SetConfig replaces the configuration. Documents whose language it changes
// are read anew. Settings that are equal stay the same pointer, so who keeps
// something that depends on them can compare pointers.
func (s *Session) SetConfig(config Config) {
	s.mu.Lock()
	defer s.mu.Unlock()
	config = config.sharing(s.current.config)
	if config.Base == s.current.config.Base && maps.Equal(config.Folders, s.current.config.Folders) {
		return
	}
	s.replaceWorld(func(next *Snapshot) { next.config = config })
	s.disk.clear()
	for key, doc := range s.documents {
		if l := s.current.ConfigFor(doc.path).Language; l != doc.language {
			s.put(key, doc.reopen(l))
		}
	}
}

// Open adds a document that the client owns from here on, in the language that
// it says. Opening one that is open already replaces its text.
func (s *Session) Open(u uri.URI, language string, version int32, src string) error {
	if len(src) > maxText {
		return fmt.Errorf("open %s: %w", u, errTooLarge)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	key := Key(u)
	if doc, ok := s.documents[key]; ok {
		doc.close()
	}
	doc := newDocument(u, s.current.ConfigFor(Path(u)).Language)
	doc.nix = language == "" || strings.EqualFold(language, "nix") || filepath.Ext(doc.path) == workspace.Extension
	s.documents[key] = doc
	s.replaceWorld(func(*Snapshot) {})
	s.put(key, doc.open(version, src))
	return nil
}

// Change applies changes to an open document, one after another.
func (s *Session) Change(u uri.URI, version int32, changes []Change) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := Key(u)
	doc, ok := s.documents[key]
	if !ok {
		return fmt.Errorf("change %s: the document is not open", u)
	}
	file, err := doc.change(version, changes, s.encoding)
	if err != nil {
		return fmt.Errorf("change %s: %w", u, err)
	}
	s.put(key, file)
	return nil
}

// Close gives a document back to the file system.
func (s *Session) Close(u uri.URI) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := Key(u)
	doc, ok := s.documents[key]
	if !ok {
		return fmt.Errorf("close %s: the document is not open", u)
	}
	doc.close()
	delete(s.documents, key)
	s.replaceWorld(func(next *Snapshot) {
		next.open = maps.Clone(next.open)
		delete(next.open, key)
	})
	return nil
}

// FileChange says that a file of the disk is not what it was.
type FileChange struct {
	Path        string
	ContentOnly bool // it was there before and still is
}

// FilesChanged takes notice of changes of the disk.
func (s *Session) FilesChanged(changes []FileChange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range changes {
		if !c.ContentOnly || filepath.Base(c.Path) == workspace.IgnoreFile {
			s.list.reset()
			break
		}
	}
	s.replaceWorld(func(*Snapshot) {})
}

// Shutdown closes all documents. What runs under the contexts of snapshots ends
// with that of the session.
func (s *Session) Shutdown() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, doc := range s.documents {
		doc.close()
		delete(s.documents, key)
	}
	s.replaceWorld(func(next *Snapshot) { next.open = nil })
}

// put makes file the version of its document that is seen; s.mu is held.
func (s *Session) put(key string, file *File) {
	s.replace(func(next *Snapshot) {
		open := make(map[string]*File, len(next.open)+1)
		maps.Copy(open, next.open)
		open[key] = file
		next.open = open
	})
}

// replace makes the next snapshot from a copy of the current one, which edit
// may change but for the maps and slices it shares; s.mu is held.
func (s *Session) replace(edit func(*Snapshot)) {
	old := s.current
	next := *old
	next.Number++
	next.ctx, next.end = context.WithCancel(old.parent)
	edit(&next)
	s.current = &next
	old.end()
}

// replaceWorld is replace for a change of more than the text of a document;
// s.mu is held.
func (s *Session) replaceWorld(edit func(*Snapshot)) {
	end := s.current.endWorld
	s.replace(func(next *Snapshot) {
		edit(next)
		next.world, next.endWorld = context.WithCancel(next.parent)
	})
	end()
}

// Key returns what documents are told apart by: the path of a file, and for
// others the URI. Clients spell the URI of one file in several ways.
func Key(u uri.URI) string {
	if path := Path(u); path != "" {
		return path
	}
	return strings.Clone(string(u))
}

// Path returns the file that u names, or "" if it names none.
func Path(u uri.URI) string {
	if !u.IsFile() {
		return ""
	}
	path := u.FsPath()
	if u.Authority() == "localhost" {
		path = u.Path() // RFC 8089: the same as no authority
	}
	return strings.Clone(filepath.Clean(path))
}
