package lsp

import (
	"context"
	"fmt"
	"hash/maphash"
	"strconv"

	"go.lsp.dev/protocol"

	"firn/lsp/convert"
	"firn/lsp/feature/problem"
	"firn/lsp/session"
	"firn/parser"
)

// finder looks for one kind of problems of a document.
type finder struct {
	// find stops when ctx ends.
	find func(ctx context.Context, s *Server, snapshot *session.Snapshot, f *session.File) []problem.Problem
	// waits says that find waits for others more than it works.
	waits bool
}

// finders lists all, the quickest first.
var finders = []finder{
	{find: syntaxProblems},
	{find: nameProblems},
	{find: func(_ context.Context, s *Server, _ *session.Snapshot, f *session.File) []problem.Problem {
		return s.constructions.problems(f)
	}},
	{waits: true, find: func(ctx context.Context, s *Server, snapshot *session.Snapshot, f *session.File) []problem.Problem {
		return append(s.unusedProblems(ctx, snapshot, f), s.valueProblems(ctx, snapshot, f)...)
	}},
}

func syntaxProblems(_ context.Context, _ *Server, _ *session.Snapshot, f *session.File) []problem.Problem {
	if err := f.SyntaxError(); err != nil {
		return problem.Parsing([]*parser.Error{err})
	}
	return nil
}

func nameProblems(_ context.Context, _ *Server, _ *session.Snapshot, f *session.File) []problem.Problem {
	errs := f.Errors()
	if f.SyntaxError() != nil {
		errs = errs[1:]
	}
	return problem.Parsing(errs)
}

// findersFor returns the finders that the configuration wants for a document.
func findersFor(snapshot *session.Snapshot, f *session.File) []finder {
	if !f.Nix() || !snapshot.ConfigFor(f.Path()).Diagnostics.Enable {
		return nil
	}
	return finders
}

// diagnose returns the problems of a document as the client understands them.
// The error is that of ctx.
func (s *Server) diagnose(ctx context.Context, snapshot *session.Snapshot, f *session.File) ([]protocol.Diagnostic, error) {
	var problems []problem.Problem
	for _, x := range findersFor(snapshot, f) {
		problems = append(problems, x.find(ctx, s, snapshot, f)...)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return s.showProblems(f, problems), nil
}

func (s *Server) showProblems(f *session.File, problems []problem.Problem) []protocol.Diagnostic {
	return convert.Problems(s.mapper(f), problems, s.client.diagnostics)
}

// resultID names what diagnose returns: what it would be computed from, with what
// is known by evaluation if the document is open. Ids of an earlier server are none
// of this one.
func (s *Server) resultID(snapshot *session.Snapshot, f *session.File) string {
	var h maphash.Hash
	h.SetSeed(s.seed)
	h.WriteString(f.Source())
	_, _ = fmt.Fprintf(&h, "%+v", *snapshot.ConfigFor(f.Path())) // a hash takes everything
	if f.Open() {
		maphash.WriteComparable(&h, s.knowing.news.Load())
	}
	return strconv.FormatUint(h.Sum64(), 36)
}
