package editors_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is how long a test waits for an editor.
const patience = 30 * time.Second

// program is an editor that the tests can drive.
type program struct {
	name  string
	needs []string // programs
	// command starts it, as a server that listens on a socket.
	command func(socket, driver string) *exec.Cmd
	// ask returns a command that has it evaluate a call of the driver, with
	// an argument in JSON, and prints the result; answer is that result.
	ask    func(socket, request string) []string
	answer func(printed string) string
	// quit makes it end.
	quit func(socket string) []string
}

var programs = []program{
	{
		name:  "nvim",
		needs: []string{"nvim"},
		command: func(socket, dir string) *exec.Cmd {
			return exec.Command("nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "--listen", socket,
				"--cmd", "set runtimepath^="+filepath.Join(dir, "nvim"),
				"-c", "filetype on", "-c", "luafile "+filepath.Join(dir, "testdata", "driver.lua"))
		},
		ask: func(socket, request string) []string {
			quoted := "'" + strings.ReplaceAll(request, "'", "''") + "'"
			return []string{"nvim", "--server", socket, "--remote-expr", "luaeval('Driver.call(_A)', " + quoted + ")"}
		},
		answer: strings.TrimSpace,
		quit: func(socket string) []string {
			return []string{"nvim", "--server", socket, "--remote-send", `<C-\><C-N>:qa!<CR>`}
		},
	},
	{
		name:  "emacs",
		needs: []string{"emacs", "emacsclient"},
		command: func(socket, dir string) *exec.Cmd {
			return exec.Command("emacs", "-Q", "--fg-daemon="+socket,
				"-L", filepath.Join(dir, "emacs"), "-l", filepath.Join(dir, "testdata", "driver.el"))
		},
		ask: func(socket, request string) []string {
			return []string{"emacsclient", "-s", socket, "--eval", "(driver-call " + lisp(request) + ")"}
		},
		answer: unlisp,
		quit: func(socket string) []string {
			return []string{"emacsclient", "-s", socket, "--eval", "(kill-emacs)"}
		},
	},
}

// output runs a command and returns what it prints, which is also the
// explanation if it fails.
func output(command ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, command[0], command[1:]...).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return string(out), nil
}

// lisp returns a string as Emacs reads it.
func lisp(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// unlisp reverses lisp.
func unlisp(s string) string {
	s = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(s), `"`), `"`)
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`).Replace(s)
}

// editor is one that runs.
type editor struct {
	*testing.T
	program
	socket    string
	workspace string
	process   *os.Process
	messages  *strings.Builder // what it wrote, once it has ended
}

// built is where the program is that the editors start, once it is made.
var built string

// binary makes it.
var binary = sync.OnceValues(func() (path string, err error) {
	if built, err = os.MkdirTemp("", "firn"); err != nil {
		return "", err
	}
	path = filepath.Join(built, "firn")
	if out, err := exec.Command("go", "build", "-o", path, "../cmd/firn").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if err := os.RemoveAll(built); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// start starts an editor in a copy of the example workspace. It has no
// settings of a user, and its own home.
func start(t *testing.T, p program) *editor {
	t.Helper()
	return startWith(t, p, "../examples", "")
}

// startOnMachine starts an editor in a copy of a machine for which there is a small
// nixpkgs in the search path.
func startOnMachine(t *testing.T, p program) *editor {
	t.Helper()
	nixpkgs, err := filepath.Abs("../lsp/testdata/world")
	if err != nil {
		t.Fatal(err)
	}
	return startWith(t, p, "../examples/machine", "nixpkgs="+nixpkgs)
}

func startWith(t *testing.T, p program, workspace, nixPath string) *editor {
	t.Helper()
	for _, name := range p.needs {
		if _, err := exec.LookPath(name); err == nil {
			continue
		}
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not installed", name)
		}
		t.Skipf("%s is not installed", name)
	}
	firn, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	home := short(t)
	e := &editor{T: t, program: p, socket: filepath.Join(home, "socket"), messages: new(strings.Builder)}
	e.workspace = filepath.Join(home, "workspace")
	if err := os.CopyFS(e.workspace, os.DirFS(workspace)); err != nil {
		t.Fatal(err)
	}
	cmd := p.command(e.socket, dir)
	cmd.Dir = e.workspace
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_DATA_HOME="+home,
		"XDG_STATE_HOME="+home, "XDG_CACHE_HOME="+home, "XDG_RUNTIME_DIR="+home, "LC_ALL=C.UTF-8", "FIRN_BINARY="+firn, "NIX_PATH="+nixPath)
	cmd.Stdout, cmd.Stderr = e.messages, e.messages
	cmd.WaitDelay = time.Second // for the server, which shares the output
	e.run(cmd)
	return e
}

// short makes a directory for a test. Its name is short, since that of a
// socket must be.
func short(t *testing.T) string {
	t.Helper()
	home, err := os.MkdirTemp("", "fe") //nolint:usetesting // the name of t.TempDir is too long
	if err != nil {
		t.Fatal(err)
	}
	home, err = filepath.EvalSymlinks(home)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// A server may still write its cache.
		if err := os.RemoveAll(home); err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Log(err)
		}
	})
	return home
}

// run runs the editor until the test ends.
func (e *editor) run(cmd *exec.Cmd) {
	e.Helper()
	if err := cmd.Start(); err != nil {
		e.Fatal(err)
	}
	e.process = cmd.Process
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	e.Cleanup(func() {
		if _, err := output(e.quit(e.socket)...); err != nil {
			e.Log(err)
		}
		timer := time.AfterFunc(patience, func() {
			e.Error("the editor does not end")
			if err := cmd.Process.Kill(); err != nil {
				e.Error(err)
			}
		})
		defer timer.Stop()
		<-ended
		e.await("the server ends with the editor", func() bool { return !running(built) })
		if e.Failed() {
			e.Logf("%s wrote:\n%s", e.name, e.messages)
		}
	})
	e.await("the editor listens", func() bool {
		select {
		case err := <-ended:
			ended <- err
			e.Fatalf("the editor has ended: %v", err)
		default:
		}
		_, err := os.Stat(e.socket)
		return err == nil
	})
}

// running reports whether a program of a folder runs, on systems that show it.
func running(dir string) bool {
	programs, err := filepath.Glob("/proc/[0-9]*/exe")
	if err != nil {
		return false
	}
	return slices.ContainsFunc(programs, func(link string) bool {
		path, err := os.Readlink(link)
		return err == nil && filepath.Dir(path) == dir
	})
}

// await waits until something is so. It asks again and again: an editor tells
// nobody when it has redrawn.
func (e *editor) await(what string, ok func() bool) {
	e.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-deadline:
			e.Fatalf("not within %s: %s", patience, what)
		}
	}
}

// call calls a function of the driver and decodes what it returns.
func (e *editor) call(result any, function string, args ...any) {
	e.Helper()
	request, err := json.Marshal(map[string]any{"name": function, "args": append([]any{}, args...)})
	if err != nil {
		e.Fatal(err)
	}
	out, err := output(e.ask(e.socket, string(request))...)
	if err != nil {
		e.Fatalf("%s: %v", function, err)
	}
	var answer struct {
		Result json.RawMessage
		Error  string
	}
	if err := json.Unmarshal([]byte(e.answer(out)), &answer); err != nil {
		e.Fatalf("%s answers %q: %v", function, out, err)
	}
	if answer.Error != "" {
		e.Fatalf("%s: %s", function, answer.Error)
	}
	if result == nil {
		return
	}
	if err := json.Unmarshal(answer.Result, result); err != nil {
		e.Fatalf("%s answers %s: %v", function, answer.Result, err)
	}
}

// do calls a function of the driver for its effect.
func (e *editor) do(function string, args ...any) {
	e.Helper()
	e.call(nil, function, args...)
}

// text calls a function of the driver that returns a text.
func (e *editor) text(function string) string {
	e.Helper()
	var s string
	e.call(&s, function)
	return s
}

// open opens a file of the workspace and waits for the server.
func (e *editor) open(path string) {
	e.Helper()
	if !filepath.IsAbs(path) {
		path = filepath.Join(e.workspace, path)
	}
	e.do("open", path)
	e.await("the server serves the buffer", func() bool {
		var ready bool
		e.call(&ready, "ready")
		return ready
	})
}

// point puts the cursor where ‸ is in a text of the buffer.
func (e *editor) point(pattern string) {
	e.Helper()
	var found bool
	if e.call(&found, "point", pattern); !found {
		e.Fatalf("the buffer has no %q", pattern)
	}
}

// diagnostic is one that the editor shows.
type diagnostic struct {
	Line    int
	Code    string
	Message string
}

// problems waits until the editor shows diagnostics with the given codes, in
// the order of lines.
func (e *editor) problems(codes ...string) []diagnostic {
	e.Helper()
	var list []diagnostic
	e.await(fmt.Sprintf("the problems %q", codes), func() bool {
		e.call(&list, "diagnostics")
		got := make([]string, len(list))
		for i, d := range list {
			got[i] = d.Code
		}
		return strings.Join(got, " ") == strings.Join(codes, " ")
	})
	return list
}
