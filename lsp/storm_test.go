package lsp_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/textproto"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"firn/lsp"
)

// TestStorm sends whatever a client may send, and what none should, in random
// order. Every request must be answered once, nothing may panic, and in the end
// nothing is left running. FIRN_STORM says how long (2s), FIRN_STORM_SEED
// repeats a run.
func TestStorm(t *testing.T) {
	duration := 2 * time.Second
	if s := os.Getenv("FIRN_STORM"); s != "" {
		d, err := time.ParseDuration(s)
		if err != nil {
			t.Fatal(err)
		}
		duration = d
	}
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("FIRN_STORM_SEED"); s != "" {
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seed = n
	}
	t.Logf("seed %d", seed)
	before := runtime.NumGoroutine()
	s := newStorm(t, seed)
	for end := time.Now().Add(duration); time.Now().Before(end); {
		s.blow()
	}
	s.calm()
	for name, n := range s.panics() {
		t.Errorf("%d panics: %s", n, name)
	}
	t.Logf("%d requests, %d notifications, %d errors", s.requests, s.notifications, s.failed)
	awaitGoroutines(t, before)
}

// awaitGoroutines fails the test if more goroutines stay than there were.
func awaitGoroutines(t *testing.T, before int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<20)
			t.Fatalf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), buf[:runtime.Stack(buf, true)])
		}
	}
}

// maxRunning is how many requests wait for an answer at most.
const maxRunning = 200

type storm struct {
	t      *testing.T
	r      *rand.Rand
	conn   net.Conn
	served chan error
	logs   *observer.ObservedLogs
	uris   []string
	texts  []string
	slots  chan struct{} // as many elements as requests may still be sent
	read   chan struct{} // closed when the reader has ended

	next                    int
	requests, notifications int

	mu      sync.Mutex // guards what follows, and writing
	running map[string]string
	failed  int
	items   []any // things from answers, to be sent back
	problem string
}

func newStorm(t *testing.T, seed uint64) *storm {
	near, far := net.Pipe()
	core, logs := observer.New(zap.ErrorLevel)
	s := &storm{
		t: t, r: rand.New(rand.NewPCG(seed, seed)), conn: near, logs: logs,
		served: make(chan error, 1), read: make(chan struct{}),
		slots: make(chan struct{}, maxRunning), running: make(map[string]string),
	}
	for range maxRunning {
		s.slots <- struct{}{}
	}
	s.workspace()
	cache := t.TempDir()
	go func() {
		s.served <- lsp.Serve(context.Background(), far, lsp.Options{Log: zap.New(core), Cache: cache})
	}()
	go s.listen()
	<-s.slots
	s.request("initialize", s.initialize())
	for range maxRunning {
		<-s.slots // the answer has come
	}
	for range maxRunning {
		s.slots <- struct{}{}
	}
	s.notify("initialized", map[string]any{})
	return s
}

// workspace makes a folder with files, and names documents of all kinds.
func (s *storm) workspace() {
	root := s.t.TempDir()
	s.texts = []string{
		"", " ", "{ pkgs, lib ? null, ... }@args:\nlet x = 1; in rec {\n  a.b = x;\n  inherit (lib) mkIf;\n  /** doc */ f = { y, z ? a }: ''\n    ${y} text\n  '';\n}\n",
		"with import <nixpkgs> { }; [ (f a) ./x.nix \"${toString 1}\" ]", "{ a = ; b = [", "let in", "\x00\xff\ufffd😀", "f: f |> f", "{ }: import ./a.nix { }",
		strings.Repeat("(", 2000), strings.Repeat("{ a = [ ", 300), "'' ${", "# comment\n/* open",
	}
	for i, name := range []string{"a.nix", "b.nix", "sub/default.nix", "flake.nix", "firn.toml", ".gitignore"} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			s.t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(s.texts[(i+2)%len(s.texts)]), 0o666); err != nil {
			s.t.Fatal(err)
		}
		s.uris = append(s.uris, string(uri.File(path)))
	}
	s.uris = append(s.uris, string(uri.File(root)), string(uri.File(filepath.Join(root, "none.nix"))), "untitled:Untitled-1", "untitled:Untitled-2", "file:///dev/null", "http://localhost/x.nix", "vscode-notebook-cell:/x#1")
}

func (s *storm) initialize() map[string]any {
	folders := []any{map[string]any{"uri": s.uris[6], "name": "storm"}}
	return map[string]any{"processId": os.Getpid(), "rootUri": s.uris[6], "workspaceFolders": folders, "capabilities": map[string]any{
		"workspace":    map[string]any{"configuration": true, "didChangeWatchedFiles": map[string]any{"dynamicRegistration": s.r.IntN(2) == 0}, "diagnostics": map[string]any{"refreshSupport": true}},
		"textDocument": map[string]any{"publishDiagnostics": map[string]any{"relatedInformation": true, "versionSupport": true}},
		"window":       map[string]any{"workDoneProgress": true},
		"general":      map[string]any{"staleRequestSupport": map[string]any{"cancel": true, "retryOnContentModified": []any{"textDocument/semanticTokens/full"}}},
	}}
}

// blow sends one message.
func (s *storm) blow() {
	method := protocol.Methods[s.r.IntN(len(protocol.Methods))]
	switch {
	case s.r.IntN(100) == 0:
		s.raw(s.garbage())
		return
	case s.r.IntN(50) == 0:
		method.Method = []string{"firn/syntaxTree", "firn/evaluate", "firn/status", "firn/none", "$/none", "", "textDocument/none"}[s.r.IntN(7)]
	case s.r.IntN(3) == 0:
		method.Method = "textDocument/didChange" // the documents do not stand still
		method.Kind = "notification"
	case method.Method == "exit" || method.Method == "shutdown":
		return
	}
	params := s.params(method.Method)
	if s.r.IntN(4) == 0 {
		params = s.mutate(params, 0)
	}
	if asked := method.Kind == "request"; asked != (s.r.IntN(50) == 0) {
		<-s.slots
		s.request(method.Method, params)
		return
	}
	s.notify(method.Method, params)
}

// garbage is something that is no message.
func (s *storm) garbage() string {
	return []string{`{"jsonrpc":"2.0"`, `[]`, `[{"jsonrpc":"2.0","id":1,"method":"x"}]`, `{}`, `null`, `"x"`, ``, "\x00", strings.Repeat("[", 5000), `{"jsonrpc":"1.0","id":1,"method":"x"}`, `{"jsonrpc":"2.0","id":{},"method":"x"}`, `{"jsonrpc":"2.0","id":999999,"result":1}`}[s.r.IntN(12)]
}

// params has something for every method: what a method does not know it
// ignores.
func (s *storm) params(method string) any {
	if strings.HasSuffix(method, "/resolve") {
		return s.item()
	}
	u := s.uri()
	p := map[string]any{
		"textDocument": map[string]any{"uri": u, "version": s.r.IntN(100), "languageId": "nix", "text": s.text()},
		"position":     s.position(), "range": s.span(),
		"positions": []any{s.position(), s.position()}, "ranges": []any{s.span()},
		"options": map[string]any{"tabSize": s.r.IntN(9), "insertSpaces": true},
		"context": map[string]any{"includeDeclaration": true, "diagnostics": []any{}, "triggerKind": 1 + s.r.IntN(3), "isRetrigger": false, "frameId": 1, "stoppedLocation": s.span()},
		"query":   []string{"", "a", "mkIf", "x.y"}[s.r.IntN(4)], "newName": []string{"y", "", "a b", "let", "é"}[s.r.IntN(5)],
		"ch": []string{";", "}", "\n", ""}[s.r.IntN(4)], "contentChanges": s.changes(), "item": s.item(),
		"files":   []any{map[string]any{"uri": u, "oldUri": u, "newUri": s.uri()}},
		"changes": []any{map[string]any{"uri": s.uri(), "type": 1 + s.r.IntN(3)}},
		"event":   map[string]any{"added": []any{}, "removed": []any{map[string]any{"uri": s.uris[0], "name": "x"}}},
		"settings": map[string]any{"firn": map[string]any{
			"language": map[string]any{"pipeOperators": s.r.IntN(2) == 0}, "diagnostics": map[string]any{"enable": s.r.IntN(8) > 0, "delay": "1ms"},
			"hints": map[string]any{"parameters": s.r.IntN(2) == 0}, "lenses": map[string]any{"references": s.r.IntN(2) == 0},
		}},
		"token": "firn/1", "previousResultId": "1", "previousResultIds": []any{map[string]any{"uri": u, "value": "x"}},
		"command": []string{"none", "firn.evaluate"}[s.r.IntN(2)], "arguments": []any{u, s.span()}[:s.r.IntN(3)], "reason": 1, "kind": 1, "color": map[string]any{"red": 1, "green": 1, "blue": 1, "alpha": 1},
		"value": []string{"off", "messages", "verbose"}[s.r.IntN(3)], "uri": u, "text": s.text(),
		"id": strconv.Itoa(s.next - s.r.IntN(20)), "workDoneToken": "w",
	}
	if s.r.IntN(2) == 0 {
		p["id"] = s.next - s.r.IntN(20)
	}
	if method == "workspace/diagnostic" && s.r.IntN(2) == 0 {
		p["partialResultToken"] = "p"
	}
	return p
}

// uri names a document, mostly one that there is.
func (s *storm) uri() string {
	if s.r.IntN(3) > 0 {
		return s.uris[s.r.IntN(4)]
	}
	return s.uris[s.r.IntN(len(s.uris))]
}

func (s *storm) text() string { return s.texts[s.r.IntN(len(s.texts))] }

func (s *storm) position() any {
	if s.r.IntN(20) == 0 {
		return map[string]any{"line": uint32(1<<32 - 1), "character": uint32(1<<31 + s.r.IntN(9))}
	}
	return map[string]any{"line": s.r.IntN(9), "character": s.r.IntN(30)}
}

func (s *storm) span() any { return map[string]any{"start": s.position(), "end": s.position()} }

func (s *storm) changes() []any {
	out := []any{}
	for range s.r.IntN(4) {
		c := map[string]any{"text": []string{"a", "", " ", "{ x = ", "}", "\n", "é😀"}[s.r.IntN(7)], "range": s.span()}
		if s.r.IntN(10) == 0 {
			c = map[string]any{"text": s.text()}
		}
		out = append(out, c)
	}
	return out
}

// item returns something from an earlier answer.
func (s *storm) item() any {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.items) == 0 {
		return map[string]any{"label": "x", "name": "x", "range": s.span()}
	}
	return s.items[s.r.IntN(len(s.items))]
}

// mutate puts something wrong in place of a part of v.
func (s *storm) mutate(v any, depth int) any {
	if s.r.IntN(4) == 0 && depth > 0 {
		return []any{nil, -1, 1.5, json.Number("18446744073709551616"), json.Number("1e300"), "", "x", strings.Repeat("x", 10_000), []any{}, map[string]any{}, true, []any{nil, 1, "x"}}[s.r.IntN(12)]
	}
	switch v := v.(type) {
	case map[string]any:
		if len(v) == 0 {
			return nil
		}
		out := maps.Clone(v)
		k := slices.Sorted(maps.Keys(out))[s.r.IntN(len(out))]
		if s.r.IntN(4) == 0 {
			delete(out, k)
		} else {
			out[k] = s.mutate(out[k], depth+1)
		}
		return out
	case []any:
		if len(v) == 0 {
			return "x"
		}
		out := slices.Clone(v)
		i := s.r.IntN(len(out))
		out[i] = s.mutate(out[i], depth+1)
		return out
	}
	return nil
}

func (s *storm) request(method string, params any) {
	s.next++
	s.requests++
	var id any = s.next
	if s.r.IntN(2) == 0 {
		id = strconv.Itoa(s.next)
	}
	key := fmt.Sprintf("%#v", id)
	s.mu.Lock()
	s.running[key] = method
	s.mu.Unlock()
	s.send(map[string]any{"jsonrpc": "2.0", "id": id, "method": method, "params": params})
}

func (s *storm) notify(method string, params any) {
	s.notifications++
	s.send(map[string]any{"jsonrpc": "2.0", "method": method, "params": params})
}

func (s *storm) send(message any) {
	s.t.Helper()
	body, err := json.Marshal(message)
	if err != nil {
		s.t.Fatal(err)
	}
	s.raw(string(body))
}

func (s *storm) raw(body string) {
	s.t.Helper()
	if err := s.write(body); err != nil {
		s.t.Fatalf("the server is gone: %v (%s)", err, s.problem)
	}
}

// write sends a message; the reader answers while others are sent.
func (s *storm) write(body string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.conn.SetWriteDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return err
	}
	_, err := fmt.Fprintf(s.conn, "Content-Length: %d\r\n\r\n%s", len(body), body)
	return err
}

// listen reads what comes until the end.
func (s *storm) listen() {
	defer close(s.read)
	in := textproto.NewReader(bufio.NewReader(s.conn))
	for {
		header, err := in.ReadMIMEHeader()
		if err != nil {
			if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrClosedPipe) {
				s.wrong("read: %v", err)
			}
			return
		}
		n, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil {
			s.wrong("%v", err)
			return
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(in.R, body); err != nil {
			s.wrong("%v", err)
			return
		}
		s.hear(body)
	}
}

// message is what comes from the server.
type message struct {
	ID     any
	Method string
	Result any
	Error  *struct {
		Code    int
		Message string
	}
}

func (s *storm) hear(body []byte) {
	var m message
	if err := json.Unmarshal(body, &m); err != nil {
		s.wrong("%v: %s", err, body)
		return
	}
	if m.Method != "" {
		if m.ID != nil && len(body)%5 != 0 { // some are never answered
			go s.answer(m, len(body))
		}
		return
	}
	if n, ok := m.ID.(float64); ok {
		m.ID = int(n)
	}
	if m.ID == nil {
		return // the answer to garbage
	}
	key := fmt.Sprintf("%#v", m.ID)
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.running[key]; !ok {
		s.problem = "an answer that nobody waits for: " + string(body)
		return
	}
	if m.Error != nil {
		s.failed++
		if m.Error.Code == -32603 {
			s.problem = s.running[key] + ": " + m.Error.Message
		}
	}
	delete(s.running, key)
	s.keep(m.Result)
	s.slots <- struct{}{}
}

// answer answers a request of the server, well or badly.
func (s *storm) answer(m message, n int) {
	id, err := json.Marshal(m.ID)
	if err != nil {
		s.wrong("%v", err)
		return
	}
	results := []string{`"result":null`, `"result":[{}]`, `"result":[null]`, `"result":17`, `"error":{"code":-1,"message":"no"}`}
	// The server may have gone by now.
	_ = s.write(fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,%s}`, id, results[n%len(results)]))
}

// keep remembers some of an answer; s.mu is held.
func (s *storm) keep(result any) {
	if list, ok := result.([]any); ok && len(list) > 0 {
		result = list[0]
	}
	if m, ok := result.(map[string]any); ok {
		if list, ok := m["items"].([]any); ok && len(list) > 0 {
			result = list[0]
		}
		s.items = append(s.items, result)
		s.items = s.items[max(0, len(s.items)-50):]
	}
}

func (s *storm) wrong(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.problem = fmt.Sprintf(format, args...)
}

// calm waits for all answers and says goodbye.
func (s *storm) calm() {
	s.t.Helper()
	// A file that has come ends the requests that wait for a change.
	s.notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{map[string]any{"uri": s.uris[0], "type": 1}}})
	s.cancelAll()
	for range maxRunning {
		select {
		case <-s.slots:
		case <-time.After(30 * time.Second):
			buf := make([]byte, 1<<20)
			buf = buf[:runtime.Stack(buf, true)]
			s.mu.Lock()
			defer s.mu.Unlock()
			s.t.Fatalf("not answered: %v\n%s", s.running, buf)
		}
	}
	s.request("shutdown", nil)
	<-s.slots
	s.notify("exit", nil)
	if err := <-s.served; err != nil {
		s.t.Errorf("the server ended with %v", err)
	}
	<-s.read
	if s.problem != "" {
		s.t.Error(s.problem)
	}
}

// cancelAll cancels what runs.
func (s *storm) cancelAll() {
	s.mu.Lock()
	ids := slices.Collect(maps.Keys(s.running))
	s.mu.Unlock()
	for _, id := range ids {
		s.raw(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":` + id + `}}`)
	}
}

// panics returns the panics that were caught, with how often each was.
func (s *storm) panics() map[string]int {
	out := make(map[string]int)
	for _, e := range s.logs.FilterMessage("panic").All() {
		fields := e.ContextMap()
		out[fmt.Sprintf("%v %v: %v\n%s", fields["method"], fields["task"], fields["value"], fields["stack"])]++
	}
	return out
}
