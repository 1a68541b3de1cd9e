package lsp

import (
	"context"
	"errors"
	"fmt"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"firn/lsp/convert"
	"firn/lsp/feature/rename"
	"firn/lsp/session"
	"firn/parser"
	"firn/parser/grammar"
)

// PrepareRename implements [protocol.Server]. What cannot be renamed is an
// error, whose message editors show.
func (s *Server) PrepareRename(ctx context.Context, p *protocol.PrepareRenameParams) (protocol.PrepareRenameResult, error) {
	snapshot, file, err := s.view(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	m := s.mapper(file)
	target, err := renaming(snapshot, file).Target(m.Offset(p.Position))
	if err != nil {
		return nil, refusal(err)
	}
	return &protocol.PrepareRenamePlaceholder{Range: m.Range(target.Span), Placeholder: target.Name}, nil
}

// Rename implements [protocol.Server].
func (s *Server) Rename(ctx context.Context, p *protocol.RenameParams) (*protocol.WorkspaceEdit, error) {
	snapshot, file, err := s.view(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	m, q := s.mapper(file), renaming(snapshot, file)
	target, err := q.Target(m.Offset(p.Position))
	if err != nil {
		return nil, refusal(err)
	}
	edits, err := q.Rename(m.Offset(p.Position), p.NewName)
	if err != nil {
		return nil, refusal(err)
	}
	changes := make([]convert.Change, len(edits))
	for i, e := range edits {
		changes[i] = renameChange(e, target.Name)
	}
	return s.editClient(s.client.TextDocument.Rename.HonorsChangeAnnotations).Edit(m, changes), nil
}

func renameChange(e rename.Edit, name string) convert.Change {
	switch e.Note {
	case rename.Interface:
		return convert.Change{
			Edit:        e.Edit,
			Label:       fmt.Sprintf("'%s' may be used in other files", name),
			Description: "They are not changed.",
		}
	case rename.Guess:
		return convert.Change{
			Edit:        e.Edit,
			Label:       fmt.Sprintf("this '%s' may be another one", name),
			Description: "What it refers to is known only by evaluation.",
		}
	}
	return convert.Change{Edit: e.Edit}
}

// editClient says what the client understands of edits, where it honors
// annotations in the answer to a request.
func (s *Server) editClient(honors *bool) convert.EditClient {
	return convert.EditClient{
		Versions:    is(s.client.Workspace.WorkspaceEdit.DocumentChanges),
		Annotations: is(honors),
	}
}

func renaming(snapshot *session.Snapshot, file *session.File) rename.Query {
	return rename.Query{Info: file.Scope(), Parse: reader(snapshot, file)}
}

// reader returns what parses a text as a version of file would be.
func reader(snapshot *session.Snapshot, file *session.File) func(src string) *parser.Tree {
	pipes := parser.PipeOperators(snapshot.ConfigFor(file.Path()).Language.PipeOperators)
	return func(src string) *parser.Tree {
		if tree, err := parser.Parse(src, pipes); err == nil {
			return tree
		}
		return grammar.Parse(src)
	}
}

// refusal gives a reason why something is not done its code, so that editors
// show the bare reason.
func refusal(err error) error {
	if r := (*rename.Refusal)(nil); errors.As(err, &r) {
		return jsonrpc2.NewError(jsonrpc2.Code(protocol.LSPErrorCodesRequestFailed), r.Reason)
	}
	return err
}

func offerRename(c *client, to *protocol.ServerCapabilities) {
	if is(c.TextDocument.Rename.PrepareSupport) {
		yes := true
		to.RenameProvider = &protocol.RenameOptions{PrepareProvider: &yes}
		return
	}
	to.RenameProvider = protocol.Boolean(true)
}
