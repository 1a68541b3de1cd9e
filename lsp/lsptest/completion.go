package lsptest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"firn/parser/text"
)

// completion prints the items there are, or those with the given labels in
// full.
func completion(c *Client, args []string) (string, error) {
	if len(args) == 0 {
		return "", errArgs
	}
	file, items, incomplete, err := c.completions(args[0])
	if err != nil {
		return "", err
	}
	var out strings.Builder
	if incomplete {
		out.WriteString("(incomplete)\n")
	}
	for _, item := range items {
		label, _ := item["label"].(string)
		switch {
		case len(args) == 1:
			fmt.Fprintln(&out, brief(item))
		case slices.Contains(args[1:], label):
			out.WriteString(c.Show(file, item))
		}
	}
	return orNothing(out.String()), nil
}

// brief prints an item in one line.
func brief(item map[string]any) string {
	words := []string{fmt.Sprint(item["label"])}
	if d, ok := item["labelDetails"].(map[string]any); ok {
		for _, k := range []string{"detail", "description"} {
			if d[k] != nil {
				words = append(words, strings.TrimSpace(fmt.Sprint(d[k])))
			}
		}
	}
	if kind, ok := item["kind"].(float64); ok && int(kind) < len(completionKinds) {
		words = append(words, "["+completionKinds[int(kind)]+"]")
	}
	if item["detail"] != nil {
		words = append(words, fmt.Sprint(item["detail"]))
	}
	return strings.Join(words, " ")
}

// completionKinds are the names of CompletionItemKind in the specification.
var completionKinds = []string{
	"", "text", "method", "function", "constructor", "field", "variable", "class", "interface", "module", "property",
	"unit", "value", "enum", "keyword", "snippet", "color", "file", "reference", "folder", "enum member", "constant",
	"struct", "event", "operator", "type parameter",
}

// complete accepts one item, after it was resolved, and prints the line that
// it makes.
func complete(c *Client, args []string) (string, error) {
	if len(args) != 2 {
		return "", errArgs
	}
	file, items, _, err := c.completions(args[0])
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(items, func(item map[string]any) bool { return item["label"] == args[1] })
	if i < 0 {
		return "", fmt.Errorf("no item %s among %d", args[1], len(items))
	}
	item := items[i]
	if item["data"] != nil {
		if err := c.Call("completionItem/resolve", item, &item); err != nil {
			return "", err
		}
	}
	return c.accepted(args[0], file, item)
}

// completions asks for items and gives each the defaults of the list.
func (c *Client) completions(point string) (file string, items []map[string]any, incomplete bool, err error) {
	file, params, err := c.at(point)
	if err != nil {
		return "", nil, false, err
	}
	params["context"] = map[string]any{"triggerKind": 1}
	var result any
	if err := c.Call("textDocument/completion", params, &result); err != nil {
		return "", nil, false, err
	}
	var list struct {
		IsIncomplete bool
		ItemDefaults map[string]any
		Items        []map[string]any
	}
	if _, plain := result.([]any); plain {
		result = map[string]any{"items": result}
	}
	if err := again(result, &list); err != nil {
		return "", nil, false, err
	}
	slices.SortStableFunc(list.Items, func(a, b map[string]any) int {
		return strings.Compare(sortText(a), sortText(b))
	})
	for _, item := range list.Items {
		withDefaults(item, list.ItemDefaults)
	}
	return file, list.Items, list.IsIncomplete, nil
}

func sortText(item map[string]any) string {
	if s, ok := item["sortText"].(string); ok {
		return s
	}
	return fmt.Sprint(item["label"])
}

// withDefaults spells out what a list says for all of its items.
func withDefaults(item, defaults map[string]any) {
	defaults = maps.Clone(defaults)
	if r := defaults["editRange"]; r != nil && item["textEdit"] == nil {
		newText := item["textEditText"]
		if newText == nil {
			newText = item["label"]
		}
		edit := map[string]any{"newText": newText}
		if both, ok := r.(map[string]any); ok && both["insert"] != nil {
			maps.Copy(edit, both)
		} else {
			edit["range"] = r
		}
		item["textEdit"] = edit
		delete(item, "textEditText")
	}
	delete(defaults, "editRange")
	for k, v := range defaults {
		if item[k] == nil {
			item[k] = v
		}
	}
}

// accepted prints what accepting an item does to the text.
func (c *Client) accepted(point, file string, item map[string]any) (string, error) {
	edits, _ := item["additionalTextEdits"].([]any)
	if edit, ok := item["textEdit"].(map[string]any); ok {
		if edit["range"] == nil {
			edit["range"] = edit["insert"]
		}
		return c.applied(file, append(edits, edit))
	}
	_, off, err := c.point(point)
	if err != nil {
		return "", err
	}
	insert := item["insertText"]
	if insert == nil {
		insert = item["label"]
	}
	start := off
	for src := c.w.files[file]; start > 0 && isWord(src[start-1]); start-- {
	}
	edit := map[string]any{"range": c.rangeOf(file, text.Span{Start: start, End: off}), "newText": insert}
	return c.applied(file, append(edits, edit))
}

// isWord reports whether editors replace what ends with c when they complete.
func isWord(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
