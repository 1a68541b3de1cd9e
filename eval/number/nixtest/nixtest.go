// Package nixtest asks a real Nix many questions for tests.
//
// No expression can catch the errors of fromJSON and fromTOML, so questions go
// to `nix repl`, which continues after an error. One process answers thousands
// of them; if it ends or hangs, another one goes on with the next question.
package nixtest

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Nix is a Nix to ask.
type Nix struct {
	dir string // of its commands
}

// Answer is what Nix says of one question.
type Answer struct {
	Text  string // the value of an expression, which is a string, or a message
	Error bool   // Text is the message of an error, without traces
	Lost  bool   // Nix ended or hung
}

// Open returns the Nix whose command nix-instantiate is path. It skips the test
// if path is empty, or if that Nix is older than 2.34, whose words are tested.
func Open(t testing.TB, path string) *Nix {
	t.Helper()
	if path == "" {
		t.Skip("no -nix=PATH of a nix-instantiate to compare with")
	}
	out, err := exec.CommandContext(t.Context(), path, "--version").Output()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	var major, minor int
	words := strings.Fields(string(out))
	if _, err := fmt.Sscanf(words[len(words)-1], "%d.%d", &major, &minor); err != nil {
		t.Fatalf("%s: version %q: %v", path, out, err)
	}
	if major < 2 || major == 2 && minor < 34 {
		t.Skipf("%s is Nix %d.%d, older than 2.34", path, major, minor)
	}
	return &Nix{dir: filepath.Dir(path)}
}

// Eval returns what nix-instantiate prints for an expression, evaluated in
// depth.
func (n *Nix) Eval(t testing.TB, expr string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(n.dir, "nix-instantiate"), "--eval", "--strict", "-")
	cmd.Stdin = strings.NewReader(expr)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %.2000s", err, stderr.String())
	}
	return strings.TrimSpace(string(out))
}

// Features are experimental features to turn on.
type Features string

// Ask applies a function, given by its source, to each of the texts. The
// function gets a text as a string and returns a string.
func (n *Nix) Ask(t testing.TB, function string, texts []string, features ...Features) []Answer {
	t.Helper()
	dir := t.TempDir()
	for i, text := range texts {
		write(t, filepath.Join(dir, strconv.Itoa(i)), text)
	}
	write(t, filepath.Join(dir, "ask.nix"), "i: ("+function+") (builtins.readFile ("+dir+" + \"/${toString i}\"))")
	answers := make([]Answer, 0, len(texts))
	for len(answers) < len(texts) {
		from := len(answers)
		answers = append(answers, n.session(t, dir, from, len(texts), features)...)
		if len(answers) < len(texts) {
			answers = append(answers, Answer{Lost: true})
		}
	}
	return answers
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// session asks the questions from i to j of the folder and returns the answers
// that come.
func (n *Nix) session(t testing.TB, dir string, i, j int, features []Features) []Answer {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out := patient{timer: time.AfterFunc(patience, cancel)}
	defer out.timer.Stop()
	args := []string{"--extra-experimental-features", "nix-command"}
	for _, f := range features {
		args = append(args, "--extra-experimental-features", string(f))
	}
	cmd := exec.CommandContext(ctx, filepath.Join(n.dir, "nix"), append(args, "repl")...)
	cmd.WaitDelay = time.Second
	var in strings.Builder
	for k := i; k < j; k++ {
		fmt.Fprintf(&in, "import %s/ask.nix %d\n%s\n", dir, k, mark(k))
	}
	cmd.Stdin = strings.NewReader(in.String())
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil && out.text.Len() == 0 {
		t.Fatalf("nix repl: %v", err)
	}
	return answers(out.text.String(), i, j)
}

// patience is for how long an answer may take.
const patience = 5 * time.Second

// patient keeps what is written and puts a timer off each time.
type patient struct {
	text  bytes.Buffer
	timer *time.Timer
}

func (p *patient) Write(b []byte) (int, error) {
	p.timer.Reset(patience)
	return p.text.Write(b)
}

// mark is an expression that shows where the answers of others end.
func mark(k int) string { return fmt.Sprintf(`"<<%d>>"`, k) }

var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

// answers cuts what the repl wrote at the marks.
func answers(out string, i, j int) []Answer {
	var list []Answer
	for k := i; k < j; k++ {
		text, rest, found := strings.Cut(out, "\x1b[35;1m"+mark(k)+"\x1b[0m\n")
		if !found {
			break
		}
		out = rest
		_, text, _ = strings.Cut(text, fmt.Sprintf("/ask.nix %d\n", k))
		text = text[:strings.LastIndex(text, "\nnix-repl> ")] // the echo of the mark
		list = append(list, answer(colours.ReplaceAllString(text, "")))
	}
	return list
}

const indent = "       " // of messages

func answer(text string) Answer {
	text = strings.TrimPrefix(text, "\n")
	if strings.HasPrefix(text, `"`) {
		return Answer{Text: unquote(text)}
	}
	at := strings.Index(text, "\n"+indent+"error: ")
	if at < 0 {
		return Answer{Text: strings.TrimSuffix(strings.TrimPrefix(text, "error: "), "\n"), Error: true}
	}
	text = strings.TrimPrefix(text[at+1:], indent+"error: ")
	text = strings.TrimSuffix(text, "\n")
	return Answer{Text: Printed(strings.ReplaceAll(text, "\n"+indent, "\n")), Error: true}
}

// unquote reads a string as Nix prints it.
func unquote(text string) string {
	text = strings.TrimSuffix(strings.TrimPrefix(text, `"`), "\n")
	text = strings.TrimSuffix(text, `"`)
	return strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\n`, "\n", `\r`, "\r", `\t`, "\t", `\$`, "$").Replace(text)
}

// Corpus returns the texts of the files with such an extension below the folders
// that FIRN_CORPUS names, without those that are no strings of Nix or too large
// to wait for. It skips the test if there are none.
func Corpus(t testing.TB, extension string) []string {
	t.Helper()
	var texts []string
	for _, dir := range filepath.SplitList(os.Getenv("FIRN_CORPUS")) {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() || filepath.Ext(path) != extension {
				return err
			}
			text, err := os.ReadFile(path)
			if len(text) < 1<<18 && bytes.IndexByte(text, 0) < 0 {
				texts = append(texts, string(text))
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(texts) == 0 {
		t.Skipf("FIRN_CORPUS names no folders with files *%s", extension)
	}
	return texts
}

var lineEnds = regexp.MustCompile(`[ \t]+\n`)

// Printed returns a message as Nix prints it, and as an [Answer] has it: without
// blanks at the ends of lines, and without carriage returns.
func Printed(msg string) string {
	msg = lineEnds.ReplaceAllString(strings.ReplaceAll(msg, "\r", ""), "\n")
	return strings.TrimRight(msg, " \t")
}
