package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"firn/eval"
	"firn/eval/flakeref"
	"firn/lsp"
	"firn/lsp/feature/problem"
	"firn/lsp/knowledge"
	"firn/lsp/workspace"
	"firn/parser/text"
)

// checkCommand holds the flags of firn check.
type checkCommand struct {
	app     *app
	json    bool
	quiet   bool
	failOn  string
	folder  string
	include []string

	colour bool
	worst  problem.Severity
	failed bool
}

func newCheck(a *app) *cobra.Command {
	c := checkCommand{app: a}
	cmd := &cobra.Command{
		Use:   "check [FILE|DIR]...",
		Short: "Find what is wrong with nixlang files",
		Long: `Find what is wrong with nixlang files: all that the language server shows in an
editor.

Besides errors of syntax and names that is what evaluation tells: options that do
not exist, are set to what they cannot be or to different things at once, and
options that have been renamed or removed; attributes, arguments and files that are
missing; assertions that do not hold, warnings, and evaluations that fail. What a
file belongs to is found from the configuration.nix and the like in the project, and
nixpkgs by -I, NIX_PATH, the channels or the inputs of a flake. Nothing is built or
run; inputs that are missing are fetched if you trust the project (--trust=true).

A DIR stands for the files below it that .gitignore and the setting files.exclude
do not exclude; without arguments it is the current directory.

The exit code is 1 if there is an error.`,
		Example: `  firn check                        # the project around the current directory
  firn check configuration.nix
  firn check --fail-on warning      # in a commit hook
  firn check --trust=true           # a flake, with inputs that may have to be fetched
  firn check --json | jq '.problems[] | .file + ": " + .message'`,
		RunE: func(cmd *cobra.Command, args []string) error { return c.run(cmd, args) },
	}
	f := cmd.Flags()
	f.BoolVar(&c.json, "json", false, "print one JSON object with all problems")
	f.BoolVarP(&c.quiet, "quiet", "q", false, "print a line a problem, without the text around it")
	f.StringVar(&c.failOn, "fail-on", "error", "the least `severity` for exit code 1: error, warning, information or never")
	f.StringArrayVarP(&c.include, "include", "I", nil, "look for <…> here first: `[PREFIX=]PATH`")
	f.StringVarP(&c.folder, "directory", "C", "", "the directory of the project; by default that of the version control system")
	return cmd
}

// entries returns what -I has, with paths that are not relative.
func (c *checkCommand) entries() ([]string, error) {
	var list []string
	for _, entry := range c.include {
		prefix, path := "", entry
		if i := strings.IndexByte(entry, '='); i >= 0 {
			prefix, path = entry[:i+1], entry[i+1:]
		}
		if flakeref.Scheme(path) == "" {
			var err error
			if path, err = filepath.Abs(path); err != nil {
				return nil, err
			}
		}
		list = append(list, prefix+path)
	}
	return list, nil
}

// severities are the names of severities, the worst first.
var severities = [...]string{problem.Error: "error", problem.Warning: "warning", problem.Information: "information", problem.Hint: "hint"}

// limit returns the least severity that makes the command fail, and whether any
// does.
func (c *checkCommand) limit() (problem.Severity, bool, error) {
	for i, name := range severities[:problem.Hint] {
		if c.failOn == name {
			return problem.Severity(i), true, nil
		}
	}
	if c.failOn == "never" {
		return 0, false, nil
	}
	return 0, false, usageError{fmt.Errorf("--fail-on is %q and not error, warning, information or never", c.failOn)}
}

func (c *checkCommand) run(cmd *cobra.Command, args []string) (err error) {
	limit, fails, err := c.limit()
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{"."}
	}
	folder, files, err := c.files(cmd, args)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(cmd.OutOrStdout())
	defer func() { err = errors.Join(err, out.Flush()) }()
	all := checkReport{Problems: []checkProblem{}}
	progress := newProgress(cmd.ErrOrStderr(), len(files))
	c.worst, c.colour = problem.Hint+1, colours(cmd.OutOrStdout())
	include, err := c.entries()
	if err != nil {
		return err
	}
	fetching := configuration(zap.NewNop()).fetching()
	what := lsp.Checking{
		Folder: folder, Files: files, Settings: c.app.settings(cmd, folder), Include: include, Fetch: &fetching,
		Withheld: func(w knowledge.Withheld) {
			say(cmd, fmt.Sprintf("firn: warning: %s was checked without %s; to have it, %s", w.Where, w.What, w.How))
		},
	}
	err = lsp.Check(cmd.Context(), what, func(f lsp.Checked) {
		progress.clear()
		c.file(cmd, out, &all, f)
		progress.step(f.Path)
	})
	progress.clear()
	if err != nil {
		return err
	}
	if c.json {
		all.Files = len(files)
		if err := json.NewEncoder(out).Encode(all); err != nil {
			return err
		}
	}
	switch {
	case c.failed:
		return errors.Join(errors.New("not all files could be read"), out.Flush())
	case fails && c.worst <= limit:
		return errFindings
	}
	return nil
}

// files returns the directory of the project, and the files to check.
func (c *checkCommand) files(cmd *cobra.Command, args []string) (folder string, list []string, err error) {
	for _, arg := range args {
		path, err := filepath.Abs(arg)
		if err != nil {
			return "", nil, err
		}
		info, err := os.Stat(path)
		if err != nil {
			return "", nil, err
		}
		if folder == "" {
			folder = path
			if !info.IsDir() {
				folder = filepath.Dir(path)
			}
		}
		if !info.IsDir() {
			list = append(list, path)
			continue
		}
		found, err := workspace.Files(cmd.Context(), path, c.app.settings(cmd, path).Files.Exclude)
		if err != nil {
			return "", nil, err
		}
		list = append(list, found...)
	}
	if c.folder != "" {
		folder, err = filepath.Abs(c.folder)
		return folder, list, err
	}
	return project(folder), list, nil
}

// project returns the directory of the project that a directory is in: the nearest
// above it with a repository or a flake, or else itself.
func project(dir string) string {
	for at := dir; ; at = filepath.Dir(at) {
		for _, mark := range []string{".git", ".hg", ".jj", "flake.nix"} {
			if _, err := os.Lstat(filepath.Join(at, mark)); err == nil {
				return at
			}
		}
		if at == filepath.Dir(at) {
			return dir
		}
	}
}

// file reports what is wrong with a file.
func (c *checkCommand) file(cmd *cobra.Command, out io.Writer, all *checkReport, f lsp.Checked) {
	if f.Err != nil {
		c.failed = true
		say(cmd, "error: "+f.Err.Error())
		return
	}
	for _, p := range f.Problems {
		c.worst = min(c.worst, p.Severity)
		if c.json {
			all.Problems = append(all.Problems, problemOf(f, p))
		} else {
			c.show(out, f, p)
		}
	}
}

// colourOf is the escape sequence for each severity (ECMA-48, 8.3.117).
var colourOf = [...]string{problem.Error: "\x1b[31;1m", problem.Warning: "\x1b[35;1m", problem.Information: "\x1b[34;1m", problem.Hint: "\x1b[36;1m"}

func (c *checkCommand) show(out io.Writer, f lsp.Checked, p problem.Problem) {
	at := f.Lines.Position(p.Span.Start, text.UTF8)
	kind := severities[p.Severity]
	if c.colour {
		kind = colourOf[p.Severity] + kind + "\x1b[0m"
	}
	fmt.Fprintf(out, "%s:%d:%d: %s: %s [%s]\n", shorten(f.Path), at.Line+1, at.Column+1, kind, eval.Plain(p.Msg, false), p.Code)
	if c.quiet {
		return
	}
	for line := range strings.Lines(f.Lines.Excerpt(p.Span.Start) + "\n") {
		fmt.Fprint(out, "  ", eval.Plain(line, false))
	}
	for _, r := range p.Related {
		path, lines := f.Path, f.Lines
		if r.Document != nil {
			path, lines = r.Document.Path, r.Document.Lines
		}
		at := lines.Position(r.Span.Start, text.UTF8)
		fmt.Fprintf(out, "  %s:%d:%d: %s\n", shorten(path), at.Line+1, at.Column+1, eval.Plain(r.Msg, false))
	}
	for _, fix := range p.Fixes {
		fmt.Fprintf(out, "  fix: %s\n", eval.Plain(fix.Title, false))
	}
	fmt.Fprintln(out)
}

// shorten returns a path as it is seen from the current directory, if it is below
// that.
func shorten(path string) string {
	dir, err := os.Getwd()
	if err != nil {
		return path
	}
	if rel, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

// checkReport is what --json prints.
type checkReport struct {
	Files    int            `json:"files"` // that were looked at
	Problems []checkProblem `json:"problems"`
}

// checkProblem is a problem. Fixes are alternatives, the best first.
type checkProblem struct {
	checkPlace
	Severity string         `json:"severity"` // error, warning, information or hint
	Code     string         `json:"code"`
	Message  string         `json:"message"`
	Related  []checkRelated `json:"related,omitempty"`
	Fixes    []checkFix     `json:"fixes,omitempty"`
}

// checkPlace is a range of a file. Lines and columns count from 1, columns and
// offsets are bytes, and the end does not belong to it.
type checkPlace struct {
	File  string        `json:"file"`
	Start checkPosition `json:"start"`
	End   checkPosition `json:"end"`
}

type checkPosition struct {
	Line   uint32 `json:"line"`
	Column uint32 `json:"column"`
	Offset uint32 `json:"offset"`
}

type checkRelated struct {
	checkPlace
	Message string `json:"message"`
}

type checkFix struct {
	Title string      `json:"title"`
	Edits []checkEdit `json:"edits"`
}

type checkEdit struct {
	checkPlace
	New string `json:"new"`
}

func placeOf(path string, lines *text.Lines, s text.Span) checkPlace {
	at := func(off uint32) checkPosition {
		p := lines.Position(off, text.UTF8)
		return checkPosition{p.Line + 1, p.Column + 1, off}
	}
	return checkPlace{path, at(s.Start), at(s.End)}
}

func problemOf(f lsp.Checked, p problem.Problem) checkProblem {
	out := checkProblem{
		checkPlace: placeOf(f.Path, f.Lines, p.Span), Severity: severities[p.Severity], Code: p.Code, Message: p.Msg,
	}
	for _, r := range p.Related {
		path, lines := f.Path, f.Lines
		if r.Document != nil {
			path, lines = r.Document.Path, r.Document.Lines
		}
		out.Related = append(out.Related, checkRelated{placeOf(path, lines, r.Span), r.Msg})
	}
	for _, fix := range p.Fixes {
		edits := make([]checkEdit, len(fix.Edits))
		for i, e := range fix.Edits {
			edits[i] = checkEdit{placeOf(f.Path, f.Lines, e.Span), e.New}
		}
		out.Fixes = append(out.Fixes, checkFix{fix.Title, edits})
	}
	return out
}
