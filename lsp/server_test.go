package lsp_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/lsptest"
)

// report is what a test wants of a diagnostic report.
type report struct {
	Kind     string
	URI      string
	ResultID string
	Items    []struct{ Message string }
}

// brief tells a report in a line.
func (r report) brief() string {
	words := []string{r.URI[strings.LastIndex(r.URI, "/")+1:], r.Kind}
	for _, i := range r.Items {
		words = append(words, i.Message)
	}
	return strings.TrimSpace(strings.Join(words, " "))
}

func briefs(list []report) string {
	var lines []string
	for _, r := range list {
		lines = append(lines, r.brief())
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// previous are the result ids that a client sends along.
func previous(list []report) []any {
	out := []any{}
	for _, r := range list {
		if r.ResultID != "" {
			out = append(out, map[string]any{"uri": r.URI, "value": r.ResultID})
		}
	}
	return out
}

var pulling = map[string]any{"textDocument": map[string]any{"diagnostic": map[string]any{}}}

func TestWorkspaceDiagnostics(t *testing.T) {
	c := lsptest.Start(t, lsptest.Options{Capabilities: pulling, Files: map[string]string{
		"good.nix": "1", "bad.nix": "[", "sub/bad.nix": "[ x ]", "open.nix": "(", "fixed.nix": "]",
	}})
	if err := c.Open("open.nix"); err != nil {
		t.Fatal(err)
	}
	pull := func(ids []any) []report {
		t.Helper()
		var r struct{ Items []report }
		if err := c.Call("workspace/diagnostic", map[string]any{"previousResultIds": ids}, &r); err != nil {
			t.Fatal(err)
		}
		return r.Items
	}
	steps := []struct {
		name   string
		before func()
		want   string
	}{
		{"first", func() {}, "bad.nix full syntax error, unexpected end of file\nbad.nix full undefined variable 'x'\nfixed.nix full syntax error, unexpected ']'"},
		{"again", func() {}, "bad.nix unchanged\nbad.nix unchanged\nfixed.nix unchanged"},
		{"changed on disk", func() {
			for name, src := range map[string]string{"fixed.nix": "[ ]", "good.nix": "[ y ]"} {
				if err := c.Write(name, src); err != nil {
					t.Fatal(err)
				}
			}
		}, "bad.nix unchanged\nbad.nix unchanged\nfixed.nix full\ngood.nix full undefined variable 'y'"},
		{"opened", func() {
			if err := c.Open("bad.nix"); err != nil {
				t.Fatal(err)
			}
		}, "bad.nix full\nbad.nix unchanged\ngood.nix unchanged"},
	}
	var last []report
	for _, s := range steps {
		t.Run(s.name, func(t *testing.T) {
			s.before()
			last = pull(previous(last))
			if diff := cmp.Diff(s.want, briefs(last)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// A client that takes partial results gets all reports as such, and its next
// request waits until something has changed.
func TestWorkspaceDiagnosticsInParts(t *testing.T) {
	files := make(map[string]string)
	for i := range 50 {
		files[fmt.Sprintf("%d.nix", i)] = "["
	}
	c := lsptest.Start(t, lsptest.Options{Capabilities: pulling, Files: files})
	parts := func() []report {
		var all []report
		for _, m := range c.Messages("$/progress") {
			var p struct {
				Token string
				Value struct{ Items []report }
			}
			if err := json.Unmarshal(m.Params, &p); err != nil {
				t.Fatal(err)
			}
			if p.Token == "part" {
				all = append(all, p.Value.Items...)
			}
		}
		return all
	}
	pull := func(ids []any) error {
		var r struct{ Items []report }
		err := c.Call("workspace/diagnostic", map[string]any{"previousResultIds": ids, "partialResultToken": "part", "workDoneToken": "work"}, &r)
		if len(r.Items) > 0 {
			t.Errorf("%d items in the answer", len(r.Items))
		}
		return err
	}
	if err := pull([]any{}); err != nil {
		t.Fatal(err)
	}
	first := parts()
	if len(first) != len(files) {
		t.Fatalf("%d reports in parts, want %d", len(first), len(files))
	}
	c.Forget("$/progress")
	answered := make(chan error)
	go func() { answered <- pull(previous(first)) }()
	select {
	case err := <-answered:
		t.Fatalf("answered although nothing has changed: %v", err)
	case <-time.After(200 * time.Millisecond):
	}
	if err := c.Write("7.nix", "[ ]"); err != nil {
		t.Fatal(err)
	}
	if err := c.Notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{map[string]any{"uri": c.URI("7.nix"), "type": 2}}}); err != nil {
		t.Fatal(err)
	}
	if err := <-answered; err != nil {
		t.Fatal(err)
	}
	var full []string
	for _, r := range parts() {
		if r.Kind == "full" {
			full = append(full, r.brief())
		}
	}
	if diff := cmp.Diff([]string{"7.nix full"}, full); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestUnchangedDiagnostics(t *testing.T) {
	c := lsptest.Start(t, lsptest.Options{Capabilities: pulling, Files: map[string]string{"a.nix": "❰x❱[ y ]"}})
	var last report
	pull := func() string {
		t.Helper()
		document, err := c.Document("a.nix")
		if err != nil {
			t.Fatal(err)
		}
		params := map[string]any{"textDocument": document, "previousResultId": last.ResultID}
		last = report{}
		if err := c.Call("textDocument/diagnostic", params, &last); err != nil {
			t.Fatal(err)
		}
		return last.brief()
	}
	for i, want := range []string{"full undefined variable 'y'", "unchanged", "unchanged"} {
		if got := pull(); got != want {
			t.Errorf("pull %d: %s, want %s", i, got, want)
		}
	}
	if n := len(c.Messages("textDocument/publishDiagnostics")); n > 0 {
		t.Errorf("%d diagnostics were pushed to a client that pulls", n)
	}
}

// A client that does not watch files leaves that to the server.
func TestWatchingFiles(t *testing.T) {
	c := lsptest.Start(t, lsptest.Options{
		Capabilities: map[string]any{"workspace": map[string]any{"didChangeWatchedFiles": nil}, "textDocument": map[string]any{"diagnostic": map[string]any{}}},
		Files:        map[string]string{"a.nix": "1", "sub/b.nix": "2", "firn.toml": ""},
	})
	var params struct{ Registrations []struct{ Method string } }
	c.Await("client/registerCapability", func(m lsptest.Message) bool { return json.Unmarshal(m.Params, &params) == nil })
	for _, r := range params.Registrations {
		if r.Method == "workspace/didChangeWatchedFiles" {
			t.Error("the client is asked to watch files")
		}
	}
	steps := []struct{ file, src, want string }{
		{"sub/b.nix", "[", "b.nix full syntax error, unexpected end of file"},
		{"new.nix", "(", "b.nix full syntax error, unexpected end of file\nnew.nix full syntax error, unexpected end of file"},
		{"made/later/c.nix", "}", "b.nix full syntax error, unexpected end of file\nc.nix full syntax error, unexpected '}'\nnew.nix full syntax error, unexpected end of file"},
		{"firn.toml", "[diagnostics]\nworkspace = false\n", ""},
	}
	for _, s := range steps {
		t.Run(s.file, func(t *testing.T) {
			if err := c.Write(s.file, s.src); err != nil {
				t.Fatal(err)
			}
			got := ""
			for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
				var r struct{ Items []report }
				if err := c.Call("workspace/diagnostic", map[string]any{"previousResultIds": []any{}}, &r); err != nil {
					t.Fatal(err)
				}
				if got = briefs(r.Items); got == s.want {
					return
				}
			}
			t.Errorf("got %s, want %s", got, s.want)
		})
	}
}

func TestFolders(t *testing.T) {
	c := lsptest.Start(t, lsptest.Options{Capabilities: pulling, Files: map[string]string{"a/x.nix": "[", "b/y.nix": "["}})
	folder := func(name string) []any { return []any{map[string]any{"uri": c.URI(name), "name": name}} }
	root := []any{map[string]any{"uri": c.URI(""), "name": "root"}}
	steps := []struct {
		name           string
		added, removed []any
		want           string
	}{
		{"one of two", folder("a"), root, "x.nix full syntax error, unexpected end of file"},
		{"both", folder("b"), []any{}, "x.nix full syntax error, unexpected end of file\ny.nix full syntax error, unexpected end of file"},
		{"none", []any{}, append(folder("a"), folder("b")...), ""},
	}
	for _, s := range steps {
		t.Run(s.name, func(t *testing.T) {
			event := map[string]any{"added": s.added, "removed": s.removed}
			if err := c.Notify("workspace/didChangeWorkspaceFolders", map[string]any{"event": event}); err != nil {
				t.Fatal(err)
			}
			var r struct{ Items []report }
			if err := c.Call("workspace/diagnostic", map[string]any{"previousResultIds": []any{}}, &r); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(s.want, briefs(r.Items)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// Folders that are added later are watched, too.
func TestWatchingAddedFolders(t *testing.T) {
	c := lsptest.Start(t, lsptest.Options{
		Capabilities: map[string]any{"workspace": map[string]any{"didChangeWatchedFiles": nil}, "textDocument": map[string]any{"diagnostic": map[string]any{}}},
		Files:        map[string]string{"a/x.nix": "1"},
	})
	event := map[string]any{
		"added":   []any{map[string]any{"uri": c.URI("a"), "name": "a"}},
		"removed": []any{map[string]any{"uri": c.URI(""), "name": "root"}},
	}
	if err := c.Notify("workspace/didChangeWorkspaceFolders", map[string]any{"event": event}); err != nil {
		t.Fatal(err)
	}
	const want = "new.nix full syntax error, unexpected end of file"
	got := ""
	if err := c.Write("a/new.nix", "["); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); got != want && time.Now().Before(deadline); {
		var r struct{ Items []report }
		if err := c.Call("workspace/diagnostic", map[string]any{"previousResultIds": []any{}}, &r); err != nil {
			t.Fatal(err)
		}
		got = briefs(r.Items)
		time.Sleep(20 * time.Millisecond)
	}
	if got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTrace(t *testing.T) {
	c := lsptest.Start(t, lsptest.Options{Files: map[string]string{"a.nix": "1"}})
	steps := []struct {
		level string
		want  string // in the message for the failing request, "" if there is to be none
		error bool
	}{{"off", "", false}, {"messages", "handled request 'firn/none' in ", false}, {"verbose", "handled request 'firn/none' in ", true}, {"nonsense", "", false}}
	for _, s := range steps {
		t.Run(s.level, func(t *testing.T) {
			if err := c.Notify("$/setTrace", map[string]any{"value": s.level}); err != nil {
				t.Fatal(err)
			}
			if err := c.Call("firn/none", map[string]any{}, nil); err == nil {
				t.Fatal("no error")
			}
			if err := c.Call("firn/none", map[string]any{}, nil); err == nil {
				t.Fatal("no error")
			}
			var p struct{ Message, Verbose string }
			found := slices.ContainsFunc(c.Messages("$/logTrace"), func(m lsptest.Message) bool {
				return json.Unmarshal(m.Params, &p) == nil && strings.Contains(p.Message, "firn/none")
			})
			if found != (s.want != "") || !strings.HasPrefix(p.Message, s.want) || (p.Verbose != "") != s.error {
				t.Errorf("found %v, message %q, verbose %q", found, p.Message, p.Verbose)
			}
			c.Forget("$/logTrace")
		})
	}
}
