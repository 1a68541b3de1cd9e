package rpc_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.lsp.dev/protocol"
	"go.uber.org/zap/zaptest"

	"firn/lsp/rpc"
)

// server answers hovers by line: 1 waits until it is cancelled, 2 panics, 3
// fails, 4 asks the client for its folders, others answer at once.
type server struct {
	protocol.UnimplementedServer
	client   rpc.Client
	mu       sync.Mutex
	versions []int32
}

func (*server) Initialize(context.Context, *protocol.InitializeParams) (*protocol.InitializeResult, error) {
	return &protocol.InitializeResult{}, nil
}

func (s *server) Shutdown(context.Context) error { return nil }

func (s *server) DidChange(_ context.Context, p *protocol.DidChangeTextDocumentParams) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.versions = append(s.versions, p.TextDocument.Version)
	if p.TextDocument.Version < 0 {
		panic("negative version")
	}
	return fmt.Errorf("a notification that fails: version %d", p.TextDocument.Version)
}

func (s *server) Hover(ctx context.Context, p *protocol.HoverParams) (*protocol.Hover, error) {
	if p.Position.Line == 5 {
		panic("before the release")
	}
	rpc.Release(ctx)
	rpc.Release(ctx)
	switch p.Position.Line {
	case 1:
		<-ctx.Done()
		return nil, fmt.Errorf("wrapped: %w", ctx.Err())
	case 2:
		panic("after the release")
	case 3:
		return nil, errors.New("no such thing")
	case 4:
		folders, err := s.client.WorkspaceFolders(ctx)
		return &protocol.Hover{Contents: protocol.String(strconv.Itoa(len(folders)))}, err
	case 6:
		rpc.Abort(ctx, protocol.ErrContentModified)
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return &protocol.Hover{Contents: protocol.String(rpc.Method(ctx))}, nil
}

// wire is the client's end of a connection.
type wire struct {
	t    *testing.T
	conn net.Conn
	in   *bufio.Reader
	done chan error // receives the result of Serve
}

func dial(t *testing.T) (*wire, *server) {
	t.Helper()
	near, far := net.Pipe()
	s := &server{}
	w := &wire{t: t, conn: near, in: bufio.NewReader(near), done: make(chan error, 1)}
	before := runtime.NumGoroutine()
	go func() {
		w.done <- rpc.Serve(context.WithoutCancel(t.Context()), far, rpc.Options{
			Log:    zaptest.NewLogger(t),
			Server: func(c rpc.Client) protocol.Server { s.client = c; return s },
		})
	}()
	t.Cleanup(func() {
		near.Close()
		checkGoroutines(t, before)
	})
	return w, s
}

// checkGoroutines fails the test if more goroutines run than before.
func checkGoroutines(t *testing.T, before int) {
	t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before {
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<16)
			t.Errorf("%d goroutines before the connection, %d after:\n%s", before, runtime.NumGoroutine(), buf[:runtime.Stack(buf, true)])
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func (w *wire) raw(s string) {
	w.t.Helper()
	if err := w.conn.SetWriteDeadline(time.Now().Add(10 * time.Second)); err != nil {
		w.t.Fatal(err)
	}
	if _, err := io.WriteString(w.conn, s); err != nil {
		w.t.Fatalf("write: %v", err)
	}
}

func (w *wire) send(body string) {
	w.t.Helper()
	w.raw(fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body))
}

// recv returns the next message, or the error that ended the stream.
func (w *wire) recv() string {
	w.t.Helper()
	if err := w.conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		w.t.Fatal(err)
	}
	header, err := textproto.NewReader(w.in).ReadMIMEHeader()
	if err != nil {
		return err.Error()
	}
	n, err := strconv.Atoi(header.Get("Content-Length"))
	if err != nil {
		w.t.Fatal(err)
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(w.in, body); err != nil {
		w.t.Fatal(err)
	}
	return string(body)
}

func (w *wire) ask(body string) string {
	w.t.Helper()
	w.send(body)
	return w.recv()
}

func (w *wire) initialize() {
	w.t.Helper()
	got := w.ask(`{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}`)
	if want := `{"jsonrpc":"2.0","id":0,"result":{"capabilities":{}}}`; got != want {
		w.t.Fatalf("initialize = %s, want %s", got, want)
	}
}

func hover(id string, line int) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"method":"textDocument/hover","params":{"textDocument":{"uri":"file:///a"},"position":{"line":%d,"character":0}}}`, id, line)
}

// outcome is what a test wants of an answer: the code of its error, or 0.
func outcome(t *testing.T, answer string) (id string, code int) {
	t.Helper()
	var m struct {
		ID    json.RawMessage
		Error *struct{ Code int }
	}
	if err := json.Unmarshal([]byte(answer), &m); err != nil {
		t.Fatalf("%s: %v", answer, err)
	}
	if m.Error != nil {
		code = m.Error.Code
	}
	return string(m.ID), code
}

func TestAnswers(t *testing.T) {
	tests := []struct {
		name, send, id string
		code           int
	}{
		{"plain", hover("1", 0), "1", 0},
		{"string id", hover(`"x y"`, 0), `"x y"`, 0},
		{"id of 64 bits", hover("9007199254740993", 0), "9007199254740993", 0},
		{"panic after the release", hover("2", 2), "2", -32603},
		{"panic before the release", hover("3", 5), "3", -32603},
		{"failure", hover("4", 3), "4", -32803},
		{"content modified", hover("5", 6), "5", -32801},
		{"unknown with params", `{"jsonrpc":"2.0","id":6,"method":"foo/bar","params":{}}`, "6", -32601},
		{"unknown without params", `{"jsonrpc":"2.0","id":7,"method":"foo/bar"}`, "7", -32601},
		{"unknown with $", `{"jsonrpc":"2.0","id":7,"method":"$/foo","params":{}}`, "7", -32601},
		{"not implemented", `{"jsonrpc":"2.0","id":8,"method":"textDocument/moniker","params":{"textDocument":{"uri":"file:///a"},"position":{"line":0,"character":0}}}`, "8", -32601},
		{"params of a wrong type", `{"jsonrpc":"2.0","id":9,"method":"textDocument/hover","params":{"textDocument":3}}`, "9", -32602},
		{"params that are no object", `{"jsonrpc":"2.0","id":9,"method":"textDocument/hover","params":[1]}`, "9", -32602},
		{"negative line", hover("9", -1), "9", -32602},
		{"huge line", hover("9", 1<<40), "9", -32602},
		{"params missing", `{"jsonrpc":"2.0","id":10,"method":"textDocument/hover"}`, "10", -32602},
		{"params null", `{"jsonrpc":"2.0","id":11,"method":"textDocument/hover","params":null}`, "11", -32602},
		{"notification with an id", `{"jsonrpc":"2.0","id":12,"method":"textDocument/didChange","params":{}}`, "12", -32600},
		{"second initialize", `{"jsonrpc":"2.0","id":13,"method":"initialize","params":{}}`, "13", -32600},
		{"not JSON", `{"jsonrpc":`, "null", -32700},
		{"not JSON at all", `GET / HTTP/1.1`, "null", -32700},
		{"empty", ``, "null", -32700},
		{"no method", `{"jsonrpc":"2.0"}`, "null", -32600},
		{"no version", `{"id":1,"method":"shutdown"}`, "null", -32600},
		{"fractional id", `{"jsonrpc":"2.0","id":1.5,"method":"shutdown"}`, "null", -32600},
		{"batch", `[{"jsonrpc":"2.0","id":1,"method":"shutdown"}]`, "null", -32600},
		{"empty batch", ` []`, "null", -32600},
		{"deep", `{"jsonrpc":"2.0","id":1,"method":"foo","params":` + strings.Repeat("[", 1e6) + strings.Repeat("]", 1e6) + `}`, "1", -32600},
		{"deep and cut", `{"jsonrpc":"2.0","id":1,"method":"foo","params":` + strings.Repeat(`{"a":`, 1e6), "null", -32700},
	}
	w, _ := dial(t)
	w.initialize()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			answer := w.ask(tt.send)
			if id, code := outcome(t, answer); id != tt.id || code != tt.code {
				t.Errorf("answer %s has id %s and code %d, want %s and %d", answer, id, code, tt.id, tt.code)
			}
		})
	}
}

func TestNotifications(t *testing.T) {
	tests := []struct{ name, send string }{
		{"unknown", `{"jsonrpc":"2.0","method":"foo/bar","params":{}}`},
		{"unknown without params", `{"jsonrpc":"2.0","method":"foo/bar"}`},
		{"unknown with $", `{"jsonrpc":"2.0","method":"$/foo","params":[]}`},
		{"null id", `{"jsonrpc":"2.0","id":null,"method":"textDocument/hover"}`},
		{"initialized without params", `{"jsonrpc":"2.0","method":"initialized"}`},
		{"initialized with null", `{"jsonrpc":"2.0","method":"initialized","params":null}`},
		{"malformed", `{"jsonrpc":"2.0","method":"textDocument/didSave","params":{"textDocument":5}}`},
		{"failing", `{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///a","version":1},"contentChanges":[]}}`},
		{"panicking", `{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///a","version":-1},"contentChanges":[]}}`},
		{"cancel of nothing", `{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":77}}`},
		{"cancel of null", `{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":null}}`},
		{"cancel of a fraction", `{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":1e99}}`},
		{"cancel without params", `{"jsonrpc":"2.0","method":"$/cancelRequest"}`},
		{"answer to nothing", `{"jsonrpc":"2.0","id":77,"result":null}`},
		{"error answer to nothing", `{"jsonrpc":"2.0","id":"x","error":{"code":1,"message":"m"}}`},
	}
	w, _ := dial(t)
	w.initialize()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w.send(tt.send)
			if got, code := outcome(t, w.ask(hover("1", 0))); got != "1" || code != 0 {
				t.Errorf("the next request got id %s and code %d", got, code)
			}
		})
	}
}

func TestLifecycle(t *testing.T) {
	w, _ := dial(t)
	w.send(`{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///a","version":1},"contentChanges":[]}}`)
	if _, code := outcome(t, w.ask(hover("1", 0))); code != -32002 {
		t.Errorf("hover before initialize has code %d, want -32002", code)
	}
	w.initialize()
	if _, code := outcome(t, w.ask(`{"jsonrpc":"2.0","id":2,"method":"shutdown","params":{}}`)); code != 0 {
		t.Errorf("shutdown has code %d", code)
	}
	if _, code := outcome(t, w.ask(hover("3", 0))); code != -32600 {
		t.Errorf("hover after shutdown has code %d, want -32600", code)
	}
	w.send(`{"jsonrpc":"2.0","method":"exit"}`)
	if err := <-w.done; err != nil {
		t.Errorf("Serve = %v", err)
	}
}

func TestNoShutdown(t *testing.T) {
	for _, how := range []string{"exit", "hang up"} {
		t.Run(how, func(t *testing.T) {
			w, _ := dial(t)
			w.initialize()
			if how == "exit" {
				w.send(`{"jsonrpc":"2.0","method":"exit"}`)
			} else {
				w.conn.Close()
			}
			if err := <-w.done; !errors.Is(err, rpc.ErrNoShutdown) {
				t.Errorf("Serve = %v, want %v", err, rpc.ErrNoShutdown)
			}
		})
	}
}

func TestCancel(t *testing.T) {
	for _, id := range []string{"1", `"s"`, "9007199254740993"} {
		t.Run(id, func(t *testing.T) {
			w, _ := dial(t)
			w.initialize()
			w.send(hover(id, 1))
			if _, code := outcome(t, w.ask(hover(id, 0))); code != -32600 {
				t.Errorf("second request with the same id has code %d, want -32600", code)
			}
			w.send(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":` + id + `}}`)
			if got, code := outcome(t, w.recv()); got != id || code != -32800 {
				t.Errorf("cancelled request has id %s and code %d, want %s and -32800", got, code, id)
			}
		})
	}
}

func TestCallBack(t *testing.T) {
	w, _ := dial(t)
	w.initialize()
	request := w.ask(hover("1", 4))
	if !strings.Contains(request, "workspace/workspaceFolders") {
		t.Fatalf("got %s, want a request for the folders", request)
	}
	id, _ := outcome(t, request)
	answer := w.ask(`{"jsonrpc":"2.0","id":` + id + `,"result":[{"uri":"file:///a","name":"a"}]}`)
	if want := `{"jsonrpc":"2.0","id":1,"result":{"contents":"1"}}`; answer != want {
		t.Errorf("got %s, want %s", answer, want)
	}
}

func TestSlowDoesNotBlock(t *testing.T) {
	w, _ := dial(t)
	w.initialize()
	w.send(hover("1", 1))
	if id, code := outcome(t, w.ask(hover("2", 0))); id != "2" || code != 0 {
		t.Errorf("got id %s and code %d, want 2 and 0", id, code)
	}
}

func TestHangup(t *testing.T) {
	w, _ := dial(t)
	w.initialize()
	for i := range 20 {
		w.send(hover(strconv.Itoa(i), 1))
	}
	w.conn.Close()
	<-w.done
}

func TestCancelledContext(t *testing.T) {
	near, far := net.Pipe()
	defer near.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := rpc.Serve(ctx, far, rpc.Options{Server: func(rpc.Client) protocol.Server { return &server{} }})
	if !errors.Is(err, rpc.ErrNoShutdown) {
		t.Errorf("Serve = %v, want %v", err, rpc.ErrNoShutdown)
	}
}

func TestWireOrder(t *testing.T) {
	const n = 20_000
	w, s := dial(t)
	w.initialize()
	for i := range n {
		w.send(fmt.Sprintf(`{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"file:///a","version":%d},"contentChanges":[{"text":"x"}]}}`, i))
	}
	w.ask(hover("1", 0))
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.versions) != n {
		t.Fatalf("%d changes seen, want %d", len(s.versions), n)
	}
	for i, v := range s.versions {
		if v != int32(i) {
			t.Fatalf("change %d has version %d", i, v)
		}
	}
}

func TestMixed(t *testing.T) {
	const n = 2000
	w, _ := dial(t)
	w.initialize()
	go func() {
		for i := range n {
			w.send(hover(strconv.Itoa(i), 1))
			w.send(fmt.Sprintf(`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":%d}}`, i))
			w.send(hover(fmt.Sprintf("%q", fmt.Sprint("r", i)), 0))
		}
	}()
	seen := make(map[string]int)
	for range 2 * n {
		id, code := outcome(t, w.recv())
		if seen[id]++; seen[id] > 1 {
			t.Fatalf("id %s answered twice", id)
		}
		if want := map[bool]int{false: -32800, true: 0}[id[0] == '"']; code != want {
			t.Fatalf("id %s has code %d, want %d", id, code, want)
		}
	}
}

// A client that only writes must not stop the server from reading.
func TestClientThatDoesNotRead(t *testing.T) {
	w, _ := dial(t)
	w.initialize()
	const n = 500
	for i := range n {
		w.send(hover(strconv.Itoa(i), 0))
		w.send(`{"jsonrpc":"2.0","id":"u` + strconv.Itoa(i) + `","method":"foo/bar"}`)
	}
	for range 2 * n {
		w.recv()
	}
}

func TestHostileFrames(t *testing.T) {
	tests := []struct {
		name, send string
		answer     bool // an error answer comes before the end
	}{
		{"no length", "Content-Type: x\r\n\r\n{}", true},
		{"empty header", "\r\n\r\n", true},
		{"no colon", "Content-Length 10\r\n\r\n", true},
		{"negative length", "Content-Length: -1\r\n\r\n", true},
		{"length that is no number", "Content-Length: ten\r\n\r\n", true},
		{"length too large", "Content-Length: 134217729\r\n\r\n", true},
		{"length of 64 bits", "Content-Length: 18446744073709551615\r\n\r\n", true},
		{"length beyond any", "Content-Length: " + strings.Repeat("9", 1000) + "\r\n\r\n", true},
		{"endless header line", strings.Repeat("x", 10_000), true},
		{"endless header", strings.Repeat("x: y\r\n", 2_000), true},
		{"binary", "\x00\x01\x02\n\n", true},
		{"body that does not come", "Content-Length: 100000000\r\n\r\n{", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w, _ := dial(t)
			w.initialize()
			go func() {
				// The server may stop reading in the middle.
				_, _ = io.WriteString(w.conn, tt.send)
				if !tt.answer {
					w.conn.Close()
				}
			}()
			if tt.answer {
				if id, code := outcome(t, w.recv()); id != "null" || code != -32700 {
					t.Errorf("answer has id %s and code %d, want null and -32700", id, code)
				}
			}
			if err := <-w.done; err == nil || errors.Is(err, rpc.ErrNoShutdown) {
				t.Errorf("Serve = %v, want the error of the frame", err)
			}
		})
	}
}

// What is announced must not be allocated before it arrives.
func TestMemoryOfAnnouncedBody(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 20 {
		w, _ := dial(t)
		w.raw("Content-Length: 134217728\r\n\r\n{\"jsonrpc\":")
		w.conn.Close()
		<-w.done
	}
	runtime.ReadMemStats(&after)
	if got := (after.TotalAlloc - before.TotalAlloc) >> 20; got > 20 {
		t.Errorf("%d MiB allocated for bodies that did not come", got)
	}
}
