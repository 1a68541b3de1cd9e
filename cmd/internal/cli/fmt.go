package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/aymanbagabas/go-udiff"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"firn/format"
	"firn/lsp/workspace"
	"firn/parser"
	"firn/parser/text"
)

// fmtCommand holds the flags of firn fmt.
type fmtCommand struct {
	app     *app
	options format.Options

	check, quiet, diff, json  bool
	mergetool, tree, document bool
	verify                    bool // is done always
	version, numericVersion   bool
	filename                  string
	jobs                      int
}

// styleVersion is the version of nixfmt whose layout it is.
const styleVersion = "1.4.0"

func newFmt(a *app) *cobra.Command {
	c := fmtCommand{app: a}
	cmd := &cobra.Command{
		Use:     "fmt [FILE|DIR|-]...",
		Aliases: []string{"format"},
		Short:   "Lay out files in the official style",
		Long: `Lay out files in the official style of nixlang (RFC 166), as nixfmt ` + styleVersion + ` does,
to the byte; all flags of nixfmt are understood.

Files are rewritten where something changes, and nothing is printed; of a DIR
those whose names end in .nix and that .gitignore and the setting files.exclude
do not exclude. For - the text of standard input is printed in that style, as it
is without arguments if standard input is no terminal.

No file is written whose meaning would change: what was laid out is read again
and compared. A file that is not valid is reported and left alone, and so are the
others done. The exit code is 1 if there was such a file, or if one is not
formatted with --check.`,
		Example: `  firn fmt .                        # all files below the directory
  firn fmt --check .                # tell which are not formatted
  firn fmt --diff default.nix       # show what would change
  firn fmt - < default.nix          # print
  git config mergetool.firn.cmd 'firn fmt --mergetool "$BASE" "$LOCAL" "$REMOTE" "$MERGED"'`,
		RunE: func(cmd *cobra.Command, args []string) error { return c.run(cmd, args) },
	}
	f := cmd.Flags()
	f.IntVarP(&c.options.Width, "width", "w", format.DefaultWidth, "characters in a line, without its indentation")
	f.IntVar(&c.options.Indent, "indent", format.DefaultIndent, "blanks for a level of indentation")
	f.BoolVarP(&c.options.Strict, "strict", "s", false, "heed the line breaks in the source less")
	f.BoolVarP(&c.check, "check", "c", false, "write nothing, and tell which files are not formatted")
	f.BoolVar(&c.diff, "diff", false, "write nothing, and print what would change")
	f.BoolVar(&c.json, "json", false, "print an object for each file, in a line of its own")
	f.BoolVarP(&c.quiet, "quiet", "q", false, "report no errors of files")
	f.StringVarP(&c.filename, "filename", "f", "", "what to call standard input")
	f.BoolVarP(&c.mergetool, "mergetool", "m", false, "merge BASE, LOCAL, REMOTE and MERGED of git")
	f.BoolVarP(&c.verify, "verify", "v", false, "accepted for the sake of those who write it; it is always done")
	f.BoolVarP(&c.tree, "ast", "a", false, "print the syntax tree to standard error instead")
	f.BoolVar(&c.document, "ir", false, "print what is laid out to standard error instead")
	f.BoolVarP(&c.version, "version", "V", false, "print the version of firn, and of the nixfmt that it equals")
	f.BoolVar(&c.numericVersion, "numeric-version", false, "print the version of nixfmt that firn equals")
	f.IntVarP(&c.jobs, "jobs", "j", runtime.GOMAXPROCS(0), "files to lay out at the same time")
	f.SetNormalizeFunc(unabbreviate([]string{"width", "indent", "strict", "check", "diff", "json", "quiet", "filename", "mergetool", "verify", "ast", "ir", "version", "numeric-version", "jobs", "help"}))
	return cmd
}

// unabbreviate lets flags be written as short as they are unambiguous.
func unabbreviate(names []string) func(*pflag.FlagSet, string) pflag.NormalizedName {
	return func(_ *pflag.FlagSet, name string) pflag.NormalizedName {
		if slices.Contains(names, name) {
			return pflag.NormalizedName(name)
		}
		var meant []string
		for _, n := range names {
			if strings.HasPrefix(n, name) {
				meant = append(meant, n)
			}
		}
		if len(meant) == 1 {
			name = meant[0]
		}
		return pflag.NormalizedName(name)
	}
}

func (c *fmtCommand) run(cmd *cobra.Command, args []string) error {
	switch {
	case c.options.Width < 1 || c.options.Indent < 0:
		return usageError{errors.New("--width takes a number of characters, and --indent one of blanks")}
	case c.version:
		_, err := fmt.Fprintf(cmd.OutOrStdout(), "firn %s, which formats as nixfmt %s does\n", thisBuild().Version, styleVersion)
		return err
	case c.numericVersion:
		_, err := fmt.Fprintln(cmd.OutOrStdout(), styleVersion)
		return err
	case c.mergetool:
		return c.merge(cmd, args)
	case len(args) == 0 && c.filename == "" && isTerminal(cmd.InOrStdin()):
		return usageError{errors.New("name files or directories, or - for standard input")}
	case len(args) == 0 || slices.Equal(args, []string{"-"}):
		return c.stream(cmd)
	}
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		// Hardly anything lives longer than one file, and few files are large.
		const percent, limit = 400, 120 << 20
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}
	files, failed := c.files(cmd, args)
	c.each(cmd.Context(), files, func(r *laidOut) {
		failed = failed || r.failed
		c.report(cmd, r)
	})
	if err := cmd.Context().Err(); err != nil {
		return err
	}
	if failed {
		return errFindings
	}
	return nil
}

func isTerminal(r io.Reader) bool {
	f, ok := r.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// laidOut is what has become of a file.
type laidOut struct {
	name    string
	status  string // of fileStatus
	err     error
	src     string
	out     string
	failed  bool // the exit code tells of it
	done    chan struct{}
	printed string // on standard error, if that was asked for
}

// What a file can be.
const (
	unchanged    = "unchanged"
	formatted    = "formatted"
	notFormatted = "not formatted"
	notValid     = "error"
)

// files lists what is to be laid out, and reports what cannot be.
func (c *fmtCommand) files(cmd *cobra.Command, args []string) (list []string, failed bool) {
	for _, arg := range args {
		info, err := os.Stat(arg)
		switch {
		case err != nil:
			list = append(list, arg) // reading it says why
		case info.IsDir():
			abs, err := filepath.Abs(arg)
			if err == nil {
				var found []string
				found, err = workspace.Files(cmd.Context(), abs, c.app.settings(cmd, abs).Files.Exclude)
				for _, f := range found {
					list = append(list, filepath.Join(arg, strings.TrimPrefix(f, abs)))
				}
			}
			if err != nil {
				failed = true
				c.complain(cmd, fmt.Sprintf("error: %v", err))
			}
		case !strings.HasSuffix(arg, workspace.Extension):
			say(cmd, fmt.Sprintf("warning: %s is left alone, since its name does not end in %s", arg, workspace.Extension))
		default:
			list = append(list, arg)
		}
	}
	return list, failed
}

// each lays out files, several at a time, and hands the results over in order.
func (c *fmtCommand) each(ctx context.Context, files []string, use func(*laidOut)) {
	results := make([]laidOut, len(files))
	for i := range results {
		results[i] = laidOut{name: files[i], done: make(chan struct{})}
	}
	work := make(chan *laidOut)
	var workers sync.WaitGroup
	for range max(1, c.jobs) {
		workers.Go(func() {
			for r := range work {
				c.file(r)
				close(r.done)
			}
		})
	}
	go func() {
		defer close(work)
		for i := range results {
			select {
			case work <- &results[i]:
			case <-ctx.Done():
				return
			}
		}
	}()
	for i := range results {
		select {
		case <-results[i].done:
			use(&results[i])
			results[i] = laidOut{}
		case <-ctx.Done():
			workers.Wait() // for what they are writing
			return
		}
	}
	workers.Wait()
}

// file lays out a file.
func (c *fmtCommand) file(r *laidOut) {
	src, err := os.ReadFile(r.name)
	if err != nil {
		r.status, r.err, r.failed = notValid, err, true
		return
	}
	c.layOut(r, string(src))
	defer c.forget(r)
	if r.err != nil || c.diff || c.check || r.status != notFormatted || c.tree || c.document {
		return
	}
	if err := replace(r.name, r.out); err != nil {
		r.status, r.err, r.failed = notValid, err, true
		return
	}
	r.status = formatted
}

// forget drops the texts of a file that nobody wants to see.
func (c *fmtCommand) forget(r *laidOut) {
	if r.err == nil && !c.diff && !c.json {
		r.src, r.out = "", ""
	}
}

// layOut lays out a text.
func (c *fmtCommand) layOut(r *laidOut, src string) {
	r.src = src
	if c.tree || c.document {
		r.printed, r.err = c.dump(src)
		r.failed = r.err != nil
		return
	}
	r.out, r.err = format.Source(src, c.options)
	switch {
	case r.err != nil:
		r.status, r.failed = notValid, true
	case r.out == src:
		r.status = unchanged
	default:
		r.status, r.failed = notFormatted, c.check
	}
}

func (c *fmtCommand) dump(src string) (string, error) {
	tree, bad := format.Parse(src)
	if bad != nil {
		return "", bad
	}
	if c.tree {
		return tree.String(), nil
	}
	return format.Document(tree, c.options), nil
}

// report tells what has become of a file.
func (c *fmtCommand) report(cmd *cobra.Command, r *laidOut) {
	switch {
	case c.json:
		cmd.Println(r.json())
	case r.err != nil:
		c.complain(cmd, r.message())
	case r.printed != "":
		cmd.PrintErrln(strings.TrimSuffix(r.printed, "\n"))
	case r.status == notFormatted && c.check:
		c.complain(cmd, r.name+": not formatted")
	}
	if c.diff && r.err == nil && r.out != r.src && !c.json {
		cmd.Print(r.diff())
	}
}

func (c *fmtCommand) complain(cmd *cobra.Command, msg string) {
	if !c.quiet {
		say(cmd, msg)
	}
}

func (r *laidOut) diff() string {
	return udiff.Unified(r.name, r.name, r.src, r.out)
}

func (r *laidOut) message() string {
	if bad, ok := errors.AsType[*parser.Error](r.err); ok {
		return nixError(&input{name: r.name, src: r.src}, bad)
	}
	var path *os.PathError
	if errors.As(r.err, &path) {
		return "error: " + r.err.Error()
	}
	return fmt.Sprintf("error: %s: %v", r.name, r.err)
}

func (r *laidOut) json() string {
	type problem struct {
		Message string `json:"message"`
		Line    uint32 `json:"line,omitempty"`   // from 1
		Column  uint32 `json:"column,omitempty"` // from 1, in bytes
	}
	object := struct {
		File   string   `json:"file"`
		Status string   `json:"status"`
		Error  *problem `json:"error,omitempty"`
		Diff   string   `json:"diff,omitempty"`
	}{File: r.name, Status: r.status}
	if bad, ok := errors.AsType[*parser.Error](r.err); ok {
		p := text.NewLines(r.src).Position(bad.Span.Start, text.UTF8)
		object.Error = &problem{bad.Msg, p.Line + 1, p.Column + 1}
	} else if r.err != nil {
		object.Error = &problem{Message: r.err.Error()}
	} else if r.out != r.src {
		object.Diff = r.diff()
	}
	line, err := json.Marshal(object)
	if err != nil {
		panic(err) // there is nothing in it that has no JSON
	}
	return string(line)
}

// stream lays out standard input.
func (c *fmtCommand) stream(cmd *cobra.Command) error {
	src, err := io.ReadAll(cmd.InOrStdin())
	if err != nil {
		return fmt.Errorf("read standard input: %w", err)
	}
	r := laidOut{name: c.filename}
	if r.name == "" {
		r.name = "<stdin>"
	}
	c.layOut(&r, string(src))
	c.report(cmd, &r)
	if !c.check && !c.diff && !c.json && r.err == nil {
		if _, err := io.WriteString(cmd.OutOrStdout(), r.out); err != nil {
			return err
		}
	}
	if r.failed {
		return errFindings
	}
	return nil
}

// merge is the merge tool of git: it lays out all sides before they are merged, so
// that only what is no matter of layout can be a conflict.
func (c *fmtCommand) merge(cmd *cobra.Command, args []string) error {
	const sides = 4
	if len(args) != sides {
		return usageError{errors.New("--mergetool takes four files: BASE, LOCAL, REMOTE and MERGED")}
	}
	base, local, remote, merged := args[0], args[1], args[2], args[3]
	if !strings.HasSuffix(merged, workspace.Extension) {
		say(cmd, "Skipping non-Nix file "+merged)
		return errFindings
	}
	lay := func(side, name string) error {
		r := laidOut{name: name}
		if c.file(&r); r.err != nil {
			c.complain(cmd, r.message()+"\n"+side+" cannot be laid out before the merge")
			return errFindings
		}
		return nil
	}
	err := errors.Join(lay("the base version", base), lay("the local version", local), lay("the remote version", remote))
	if err != nil {
		return errFindings
	}
	git := exec.CommandContext(cmd.Context(), "git", "merge-file", local, base, remote)
	git.Stdout, git.Stderr = cmd.OutOrStdout(), cmd.ErrOrStderr()
	if err := git.Run(); err != nil {
		say(cmd, fmt.Sprintf("error: git merge-file: %v", err))
		return errFindings
	}
	if err := lay("the merged version", local); err != nil {
		return err
	}
	return os.Rename(local, merged)
}
