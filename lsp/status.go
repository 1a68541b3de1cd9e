package lsp

import (
	"context"
	"runtime"
	"time"

	"go.lsp.dev/uri"

	"firn/lsp/session"
)

// statusParams are those of firn/status, which takes none.
type statusParams struct{}

// status answers firn/status: what is known by evaluation.
type status struct {
	Roots     []rootStatus     `json:"roots"`
	Documents []documentStatus `json:"documents"`
	Memory    memoryStatus     `json:"memory"`
	Readable  []string         `json:"readable"` // the directories that evaluations may read besides the search path and the store
	Denied    []string         `json:"denied"`   // what evaluations may not do
}

// rootStatus says how far a root is known.
type rootStatus struct {
	Kind  string  `json:"kind"`
	Path  string  `json:"path,omitempty"` // of the file in which it begins; "" for the modules of the distribution
	Name  string  `json:"name,omitempty"` // of the machine or output
	Known bool    `json:"known"`
	Took  float64 `json:"took"`            // to evaluate it the last time, in milliseconds
	Count int     `json:"count"`           // how often it was evaluated
	Files int     `json:"files"`           // that it consists of
	Error string  `json:"error,omitempty"` // why the configuration is not known
}

// documentStatus says what an open document is taken for.
type documentStatus struct {
	URI  uri.URI `json:"uri"`
	Role string  `json:"role"`           // module, package, overlay or expression
	Root string  `json:"root,omitempty"` // what it belongs to; "" if that is not known yet
}

// memoryStatus is about the heap, in bytes.
type memoryStatus struct {
	Used  uint64 `json:"used"`
	Limit uint64 `json:"limit"` // that evaluations may leave in use
}

// denied returns what no evaluation of the server may do.
func (s *Server) denied() []string {
	list := []string{"building", "running programs", "reading environment variables", "writing files"}
	if !s.knowing.Fetches() {
		list = append(list, "fetching")
	}
	return list
}

// status answers firn/status.
func (s *Server) status(ctx context.Context, _ *statusParams) (*status, error) {
	snapshot := s.snapshot(ctx)
	var heap runtime.MemStats
	runtime.ReadMemStats(&heap)
	out := &status{
		Roots: []rootStatus{}, Documents: []documentStatus{}, Readable: s.knowing.Readable(), Denied: s.denied(),
		Memory: memoryStatus{Used: heap.HeapAlloc, Limit: s.knowing.Memory()},
	}
	for f := range snapshot.Open() {
		if f.Nix() && f.Path() != "" {
			out.Documents = append(out.Documents, s.documentStatus(ctx, snapshot, f))
		}
	}
	for _, r := range s.knowing.Status() {
		shown := rootStatus{
			Kind: r.Entry.Kind.String(), Path: r.Entry.Path, Name: r.Entry.Name, Known: r.Known,
			Took: float64(r.Took.Microseconds()) / 1000, Count: r.Builds, Files: r.Files,
		}
		if r.Err != nil {
			shown.Error = r.Err.Error()
		}
		out.Roots = append(out.Roots, shown)
	}
	return out, ctx.Err()
}

// moment is how long a status waits for a root, which may be evaluated just now.
const moment = 50 * time.Millisecond

func (s *Server) documentStatus(ctx context.Context, snapshot *session.Snapshot, f *session.File) documentStatus {
	d := documentStatus{URI: f.URI(), Role: s.ownFile(f).Role.String()}
	ctx, cancel := context.WithTimeout(ctx, moment)
	defer cancel()
	if v := s.know(ctx, snapshot, f); v != nil {
		d.Root = v.State().Entry().String()
		v.Close()
	}
	return d
}
