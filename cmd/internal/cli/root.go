// Package cli is the command line of firn: a file for each command, which reads
// flags and prints, and leaves the work to others.
//
// A command is made by a function newName, listed in newRoot. It prints to
// cmd.OutOrStdout, and what goes wrong it returns: [Main] prints it and chooses
// the exit code. Settings come from [app.settings].
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"
)

// The exit codes, which `firn help exit-codes` explains.
const (
	exitOK       = 0
	exitFindings = 1
	exitUsage    = 2
	exitInternal = 3
)

const exitCodes = `0  All is well.
1  There is something to report: a file has errors, a search finds nothing, or a
   language client left without saying goodbye.
2  The command line is wrong.
3  firn could not do its work: a file cannot be read or written, or there is an
   error in firn.
`

// usageError is an error of the command line that only running the command
// could find.
type usageError struct{ error }

// exitError ends a command with a code of its own.
type exitError struct{ code int }

// Error implements error.
func (e exitError) Error() string { return fmt.Sprintf("exit code %d", e.code) }

// Main runs the command line of the process and returns its exit code.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
}

// streams are the standard streams of a process.
type streams struct {
	in  io.Reader
	out io.Writer
	err io.Writer
}

func run(ctx context.Context, args []string, std streams) int {
	a := &app{flags: make(map[string]string)}
	root := newRoot(a)
	root.SetArgs(joinPairs(args))
	root.SetIn(std.in)
	root.SetOut(std.out)
	root.SetErr(std.err)
	return a.guard(std.err, func() int {
		cmd, err := root.ExecuteContextC(ctx)
		return a.exit(cmd, err)
	})
}

// guard does work and turns a panic into an exit code.
func (a *app) guard(stderr io.Writer, work func() int) (code int) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(stderr, "firn: internal error: %v\n%s", r, debug.Stack())
			code = exitInternal
		}
	}()
	return work()
}

// exit prints an error and returns the exit code for it.
func (a *app) exit(cmd *cobra.Command, err error) int {
	var usage usageError
	var own exitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &own):
		return own.code // what there is to say was said
	case errors.Is(err, errFindings):
		return exitFindings // they are printed
	case !a.started || errors.As(err, &usage):
		cmd.PrintErrf("firn: %v\nRun '%s --help' for how it is used.\n", err, cmd.CommandPath())
		return exitUsage
	}
	cmd.PrintErrf("firn: %v\n", err)
	return exitInternal
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "firn",
		Short: "A toolchain for nixlang, the language of Nix",
		Long: `firn is a toolchain for nixlang, the language of Nix: a language server and what
it can do as commands.`,
		Example: `  firn lsp                 # serve an editor on standard input and output
  firn fmt .               # lay out the files below a directory
  firn parse --quiet .     # check them
  firn options nginx       # search the options of a configuration
  firn explain hello       # tell all about a package, an option or a function
  firn help config         # what can be set, and where`,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRun: func(*cobra.Command, []string) {
			a.started = true
		},
	}
	a.register(root.PersistentFlags())
	root.AddCommand(
		newBuild(a),
		newCheck(a),
		newBuildLog(a),
		newEval(a),
		newFmt(a),
		newInstantiate(a),
		newREPL(a),
		newOptions(a),
		newPackages(a),
		newExplain(a),
		newLSP(a),
		newParse(),
		newVersion(),
		newTopic("config", "What can be set, and where", configTopic()),
		newTopic("exit-codes", "What the exit codes mean", exitCodes),
	)
	return root
}

// newTopic makes a page of help.
func newTopic(name, short, text string) *cobra.Command {
	return &cobra.Command{Use: name, Short: short, Long: text}
}
