package lsp

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"

	"go.lsp.dev/uri"
	"go.uber.org/zap"

	"firn/eval/fetch"
	"firn/lsp/feature/problem"
	"firn/lsp/knowledge"
	"firn/lsp/session"
	"firn/lsp/settings"
	"firn/parser/text"
)

// Checking says what [Check] is to look at.
type Checking struct {
	// Folder is the directory of the project: what may be read, and where the
	// evaluation begins.
	Folder string
	// Files are the paths of those to check.
	Files []string
	// Settings are those of the project.
	Settings *settings.Settings
	Include  []string       // as in [Options]
	Fetch    *fetch.Options // likewise
	Log      *zap.Logger    // may be nil
	// Withheld is told what evaluations wanted and did not get. It may be nil.
	Withheld func(knowledge.Withheld)
}

// Checked is a file with what is wrong with it.
type Checked struct {
	Path     string
	Source   string
	Lines    *text.Lines
	Problems []problem.Problem
	Err      error // the file could not be read
}

// Check looks at files as the server does for an editor, one after the other, and
// hands each over. The error is that of ctx.
func Check(ctx context.Context, what Checking, report func(Checked)) error {
	ctx, cancel := context.WithCancel(ctx)
	s := newServer(ctx, Options{Log: what.Log, Include: what.Include, Fetch: what.Fetch})
	defer s.tasks.Wait()
	defer s.session.Shutdown()
	defer cancel()
	s.session.SetConfig(session.Config{Base: what.Settings})
	s.session.SetFolders([]session.Folder{{URI: uri.File(what.Folder), Name: filepath.Base(what.Folder), Path: what.Folder}})
	s.knowing.configure(what.Settings.Eval, nil)
	snapshot := s.session.Snapshot()
	for _, path := range what.Files {
		report(s.check(ctx, snapshot, path))
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if what.Withheld != nil {
		for _, w := range s.knowing.Withheld() {
			what.Withheld(w)
		}
	}
	return nil
}

func (s *Server) check(ctx context.Context, snapshot *session.Snapshot, path string) Checked {
	f, err := snapshot.FileAt(ctx, path)
	if err != nil {
		return Checked{Path: path, Err: err}
	}
	out := Checked{Path: path, Source: f.Source(), Lines: f.Lines()}
	for _, x := range findersFor(snapshot, f) {
		if x.waits {
			continue
		}
		out.Problems = append(out.Problems, x.find(ctx, s, snapshot, f)...)
	}
	if readable(f) {
		out.Problems = append(out.Problems, s.values(ctx, snapshot, f)...)
	}
	slices.SortStableFunc(out.Problems, func(a, b problem.Problem) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	return out
}
