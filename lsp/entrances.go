package lsp

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"firn/lsp/knowledge"
	"firn/lsp/session"
	"firn/lsp/settings"
	"firn/parser/scope"
)

// entrances are where evaluation begins: the files of the workspace that are entries.
// Whoever uses them guards them.
type entrances struct {
	files   []string // of the last look
	known   map[string]entrance
	touched []string // since the last look
	found   []knowledge.Entry
	given   []knowledge.Entry // by the configuration
}

// entrance is what is known of a file.
type entrance struct {
	knowledge.Entry
	is bool
}

// touch notes that the text of a file may be another one.
func (x *entrances) touch(path string) { x.touched = append(x.touched, path) }

// maxSearched is how many files a workspace may have for them to be searched for
// entries that have no particular name.
const maxSearched = 5000

// look finds the entries among the files of a workspace.
func (x *entrances) look(ctx context.Context, snapshot *session.Snapshot, files []string) {
	same := len(files) == len(x.files) && (len(files) == 0 || &files[0] == &x.files[0])
	if same && len(x.touched) == 0 {
		return
	}
	known := x.known
	for _, path := range x.touched {
		delete(known, path)
	}
	x.files, x.touched, x.found = files, nil, slices.Clone(x.given)
	x.known = make(map[string]entrance, len(files))
	for _, path := range files {
		e, ok := known[path]
		if !ok {
			e.Entry, e.is = knowledge.EntryOf(path, func() *scope.Info { return searched(ctx, snapshot, path, len(files)) })
		}
		x.known[path] = e
		if e.is && !x.isGiven(path) {
			x.found = append(x.found, e.Entry)
		}
	}
	if ctx.Err() != nil {
		x.files, x.known = nil, nil // some were not looked at
	}
}

// isGiven reports whether the configuration says what a file is.
func (x *entrances) isGiven(path string) bool {
	return slices.ContainsFunc(x.given, func(e knowledge.Entry) bool { return e.Path == path })
}

// rootsOf returns the entries that a setting lists as KIND:PATH. Paths are relative to
// the directory of the file that has the setting, or to a folder.
func rootsOf(list []string, file, folder string) []knowledge.Entry {
	dir := folder
	if file != "" {
		dir = filepath.Dir(file)
	}
	var entries []knowledge.Entry
	for _, s := range list {
		name, path, ok := strings.Cut(s, ":")
		kind, known := knowledge.KindOf(name)
		if !ok || !known {
			continue
		}
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		entries = append(entries, knowledge.Entry{Kind: kind, Path: filepath.Clean(path)})
	}
	return entries
}

// configure takes what the configuration says of evaluation.
func (k *knowing) configure(e settings.Eval, roots []knowledge.Entry) {
	k.mu.Lock()
	if !slices.Equal(k.given, roots) {
		k.given, k.files, k.known = roots, nil, nil
	}
	k.mu.Unlock()
	k.Trust(e.Trust)
	k.Offline(!e.Fetch)
}

// searched returns a file that may be an entry, or nil.
func searched(ctx context.Context, snapshot *session.Snapshot, path string, files int) *scope.Info {
	if files > maxSearched || ctx.Err() != nil {
		return nil
	}
	f, err := snapshot.FileAt(ctx, path)
	if err != nil || !knowledge.MayBeEntry(f.Source()) {
		return nil
	}
	return f.Scope()
}

// Changed takes notice of files that have changed, come or gone.
func (k *knowing) Changed(paths ...string) {
	k.mu.Lock()
	for _, path := range paths {
		k.touch(path)
	}
	k.mu.Unlock()
	k.Base.Changed(paths...)
}

// entries returns where the evaluation of the workspace begins.
func (k *knowing) entries(ctx context.Context, snapshot *session.Snapshot) []knowledge.Entry {
	files, err := snapshot.Files(ctx)
	if err != nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.look(ctx, snapshot, files)
	return k.found
}
