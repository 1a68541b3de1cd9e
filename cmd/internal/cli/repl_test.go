package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/creack/pty"
)

// terminal is a program with a terminal of its own.
type terminal struct {
	*testing.T
	file *os.File
	wait func() // until the program is over

	mu   sync.Mutex
	seen bytes.Buffer // behind what was expected last
	more chan struct{}
}

// whereAmI asks for the place of the cursor.
var whereAmI = []byte("\x1b[6n")

// open starts firn in a terminal. A link to the test with the name of the command
// is the command.
func open(t *testing.T, env []string, args ...string) *terminal {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "firn")
	if err := os.Symlink(self, link); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), link, args...)
	cmd.Env = slices.Concat(os.Environ(), []string{"TERM=xterm-256color", "NO_COLOR=1"}, env)
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 200})
	if err != nil {
		t.Fatal(err)
	}
	term := &terminal{T: t, file: f, more: make(chan struct{}, 1)}
	done := make(chan struct{})
	go term.read(done)
	term.wait = sync.OnceFunc(func() {
		if err := cmd.Wait(); err != nil {
			t.Errorf("firn: %v", err)
		}
		<-done
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(term.wait)
	return term
}

func (t *terminal) read(done chan<- struct{}) {
	defer close(done)
	buf := make([]byte, 4096)
	for {
		n, err := t.file.Read(buf)
		if bytes.Contains(buf[:n], whereAmI) {
			t.send("\x1b[1;1R")
		}
		t.mu.Lock()
		t.seen.Write(buf[:n])
		t.mu.Unlock()
		select {
		case t.more <- struct{}{}:
		default:
		}
		if err != nil { // the program is over
			return
		}
	}
}

func (t *terminal) send(keys string) {
	if _, err := t.file.WriteString(keys); err != nil {
		t.Errorf("type %q: %v", keys, err)
	}
}

// expect waits until something is written behind what was expected before.
func (t *terminal) expect(text string) {
	t.Helper()
	limit := time.After(30 * time.Second)
	for {
		t.mu.Lock()
		_, rest, found := strings.Cut(t.seen.String(), text)
		if found {
			t.seen.Reset()
			t.seen.WriteString(rest)
		}
		t.mu.Unlock()
		if found {
			return
		}
		select {
		case <-t.more:
		case <-limit:
			t.Fatalf("%q did not come, but\n%q", text, rest+t.seen.String())
		}
	}
}

// answer types something, waits for an answer, and for the next prompt: the name
// with another shape of the cursor, and the cursor when all is drawn.
func (t *terminal) answer(keys, want string) {
	t.Helper()
	t.send(keys)
	t.expect(want)
	t.expect("firn> \x1b[1 q")
	t.expect("\x1b[?25h")
}

// TestTerminal types at the prompt.
func TestTerminal(t *testing.T) {
	state := t.TempDir()
	term := open(t, []string{"XDG_STATE_HOME=" + state}, "repl")
	term.answer("", "Type :? for help.")
	term.answer("set = { alpha = 11; }\r", "11; }")
	term.answer("set.al\t\r", "11\r\n")     // which is completed
	term.answer("[ 1\r22 ]\r", "  22\r\n]") // over two lines
	term.answer("throw \"loud\"\r", "error: loud")
	term.answer("\x1b[A\x1b[A\r", "  22\r\n]") // two inputs back
	term.answer("not finished [\x03", "")
	term.send("let fib = n: if n < 2 then n else fib (n - 1) + fib (n - 2); in builtins.trace \"begun\" (fib 70)\r")
	term.expect("trace: begun")
	term.answer("\x03", "interrupted by the user")
	term.send("\x04")
	term.wait()
	history, err := os.ReadFile(filepath.Join(state, "firn", "repl-history"))
	if err != nil || !strings.Contains(string(history), "alpha = 11") {
		t.Errorf("history: %s, %v", history, err)
	}
}
