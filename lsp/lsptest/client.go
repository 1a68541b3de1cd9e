package lsptest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/uri"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest"

	"firn/eval/fetch"
	"firn/lsp"
	"firn/parser/text"
)

// patience is how long a test waits for the server.
const patience = 30 * time.Second

// Options say how a client begins.
type Options struct {
	// Files are the workspace, by path.
	Files map[string]string
	// Capabilities are merged into those that the client has by default. Null
	// takes one away.
	Capabilities map[string]any
	// Settings are answered to a request for the configuration.
	Settings map[string]any
	// Root is the folder of the workspace; by default one is made for the
	// test. Files are written there.
	Root string
	// Cache is the directory in which the server keeps what it has found out
	// for the next start; by default nowhere.
	Cache string
	// NixPath is the search path of the server, by default none.
	NixPath string
	// Patience is how long a request may wait for what is evaluated, by default as
	// long as the test waits for the answer.
	Patience time.Duration
	// Fetch says how the server fetches for workspaces that are trusted; by default
	// nothing is fetched.
	Fetch *fetch.Options
	// Workshop is where the server builds; by default nowhere.
	Workshop *lsp.Workshop
	// Answers are the titles of what is chosen in requests that show a message, by what
	// the message begins with. By default nothing is chosen.
	Answers map[string]string
}

// Client is a client of a server in the same process. All it knows of the
// protocol is its JSON.
type Client struct {
	t    testing.TB
	conn jsonrpc2.Conn
	root string
	enc  text.Encoding
	w    *workspace

	// Result is what the server answered to initialize.
	Result json.RawMessage

	versions map[string]int // of open documents, by path in the workspace

	mu     sync.Mutex // guards what follows
	inbox  []Message
	signal chan struct{} // replaced and closed when inbox grows
}

// Message is a notification or a request that came from the server.
type Message struct {
	Method string
	Params json.RawMessage
}

// Start starts a server and initializes it. The test ends them.
func Start(t testing.TB, opts Options) *Client {
	t.Helper()
	w := &workspace{files: make(map[string]string), marks: make(map[string]mark), client: opts.Capabilities, settings: opts.Settings, cache: opts.Cache, nixPath: opts.NixPath, patience: cmp.Or(opts.Patience, patience), fetch: opts.Fetch, workshop: opts.Workshop, answers: opts.Answers}
	for name, src := range opts.Files {
		if err := w.add(name, src); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	return startIn(t, w, opts.Root)
}

func start(t testing.TB, w *workspace) *Client {
	t.Helper()
	return startIn(t, w, "")
}

func startIn(t testing.TB, w *workspace, root string) *Client {
	t.Helper()
	if root == "" {
		root = t.TempDir()
	}
	if err := w.write(root); err != nil {
		t.Fatal(err)
	}
	if w.nixPath == "" {
		w.nixPath = ":" // not that of whoever runs the test
	}
	near, far := net.Pipe()
	c := &Client{t: t, root: root, w: w, versions: make(map[string]int), signal: make(chan struct{})}
	c.conn = jsonrpc2.NewConn(jsonrpc2.NewStream(near), jsonrpc2.WithCodec(codec{}))
	served := make(chan error, 1)
	go func() {
		served <- lsp.Serve(context.Background(), far, lsp.Options{Version: "test", Log: zaptest.NewLogger(t, zaptest.Level(zap.WarnLevel), zaptest.WrapOptions(zap.Hooks(noPanic(t)))), Cache: w.cache, NixPath: w.nixPath, Patience: w.patience, Fetch: w.fetch, Workshop: w.workshop})
	}()
	c.conn.Go(context.Background(), c.handle)
	t.Cleanup(func() { c.stop(served) })
	c.initialize()
	return c
}

func (c *Client) initialize() {
	c.t.Helper()
	capabilities := merge(defaultCapabilities(), c.w.client)
	c.must("initialize", map[string]any{
		"processId":        nil,
		"clientInfo":       map[string]any{"name": "lsptest"},
		"rootUri":          c.URI(""),
		"workspaceFolders": []any{map[string]any{"uri": c.URI(""), "name": "test"}},
		"capabilities":     capabilities,
	}, &c.Result)
	var result struct {
		Capabilities struct{ PositionEncoding string }
	}
	if err := json.Unmarshal(c.Result, &result); err != nil {
		c.t.Fatal(err)
	}
	c.enc = map[string]text.Encoding{"utf-8": text.UTF8, "utf-32": text.UTF32}[result.Capabilities.PositionEncoding]
	if err := c.Notify("initialized", map[string]any{}); err != nil {
		c.t.Fatal(err)
	}
}

// stop says goodbye and checks that the server takes it well.
func (c *Client) stop(served chan error) {
	c.must("shutdown", nil, nil)
	if err := c.Notify("exit", nil); err != nil {
		c.t.Error(err)
	}
	select {
	case err := <-served:
		if err != nil {
			c.t.Errorf("the server ended with %v", err)
		}
	case <-time.After(patience):
		c.t.Error("the server does not exit")
	}
	<-c.conn.Done()
}

// Call sends a request and decodes the result.
func (c *Client) Call(method string, params, result any) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	_, err := c.conn.Call(ctx, method, params, result)
	return err
}

func (c *Client) must(method string, params, result any) {
	c.t.Helper()
	if err := c.Call(method, params, result); err != nil {
		c.t.Fatalf("%s: %v", method, err)
	}
}

// Notify sends a notification.
func (c *Client) Notify(method string, params any) error {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return c.conn.Notify(ctx, method, params)
}

// handle takes what the server sends, and answers its requests.
func (c *Client) handle(_ context.Context, req *jsonrpc2.Request) (any, error) {
	m := Message{Method: strings.Clone(req.Method()), Params: append(json.RawMessage(nil), req.Params()...)}
	c.mu.Lock()
	c.inbox = append(c.inbox, m)
	close(c.signal)
	c.signal = make(chan struct{})
	c.mu.Unlock()
	switch m.Method {
	case "workspace/configuration":
		return c.configuration(m.Params)
	case "workspace/applyEdit":
		return map[string]any{"applied": true}, nil
	case "window/showMessageRequest":
		return c.choice(m.Params)
	case "window/showDocument":
		return map[string]any{"success": true}, nil
	}
	return nil, nil
}

// choice answers a message with what is to be chosen.
func (c *Client) choice(params json.RawMessage) (any, error) {
	var p struct{ Message string }
	if err := json.Unmarshal(params, &p); err != nil {
		return nil, err
	}
	for begin, title := range c.w.answers {
		if strings.HasPrefix(p.Message, begin) {
			return map[string]any{"title": title}, nil
		}
	}
	return nil, nil
}

func (c *Client) configuration(params json.RawMessage) (any, error) {
	var p struct{ Items []struct{ Section string } }
	if err := json.Unmarshal(params, &p); err != nil {
		return nil, err
	}
	out := make([]any, len(p.Items))
	for i, item := range p.Items {
		out[i] = c.w.settings[item.Section]
	}
	return out, nil
}

// Messages returns what the server has sent of a method so far.
func (c *Client) Messages(method string) []Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []Message
	for _, m := range c.inbox {
		if m.Method == method {
			out = append(out, m)
		}
	}
	return out
}

// Forget drops the messages of a method that have arrived.
func (c *Client) Forget(method string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inbox = slices.DeleteFunc(c.inbox, func(m Message) bool { return m.Method == method })
}

// Await returns the last message of a method that ok accepts. It waits until
// there is one and fails the test if that takes too long.
func (c *Client) Await(method string, ok func(Message) bool) Message {
	c.t.Helper()
	deadline := time.After(patience)
	for {
		c.mu.Lock()
		signal := c.signal
		c.mu.Unlock()
		for _, m := range slices.Backward(c.Messages(method)) {
			if ok(m) {
				return m
			}
		}
		select {
		case <-signal:
		case <-deadline:
			c.t.Fatalf("no %s that the test waits for", method)
		}
	}
}

// URI returns the name of a file of the workspace.
func (c *Client) URI(file string) string {
	if strings.Contains(file, ":") {
		return file
	}
	return string(uri.File(filepath.Join(c.root, file)))
}

// Document names a file for the params of a request. It is opened if it is not
// open.
func (c *Client) Document(file string) (map[string]any, error) {
	if _, open := c.versions[file]; !open {
		if err := c.Open(file); err != nil {
			return nil, err
		}
	}
	return map[string]any{"uri": c.URI(file)}, nil
}

// Open opens a file of the workspace.
func (c *Client) Open(file string) error {
	src, ok := c.w.files[file]
	if !ok {
		return fmt.Errorf("no file %s", file)
	}
	c.versions[file] = 1
	return c.Notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{
		"uri": c.URI(file), "languageId": "nix", "version": 1, "text": src,
	}})
}

// Edit changes an open file.
func (c *Client) Edit(file string, e text.Edit) error {
	document, err := c.Document(file)
	if err != nil {
		return err
	}
	c.versions[file]++
	document["version"] = c.versions[file]
	change := map[string]any{"range": c.rangeOf(file, e.Span), "text": e.New}
	c.w.edit(file, e)
	return c.Notify("textDocument/didChange", map[string]any{"textDocument": document, "contentChanges": []any{change}})
}

// Write writes a file of the workspace on disk. It tells no one.
func (c *Client) Write(file, src string) error {
	c.w.files[file] = src
	return c.w.write(c.root)
}

// Close closes a file.
func (c *Client) Close(file string) error {
	delete(c.versions, file)
	return c.Notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": c.URI(file)}})
}

// Source returns the text of a file as the client has it.
func (c *Client) Source(file string) string { return c.w.files[file] }

// Version returns the version of an open file.
func (c *Client) Version(file string) int { return c.versions[file] }

func (c *Client) position(file string, off uint32) map[string]any {
	p := text.NewLines(c.w.files[file]).Position(off, c.enc)
	return map[string]any{"line": p.Line, "character": p.Column}
}

func (c *Client) rangeOf(file string, s text.Span) map[string]any {
	return map[string]any{"start": c.position(file, s.Start), "end": c.position(file, s.End)}
}

// shorten replaces the names of files by their paths in the workspace, or in
// <nixpkgs>.
func (c *Client) shorten(s string) string {
	s = strings.ReplaceAll(s, c.URI("")+"/", "")
	s = strings.ReplaceAll(s, c.root+string(filepath.Separator), "")
	if dir := c.w.nixpkgs(); dir != "" {
		s = strings.ReplaceAll(s, string(uri.File(dir)), "<nixpkgs>")
		s = strings.ReplaceAll(s, dir, "<nixpkgs>")
	}
	return s
}

// noPanic fails the test if the server says that something has panicked, which it
// survives.
func noPanic(t testing.TB) func(zapcore.Entry) error {
	return func(e zapcore.Entry) error {
		if e.Message == "panic" {
			t.Errorf("the server has panicked; see its log")
		}
		return nil
	}
}

// merge returns a with b on top. Objects are merged, null deletes.
func merge(a, b map[string]any) map[string]any {
	out := maps.Clone(a)
	for k, v := range b {
		inner, ok := v.(map[string]any)
		outer, both := out[k].(map[string]any)
		switch {
		case v == nil:
			delete(out, k)
		case ok && both:
			out[k] = merge(outer, inner)
		default:
			out[k] = v
		}
	}
	return out
}

// codec is plain encoding/json: the test sees what is sent, and not what a
// library for the protocol makes of it.
type codec struct{}

// Marshal implements [jsonrpc2.Codec].
func (codec) Marshal(v any) ([]byte, error) { return json.Marshal(v) }

// Unmarshal implements [jsonrpc2.Codec].
func (codec) Unmarshal(data []byte, v any) error { return json.Unmarshal(data, v) }
