package convert

import (
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"firn/parser/text"
)

// Change is an edit and what a user should know before it is made; if that is
// nothing the label is empty.
type Change struct {
	text.Edit
	Label       string
	Description string
}

// EditClient is what a client understands of edits.
type EditClient struct {
	Versions    bool // edits that say which version of a document they are for
	Annotations bool // changes that it asks the user about
}

// Edit converts changes of one document.
func (c EditClient) Edit(m Mapper, changes []Change) *protocol.WorkspaceEdit {
	edits := make([]text.Edit, len(changes))
	for i, change := range changes {
		edits[i] = change.Edit
	}
	if !c.Versions {
		return &protocol.WorkspaceEdit{Changes: map[uri.URI][]protocol.TextEdit{m.URI: m.Edits(edits)}}
	}
	document := m.DocumentEdit(edits)
	out := &protocol.WorkspaceEdit{DocumentChanges: []protocol.DocumentChange{document}}
	if c.Annotations {
		out.ChangeAnnotations = annotate(document, changes)
	}
	return out
}

// annotate puts the labels of changes to their edits in a document.
func annotate(document *protocol.TextDocumentEdit, changes []Change) map[protocol.ChangeAnnotationIdentifier]protocol.ChangeAnnotation {
	out := map[protocol.ChangeAnnotationIdentifier]protocol.ChangeAnnotation{}
	confirm := true
	for i, c := range changes {
		edit, ok := document.Edits[i].(*protocol.TextEdit)
		if c.Label == "" || !ok {
			continue
		}
		id := protocol.ChangeAnnotationIdentifier(c.Label)
		out[id] = protocol.ChangeAnnotation{Label: c.Label, Description: &changes[i].Description, NeedsConfirmation: &confirm}
		document.Edits[i] = &protocol.AnnotatedTextEdit{TextEdit: *edit, AnnotationID: id}
	}
	return out
}
