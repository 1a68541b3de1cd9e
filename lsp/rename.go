package lsp

import (
	"context"
	"errors"
	"fmt"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"firn/lsp/convert"
	"firn/lsp/feature/rename"
	"firn/lsp/feature/usage"
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
	off := m.Offset(p.Position)
	a, done := s.ask(ctx, snapshot, file)
	defer done()
	o, err := s.optionToRename(ctx, snapshot, a, file, off)
	if err != nil {
		return nil, refusal(err)
	}
	if o != nil {
		return &protocol.PrepareRenamePlaceholder{Range: m.Range(o.option.Name.Span()), Placeholder: o.name()}, nil
	}
	if e := s.foreign(ctx, snapshot, file, off); e != nil {
		if _, err := renaming(snapshot, e.home).TargetOf(e.target.Binding); err != nil {
			return nil, refusal(e.refusedIn(e.home, err))
		}
		return &protocol.PrepareRenamePlaceholder{Range: m.Range(usage.At(file.Tree(), off).Span()), Placeholder: e.name()}, nil
	}
	target, err := renaming(snapshot, file).Target(off)
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
	off := s.mapper(file).Offset(p.Position)
	a, done := s.ask(ctx, snapshot, file)
	defer done()
	var changes []convert.Changes
	o, err := s.optionToRename(ctx, snapshot, a, file, off)
	switch {
	case err != nil:
	case o != nil:
		changes, err = o.rename(ctx, p.NewName)
	default:
		changes, err = s.renameBinding(ctx, snapshot, file, off, p.NewName)
	}
	if err != nil {
		return nil, refusal(err)
	}
	return s.editClient(s.client.TextDocument.Rename.HonorsChangeAnnotations).EditAll(changes...), ctx.Err()
}

// renameBinding gives a binding another name, in its file and in those that are
// seen to use it.
func (s *Server) renameBinding(ctx context.Context, snapshot *session.Snapshot, file *session.File, off uint32, to string) ([]convert.Changes, error) {
	if e := s.foreign(ctx, snapshot, file, off); e != nil {
		return e.rename(ctx, to)
	}
	q := renaming(snapshot, file)
	target, err := q.Target(off)
	if err != nil {
		return nil, err
	}
	for _, e := range s.exportsAt(ctx, snapshot, file, off) {
		if e.home == file && e.target.Binding == target.Binding {
			return e.rename(ctx, to)
		}
	}
	edits, err := q.Rename(off, to)
	if err != nil {
		return nil, err
	}
	return []convert.Changes{s.changes(file, edits, target.Name)}, nil
}

// changes converts the edits of a file, in which a name is given another one.
func (s *Server) changes(file *session.File, edits []rename.Edit, name string) convert.Changes {
	out := convert.Changes{Mapper: s.mapper(file), List: make([]convert.Change, len(edits))}
	for i, e := range edits {
		out.List[i] = renameChange(e, name)
	}
	return out
}

func renameChange(e rename.Edit, name string) convert.Change {
	switch e.Note {
	case rename.Interface:
		return convert.Change{
			Edit:        e.Edit,
			Label:       fmt.Sprintf("'%s' may be used in other files", name),
			Description: "It is changed where their text shows that they mean this one.",
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
