package lsp

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"firn/lsp/feature/problem"
	"firn/lsp/rpc"
	"firn/lsp/session"
)

// serverOn starts a server with a method that a test needs.
func serverOn(t *testing.T, capabilities string) (s *Server, w *testWire) {
	t.Helper()
	near, far := net.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	s = newServer(ctx, Options{})
	s.leave = cancel
	s.parentInterval = time.Millisecond
	served := make(chan error, 1)
	go func() {
		served <- rpc.Serve(ctx, far, rpc.Options{Observe: s.observeMessage, Server: func(c rpc.Client) protocol.Server {
			s.remote = c
			return s
		}})
	}()
	w = &testWire{t: t, conn: near, in: textproto.NewReader(bufio.NewReader(near)), served: served}
	t.Cleanup(func() {
		cancel()
		near.Close()
		s.session.Shutdown()
		s.tasks.Wait()
	})
	w.send(fmt.Sprintf(`{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":%s}}`, capabilities))
	w.await(`"id":0`)
	return s, w
}

// testWire is the client's end.
type testWire struct {
	t      *testing.T
	conn   net.Conn
	in     *textproto.Reader
	served chan error
}

func (w *testWire) send(body string) {
	w.t.Helper()
	if _, err := fmt.Fprintf(w.conn, "Content-Length: %d\r\n\r\n%s", len(body), body); err != nil {
		w.t.Fatal(err)
	}
}

// await returns the next message with part in it.
func (w *testWire) await(part string) string {
	w.t.Helper()
	if err := w.conn.SetReadDeadline(time.Now().Add(30 * time.Second)); err != nil {
		w.t.Fatal(err)
	}
	for {
		header, err := w.in.ReadMIMEHeader()
		if err != nil {
			w.t.Fatal(err)
		}
		n, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil {
			w.t.Fatal(err)
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(w.in.R, body); err != nil {
			w.t.Fatal(err)
		}
		if strings.Contains(string(body), part) {
			return string(body)
		}
	}
}

// A request that the client would repeat ends when its document changes.
func TestContentModified(t *testing.T) {
	const params = `{"textDocument":{"uri":"untitled:a"}}`
	custom["test/wait"] = decoded(func(s *Server, ctx context.Context, p *documentParams) (protocol.String, error) {
		if _, err := s.file(ctx, p.TextDocument.URI); err != nil {
			return "", err
		}
		s.remote.LogMessage(ctx, &protocol.LogMessageParams{Message: "waiting"})
		<-ctx.Done()
		return "", ctx.Err()
	})
	defer delete(custom, "test/wait")
	_, w := serverOn(t, `{"general":{"staleRequestSupport":{"cancel":true,"retryOnContentModified":["test/wait"]}}}`)
	w.send(`{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"untitled:a","languageId":"nix","version":1,"text":"1"}}}`)
	steps := []struct{ name, send, want string }{
		{"changed", `"textDocument/didChange","params":{"textDocument":{"uri":"untitled:a","version":2},"contentChanges":[{"text":"2"}]}`, `"code":-32801`},
		{"cancelled", `"$/cancelRequest","params":{"id":1}`, `"code":-32800`},
		{"closed", `"textDocument/didClose","params":{"textDocument":{"uri":"untitled:a"}}`, `"code":-32801`},
	}
	for _, s := range steps {
		t.Run(s.name, func(t *testing.T) {
			w.send(`{"jsonrpc":"2.0","id":1,"method":"test/wait","params":` + params + `}`)
			w.await("waiting")
			w.send(`{"jsonrpc":"2.0","method":` + s.send + `}`)
			if got := w.await(`"id":1`); !strings.Contains(got, s.want) {
				t.Errorf("answer %s, want %s", got, s.want)
			}
		})
	}
}

func TestParentDies(t *testing.T) {
	parent := exec.Command("sleep", "60")
	if err := parent.Start(); err != nil {
		t.Skip("no other process: ", err)
	}
	s, w := serverOn(t, `{}`)
	s.follow(parent.Process.Pid)
	select {
	case <-s.ctx.Done():
		t.Fatal("the server left while its parent lives")
	case <-time.After(50 * time.Millisecond):
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := parent.Wait(); err == nil {
		t.Error("the process was not killed")
	}
	select {
	case <-w.served:
	case <-time.After(10 * time.Second):
		t.Error("the server stays although its parent is gone")
	}
}

// A parent that was never there, as in another container, is no reason to end.
func TestUnknownParent(t *testing.T) {
	s, _ := serverOn(t, `{}`)
	s.watchParent(t.Context(), 1<<22+1)
	if s.ctx.Err() != nil {
		t.Error("the server left")
	}
}

func TestPanicInBackground(t *testing.T) {
	s, w := serverOn(t, `{}`)
	s.background("test", func(context.Context) { panic("for the test") })
	w.send(`{"jsonrpc":"2.0","id":1,"method":"shutdown"}`)
	if got := w.await(`"id":1`); !strings.Contains(got, `"result":null`) {
		t.Errorf("after a panic in the background: %s", got)
	}
}

// A file that makes a feature panic is left out.
func TestPanicInSweep(t *testing.T) {
	before := finders
	defer func() { finders = before }()
	finders = append([]finder{{find: func(_ context.Context, _ *Server, _ *session.Snapshot, f *session.File) []problem.Problem {
		if f.Source() == "panic" {
			panic("for the test")
		}
		return nil
	}}}, before...)
	_, w := serverOn(t, `{"textDocument":{"diagnostic":{}}}`)
	root := t.TempDir()
	for name, src := range map[string]string{"a.nix": "panic", "b.nix": "["} {
		if err := os.WriteFile(filepath.Join(root, name), []byte(src), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	w.send(fmt.Sprintf(`{"jsonrpc":"2.0","method":"workspace/didChangeWorkspaceFolders","params":{"event":{"added":[{"uri":%q,"name":"x"}],"removed":[]}}}`, uri.File(root)))
	w.send(`{"jsonrpc":"2.0","id":1,"method":"workspace/diagnostic","params":{"previousResultIds":[]}}`)
	if got := w.await(`"id":1`); !strings.Contains(got, "b.nix") || strings.Contains(got, "a.nix") {
		t.Errorf("after a panic in a file: %s", got)
	}
}

// progressValue is what a client is told of a work.
type progressValue struct {
	Params struct {
		Token string
		Value struct {
			Kind, Title, Message string
			Percentage           int
			Cancellable          bool
		}
	}
}

func TestProgress(t *testing.T) {
	s, w := serverOn(t, `{"window":{"workDoneProgress":true}}`)
	stopped := make(chan struct{})
	s.background("test", func(ctx context.Context) {
		ctx, shown := s.begin(ctx, "Working")
		defer close(stopped)
		defer shown.end()
		shown.report(1, 4)
		shown.report(2, 4)
		<-ctx.Done()
	})
	create := w.await("window/workDoneProgress/create")
	var request struct{ ID json.RawMessage }
	if err := json.Unmarshal([]byte(create), &request); err != nil {
		t.Fatal(err)
	}
	w.send(fmt.Sprintf(`{"jsonrpc":"2.0","id":%s,"result":null}`, request.ID))
	next := func() progressValue {
		t.Helper()
		var v progressValue
		if err := json.Unmarshal([]byte(w.await("$/progress")), &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	first := next()
	if v := first.Params.Value; v.Kind != "begin" || v.Title != "Working" || !v.Cancellable {
		t.Errorf("begin is %+v", v)
	}
	if v := next().Params.Value; v.Kind != "report" || v.Percentage != 25 || v.Message != "1/4" {
		t.Errorf("report is %+v", v)
	}
	w.send(`{"jsonrpc":"2.0","method":"window/workDoneProgress/cancel","params":{"token":"other"}}`)
	w.send(fmt.Sprintf(`{"jsonrpc":"2.0","method":"window/workDoneProgress/cancel","params":{"token":%q}}`, first.Params.Token))
	if v := next().Params.Value; v.Kind != "end" {
		t.Errorf("after a cancel comes %+v", v)
	}
	<-stopped
	if len(s.works.cancels) > 0 {
		t.Errorf("works are left: %v", s.works.cancels)
	}
}

func TestProgressThatNobodyWants(t *testing.T) {
	s, _ := serverOn(t, `{}`)
	ctx, shown := s.begin(t.Context(), "Working")
	shown.report(1, 2)
	shown.end()
	if ctx.Err() != nil {
		t.Error(ctx.Err())
	}
	shown = s.beginFor(nil, "Working")
	shown.report(1, 2)
	shown.end()
}

// What a client leaves out is empty and not nil.
func TestClientIsFilled(t *testing.T) {
	c := newClient(protocol.ClientCapabilities{})
	if c.TextDocument.Completion.CompletionItem == nil || c.Workspace.WorkspaceEdit == nil || is(c.Window.WorkDoneProgress) {
		t.Errorf("%+v", c.ClientCapabilities)
	}
	if c.pulls || newClient(protocol.ClientCapabilities{TextDocument: &protocol.TextDocumentClientCapabilities{Diagnostic: &protocol.DiagnosticClientCapabilities{}}}).pulls == false {
		t.Error("pulls is wrong")
	}
}
