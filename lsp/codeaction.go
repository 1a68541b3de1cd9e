package lsp

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"slices"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"firn/lsp/convert"
	"firn/lsp/feature/action"
	"firn/lsp/session"
	"firn/parser"
	"firn/parser/text"
)

// actionData is what an action carries until it is resolved.
type actionData struct {
	URI     uri.URI     `json:"uri"`
	Version int32       `json:"version"`
	Start   uint32      `json:"start"` // of the range it was offered for, in bytes
	End     uint32      `json:"end"`
	Kind    action.Kind `json:"kind"`
	Title   string      `json:"title"`
}

// errNoAction is the error for an action that is none of the server's.
var errNoAction = errors.New("there is no such action any more")

// CodeAction implements [protocol.Server].
func (s *Server) CodeAction(ctx context.Context, p *protocol.CodeActionParams) ([]protocol.CommandOrCodeAction, error) {
	snapshot, file, err := s.view(ctx, p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	out := []protocol.CommandOrCodeAction{}
	if len(s.client.TextDocument.CodeAction.CodeActionLiteralSupport.CodeActionKind.ValueSet) == 0 {
		return out, nil // the client knows commands alone
	}
	m := s.mapper(file)
	q := s.actionQuery(snapshot, file, m.Span(p.Range))
	for _, kind := range p.Context.Only {
		q.Only = append(q.Only, action.Kind(kind))
	}
	out = append(out, s.fixes(m, file, q, p.Context.Diagnostics)...)
	for _, a := range q.Find() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c := convert.Action(m, a, p.Context.Diagnostics)
		if a.Opens != nil {
			c.Command, err = openCommand(a.Opens)
		} else if s.resolvesEdits() {
			c.Data, err = protocol.Marshal(actionData{file.URI(), file.Version(), q.Span.Start, q.Span.End, a.Kind, a.Title})
		} else if c.Edit = s.actionEdit(file, q, a); c.Edit == nil {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, nil
}

// fixes offers to do away with what values and builds told about a place of a document.
func (s *Server) fixes(m convert.Mapper, f *session.File, q action.Query, diagnostics []protocol.Diagnostic) []protocol.CommandOrCodeAction {
	var out []protocol.CommandOrCodeAction
	if !q.Wants(action.QuickFix) {
		return nil
	}
	for _, p := range slices.Concat(s.knowing.checked.of(f), s.constructions.problems(f)) {
		if !p.Span.Overlaps(q.Span) && !p.Span.Touches(q.Span.Start) {
			continue
		}
		for _, fix := range p.Fixes {
			c := convert.Fix(m, p, fix, diagnostics)
			c.Edit = s.editOf(m, fix.Edits)
			out = append(out, c)
		}
	}
	return out
}

// CodeActionResolve implements [protocol.Server].
func (s *Server) CodeActionResolve(ctx context.Context, p *protocol.CodeAction) (*protocol.CodeAction, error) {
	data, ok := actionDataOf(p)
	if !ok {
		s.snapshot(ctx)
		return p, nil // it has its edit, or is none of ours
	}
	snapshot, file, err := s.view(ctx, data.URI)
	if err != nil {
		return nil, err
	}
	if file.Version() != data.Version || data.Start > data.End || int(data.End) > len(file.Source()) {
		return nil, protocol.ErrContentModified
	}
	q := s.actionQuery(snapshot, file, text.Span{Start: data.Start, End: data.End})
	q.Only = []action.Kind{data.Kind}
	list := q.Find()
	i := slices.IndexFunc(list, func(a action.Action) bool { return a.Kind == data.Kind && a.Title == data.Title })
	if i < 0 {
		return nil, errNoAction
	}
	if p.Edit = s.actionEdit(file, q, list[i]); p.Edit == nil {
		return nil, errNoAction
	}
	return p, nil
}

// actionDataOf returns what an action carries, if it is one of the server's that
// has no edit yet.
func actionDataOf(p *protocol.CodeAction) (data actionData, ok bool) {
	if len(p.Data) == 0 || protocol.Unmarshal(p.Data, &data) != nil {
		return actionData{}, false
	}
	return data, data.URI != ""
}

// resolvesEdits reports whether the client asks for the edit of an action when
// somebody has chosen it.
func (s *Server) resolvesEdits() bool {
	can := s.client.TextDocument.CodeAction
	return is(can.DataSupport) && slices.Contains(can.ResolveSupport.Properties, "edit")
}

func (s *Server) actionQuery(snapshot *session.Snapshot, file *session.File, span text.Span) action.Query {
	pipes := parser.PipeOperators(snapshot.ConfigFor(file.Path()).Language.PipeOperators)
	q := action.Query{
		Info: file.Scope(), Errors: file.Errors(), Span: span,
		Parse: func(src string) (*parser.Tree, *parser.Error) { return parser.Parse(src, pipes) },
	}
	q.Browses = s.client.Window.ShowDocument.Support
	can := s.client.Workspace.WorkspaceEdit
	if file.Path() != "" && is(can.DocumentChanges) && slices.Contains(can.ResourceOperations, protocol.ResourceOperationKindCreate) {
		q.Free = func(name string) bool {
			path := beside(file, name)
			_, err := s.world(file.Path()).Stat(path)
			return errors.Is(err, fs.ErrNotExist) && snapshot.Overlay(uri.File(path)) == nil
		}
	}
	return q
}

// beside returns the path of a name in the directory of a file.
func beside(file *session.File, name string) string {
	return filepath.Join(filepath.Dir(file.Path()), name)
}

// actionEdit returns what an action does, or nil if it turns out that it can do
// nothing.
func (s *Server) actionEdit(file *session.File, q action.Query, a action.Action) *protocol.WorkspaceEdit {
	edits, ok := q.Edits(a)
	if !ok {
		return nil
	}
	edit := s.editOf(s.mapper(file), edits)
	if made, ok := q.Creates(a); ok {
		return convert.Create(edit, uri.File(beside(file, made.Name)), made.Text)
	}
	return edit
}

// editOf returns edits of one document as a client understands them.
func (s *Server) editOf(m convert.Mapper, edits []text.Edit) *protocol.WorkspaceEdit {
	changes := make([]convert.Change, len(edits))
	for i, e := range edits {
		changes[i] = convert.Change{Edit: e}
	}
	return s.editClient(nil).Edit(m, changes)
}

func offerCodeAction(_ *client, c *protocol.ServerCapabilities) {
	yes := true
	options := &protocol.CodeActionOptions{ResolveProvider: &yes}
	for _, kind := range action.Kinds {
		options.CodeActionKinds = append(options.CodeActionKinds, protocol.CodeActionKind(kind))
	}
	c.CodeActionProvider = options
}
