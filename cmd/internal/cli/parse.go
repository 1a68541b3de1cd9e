package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"unsafe"

	"github.com/spf13/cobra"

	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// parseCommand holds the flags of firn parse.
type parseCommand struct {
	json, quiet, nix, pipes bool
	expr                    string
	jobs                    int
}

// errFindings says that the command has reported what is wrong with its input.
var errFindings = errors.New("there were errors")

func newParse() *cobra.Command {
	c := parseCommand{}
	cmd := &cobra.Command{
		Use:   "parse [FILE|DIR|-]...",
		Short: "Show the syntax tree of nixlang files, or check them",
		Long: `Show the syntax tree of nixlang files, or check them.

A directory stands for all *.nix files below it; hidden directories are left
out and symbolic links are not followed. A dash is the standard input.

What is wrong with a file is reported as Nix does it, with the same message:
syntax errors, and also duplicate attributes, undefined variables and
everything else that Nix finds before it evaluates. The exit code is then 1.`,
		Example: `  firn parse default.nix            # the tree as text
  firn parse --json default.nix     # the tree as JSON, with byte offsets
  firn parse --quiet .              # only check all files below here
  firn parse --nix default.nix      # what nix-instantiate --parse prints
  firn parse -E '{ a.b = 1; a.c = 2; }' --nix`,
		RunE: func(cmd *cobra.Command, args []string) error { return c.run(cmd, args) },
	}
	f := cmd.Flags()
	f.BoolVar(&c.json, "json", false, "print a JSON object a file, each on its own line")
	f.BoolVarP(&c.quiet, "quiet", "q", false, "print only errors")
	f.BoolVar(&c.nix, "nix", false, "print what nix-instantiate --parse does")
	f.BoolVar(&c.pipes, "pipe-operators", false, "accept the experimental operators |> and <|")
	f.StringVarP(&c.expr, "expr", "E", "", "parse this expression")
	f.IntVarP(&c.jobs, "jobs", "j", runtime.GOMAXPROCS(0), "files to read at the same time")
	cmd.MarkFlagsMutuallyExclusive("json", "quiet", "nix")
	return cmd
}

func (c *parseCommand) run(cmd *cobra.Command, args []string) error {
	out := bufio.NewWriter(cmd.OutOrStdout())
	if os.Getenv("GOGC") == "" {
		// Hardly anything lives longer than one file.
		debug.SetGCPercent(400)
	}
	inputs, err := c.inputs(cmd, args)
	if err != nil {
		return err
	}
	failed := false
	c.each(inputs, func(r *parseResult) {
		if len(r.report) > 0 {
			err = errors.Join(err, out.Flush())
		}
		for _, msg := range r.report {
			say(cmd, msg)
		}
		if _, werr := out.Write(r.out); werr != nil && err == nil {
			err = werr
		}
		failed = failed || r.failed
	})
	if err = errors.Join(err, out.Flush()); err != nil {
		return err
	}
	if failed {
		return errFindings
	}
	return nil
}

// input is one text to parse.
type input struct {
	name string // as errors call it
	path string // empty if the text is here already
	dir  string // what relative paths are relative to
	src  string
	err  error
}

func (c *parseCommand) inputs(cmd *cobra.Command, args []string) ([]input, error) {
	cwd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	var list []input
	if cmd.Flags().Changed("expr") {
		list = append(list, input{name: "«string»", dir: cwd, src: c.expr})
	} else if len(args) == 0 {
		args = []string{"-"}
	}
	for _, arg := range args {
		if arg == "-" {
			src, err := io.ReadAll(cmd.InOrStdin())
			if err != nil {
				return nil, fmt.Errorf("read standard input: %w", err)
			}
			list = append(list, input{name: "«stdin»", dir: cwd, src: string(src)})
			continue
		}
		list = appendFiles(list, arg)
	}
	return list, nil
}

// appendFiles adds a file, or the files of a directory.
func appendFiles(list []input, arg string) []input {
	abs, err := filepath.Abs(arg)
	if err != nil {
		return append(list, input{name: arg, err: err})
	}
	file := func(path string) input { return input{name: path, path: path, dir: filepath.Dir(path)} }
	if info, err := os.Stat(abs); err != nil || !info.IsDir() {
		return append(list, file(abs))
	}
	walk := func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			list = append(list, input{name: path, err: err})
		case e.IsDir() && path != abs && strings.HasPrefix(e.Name(), "."):
			return fs.SkipDir
		case e.Type().IsRegular() && strings.HasSuffix(path, ".nix"):
			list = append(list, file(path))
		}
		return nil
	}
	if err := filepath.WalkDir(abs, walk); err != nil {
		list = append(list, input{name: abs, err: err})
	}
	return list
}

// parseResult is what one input comes to.
type parseResult struct {
	out    []byte
	report []string // messages for people
	failed bool
	done   chan struct{}
}

// each parses the inputs, several at a time, and hands the results over in
// order.
func (c *parseCommand) each(inputs []input, use func(*parseResult)) {
	work := make(chan int)
	results := make([]parseResult, len(inputs))
	for i := range results {
		results[i].done = make(chan struct{})
	}
	var workers sync.WaitGroup
	for range max(1, c.jobs) {
		workers.Go(func() {
			for i := range work {
				c.parse(&inputs[i], &results[i])
				close(results[i].done)
			}
		})
	}
	go func() {
		for i := range inputs {
			work <- i
		}
		close(work)
	}()
	for i := range results {
		<-results[i].done
		use(&results[i])
		results[i], inputs[i].src = parseResult{}, ""
	}
	workers.Wait()
}

func (c *parseCommand) parse(in *input, r *parseResult) {
	if err := in.read(); err != nil {
		r.report, r.failed = []string{fmt.Sprintf("error: %v", err)}, true
		return
	}
	tree, errs := c.diagnose(in.src)
	warnings := c.warnings(in.src, tree, errs)
	r.failed = len(errs) > 0
	if c.json {
		r.out = appendJSON(nil, in, tree, errs, warnings)
		return
	}
	for _, w := range warnings {
		r.report = append(r.report, nixWarning(in, w))
	}
	switch {
	case len(errs) > 0:
		r.report = append(r.report, nixError(in, errs[0]))
	case c.nix:
		home, err := os.UserHomeDir()
		if err != nil {
			home = "/homeless-shelter" // as in the sandbox of a build
		}
		r.out = []byte(scope.Resolve(tree).Show(scope.ShowOptions{Base: in.dir, Home: home}) + "\n")
	case !c.quiet:
		r.out = []byte(tree.String())
		if in.path != "" {
			r.out = append([]byte("# "+in.name+"\n"), r.out...)
		}
	}
}

func (in *input) read() error {
	if in.err != nil || in.path == "" {
		return in.err
	}
	src, err := os.ReadFile(in.path)
	if err != nil {
		return err
	}
	in.src = unsafe.String(unsafe.SliceData(src), len(src))
	return nil
}

// diagnose parses src and returns what Nix would find wrong with it.
func (c *parseCommand) diagnose(src string) (*parser.Tree, []*parser.Error) {
	pipes := parser.PipeOperators(c.pipes)
	tree, err := parser.Parse(src, pipes)
	if err != nil {
		return nil, scope.Before(src, err, pipes)
	}
	return tree, scope.Check(tree)
}

// warnings returns what Nix warns of before it stops at an error, if it does.
func (c *parseCommand) warnings(src string, tree *parser.Tree, errs []*parser.Error) []*parser.Error {
	if tree == nil {
		tree = parser.Prefix(src, parser.PipeOperators(c.pipes))
	}
	if tree == nil {
		return nil
	}
	list := parser.Warnings(tree)
	if len(errs) > 0 {
		list = slices.DeleteFunc(list, func(w *parser.Error) bool { return w.Read > errs[0].Read })
	}
	return list
}

// place returns where an offset is, as Nix writes it.
func (in *input) place(lines *text.Lines, off uint32) string {
	p := lines.Position(off, text.UTF8)
	return fmt.Sprintf("%s:%d:%d", in.name, p.Line+1, p.Column+1)
}

// nixWarning returns a warning as Nix prints it.
func nixWarning(in *input, w *parser.Error) string {
	return "warning: at " + in.place(text.NewLines(in.src), w.Span.Start) + ": " + w.Msg
}

// nixError returns an error as Nix prints it.
func nixError(in *input, e *parser.Error) string {
	lines := text.NewLines(in.src)
	msg := e.Msg
	if e.Code == parser.DuplicateAttribute {
		msg += " at " + in.place(lines, e.Related[0].Span.Start)
	}
	var b strings.Builder
	for i, line := range strings.Split("error: "+msg, "\n") {
		if i > 0 {
			line = strings.TrimRight("       "+line, " \t\r")
		}
		b.WriteString(line + "\n")
	}
	b.WriteString("       at " + in.place(lines, e.Span.Start) + ":\n" + lines.Excerpt(e.Span.Start))
	return strings.TrimRight(b.String(), "\n")
}

// jsonError is an error in the output for machines. Offsets count bytes from
// 0, lines and columns (in bytes) from 1.
type jsonError struct {
	Code    parser.Code `json:"code"`
	Message string      `json:"message"`
	jsonPlace
	Expected []string      `json:"expected,omitempty"`
	Related  []jsonRelated `json:"related,omitempty"`
}

type jsonRelated struct {
	Message string `json:"message"`
	jsonPlace
}

type jsonPlace struct {
	Start  uint32 `json:"start"`
	End    uint32 `json:"end"`
	Line   uint32 `json:"line"`
	Column uint32 `json:"column"`
}

// appendJSON appends an object with the tree and the errors of a file.
func appendJSON(b []byte, in *input, tree *parser.Tree, errs, warnings []*parser.Error) []byte {
	lines := text.NewLines(in.src)
	b = append(b, `{"file":`...)
	b = appendJSONString(b, in.name)
	if tree != nil {
		b = append(b, `,"tree":`...)
		b = appendJSONNode(b, tree.Root())
		b = append(b, `,"comments":[`...)
		for i, c := range tree.Comments() {
			if i > 0 {
				b = append(b, ',')
			}
			b = fmt.Appendf(b, `{"start":%d,"end":%d,"text":`, c.Start, c.End)
			b = append(appendJSONString(b, c.In(tree.Source())), '}')
		}
		b = append(b, ']')
	}
	b = append(b, `,"errors":`...)
	b = appendJSONErrors(b, lines, errs)
	b = append(b, `,"warnings":`...)
	b = appendJSONErrors(b, lines, warnings)
	return append(b, "}\n"...)
}

func appendJSONErrors(b []byte, lines *text.Lines, errs []*parser.Error) []byte {
	place := func(s text.Span) jsonPlace {
		p := lines.Position(s.Start, text.UTF8)
		return jsonPlace{s.Start, s.End, p.Line + 1, p.Column + 1}
	}
	list := make([]jsonError, len(errs))
	for i, e := range errs {
		list[i] = jsonError{Code: e.Code, Message: e.Msg, jsonPlace: place(e.Span), Expected: e.Expected}
		for _, r := range e.Related {
			list[i].Related = append(list[i].Related, jsonRelated{r.Msg, place(r.Span)})
		}
	}
	encoded, err := json.Marshal(list)
	if err != nil {
		encoded = []byte("[]") // strings and numbers always encode
	}
	return append(b, encoded...)
}

func appendJSONNode(b []byte, n parser.Node) []byte {
	b = append(b, `{"kind":`...)
	b = appendJSONString(b, n.Kind().String())
	b = fmt.Appendf(b, `,"start":%d,"end":%d`, n.Start(), n.End())
	switch {
	case n.FirstChild().Valid():
		b = append(b, `,"children":[`...)
		first := true
		for c := range n.Children() {
			if !first {
				b = append(b, ',')
			}
			first = false
			b = appendJSONNode(b, c)
		}
		b = append(b, ']')
	case !n.Kind().IsToken():
		b = append(b, `,"text":`...)
		b = appendJSONString(b, n.Text())
	}
	return append(b, '}')
}

// appendJSONString appends s as a JSON string; what is not UTF-8 in it becomes
// U+FFFD.
func appendJSONString(b []byte, s string) []byte {
	encoded, err := json.Marshal(s)
	if err != nil {
		return append(b, `""`...) // a string always encodes
	}
	return append(b, encoded...)
}
