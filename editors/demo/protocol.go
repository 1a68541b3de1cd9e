package main

import (
	"encoding/json"
	"fmt"

	"firn/parser/text"
)

// What the demo reads of the protocol, as plain JSON: it sees what any editor
// sees.
type (
	position struct {
		Line      uint32 `json:"line"`
		Character uint32 `json:"character"`
	}

	places struct {
		Start position `json:"start"`
		End   position `json:"end"`
	}

	textEdit struct {
		Range   places `json:"range"`
		NewText string `json:"newText"`
	}

	location struct {
		URI   string `json:"uri"`
		Range places `json:"range"`
	}

	diagnostic struct {
		Range    places          `json:"range"`
		Severity int             `json:"severity,omitempty"`
		Code     string          `json:"code,omitempty"`
		Source   string          `json:"source,omitempty"`
		Message  string          `json:"message"`
		Data     json.RawMessage `json:"data,omitempty"`
	}

	publication struct {
		URI         string
		Version     int
		Diagnostics []diagnostic
	}

	documentEdits struct {
		TextDocument struct{ URI string }
		Edits        []textEdit
	}

	workspaceEdit struct {
		Changes         map[string][]textEdit
		DocumentChanges []documentEdits
	}

	action struct {
		Title string
		Kind  string
		Edit  *workspaceEdit
	}

	completionItem struct {
		Label, Detail, InsertText string
		TextEdit                  *textEdit
		LabelDetails              struct{ Detail, Description string }
		Data                      json.RawMessage
	}

	symbol struct {
		Name, Detail string
		Kind         int
		Children     []symbol
	}

	workspaceSymbol struct {
		Name, ContainerName string
		Location            location
	}

	folding struct {
		StartLine, EndLine uint32
		Kind               string
	}

	signature struct {
		Label         string
		Parameters    []struct{ Label parameterLabel }
		Documentation markup
	}

	signatureHelp struct {
		Signatures      []signature
		ActiveSignature int
		ActiveParameter int
	}

	hover struct {
		Contents markup
		Range    places
	}
)

// markup is a text that a server may send as a string or as an object.
type markup string

// UnmarshalJSON implements [json.Unmarshaler].
func (m *markup) UnmarshalJSON(data []byte) error {
	var object struct{ Value string }
	if json.Unmarshal(data, (*string)(m)) == nil {
		return nil
	}
	err := json.Unmarshal(data, &object)
	*m = markup(object.Value)
	return err
}

// parameterLabel is the part of a signature that a parameter is, in UTF-16
// units.
type parameterLabel [2]int

// UnmarshalJSON implements [json.Unmarshaler].
func (p *parameterLabel) UnmarshalJSON(data []byte) error {
	if err := json.Unmarshal(data, (*[2]int)(p)); err != nil {
		return fmt.Errorf("the label of a parameter is no pair of offsets: %w", err)
	}
	return nil
}

func toPosition(p text.Position) position { return position{p.Line, p.Column} }

func (p position) text() text.Position { return text.Position{Line: p.Line, Column: p.Character} }
