package lsp

import (
	"context"
	"maps"
	"os"
	"runtime"
	"sync"
	"time"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"firn/lsp/session"
	"firn/lsp/settings"
)

// partInterval is how often a part of a long result is sent.
const partInterval = 200 * time.Millisecond

// DiagnosticWorkspace implements [protocol.Server]. It reports the files that
// have problems or had some when the client last asked, but for open ones: the
// client asks about each of them. A client that takes partial results gets them
// bit by bit, and if nothing has changed since it last asked, its answer waits
// until something has.
func (s *Server) DiagnosticWorkspace(ctx context.Context, p *protocol.WorkspaceDiagnosticParams) (*protocol.WorkspaceDiagnosticReport, error) {
	snapshot := s.snapshot(ctx)
	shown := s.beginFor(p.WorkDoneToken, "Looking for problems")
	defer shown.end()
	w := newSweep(s, p)
	for {
		if err := w.run(ctx, snapshot, shown); err != nil {
			return nil, err
		}
		if p.PartialResultToken == nil || w.changed {
			return w.rest(), nil
		}
		select {
		case <-snapshot.World().Done():
			snapshot = s.session.Snapshot()
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// knownFiles remembers the result ids of files on disk, so that asking again
// costs a look at each from outside.
type knownFiles struct {
	mu    sync.Mutex // guards files
	files map[string]knownFile
}

// knownFile is what a file looked like, and the settings for it were, when it
// was looked at.
type knownFile struct {
	size   int64
	mtime  time.Time
	config *settings.Settings
	id     string // "" if it had no problems
}

func (k *knownFiles) get(path string) knownFile {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.files[path]
}

func (k *knownFiles) put(path string, f knownFile) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.files == nil {
		k.files = make(map[string]knownFile)
	}
	k.files[path] = f
}

// sweep is a look at all files, for one request.
type sweep struct {
	server *Server
	part   protocol.ProgressToken

	mu       sync.Mutex         // guards what follows
	previous map[uri.URI]string // result ids that the client has and that were not seen yet
	items    []protocol.WorkspaceDocumentDiagnosticReport
	sent     time.Time // when the last part was
	looked   int       // how many files were looked at
	changed  bool      // something is not as the client has it
}

func newSweep(s *Server, p *protocol.WorkspaceDiagnosticParams) *sweep {
	w := &sweep{server: s, part: p.PartialResultToken, previous: make(map[uri.URI]string), sent: time.Now()}
	for _, id := range p.PreviousResultIds {
		w.previous[id.URI] = id.Value
	}
	return w
}

// run looks at all files of a snapshot. It can be run again if it has found
// nothing changed.
func (w *sweep) run(ctx context.Context, snapshot *session.Snapshot, shown *progress) error {
	w.items, w.looked = nil, 0
	previous := maps.Clone(w.previous)
	paths, err := snapshot.Files(ctx)
	if err != nil {
		return err
	}
	next := make(chan string)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for path := range next {
				w.server.guard("workspace diagnostics", func() { w.file(ctx, snapshot, path) })
				shown.report(w.count(), len(paths))
			}
		})
	}
	for _, path := range paths {
		next <- path // once ctx has ended nothing is done with it
	}
	close(next)
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	for u := range w.previous {
		w.report(full(u, "", nil)) // it is gone, or open, or not to be reported
	}
	w.previous = previous
	return nil
}

// count returns how many files were looked at, this one included.
func (w *sweep) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.looked++
	return w.looked
}

// file reports one file, if there is something to report. Files that cannot be
// read have no problems.
func (w *sweep) file(ctx context.Context, snapshot *session.Snapshot, path string) {
	u := uri.File(path)
	config := snapshot.ConfigFor(path)
	info, err := os.Stat(path)
	if ctx.Err() != nil || err != nil || snapshot.Overlay(u) != nil || !config.Diagnostics.Workspace {
		return
	}
	previous := w.take(u)
	now := knownFile{size: info.Size(), mtime: info.ModTime(), config: config}
	known := w.server.known.get(path)
	now.id = known.id
	if known == now && previous == known.id {
		if previous != "" {
			w.unchanged(u, previous)
		}
		return
	}
	f, err := snapshot.FileAt(ctx, path)
	if err != nil {
		return
	}
	items, err := w.server.diagnose(ctx, snapshot, f)
	if err != nil {
		return
	}
	now.id = ""
	if len(items) > 0 {
		now.id = w.server.resultID(snapshot, f)
	}
	w.server.known.put(path, now)
	switch {
	case now.id == previous && previous != "":
		w.unchanged(u, previous)
	case now.id != previous:
		w.report(full(u, now.id, items))
	}
}

// take returns the result id that the client has of a file, or "".
func (w *sweep) take(u uri.URI) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	id := w.previous[u]
	delete(w.previous, u)
	return id
}

func full(u uri.URI, id string, items []protocol.Diagnostic) *protocol.WorkspaceFullDocumentDiagnosticReport {
	r := &protocol.WorkspaceFullDocumentDiagnosticReport{
		FullDocumentDiagnosticReport: protocol.FullDocumentDiagnosticReport{Kind: "full", Items: items},
		URI:                          u,
	}
	if id != "" {
		r.ResultID = &id
	}
	if items == nil {
		r.Items = []protocol.Diagnostic{}
	}
	return r
}

// unchanged reports that a file is as the client has it.
func (w *sweep) unchanged(u uri.URI, id string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.items = append(w.items, &protocol.WorkspaceUnchangedDocumentDiagnosticReport{
		UnchangedDocumentDiagnosticReport: protocol.UnchangedDocumentDiagnosticReport{Kind: "unchanged", ResultID: id},
		URI:                               u,
	})
}

// report adds a report, and now and then sends what there is.
func (w *sweep) report(r *protocol.WorkspaceFullDocumentDiagnosticReport) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.items = append(w.items, r)
	w.changed = true
	if w.part != nil && time.Since(w.sent) > partInterval {
		w.flush()
	}
}

// flush sends what there is as a part; w.mu is held.
func (w *sweep) flush() {
	w.sent = time.Now()
	w.server.sendProgress(w.part, &protocol.WorkspaceDiagnosticReportPartialResult{Items: w.items})
	w.items = nil
}

// rest returns what is the answer: all, or nothing after it was sent in parts.
func (w *sweep) rest() *protocol.WorkspaceDiagnosticReport {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.part != nil && len(w.items) > 0 {
		w.flush()
	}
	if w.items == nil {
		w.items = []protocol.WorkspaceDocumentDiagnosticReport{}
	}
	return &protocol.WorkspaceDiagnosticReport{Items: w.items}
}
