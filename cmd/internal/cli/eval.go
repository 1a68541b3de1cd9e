package cli

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"firn/eval"
	"firn/eval/realise"
	"firn/eval/sumcache"
	"firn/store"
	"firn/store/path"
)

// evalCommand holds the flags of firn eval.
type evalCommand struct {
	evaluation
	strict, json, raw, xml, noLocation bool
}

func newEval(a *app) *cobra.Command {
	c := evalCommand{evaluation: evaluation{app: a}}
	cmd := &cobra.Command{
		Use:   "eval [FILE|-]",
		Short: "Evaluate nixlang",
		Long: `Evaluate nixlang, and print the value as Nix does.

What is evaluated is a file (or the default.nix of a directory), the expression
of -E, or standard input for a dash; without any of them it is ./default.nix.
The values, the store paths and the messages are those of Nix 2.34. What an
evaluation fetches, as by fetchTarball, goes to the cache directory of the user;
--fetch=false prevents that. What it wants to read of the outputs of derivations is
built, in the store that firn build uses; --no-allow-import-from-derivation prevents
that. Nothing else is written.

A function that takes its argument apart is called with the arguments that --arg
and its kin give.`,
		Example: `  firn eval -E '1 + 2'
  firn eval lib/ -A version                 # the attribute of a file
  firn eval --json --strict -f config.nix   # a value as JSON
  firn eval -I nixpkgs=$HOME/nixpkgs -E '(import <nixpkgs> { }).hello.drvPath'
  firn eval release.nix --argstr system aarch64-linux --show-trace`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return c.run(cmd, args) },
	}
	f := cmd.Flags()
	c.register(f)
	f.BoolVar(&c.strict, "strict", false, "evaluate everything in the value, too")
	f.BoolVar(&c.json, "json", false, "print JSON")
	f.BoolVar(&c.raw, "raw", false, "print the text of a string as it is")
	f.BoolVar(&c.xml, "xml", false, "print XML")
	f.BoolVar(&c.noLocation, "no-location", false, "leave places out of XML")
	f.Bool("eval", true, "accepted for the sake of those who write nix-instantiate --eval")
	cmd.MarkFlagsMutuallyExclusive("json", "raw", "xml")
	return cmd
}

func (c *evalCommand) run(cmd *cobra.Command, args []string) error {
	e, err := c.start(cmd)
	if err != nil {
		return err
	}
	return e.end(c.print(cmd, e, args))
}

func (c *evalCommand) print(cmd *cobra.Command, e *running, args []string) error {
	root, err := e.root(cmd.Context(), args)
	if err != nil {
		return e.report(err)
	}
	out := bufio.NewWriter(cmd.OutOrStdout())
	for _, v := range root {
		text, err := c.show(cmd.Context(), v)
		if err != nil {
			return e.report(errors.Join(err, out.Flush()))
		}
		if _, err := out.WriteString(text); err != nil {
			return err
		}
	}
	return out.Flush()
}

func (c *evalCommand) show(ctx context.Context, v eval.Value) (string, error) {
	switch {
	case c.raw:
		return v.Raw(ctx)
	case c.xml:
		return v.XML(ctx, eval.XML{Strict: c.strict, Places: !c.noLocation})
	case c.json:
		text, err := v.JSON(ctx)
		return text + "\n", err
	}
	if c.strict {
		if err := v.Deep(ctx); err != nil {
			return "", err
		}
	}
	text, err := v.Classic(ctx)
	return text + "\n", err
}

// evaluation holds the flags of all commands that evaluate.
type evaluation struct {
	app         *app
	file, expr  string
	attrs       []string
	args        []argument
	include     []string
	memory      uint64
	nix         nixFlags
	stats       bool
	profile     string // a file
	errorFormat string

	adjust func(*nixSettings) // changes the settings; nil for none
	watch  store.Events       // is told what is built
}

// argument is one that --arg and its kin give.
type argument struct {
	name, value string
	kind        argumentKind
}

type argumentKind uint8

const (
	argExpr argumentKind = iota // --arg
	argText                     // --argstr
	argFile                     // --arg-from-file
)

// pairFlags are flags that are followed by two words.
var pairFlags = map[string]bool{"--arg": true, "--argstr": true, "--arg-from-file": true, "--option": true}

// pairSep joins the two words of such a flag.
const pairSep = "\x00"

// joinPairs makes one word of the two that follow some flags, since the library
// for flags knows no others. A name may also come with an equals sign.
func joinPairs(args []string) []string {
	out := make([]string, 0, len(args))
	for i := 0; i < len(args); i++ {
		if args[i] == "--" {
			return append(out, args[i:]...)
		}
		out = append(out, args[i])
		if pairFlags[args[i]] && i+2 < len(args) && !strings.Contains(args[i+1], "=") {
			out = append(out, args[i+1]+pairSep+args[i+2])
			i += 2
		}
	}
	return out
}

// pairValue is the value of a flag with two words.
type pairValue struct {
	set func(name, value string) error
	typ string
}

// Set implements [pflag.Value].
func (p pairValue) Set(s string) error {
	name, value, ok := strings.Cut(s, pairSep)
	if !ok {
		name, value, ok = strings.Cut(s, "=")
	}
	if !ok {
		return errors.New("it takes a name and a value")
	}
	return p.set(name, value)
}

// String implements [pflag.Value].
func (p pairValue) String() string { return "" }

// Type implements [pflag.Value]; help shows it.
func (p pairValue) Type() string { return p.typ }

// register adds the flags of a command that evaluates one thing.
func (c *evaluation) register(f *pflag.FlagSet) {
	f.StringVarP(&c.file, "file", "f", "", "evaluate this `FILE`")
	f.StringVarP(&c.expr, "expr", "E", "", "evaluate this `EXPRESSION`")
	f.StringArrayVarP(&c.attrs, "attr", "A", nil, "take the value at this attribute `PATH`; can be repeated")
	c.registerHow(f)
}

// registerHow adds the flags that say how evaluations go.
func (c *evaluation) registerHow(f *pflag.FlagSet) {
	f.StringArrayVarP(&c.include, "include", "I", nil, "look for <…> here first: `[PREFIX=]PATH`")
	add := func(kind argumentKind) func(string, string) error {
		return func(name, value string) error {
			c.args = append(c.args, argument{name, value, kind})
			return nil
		}
	}
	f.Var(pairValue{add(argExpr), "NAME EXPR"}, "arg", "give a function this argument, an expression")
	f.Var(pairValue{add(argText), "NAME TEXT"}, "argstr", "give a function this argument, a string")
	f.Var(pairValue{add(argFile), "NAME FILE"}, "arg-from-file", "give a function this argument, the text of a file")
	f.Uint64Var(&c.memory, "max-memory", 0, "end when the evaluation takes more than this many `MB` (default nine tenths of those of the machine)")
	f.BoolVar(&c.stats, "stats", false, "print what the evaluation took to standard error, as JSON")
	f.StringVar(&c.profile, "profile", "", "write which functions took how long to this `FILE`, for pprof and speedscope")
	f.StringVar(&c.errorFormat, "error-format", "text", "print an error as `text`, as Nix does, or as json")
	c.nix.register(f)
}

// running is an evaluation that has begun.
type running struct {
	*evaluation
	*eval.Evaluator
	cmd   *cobra.Command
	dir   string
	trace bool // whether errors are shown in full
	pipes bool // whether |> is an operator
	auto  eval.Args

	storeRoot string // the directory of the store
	storeDir  string
	system    string
	session   *realise.Session
	began     time.Time
	profiler  *eval.Profiler
	sums      *sumcache.Cache // nil for none
}

func (c *evaluation) start(cmd *cobra.Command) (*running, error) {
	return c.startFor(cmd, cmd.ErrOrStderr())
}

// startFor is start for an evaluation that says things to w.
func (c *evaluation) startFor(cmd *cobra.Command, w io.Writer) (*running, error) {
	tuneHeap()
	s, err := c.nix.settings(c.include, cmd.PrintErrf)
	if err != nil {
		return nil, err
	}
	if c.errorFormat != "text" && c.errorFormat != "json" {
		return nil, fmt.Errorf("--error-format is text or json, not %q", c.errorFormat)
	}
	r := &running{evaluation: c, cmd: cmd, dir: s.Dir, trace: s.Trace, pipes: s.Features["pipe-operators"], auto: eval.Args{}, began: time.Now()}
	if c.profile != "" {
		r.profiler = eval.NewProfiler()
	}
	all := c.app.settings(cmd, s.Dir)
	own := all.Eval
	if own.Fetch {
		s.Fetch = s.fetcher(cmd)
	}
	host, err := r.realises(s, eval.OS{Err: w, Colours: colours(cmd.ErrOrStderr())}, all.Store.Root)
	if err != nil {
		return nil, err
	}
	o := eval.Options{Host: host, Settings: s.Settings, Memory: c.budget(), Profiler: r.profiler}
	if dir := cacheDir(); dir != "" && own.HashCache {
		r.sums = sumcache.New(filepath.Join(dir, "hashes"))
		o.Sums = r.sums
	}
	r.Evaluator = eval.New(o)
	return r, nil
}

// realises has the evaluation remember what it would put into the store at a root,
// and build what it reads of that. It returns the host with which it can be read.
func (r *running) realises(s *nixSettings, host eval.Host, root string) (eval.Host, error) {
	if r.adjust != nil {
		r.adjust(s)
	}
	root, err := storeRoot(root)
	if err != nil {
		return nil, err
	}
	s.StoreDir = cmp.Or(s.StoreDir, eval.DefaultStoreDir)
	r.storeRoot, r.storeDir, r.system = root, s.StoreDir, s.System
	r.session = realise.NewSession(path.Dir(s.StoreDir), func(ctx context.Context) (*realise.Workshop, error) {
		return s.workshop(ctx, root, r.watch)
	})
	r.session.Watch(&s.Settings)
	if s.noImport {
		s.Build = nil
	}
	return realise.Host(host, root, path.Dir(s.StoreDir)), nil
}

// budget returns how many bytes an evaluation may take.
func (c *evaluation) budget() uint64 {
	if c.memory > 0 {
		return c.memory << 20
	}
	const tenths = 9 // and the rest for everything else
	return machineMemory() / 10 * tenths
}

// evaluationStats is what --stats prints.
type evaluationStats struct {
	Seconds    float64 `json:"seconds"`
	CPUSeconds float64 `json:"cpuSeconds"`
	PeakBytes  uint64  `json:"peakBytes"` // of memory of the process
	eval.Stats
}

// end writes what was found out on the side. The error is that of the
// evaluation, which counts more.
func (r *running) end(err error) error {
	err = cmp.Or(err, r.session.Close())
	if r.sums != nil {
		_ = r.sums.Save() // without it the next evaluation is only slower
	}
	if r.stats {
		s := evaluationStats{Seconds: time.Since(r.began).Seconds(), Stats: r.Stats()}
		s.CPUSeconds, s.PeakBytes = processUse()
		text, bad := json.MarshalIndent(s, "", "  ")
		if bad != nil {
			return cmp.Or(err, bad)
		}
		r.cmd.PrintErrln(string(text))
	}
	if r.profiler == nil {
		return err
	}
	f, bad := os.Create(r.profile)
	if bad != nil {
		return cmp.Or(err, bad)
	}
	bad = r.profiler.Write(f)
	return cmp.Or(err, bad, f.Close())
}

// thisSystem returns the system of this machine in Nix's words.
func thisSystem() string {
	arch := map[string]string{"amd64": "x86_64", "arm64": "aarch64", "386": "i686"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	return arch + "-" + runtime.GOOS
}

// root evaluates what the command line names, and returns the values at its
// attribute paths.
func (r *running) root(ctx context.Context, args []string) ([]eval.Value, error) {
	if err := r.giveArgs(ctx); err != nil {
		return nil, err
	}
	v, err := r.input(ctx, args)
	if err != nil {
		return nil, err
	}
	paths := r.attrs
	if len(paths) == 0 {
		paths = []string{""}
	}
	var values []eval.Value
	for _, p := range paths {
		at, err := v.At(ctx, p, r.auto)
		if err == nil && len(r.auto) > 0 {
			at, err = at.Call(ctx, r.auto)
		}
		if err != nil {
			return nil, err
		}
		values = append(values, at)
	}
	return values, nil
}

func (r *running) input(ctx context.Context, args []string) (eval.Value, error) {
	given := r.file
	if given == "" && len(args) > 0 {
		given = args[0]
	}
	switch {
	case r.cmd.Flags().Changed("expr"):
		return r.Text(ctx, "«string»", r.dir, r.expr)
	case given == "-":
		src, err := io.ReadAll(r.cmd.InOrStdin())
		if err != nil {
			return eval.Value{}, fmt.Errorf("read standard input: %w", err)
		}
		return r.Text(ctx, "«stdin»", r.dir, string(src))
	case given == "":
		given = "default.nix"
	}
	name, err := filepath.Abs(given)
	if err != nil {
		return eval.Value{}, err
	}
	return r.File(ctx, name)
}

func (r *running) giveArgs(ctx context.Context) error {
	for _, a := range r.args {
		var v eval.Value
		var err error
		switch a.kind {
		case argExpr:
			v, err = r.Delayed(ctx, "«string»", r.dir, a.value)
		case argText:
			v = r.String(a.value)
		case argFile:
			var text []byte
			if text, err = os.ReadFile(a.value); err == nil {
				v = r.String(string(text))
			}
		}
		if err != nil {
			return err
		}
		r.auto[a.name] = v
	}
	return nil
}

// report prints the error of an evaluation.
func (r *running) report(err error) error {
	if e, ok := errors.AsType[*eval.Error](err); ok {
		if r.errorFormat == "json" {
			text, err := json.Marshal(e)
			if err != nil {
				return err
			}
			r.cmd.PrintErrln(string(text))
			return errFindings
		}
		text := e.Text
		if colours(r.cmd.ErrOrStderr()) {
			text = e.Coloured
		}
		say(r.cmd, text(r.trace))
		return errFindings
	}
	return err
}
