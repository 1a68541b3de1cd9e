package lsp

import (
	"context"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"firn/lsp/rpc"
	"firn/lsp/session"
)

// at returns the document and the offset that a request is about. Like file,
// view and snapshot it is the first thing a request calls, see the package
// comment.
func (s *Server) at(ctx context.Context, p protocol.TextDocumentPositionParams) (*session.File, uint32, error) {
	file, err := s.file(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, 0, err
	}
	return file, s.mapper(file).Offset(p.Position), nil
}

// file returns the document that a request is about.
func (s *Server) file(ctx context.Context, u uri.URI) (*session.File, error) {
	_, file, err := s.view(ctx, u)
	return file, err
}

// view returns the document that a request is about, and the snapshot for what
// it needs besides.
func (s *Server) view(ctx context.Context, u uri.URI) (*session.Snapshot, *session.File, error) {
	snapshot := s.session.Snapshot()
	if file := snapshot.Overlay(u); file != nil {
		file.Hold()
		s.abortWhenReplaced(ctx, file)
	}
	rpc.Release(ctx)
	file, err := snapshot.File(ctx, u)
	return snapshot, file, err
}

// snapshot returns what a request about no document in particular sees.
func (s *Server) snapshot(ctx context.Context) *session.Snapshot {
	defer rpc.Release(ctx)
	return s.session.Snapshot()
}

// abortWhenReplaced ends the request early when the document changes, if the
// client has said that it will then ask again.
func (s *Server) abortWhenReplaced(ctx context.Context, file *session.File) {
	if !s.client.repeats[rpc.Method(ctx)] {
		return
	}
	stop := context.AfterFunc(file.Replaced(), func() { rpc.Abort(ctx, protocol.ErrContentModified) })
	context.AfterFunc(ctx, func() { stop() })
}
