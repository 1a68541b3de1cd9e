package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// editor is an editor with a person in front of it: its methods do something,
// show what comes of it, and return an error if that is not to be expected.
type editor struct {
	*client
	*screen
	legend []string // the types of semantic tokens
}

// greet starts the session.
func (e *editor) greet() error {
	name, can, err := e.initialize()
	if err != nil {
		return err
	}
	e.line("a session with", e.paint(bold, name), "on", filepath.Base(e.root)+"/")
	var result struct {
		SemanticTokensProvider struct {
			Legend struct{ TokenTypes []string }
		}
	}
	raw, err := json.Marshal(can)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(raw, &result); err != nil {
		return err
	}
	e.legend = result.SemanticTokensProvider.Legend.TokenTypes
	return nil
}

// visit opens a file that has no problems.
func (e *editor) visit(path string) (*document, error) {
	d, err := e.open(path)
	if err != nil {
		return nil, err
	}
	e.line(e.paint(dim, "in "+path))
	list, err := e.diagnostics(d)
	if err == nil && len(list) > 0 {
		e.problems(d, list)
		err = fmt.Errorf("%s has problems", path)
	}
	return d, err
}

// clean expects that a document has no problems.
func (e *editor) clean(d *document) error {
	list, err := e.diagnostics(d)
	if err != nil {
		return err
	}
	e.problems(d, list)
	if len(list) > 0 {
		return fmt.Errorf("%s has problems", d.path)
	}
	return nil
}

// types replaces the text between two places by another, and shows the place.
// The pattern is that of [document.find]; old is what stands behind the
// cursor.
func (e *editor) types(d *document, pattern, old, text string) error {
	off, err := d.find(pattern)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(d.src[off:], old) {
		return fmt.Errorf("%s has no %q at %q", d.path, old, pattern)
	}
	r := places{d.position(off), d.position(off + uint32(len(old)))}
	return e.edit(d, []textEdit{{r, text}})
}

// problem expects exactly one problem, with the given code, and shows it.
func (e *editor) problem(d *document, code string) (diagnostic, error) {
	list, err := e.diagnostics(d)
	if err != nil {
		return diagnostic{}, err
	}
	e.problems(d, list)
	if len(list) != 1 || list[0].Code != code {
		return diagnostic{}, fmt.Errorf("%d problems, want one %s", len(list), code)
	}
	return list[0], nil
}

// fixes carries out the code action with the given title, which mends a
// problem.
func (e *editor) fixes(d *document, p diagnostic, title string) error {
	raw, err := e.offers(d, p.Range, []diagnostic{p}, title)
	if err != nil {
		return err
	}
	if err := e.act(raw); err != nil {
		return err
	}
	return e.clean(d)
}

// rewrites carries out the code action with the given title for a place, and
// shows the lines that change.
func (e *editor) rewrites(d *document, pattern, title string, want int) error {
	off, err := d.find(pattern)
	if err != nil {
		return err
	}
	e.shows(d, off)
	raw, err := e.offers(d, places{d.position(off), d.position(off)}, []diagnostic{}, title)
	if err != nil {
		return err
	}
	before := strings.Split(d.src, "\n")
	if err := e.act(raw); err != nil {
		return err
	}
	if n := e.differences(before, strings.Split(d.src, "\n")); n != want {
		return fmt.Errorf("%d lines change, want %d", n, want)
	}
	return e.clean(d)
}

// offers shows the code actions for a range and returns the one with the given
// title.
func (e *editor) offers(d *document, r places, about []diagnostic, title string) (json.RawMessage, error) {
	var raw []json.RawMessage
	if err := e.call("textDocument/codeAction", map[string]any{
		"textDocument": map[string]any{"uri": d.uri}, "range": r, "context": map[string]any{"diagnostics": about},
	}, &raw); err != nil {
		return nil, err
	}
	var chosen json.RawMessage
	for _, r := range raw {
		var a action
		if err := json.Unmarshal(r, &a); err != nil {
			return nil, err
		}
		mark := " "
		if a.Title == title {
			mark, chosen = "▸", r
		}
		e.line("  ", mark, a.Title, e.paint(dim, a.Kind))
	}
	if chosen == nil {
		return nil, fmt.Errorf("there is no %q among %d code actions", title, len(raw))
	}
	return chosen, nil
}

// act carries out a code action, which may have to be resolved.
func (e *editor) act(raw json.RawMessage) error {
	var a action
	if err := json.Unmarshal(raw, &a); err != nil {
		return err
	}
	if a.Edit == nil {
		if err := e.call("codeAction/resolve", raw, &a); err != nil {
			return err
		}
	}
	if a.Edit == nil {
		return fmt.Errorf("the code action %q has no edit", a.Title)
	}
	return e.carryOut(a.Edit)
}

// inserts types a text key by key and waits for the problems after each key.
// There are none at the end.
func (e *editor) inserts(d *document, pattern, text string) error {
	off, err := d.find(pattern)
	if err != nil {
		return err
	}
	began, broken := time.Now(), 0
	for i := range len(text) {
		p := d.position(off + uint32(i))
		if err := e.edit(d, []textEdit{{places{p, p}, text[i : i+1]}}); err != nil {
			return err
		}
		list, err := e.diagnostics(d)
		if err != nil {
			return err
		}
		broken += min(len(list), 1)
	}
	each := time.Since(began) / time.Duration(len(text))
	e.does("types %q", strings.TrimSpace(text))
	e.line(fmt.Sprintf("%d keys, the file is broken after %d of them; %s from key to diagnosis", len(text), broken, each.Round(10*time.Microsecond)))
	return e.clean(d)
}
