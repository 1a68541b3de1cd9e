package convert

import (
	"slices"

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

// Changes are changes of one document, in source order.
type Changes struct {
	Mapper
	List []Change
}

// Edit converts changes of one document.
func (c EditClient) Edit(m Mapper, changes []Change) *protocol.WorkspaceEdit {
	return c.EditAll(Changes{m, changes})
}

// EditAll converts changes of several documents.
func (c EditClient) EditAll(documents ...Changes) *protocol.WorkspaceEdit {
	out := &protocol.WorkspaceEdit{}
	for _, d := range documents {
		edits := make([]text.Edit, len(d.List))
		for i, change := range d.List {
			edits[i] = change.Edit
		}
		if !c.Versions {
			if out.Changes == nil {
				out.Changes = map[uri.URI][]protocol.TextEdit{}
			}
			out.Changes[d.URI] = d.Edits(edits)
			continue
		}
		document := d.DocumentEdit(edits)
		out.DocumentChanges = append(out.DocumentChanges, document)
		if c.Annotations {
			out.ChangeAnnotations = annotate(out.ChangeAnnotations, document, d.List)
		}
	}
	return out
}

// Create puts a new file with a text before the other changes of an edit, for a
// client that takes versioned edits and makes files. An existing one stays, and
// nothing is changed then.
func Create(edit *protocol.WorkspaceEdit, u uri.URI, src string) *protocol.WorkspaceEdit {
	no := false
	create := &protocol.CreateFile{
		Kind: "create", URI: u,
		Options: &protocol.CreateFileOptions{Overwrite: &no, IgnoreIfExists: &no},
	}
	m := Mapper{URI: u, Lines: text.NewLines("")}
	edit.DocumentChanges = slices.Concat(
		[]protocol.DocumentChange{create, m.DocumentEdit([]text.Edit{{New: src}})}, edit.DocumentChanges)
	return edit
}

// annotate puts the labels of changes to their edits in a document, and adds what
// they say to notes.
func annotate(notes map[protocol.ChangeAnnotationIdentifier]protocol.ChangeAnnotation, document *protocol.TextDocumentEdit, changes []Change) map[protocol.ChangeAnnotationIdentifier]protocol.ChangeAnnotation {
	if notes == nil {
		notes = map[protocol.ChangeAnnotationIdentifier]protocol.ChangeAnnotation{}
	}
	confirm := true
	for i, c := range changes {
		edit, ok := document.Edits[i].(*protocol.TextEdit)
		if c.Label == "" || !ok {
			continue
		}
		id := protocol.ChangeAnnotationIdentifier(c.Label)
		notes[id] = protocol.ChangeAnnotation{Label: c.Label, Description: &changes[i].Description, NeedsConfirmation: &confirm}
		document.Edits[i] = &protocol.AnnotatedTextEdit{TextEdit: *edit, AnnotationID: id}
	}
	return notes
}
