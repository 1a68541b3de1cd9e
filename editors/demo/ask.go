package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"firn/parser/text"
)

// hovers shows what the server says about a place; it must contain all wanted
// texts.
func (e *editor) hovers(d *document, pattern string, want ...string) error {
	off, err := d.find(pattern)
	if err != nil {
		return err
	}
	var h hover
	if err := e.call("textDocument/hover", e.at(d, off), &h); err != nil {
		return err
	}
	e.does("rests here")
	e.shows(d, off)
	e.window(string(h.Contents))
	return contains(string(h.Contents), want)
}

func contains(s string, want []string) error {
	for _, w := range want {
		if !strings.Contains(s, w) {
			return fmt.Errorf("nothing says %q", w)
		}
	}
	return nil
}

// completes asks what can stand at a place, shows the first few, and accepts
// the one wanted. Its documentation must contain some texts.
func (e *editor) completes(d *document, pattern, want string, says ...string) error {
	off, err := d.find(pattern)
	if err != nil {
		return err
	}
	var list struct{ Items []completionItem }
	var raw json.RawMessage
	if err := e.call("textDocument/completion", e.at(d, off), &raw); err != nil {
		return err
	}
	if json.Unmarshal(raw, &list) != nil {
		if err := json.Unmarshal(raw, &list.Items); err != nil {
			return err
		}
	}
	i := slices.IndexFunc(list.Items, func(item completionItem) bool { return item.Label == want })
	e.menu(list.Items, i)
	if i < 0 {
		return fmt.Errorf("%q is not among %d completions", want, len(list.Items))
	}
	if list.Items[i].TextEdit == nil {
		return fmt.Errorf("the completion %q has no edit", want)
	}
	if len(says) > 0 {
		if err := e.documents(list.Items[i], says); err != nil {
			return err
		}
	}
	return e.edit(d, []textEdit{*list.Items[i].TextEdit})
}

// documents shows the documentation of an item.
func (e *editor) documents(item completionItem, want []string) error {
	var resolved struct{ Documentation markup }
	if err := e.call("completionItem/resolve", map[string]any{"label": item.Label, "data": item.Data}, &resolved); err != nil {
		return err
	}
	e.window(string(resolved.Documentation))
	return contains(string(resolved.Documentation), want)
}

// menu shows the first items of a completion, and the chosen one.
func (e *editor) menu(items []completionItem, chosen int) {
	const rows = 5
	for i, item := range items {
		switch {
		case i == chosen:
			e.line("   ▸", item.Label, e.paint(dim, item.about()))
		case i < rows:
			e.line("    ", item.Label, e.paint(dim, item.about()))
		}
	}
	if more := len(items) - rows; more > 0 {
		e.line("    ", e.paint(dim, fmt.Sprintf("… %d in all", len(items))))
	}
}

// about returns what a menu shows beside the label.
func (i completionItem) about() string {
	return strings.TrimSpace(strings.Join([]string{i.LabelDetails.Detail, i.LabelDetails.Description, i.Detail}, " "))
}

// jumps goes to the definition of what stands at a place and shows it.
func (e *editor) jumps(d *document, pattern, file, line string) error {
	off, err := d.find(pattern)
	if err != nil {
		return err
	}
	var raw json.RawMessage
	if err := e.call("textDocument/definition", e.at(d, off), &raw); err != nil {
		return err
	}
	to, err := firstLocation(raw)
	if err != nil {
		return err
	}
	target, err := e.open(e.path(to.URI))
	if err != nil {
		return err
	}
	lines := text.NewLines(target.src)
	got := strings.TrimSpace(lines.Span(to.Range.Start.Line).In(target.src))
	e.does("jumps from here")
	e.shows(d, off)
	e.line("  ", fmt.Sprintf("%s:%d:", target.path, to.Range.Start.Line+1), e.paint(bold, got))
	if target.path != file || got != line {
		return fmt.Errorf("this is not %q of %s", line, file)
	}
	return nil
}

// firstLocation reads an answer that may be one location or a list.
func firstLocation(raw json.RawMessage) (location, error) {
	var list []location
	if err := json.Unmarshal(raw, &list); err != nil {
		var one location
		err := json.Unmarshal(raw, &one)
		return one, err
	}
	if len(list) == 0 {
		return location{}, errors.New("there is no definition")
	}
	return list[0], nil
}

// refers expects how often the name at a place is used.
func (e *editor) refers(d *document, pattern string, want int) error {
	off, err := d.find(pattern)
	if err != nil {
		return err
	}
	params := e.at(d, off)
	params["context"] = map[string]any{"includeDeclaration": true}
	var list []location
	if err := e.call("textDocument/references", params, &list); err != nil {
		return err
	}
	e.does("asks who uses this")
	e.shows(d, off)
	lines := text.NewLines(d.src)
	for _, l := range list {
		e.line("  ", e.paint(dim, fmt.Sprintf("%4d │", l.Range.Start.Line+1)), strings.TrimSpace(lines.Span(l.Range.Start.Line).In(d.src)))
	}
	if len(list) != want {
		return fmt.Errorf("%d places, want %d", len(list), want)
	}
	return nil
}

// renames gives the name at a place another one, and shows the lines that
// change.
func (e *editor) renames(d *document, pattern, to string, want int) error {
	off, err := d.find(pattern)
	if err != nil {
		return err
	}
	params := e.at(d, off)
	var can json.RawMessage
	if err := e.call("textDocument/prepareRename", params, &can); err != nil {
		return err
	}
	params["newName"] = to
	var edit workspaceEdit
	if err := e.call("textDocument/rename", params, &edit); err != nil {
		return err
	}
	e.shows(d, off)
	before := strings.Split(d.src, "\n")
	if err := e.carryOut(&edit); err != nil {
		return err
	}
	e.does("renames it to %s", to)
	changed := e.differences(before, strings.Split(d.src, "\n"))
	if changed != want {
		return fmt.Errorf("%d lines change, want %d", changed, want)
	}
	return e.clean(d)
}

// differences shows the lines that change, and counts them. Between the first
// and the last of them lines are compared one by one if their number is the
// same.
func (e *editor) differences(before, after []string) int {
	first := 0
	for first < min(len(before), len(after)) && before[first] == after[first] {
		first++
	}
	before, after = before[first:], after[first:]
	for len(before) > 0 && len(after) > 0 && before[len(before)-1] == after[len(after)-1] {
		before, after = before[:len(before)-1], after[:len(after)-1]
	}
	if len(before) != len(after) {
		e.change(first, before, after)
		return len(before)
	}
	n := 0
	for i := range before {
		if before[i] != after[i] {
			n++
			e.change(first+i, before[i:i+1], after[i:i+1])
		}
	}
	return n
}

// change shows lines that others replace, with the number of the first.
func (e *editor) change(at int, before, after []string) {
	for i, line := range before {
		e.line(e.paint(dim, fmt.Sprintf("%4d │", at+i+1)), e.paint(red, "- "+line))
	}
	for _, line := range after {
		e.line(e.paint(dim, "     │"), e.paint(green, "+ "+line))
	}
}

// outlines shows the upper symbols of a document and expects some of them.
func (e *editor) outlines(d *document, want ...string) error {
	var list []symbol
	if err := e.call("textDocument/documentSymbol", map[string]any{"textDocument": map[string]any{"uri": d.uri}}, &list); err != nil {
		return err
	}
	var out strings.Builder
	var walk func([]symbol, int)
	walk = func(list []symbol, depth int) {
		for _, s := range list {
			fmt.Fprintf(&out, "%s%s  %s\n", strings.Repeat("  ", depth), s.Name, e.paint(dim, s.Detail))
			if depth < 1 {
				walk(s.Children, depth+1)
			}
		}
	}
	walk(list, 0)
	e.window(out.String())
	return contains(out.String(), want)
}

// folds shows a document with all folded that is one level deep.
func (e *editor) folds(d *document, want int) error {
	var list []folding
	if err := e.call("textDocument/foldingRange", map[string]any{"textDocument": map[string]any{"uri": d.uri}}, &list); err != nil {
		return err
	}
	ends := make(map[uint32]uint32) // of what is folded, by first line
	for _, f := range list {
		around := 0
		for _, o := range list {
			if o.StartLine < f.StartLine && f.EndLine <= o.EndLine {
				around++
			}
		}
		if around == 1 {
			ends[f.StartLine] = f.EndLine
		}
	}
	e.folded(d, ends)
	if len(list) != want {
		return fmt.Errorf("%d places to fold, want %d", len(list), want)
	}
	return nil
}

// folded shows a document without the lines that are folded away.
func (e *editor) folded(d *document, ends map[uint32]uint32) {
	lines := text.NewLines(strings.TrimSuffix(d.src, "\n"))
	for n := uint32(0); n < lines.Count(); n++ {
		src := lines.Span(n).In(d.src)
		number := e.paint(dim, fmt.Sprintf("%4d │", n+1))
		if end, ok := ends[n]; ok {
			e.line(number, src, e.paint(dim, fmt.Sprintf("⋯ %d lines", end-n)))
			n = end
			continue
		}
		e.line(number, src)
	}
}

// colours counts the semantic tokens of a document by type.
func (e *editor) colours(d *document, want ...string) error {
	var result struct{ Data []uint32 }
	if err := e.call("textDocument/semanticTokens/full", map[string]any{"textDocument": map[string]any{"uri": d.uri}}, &result); err != nil {
		return err
	}
	count := make(map[string]int)
	for data := result.Data; len(data) >= 5; data = data[5:] {
		if int(data[3]) >= len(e.legend) {
			return fmt.Errorf("a token of type %d, but there are %d types", data[3], len(e.legend))
		}
		count[e.legend[data[3]]]++
	}
	var kinds []string
	for kind, n := range count {
		kinds = append(kinds, fmt.Sprintf("%d %s", n, kind))
	}
	slices.Sort(kinds)
	e.line(fmt.Sprintf("%d tokens:", len(result.Data)/5), strings.Join(kinds, ", "))
	return contains(strings.Join(kinds, ", "), want)
}

// searches looks for symbols in all files.
func (e *editor) searches(query string, want ...string) error {
	var list []workspaceSymbol
	if err := e.call("workspace/symbol", map[string]any{"query": query}, &list); err != nil {
		return err
	}
	e.does("looks for %s in all files", query)
	var out strings.Builder
	for _, s := range list {
		fmt.Fprintf(&out, "%s %s %s:%d\n", s.Name, s.ContainerName, e.path(s.Location.URI), s.Location.Range.Start.Line+1)
	}
	e.window(out.String())
	return contains(out.String(), want)
}

// signs shows the signature of the function that is called at a place, with
// the parameter that comes next.
func (e *editor) signs(d *document, pattern, want string) error {
	off, err := d.find(pattern)
	if err != nil {
		return err
	}
	var help signatureHelp
	if err := e.call("textDocument/signatureHelp", e.at(d, off), &help); err != nil {
		return err
	}
	if help.ActiveSignature >= len(help.Signatures) {
		return errors.New("there is no signature")
	}
	s := help.Signatures[help.ActiveSignature]
	if help.ActiveParameter >= len(s.Parameters) {
		return fmt.Errorf("there is no parameter %d in %s", help.ActiveParameter, s.Label)
	}
	p := s.Parameters[help.ActiveParameter].Label
	e.shows(d, off)
	got := s.Label[p[0]:p[1]]
	e.line("  ", s.Label[:p[0]]+e.paint(bold, got)+s.Label[p[1]:])
	e.window(string(s.Documentation))
	if got != want {
		return fmt.Errorf("the parameter is %s, want %s", got, want)
	}
	return nil
}
