package convert

import (
	"fmt"
	"slices"
	"strings"

	"go.lsp.dev/protocol"

	"firn/lsp/feature/complete"
)

// CompletionClient is what a client understands of completion.
type CompletionClient struct {
	*protocol.CompletionClientCapabilities
}

// Snippets reports whether items may have places to fill in.
func (c CompletionClient) Snippets() bool { return is(c.CompletionItem.SnippetSupport) }

func is(b *bool) bool { return b != nil && *b }

// List converts a list. What data makes of an item with a key is sent along.
func (c CompletionClient) List(m Mapper, list complete.List, data func(complete.Item) protocol.LSPAny) *protocol.CompletionList {
	out := &protocol.CompletionList{IsIncomplete: list.Incomplete, Items: make([]protocol.CompletionItem, len(list.Items))}
	edit := c.edit(m, list)
	shared := slices.Contains(c.CompletionList.ItemDefaults, "editRange")
	if shared {
		out.ItemDefaults = &protocol.CompletionItemDefaults{EditRange: edit.shared()}
	}
	for i, item := range list.Items {
		o := &out.Items[i]
		*o = c.item(item)
		o.SortText = protocol.NewOptional(fmt.Sprintf("%05d", i))
		if item.Key != "" {
			o.Data = data(item)
		}
		switch text := inserted(item); {
		case !shared:
			o.TextEdit = edit.of(text)
		case text != item.Label:
			o.TextEditText = protocol.NewOptional(text)
		}
	}
	return out
}

func inserted(item complete.Item) string {
	if item.Insert != "" {
		return item.Insert
	}
	return item.Label
}

// itemEdit is what every item of a list replaces.
type itemEdit struct {
	insert, replace protocol.Range
	both            bool // the client lets the user choose
}

func (c CompletionClient) edit(m Mapper, list complete.List) itemEdit {
	return itemEdit{m.Range(list.Insert), m.Range(list.Replace), is(c.CompletionItem.InsertReplaceSupport)}
}

func (e itemEdit) shared() protocol.CompletionItemDefaultsEditRange {
	if e.both {
		return &protocol.EditRangeWithInsertReplace{Insert: e.insert, Replace: e.replace}
	}
	return &e.insert
}

func (e itemEdit) of(text string) protocol.CompletionItemTextEdit {
	if e.both {
		return &protocol.InsertReplaceEdit{NewText: text, Insert: e.insert, Replace: e.replace}
	}
	return &protocol.TextEdit{Range: e.insert, NewText: text}
}

func (c CompletionClient) item(item complete.Item) protocol.CompletionItem {
	out := protocol.CompletionItem{Label: item.Label, Kind: completionKinds[item.Kind]}
	c.details(item, &out)
	if item.Filter != "" {
		out.FilterText = protocol.NewOptional(item.Filter)
	}
	if item.Snippet {
		out.InsertTextFormat = protocol.InsertTextFormatSnippet
		if strings.Contains(item.Insert, "\n") && slices.Contains(c.CompletionItem.InsertTextModeSupport.ValueSet, protocol.InsertTextModeAdjustIndentation) {
			out.InsertTextMode = protocol.InsertTextModeAdjustIndentation
		}
	}
	if item.Deprecated && slices.Contains(c.CompletionItem.TagSupport.ValueSet, protocol.CompletionItemTagDeprecated) {
		out.Tags = []protocol.CompletionItemTag{protocol.CompletionItemTagDeprecated}
	}
	if item.Again && is(c.CompletionItem.CommitCharactersSupport) {
		out.CommitCharacters = []string{"/"}
	}
	return out
}

// details puts what is shown beside the label where the client has a place for
// it.
func (c CompletionClient) details(item complete.Item, out *protocol.CompletionItem) {
	switch {
	case item.Detail == "" && item.Source == "":
	case is(c.CompletionItem.LabelDetailsSupport):
		out.LabelDetails = &protocol.CompletionItemLabelDetails{Detail: some(item.Detail), Description: some(item.Source)}
	default:
		out.Detail = protocol.NewOptional(strings.TrimSpace(item.Source + item.Detail))
	}
}

// some returns nil for the empty string.
func some(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// completionKinds chooses the icon that editors show.
var completionKinds = [...]protocol.CompletionItemKind{
	complete.Variable:  protocol.CompletionItemKindVariable,
	complete.Argument:  protocol.CompletionItemKindVariable,
	complete.Attribute: protocol.CompletionItemKindField,
	complete.Function:  protocol.CompletionItemKindFunction,
	complete.Constant:  protocol.CompletionItemKindConstant,
	complete.Keyword:   protocol.CompletionItemKindKeyword,
	complete.File:      protocol.CompletionItemKindFile,
	complete.Directory: protocol.CompletionItemKindFolder,
	complete.Option:    protocol.CompletionItemKindProperty,
	complete.OptionSet: protocol.CompletionItemKindModule,
	complete.Value:     protocol.CompletionItemKindValue,
}
