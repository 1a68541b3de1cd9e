package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
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

	"github.com/rogpeppe/go-internal/testscript"

	"firn/lsp/settings"
	"firn/store/sandbox"
)

var update = flag.Bool("update", false, "rewrite golden files")

func TestMain(m *testing.M) {
	sandbox.Main()
	testscript.Main(m, map[string]func(){"firn": func() { os.Exit(Main()) }})
}

// TestScripts runs commands as people do; see testdata/script.
func TestScripts(t *testing.T) {
	world, err := filepath.Abs("../../../lsp/testdata/world")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "config"))
			env.Setenv("XDG_CACHE_HOME", filepath.Join(env.WorkDir, "cache"))
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("WORLD", world)             // a small nixpkgs
			env.Setenv("FIRN_EVAL_FETCH", "false") // since tests reach no network
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"wire": wire, "frames": frames, "exitcode": exitCode},
		Condition: func(name string) (bool, error) {
			if name != "sandbox" {
				return false, fmt.Errorf("there is no condition %s", name)
			}
			return len(sandbox.Shell()) > 0 && sandbox.Check(t.Context()) == nil, nil
		},
	})
}

// wire turns the lines of a file into messages with headers: wire FILE OUT.
func wire(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: wire file out")
	}
	var out strings.Builder
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		body := strings.TrimSpace(line)
		fmt.Fprintf(&out, "Content-Length: %d\r\n\r\n%s", len(body), body)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(out.String()), 0o666))
}

// exitCode checks how a command ends: exitcode CODE COMMAND.
func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exitcode code command...")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if e, ok := errors.AsType[*exec.ExitError](err); ok {
		got = e.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("the exit code is %d, not %s", got, args[0])
	}
}

// frames checks that stdout is so many messages and nothing else.
func frames(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: frames count")
	}
	rest, n := ts.ReadFile("stdout"), 0
	for rest != "" {
		var length int
		_, err := fmt.Sscanf(rest, "Content-Length: %d\r\n\r\n", &length)
		_, body, _ := strings.Cut(rest, "\r\n\r\n")
		if err != nil || length > len(body) || !json.Valid([]byte(body[:length])) {
			ts.Fatalf("message %d is none: %.100q", n, rest)
		}
		rest, n = body[length:], n+1
	}
	if strconv.Itoa(n) != args[0] {
		ts.Fatalf("%d messages, want %s", n, args[0])
	}
}

const initialize = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"processId":null,"rootUri":null,"capabilities":{}}}`

// talk initializes a server, shuts it down, and returns its name.
func talk(t *testing.T, conn net.Conn) string {
	t.Helper()
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	var result struct {
		Result struct{ ServerInfo struct{ Name string } }
	}
	in := textproto.NewReader(bufio.NewReader(conn))
	for _, body := range []string{initialize, `{"jsonrpc":"2.0","id":2,"method":"shutdown"}`} {
		if _, err := fmt.Fprintf(conn, "Content-Length: %d\r\n\r\n%s", len(body), body); err != nil {
			t.Fatal(err)
		}
		header, err := in.ReadMIMEHeader()
		if err != nil {
			t.Fatal(err)
		}
		n, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil {
			t.Fatal(err)
		}
		answer := make([]byte, n)
		if _, err := io.ReadFull(in.R, answer); err != nil {
			t.Fatal(err)
		}
		if body == initialize {
			if err := json.Unmarshal(answer, &result); err != nil {
				t.Fatal(err)
			}
		}
	}
	exit := `{"jsonrpc":"2.0","method":"exit"}`
	if _, err := fmt.Fprintf(conn, "Content-Length: %d\r\n\r\n%s", len(exit), exit); err != nil {
		t.Fatal(err)
	}
	return result.Result.ServerInfo.Name
}

// start runs the command line beside the test.
func start(t *testing.T, args ...string) (stderr *bufio.Reader, done chan int, stop context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done = make(chan int, 1)
	go func() {
		code := run(ctx, args, streams{strings.NewReader(""), io.Discard, w})
		w.Close()
		done <- code
	}()
	t.Cleanup(cancel)
	return bufio.NewReader(r), done, cancel
}

func TestConnecting(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "s")
	tests := []struct {
		name, network, address string
		flag                   func(net.Listener) string
	}{
		{"socket", "tcp", "127.0.0.1:0", func(l net.Listener) string {
			return fmt.Sprintf("--socket=%d", l.Addr().(*net.TCPAddr).Port)
		}},
		{"pipe", "unix", socket, func(net.Listener) string { return "--pipe=" + socket }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var config net.ListenConfig
			listener, err := config.Listen(t.Context(), tt.network, tt.address)
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			stderr, done, _ := start(t, "lsp", tt.flag(listener), "--log-level=error")
			go io.Copy(io.Discard, stderr)
			conn, err := listener.Accept()
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if name := talk(t, conn); name != "firn" {
				t.Errorf("connected to %q", name)
			}
			if code := <-done; code != exitOK {
				t.Errorf("exit code %d", code)
			}
		})
	}
}

func TestListening(t *testing.T) {
	stderr, done, stop := start(t, "lsp", "--listen=0", "--log-level=error")
	line, err := stderr.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, stderr)
	address := strings.TrimSpace(strings.TrimPrefix(line, "firn: listening at "))
	for range 2 {
		var dialer net.Dialer
		conn, err := dialer.DialContext(t.Context(), "tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		if name := talk(t, conn); name != "firn" {
			t.Errorf("connected to %q", name)
		}
		conn.Close()
	}
	stop()
	if code := <-done; code != exitOK {
		t.Errorf("exit code %d", code)
	}
}

func TestLoopback(t *testing.T) {
	tests := []struct{ name, address, want string }{
		{"port", "9257", "127.0.0.1:9257"},
		{"no host", ":9257", "127.0.0.1:9257"},
		{"IPv4", "127.0.0.2:1", "127.0.0.2:1"},
		{"IPv6", "[::1]:1", "[::1]:1"},
		{"all interfaces", "0.0.0.0:1", ""},
		{"all interfaces of IPv6", "[::]:1", ""},
		{"elsewhere", "192.0.2.1:1", ""},
		{"no address", "x", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := loopback(t.Context(), tt.address)
			if got != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("loopback(%q) = %q, %v, want %q", tt.address, got, err, tt.want)
			}
		})
	}
}

func TestPanic(t *testing.T) {
	var stderr strings.Builder
	a := &app{}
	code := a.guard(&stderr, func() int { panic("for the test") })
	if code != exitInternal || !strings.Contains(stderr.String(), "internal error: for the test") {
		t.Errorf("exit code %d, %s", code, stderr.String())
	}
}

func TestEverySettingHasHelp(t *testing.T) {
	text := configTopic()
	for _, s := range settings.List() {
		if !strings.Contains(text, s.Env()) {
			t.Errorf("no %s in the help", s.Env())
		}
	}
}
