package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/uri"
)

// patience is how long the editor waits for one answer.
const patience = 20 * time.Second

// client is the editor's half of a connection.
type client struct {
	conn jsonrpc2.Conn
	cmd  *exec.Cmd
	logs bytes.Buffer // what the server wrote to its standard error
	root string
	docs map[string]*document // by URI

	requests int // sent so far

	mu        sync.Mutex // guards what follows
	published map[string]publication
	signal    chan struct{} // closed and replaced when something is published
}

// pipes are both ends of the standard streams of a process.
type pipes struct {
	io.Reader
	io.WriteCloser
}

// start runs a server and greets it.
func start(binary, root, nixPath string) (*client, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	// It runs in root, where a relative path would lead elsewhere.
	if binary, err = filepath.Abs(binary); err != nil {
		return nil, err
	}
	c := &client{
		root: root, docs: make(map[string]*document),
		published: make(map[string]publication), signal: make(chan struct{}),
	}
	c.cmd = exec.CommandContext(context.Background(), binary, "lsp")
	c.cmd.Dir, c.cmd.Stderr = root, &c.logs
	c.cmd.Env = append(os.Environ(), "NIX_PATH="+nixPath)
	in, err := c.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	c.conn = jsonrpc2.NewConn(jsonrpc2.NewStream(pipes{out, in}), jsonrpc2.WithCodec(codec{}))
	c.conn.Go(context.Background(), c.handle)
	return c, nil
}

// initialize greets the server and returns its name and what it can do.
func (c *client) initialize() (name string, capabilities map[string]any, err error) {
	var result struct {
		ServerInfo   struct{ Name, Version string }
		Capabilities map[string]any
	}
	err = c.call("initialize", map[string]any{
		"processId":        os.Getpid(),
		"clientInfo":       map[string]any{"name": "demo"},
		"rootUri":          c.uri(""),
		"workspaceFolders": []any{map[string]any{"uri": c.uri(""), "name": filepath.Base(c.root)}},
		"capabilities":     json.RawMessage(capable),
	}, &result)
	if err != nil {
		return "", nil, err
	}
	return strings.TrimSpace(result.ServerInfo.Name + " " + result.ServerInfo.Version), result.Capabilities, c.notify("initialized", map[string]any{})
}

// capable is what the demo's editor can do.
const capable = `{
	"workspace": {"workspaceEdit": {"documentChanges": true}, "symbol": {}},
	"textDocument": {
		"synchronization": {},
		"publishDiagnostics": {"relatedInformation": true, "versionSupport": true, "dataSupport": true},
		"hover": {"contentFormat": ["markdown"]},
		"completion": {"completionItem": {"documentationFormat": ["markdown"], "labelDetailsSupport": true}},
		"signatureHelp": {"signatureInformation": {"parameterInformation": {"labelOffsetSupport": true}}},
		"documentSymbol": {"hierarchicalDocumentSymbolSupport": true},
		"codeAction": {
			"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "refactor"]}},
			"dataSupport": true, "resolveSupport": {"properties": ["edit"]}
		},
		"rename": {"prepareSupport": true},
		"foldingRange": {"lineFoldingOnly": true},
		"semanticTokens": {
			"requests": {"full": true}, "formats": ["relative"],
			"tokenTypes": ["variable", "parameter", "property", "function", "keyword", "string", "number", "comment", "operator"],
			"tokenModifiers": ["definition"]
		}
	}
}`

// stop says goodbye, waits until the server has left and returns what it left
// with. One that does not listen is killed.
func (c *client) stop() error {
	err := c.call("shutdown", nil, nil)
	if err == nil {
		err = c.notify("exit", nil)
	}
	if err != nil {
		c.kill()
	}
	timer := time.AfterFunc(patience, c.kill)
	defer timer.Stop()
	<-c.conn.Done() // Wait closes the pipes that this reads
	return errors.Join(err, c.cmd.Wait())
}

// kill ends a server that does not answer. That it may have ended already is
// no error.
func (c *client) kill() {
	if err := c.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		fmt.Fprintln(os.Stderr, "end the server:", err)
	}
}

func (c *client) call(method string, params, result any) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c.requests++
	if _, err := c.conn.Call(ctx, method, params, result); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	return nil
}

func (c *client) notify(method string, params any) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := c.conn.Notify(ctx, method, params); err != nil {
		return fmt.Errorf("%s: %w", method, err)
	}
	return nil
}

// handle takes what the server sends. Requests of it are all answered with
// null: the editor has no settings.
func (c *client) handle(_ context.Context, req *jsonrpc2.Request) (any, error) {
	switch req.Method() {
	case "textDocument/publishDiagnostics":
		var p publication
		if err := json.Unmarshal(req.Params(), &p); err == nil {
			c.take(p)
		}
	case "workspace/configuration":
		var p struct{ Items []json.RawMessage }
		if err := json.Unmarshal(req.Params(), &p); err != nil {
			return nil, err
		}
		return make([]any, len(p.Items)), nil
	}
	return nil, nil
}

func (c *client) take(p publication) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.published[p.URI] = p
	close(c.signal)
	c.signal = make(chan struct{})
}

// diagnostics waits for those of the version of d that the editor has.
func (c *client) diagnostics(d *document) ([]diagnostic, error) {
	deadline := time.After(patience)
	for {
		c.mu.Lock()
		p, signal := c.published[d.uri], c.signal
		c.mu.Unlock()
		if p.Version == d.version {
			return p.Diagnostics, nil
		}
		select {
		case <-signal:
		case <-c.conn.Done():
			return nil, errors.New("the server has gone")
		case <-deadline:
			return nil, fmt.Errorf("no diagnostics for version %d of %s", d.version, d.path)
		}
	}
}

func (c *client) uri(path string) string { return string(uri.File(filepath.Join(c.root, path))) }

// path returns what a person calls a file of the workspace.
func (c *client) path(name string) string {
	if inside, ok := strings.CutPrefix(name, c.uri("")+"/"); ok {
		return inside
	}
	outside, err := filepath.Rel(c.root, strings.TrimPrefix(name, "file://"))
	if err != nil {
		return name
	}
	return outside
}

// open opens a file of the workspace.
func (c *client) open(path string) (*document, error) {
	d := &document{path: path, uri: c.uri(path), version: 1}
	if d, ok := c.docs[d.uri]; ok {
		return d, nil
	}
	src, err := os.ReadFile(filepath.Join(c.root, path))
	if err != nil {
		return nil, err
	}
	d.src = string(src)
	c.docs[d.uri] = d
	return d, c.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{
		"uri": d.uri, "languageId": "nix", "version": d.version, "text": d.src,
	}})
}

// edit changes a document in the editor and tells the server.
func (c *client) edit(d *document, edits []textEdit) error {
	changes := make([]any, 0, len(edits))
	old := d.src
	if err := d.apply(edits); err != nil {
		return err
	}
	if old == d.src {
		return fmt.Errorf("an edit changes nothing in %s", d.path)
	}
	if len(edits) == 1 {
		changes = append(changes, map[string]any{"range": edits[0].Range, "text": edits[0].NewText})
	} else {
		changes = append(changes, map[string]any{"text": d.src})
	}
	d.version++
	return c.notify("textDocument/didChange", map[string]any{
		"textDocument":   map[string]any{"uri": d.uri, "version": d.version},
		"contentChanges": changes,
	})
}

// carryOut does what an edit of the workspace says. The demo has all documents
// open that it is about.
func (c *client) carryOut(e *workspaceEdit) error {
	changes := e.DocumentChanges
	for name, edits := range e.Changes {
		changes = append(changes, documentEdits{TextDocument: struct{ URI string }{name}, Edits: edits})
	}
	for _, change := range changes {
		d, ok := c.docs[change.TextDocument.URI]
		if !ok {
			return fmt.Errorf("an edit of %s, which is not open", c.path(change.TextDocument.URI))
		}
		if err := c.edit(d, change.Edits); err != nil {
			return err
		}
	}
	return nil
}

// at returns the params of a request about a place in a document.
func (c *client) at(d *document, off uint32) map[string]any {
	return map[string]any{"textDocument": map[string]any{"uri": d.uri}, "position": d.position(off)}
}

// codec is plain encoding/json.
type codec struct{}

// Marshal implements [jsonrpc2.Codec].
func (codec) Marshal(v any) ([]byte, error) { return json.Marshal(v) }

// Unmarshal implements [jsonrpc2.Codec].
func (codec) Unmarshal(data []byte, v any) error { return json.Unmarshal(data, v) }
