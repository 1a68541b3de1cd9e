package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/reeflective/readline"
	"github.com/reeflective/readline/inputrc"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"firn/cmd/internal/repl"
	"firn/eval"
)

func newREPL(a *app) *cobra.Command {
	c := evaluation{app: a}
	cmd := &cobra.Command{
		Use:   "repl [FILE...]",
		Short: "Evaluate nixlang at a prompt",
		Long: `Evaluate nixlang at a prompt: an expression is printed, a binding like x = 1
stays, and :? lists the commands. The attributes of each FILE become variables;
a FILE is the path of a file or directory, or <nixpkgs>.

The tab key completes names, attributes and files, and an input that is not
complete goes on in the next line. Control-C ends an evaluation, and Control-D
the session. What was typed is kept in $XDG_STATE_HOME/firn/repl-history.

Without a terminal the inputs are read from standard input, and the exit code
says whether one of them failed.`,
		Example: `  firn repl
  firn repl lib/ default.nix                # with the attributes of files
  firn repl '<nixpkgs>' -I nixpkgs=$HOME/nixpkgs
  echo 'lib.version' | firn repl '<nixpkgs>'`,
		RunE: func(cmd *cobra.Command, files []string) error { return c.repl(cmd, files) },
	}
	c.registerHow(cmd.Flags())
	return cmd
}

// console is a session with its terminal.
type console struct {
	*running
	*repl.Session
	ctx    context.Context
	quiet  atomic.Bool // nobody wants to hear what an evaluation says
	failed bool        // an input was wrong
}

func (c *evaluation) repl(cmd *cobra.Command, files []string) error {
	t := &console{ctx: cmd.Context()}
	e, err := c.startFor(cmd, voice{cmd.ErrOrStderr(), &t.quiet})
	if err != nil {
		return err
	}
	if err := e.giveArgs(t.ctx); err != nil {
		return e.report(err)
	}
	t.running = e
	t.Session = &repl.Session{
		Eval: e.Evaluator, Auto: e.auto, Dir: e.dir, Out: cmd.OutOrStdout(), Trace: e.trace,
		Colours: colours(cmd.OutOrStdout()), Pipes: e.pipes, Edit: edit,
	}
	in, ok := cmd.InOrStdin().(*os.File)
	terminal := ok && term.IsTerminal(int(in.Fd()))
	if terminal {
		t.ctx = interruptible(t.ctx)
		fmt.Fprintf(cmd.OutOrStdout(), "firn %s, which evaluates as Nix %s does. Type :? for help.\n", thisBuild().Version, eval.NixVersion)
	}
	for _, f := range files {
		t.try(func(ctx context.Context) error { return t.Load(ctx, f) })
	}
	if terminal {
		return e.end(t.interact())
	}
	return e.end(t.batch(cmd.InOrStdin()))
}

// voice passes on what an evaluation says, unless nobody wants to hear it.
type voice struct {
	io.Writer
	quiet *atomic.Bool
}

// Write implements [io.Writer].
func (v voice) Write(b []byte) (int, error) {
	if v.quiet.Load() {
		return len(b), nil
	}
	return v.Writer.Write(b)
}

// interruptible returns a context that an interrupt does not end, since that ends
// only what is being evaluated.
func interruptible(ctx context.Context) context.Context {
	signal.Reset(os.Interrupt)
	return ctx
}

var errInterrupted = errors.New("interrupted by the user")

// try does something that an interrupt ends, and reports an error.
func (t *console) try(work func(context.Context) error) (quit bool) {
	ctx, cancel := context.WithCancelCause(t.ctx)
	defer cancel(nil)
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	go func() {
		select {
		case <-interrupts:
			cancel(errInterrupted)
		case <-ctx.Done():
		}
	}()
	err := work(ctx)
	switch {
	case err == nil:
	case errors.Is(err, repl.ErrQuit):
		return true
	default:
		t.failed = true
		t.complain(err)
	}
	return false
}

// complain prints errors, of which an evaluation can have several.
func (t *console) complain(err error) {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range several.Unwrap() {
			t.complain(e)
		}
		return
	}
	t.running.trace = t.Trace
	if err := t.report(err); err != nil && !errors.Is(err, errFindings) {
		say(t.cmd, "error: "+err.Error())
	}
}

// batch does what the lines of a stream say.
func (t *console) batch(in io.Reader) error {
	lines := bufio.NewReader(in)
	input := ""
	for {
		line, err := lines.ReadString('\n')
		if input += line; input != "" && (err != nil || t.IsComplete(input)) {
			if t.try(func(ctx context.Context) error { return t.Do(ctx, input) }) {
				break
			}
			input = ""
		}
		if errors.Is(err, io.EOF) || t.ctx.Err() != nil {
			break
		}
		if err != nil {
			return fmt.Errorf("read standard input: %w", err)
		}
	}
	if t.failed {
		return errFindings
	}
	return nil
}

// interact does what a user types.
func (t *console) interact() error {
	shell := readline.NewShell(inputrc.WithApp("firn"))
	shell.Prompt.Primary(func() string { return "firn> " })
	shell.Prompt.Secondary(func() string { return "      " })
	shell.AcceptMultiline = func(line []rune) bool { return t.IsComplete(string(line)) }
	shell.Completer = t.completer
	if file, err := historyFile(); err != nil {
		say(t.cmd, "warning: what you type is not kept: "+err.Error())
	} else {
		shell.History.Delete()
		shell.History.AddFromFile("history", file)
	}
	restore, err := whenOver(t.ctx)
	if err != nil {
		return err
	}
	defer restore()
	for {
		input, err := shell.Readline()
		switch {
		case errors.Is(err, readline.ErrInterrupt):
			continue
		case errors.Is(err, io.EOF):
			fmt.Fprintln(t.cmd.OutOrStdout())
			return nil
		case err != nil:
			return fmt.Errorf("read the terminal: %w", err)
		}
		if t.try(func(ctx context.Context) error { return t.Do(ctx, input) }) {
			return nil
		}
	}
}

// whenOver has the process end, with the terminal as it was, when ctx ends:
// nothing else interrupts somebody who reads a terminal. The result calls that
// off.
func whenOver(ctx context.Context) (stop func() bool, err error) {
	in := int(os.Stdin.Fd())
	state, err := term.GetState(in)
	if err != nil {
		return nil, fmt.Errorf("read the terminal: %w", err)
	}
	return context.AfterFunc(ctx, func() {
		if term.Restore(in, state) == nil {
			os.Exit(exitFindings)
		}
		os.Exit(exitInternal)
	}), nil
}

// completer completes what is before the cursor. The library replaces the whole
// word there, as far as blanks go.
func (t *console) completer(line []rune, cursor int) readline.Completions {
	before := string(line[:cursor])
	t.quiet.Store(true)
	defer t.quiet.Store(false)
	from, list := t.Complete(t.ctx, before)
	word := strings.LastIndexAny(before, " \t\n") + 1
	var values []readline.Completion
	for _, c := range list {
		values = append(values, readline.Completion{Value: before[word:from] + c.Text, Display: c.Text, Description: c.Note})
	}
	return readline.CompleteRaw(values).NoSpace()
}

// historyFile returns where inputs are kept, in a directory that exists.
func historyFile() (string, error) {
	state := os.Getenv("XDG_STATE_HOME")
	if !filepath.IsAbs(state) { // as the XDG Base Directory Specification says
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		state = filepath.Join(home, ".local", "state")
	}
	dir := filepath.Join(state, "firn")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	return filepath.Join(dir, "repl-history"), nil
}

// edit opens a file at a line in the editor of the user.
func edit(ctx context.Context, file string, line uint32) error {
	words := strings.Fields(os.Getenv("EDITOR"))
	if len(words) == 0 {
		return errors.New("$EDITOR is not set")
	}
	args := words[1:]
	if line > 0 && takesLine(words[0]) {
		args = append(args, fmt.Sprintf("+%d", line))
	}
	cmd := exec.CommandContext(ctx, words[0], append(args, file)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("run %s: %w", words[0], err)
	}
	return nil
}

// takesLine reports whether an editor goes to the line N for +N.
func takesLine(editor string) bool {
	for _, known := range []string{"emacs", "nano", "vim", "kak", "vi", "micro"} {
		if strings.Contains(filepath.Base(editor), known) {
			return true
		}
	}
	return false
}
