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
)

// finders look for problems of a document, a kind of problem each. They stop
// when ctx ends.
var finders = []func(context.Context, *session.Snapshot, *session.File) []problem.Problem{
	parsingProblems,
}

func parsingProblems(_ context.Context, _ *session.Snapshot, f *session.File) []problem.Problem {
	return problem.Parsing(f.Errors())
}

// diagnose returns the problems of a document as the client understands them.
// The error is that of ctx.
func (s *Server) diagnose(ctx context.Context, snapshot *session.Snapshot, f *session.File) ([]protocol.Diagnostic, error) {
	problems := []problem.Problem{}
	if snapshot.ConfigFor(f.Path()).Diagnostics.Enable {
		for _, find := range finders {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			problems = append(problems, find(ctx, snapshot, f)...)
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return convert.Problems(s.mapper(f), problems, s.client.diagnostics), nil
}

// resultID names what diagnose returns: what it would be computed from. Ids
// of an earlier server are none of this one.
func (s *Server) resultID(snapshot *session.Snapshot, f *session.File) string {
	var h maphash.Hash
	h.SetSeed(s.seed)
	h.WriteString(f.Source())
	fmt.Fprintf(&h, "%+v", *snapshot.ConfigFor(f.Path()))
	return strconv.FormatUint(h.Sum64(), 36)
}
