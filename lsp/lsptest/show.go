package lsptest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"

	"firn/parser/text"
)

// Show prints a result. Objects and arrays become lines that are indented by
// their depth; what is recognised as a range, location, edit or selection is
// printed as such. Ranges whose document is not named are in file.
func (c *Client) Show(file string, result any) string {
	var p printer
	p.c = c
	p.value(file, result)
	return orNothing(p.out.String())
}

// orNothing makes an empty answer visible.
func orNothing(answer string) string {
	if answer == "" {
		return "nothing\n"
	}
	return answer
}

// printer prints one result.
type printer struct {
	c     *Client
	out   strings.Builder
	depth int
}

func (p *printer) line(format string, args ...any) {
	p.out.WriteString(strings.Repeat("  ", p.depth))
	fmt.Fprintf(&p.out, format, args...)
	p.out.WriteString("\n")
}

func (p *printer) value(file string, v any) {
	switch v := v.(type) {
	case nil:
	case []any:
		for _, e := range v {
			p.element(file, e)
		}
	case map[string]any:
		p.object(file, v)
	default:
		p.line("%s", p.scalar(v))
	}
}

// element prints one of an array. Those that take more than a line begin with
// a dash.
func (p *printer) element(file string, v any) {
	if s, ok := p.short(file, v); ok {
		p.line("%s", s)
		return
	}
	if chain, ok := v.(map[string]any); ok && chain["parent"] != nil && chain["range"] != nil {
		p.chain(file, chain)
		return
	}
	p.line("-")
	p.depth++
	p.value(file, v)
	p.depth--
}

// chain prints a selection range, the smallest first.
func (p *printer) chain(file string, link map[string]any) {
	p.line("-")
	p.depth++
	for link != nil {
		s, _ := p.short(file, link["range"])
		p.line("%s", s)
		link, _ = link["parent"].(map[string]any)
	}
	p.depth--
}

func (p *printer) object(file string, m map[string]any) {
	if s, ok := p.short(file, m); ok {
		p.line("%s", s)
		return
	}
	if changes, ok := m["changes"].(map[string]any); ok {
		p.changes(changes)
		return
	}
	origin := file
	for _, k := range []string{"uri", "targetUri"} {
		if u, ok := m[k].(string); ok {
			file = p.c.shorten(u)
		}
	}
	if document, ok := m["textDocument"].(map[string]any); ok && m["edits"] != nil {
		p.edits(p.c.shorten(fmt.Sprint(document["uri"])), m["edits"])
		return
	}
	for _, k := range keys(m) {
		at := file
		if k == "originSelectionRange" {
			at = origin // it is not in the file that is linked to
		}
		if from, ok := m["from"].(map[string]any); ok && k == "fromRanges" {
			at = p.c.shorten(fmt.Sprint(from["uri"]))
		}
		p.entry(at, k, m[k])
	}
}

// entry prints a key and its value, on one line if it fits.
func (p *printer) entry(file, key string, v any) {
	if key == "resultId" {
		v = "…" // its value says nothing
	}
	s, ok := p.short(file, v)
	if ok && !strings.Contains(s, "\n") {
		p.line("%s: %s", key, s)
		return
	}
	p.line("%s:", key)
	p.depth++
	if text, isText := v.(string); isText {
		for line := range strings.Lines(p.c.shorten(text)) {
			p.line("%s", strings.TrimRight(line, "\n"))
		}
	} else {
		p.value(file, v)
	}
	p.depth--
}

func (p *printer) changes(changes map[string]any) {
	for _, u := range keys(changes) {
		p.edits(p.c.shorten(u), changes[u])
	}
}

func (p *printer) edits(file string, edits any) {
	list, _ := edits.([]any)
	for _, e := range list {
		p.element(file, e)
	}
}

// short prints what needs only one line, or reports that it needs more.
func (p *printer) short(file string, v any) (string, bool) {
	switch v := v.(type) {
	case []any:
		return p.shortList(v)
	case map[string]any:
		return p.shortObject(file, v)
	}
	return p.scalar(v), true
}

// shortList prints lists of numbers and of strings.
func (p *printer) shortList(list []any) (string, bool) {
	parts := make([]string, len(list))
	for i, e := range list {
		switch e.(type) {
		case []any, map[string]any:
			return "", false
		}
		parts[i] = p.scalar(e)
	}
	s := "[" + strings.Join(parts, ", ") + "]"
	return s, len(s) < 100
}

func (p *printer) shortObject(file string, m map[string]any) (string, bool) {
	switch names := strings.Join(keys(m), " "); names {
	case "":
		return "{}", true
	case "end start":
		return p.c.rangeText(file, m), true
	case "range uri":
		return p.c.rangeText(p.c.shorten(fmt.Sprint(m["uri"])), m["range"]), true
	case "newText range":
		return fmt.Sprintf("%s -> %q", p.c.rangeText(file, m["range"]), m["newText"]), true
	case "character line":
		return positionText(m), true
	case "kind range":
		if kind, ok := m["kind"].(float64); ok {
			return fmt.Sprintf("%s kind %v", p.c.rangeText(file, m["range"]), kind), true
		}
	case "range":
		return p.c.rangeText(file, m["range"]), true
	case "kind value":
		// Documentation: its kind is a matter of the client's capabilities.
		if s, ok := m["value"].(string); ok && !strings.Contains(s, "\n") {
			return s, true
		}
	}
	return "", false
}

func (p *printer) scalar(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		return p.c.shorten(v)
	}
	return fmt.Sprint(v)
}

// keys returns the keys of m, with those first that name the thing.
func keys(m map[string]any) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	rank := func(k string) int {
		if i := slices.Index([]string{"label", "name", "title", "kind", "uri", "targetUri", "range", "selectionRange"}, k); i >= 0 {
			return i
		}
		return 1000
	}
	sort.Slice(out, func(i, j int) bool {
		if a, b := rank(out[i]), rank(out[j]); a != b {
			return a < b
		}
		return out[i] < out[j]
	})
	return out
}

func positionText(m map[string]any) string {
	line, _ := m["line"].(float64)
	column, _ := m["character"].(float64)
	return fmt.Sprintf("%d:%d", int(line)+1, int(column)+1)
}

// rangeText prints a range of the protocol with what it covers.
func (c *Client) rangeText(file string, r any) string {
	var v struct {
		Start, End struct{ Line, Character uint32 }
	}
	if err := again(r, &v); err != nil {
		return fmt.Sprint(r)
	}
	lines := text.NewLines(c.content(file))
	start := lines.Offset(text.Position{Line: v.Start.Line, Column: v.Start.Character}, c.enc)
	end := lines.Offset(text.Position{Line: v.End.Line, Column: v.End.Character}, c.enc)
	s := fmt.Sprintf("%s:%d:%d-", file, v.Start.Line+1, v.Start.Character+1)
	if v.End.Line != v.Start.Line {
		s += fmt.Sprintf("%d:", v.End.Line+1)
	}
	return s + fmt.Sprintf("%d %s", v.End.Character+1, c.excerpt(file, text.Span{Start: start, End: end}))
}

// place prints a span like a range, with the name of the file if named.
func (c *Client) place(file string, s text.Span, named bool) string {
	lines := text.NewLines(c.content(file))
	a, b := lines.Position(s.Start, c.enc), lines.Position(s.End, c.enc)
	out := fmt.Sprintf("%d:%d-", a.Line+1, a.Column+1)
	if named {
		out = file + ":" + out
	}
	if a.Line != b.Line {
		out += fmt.Sprintf("%d:", b.Line+1)
	}
	return out + fmt.Sprintf("%d %s", b.Column+1, c.excerpt(file, s))
}

// excerpt prints the beginning of what a span covers.
func (c *Client) excerpt(file string, s text.Span) string {
	const width = 60
	src := c.content(file)
	if s.Start > s.End || int(s.End) > len(src) {
		return "«not in the file»"
	}
	covered := s.In(src)
	first, _, more := strings.Cut(covered, "\n")
	if runes := []rune(first); len(runes) > width {
		first, more = string(runes[:width]), true
	}
	if more {
		first = strings.TrimRight(first, " \r") + " …"
	}
	return "«" + first + "»"
}

// content returns the text of a file as the client has it, or else the disk.
func (c *Client) content(file string) string {
	if src, ok := c.w.files[file]; ok {
		return src
	}
	path := filepath.Join(c.root, file)
	if inside, ok := strings.CutPrefix(file, "<nixpkgs>/"); ok {
		path = filepath.Join(c.w.nixpkgs(), inside)
	}
	src, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	return string(src)
}

// applied prints a file after edits, all of which are for the text as it is.
func (c *Client) applied(file string, edits []any) (string, error) {
	lines := text.NewLines(c.w.files[file])
	var list []text.Edit
	for _, e := range edits {
		var v struct {
			Range struct {
				Start, End struct{ Line, Character uint32 }
			}
			NewText string
		}
		if err := again(e, &v); err != nil {
			return "", err
		}
		list = append(list, text.Edit{New: v.NewText, Span: text.Span{
			Start: lines.Offset(text.Position{Line: v.Range.Start.Line, Column: v.Range.Start.Character}, c.enc),
			End:   lines.Offset(text.Position{Line: v.Range.End.Line, Column: v.Range.End.Character}, c.enc),
		}})
	}
	slices.SortStableFunc(list, func(a, b text.Edit) int { return int(a.Start) - int(b.Start) })
	src := c.w.files[file]
	for i, e := range slices.Backward(list) {
		if i > 0 && list[i-1].End > e.Start {
			return "", fmt.Errorf("edits %s and %s overlap", list[i-1].Span, e.Span)
		}
		src = e.Apply(src)
	}
	return orNothing(src), nil
}
