package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"firn/cmd/internal/explain"
	"firn/eval"
	"firn/lsp/knowledge"
	"firn/parser/scope"
)

// subject is what options, packages and explain are about: a configuration, or
// what comes with nixpkgs.
type subject struct {
	app     *app
	dir     string // where a configuration is looked for
	config  string // FILE or FILE#NAME
	home    bool
	include []string
	memory  uint64 // in MB
	nix     nixFlags

	refused  bool // packages are known that nixpkgs refuses
	packages bool // it is packages that are asked for, not options
}

// aboutSubject explains in the help of a command which configuration counts.
const aboutSubject = `What counts is the configuration in the current directory or above it:
configuration.nix, flake.nix or home.nix; --config names any other, as a network of
Morph or NixOps, and one of several in a file. Without one, and with --config '', it
is what comes with the nixpkgs of the search path (-I, NIX_PATH, channels). As with
firn eval, nothing is built, fetched or written.`

func (c *subject) register(f *pflag.FlagSet) {
	f.StringVarP(&c.dir, "directory", "C", "", "look for a configuration here, and not in the current `DIR`ectory")
	f.StringVar(&c.config, "config", "", "the configuration is this `FILE`, or FILE#NAME for one of those in a flake or a network; '' for none")
	f.BoolVar(&c.home, "home", false, "it is one of home-manager, not of NixOS")
	f.StringArrayVarP(&c.include, "include", "I", nil, "look for <…> here first: `[PREFIX=]PATH`")
	f.Uint64Var(&c.memory, "max-memory", 0, "end when the evaluation takes more than this many `MB` (default nine tenths of those of the machine)")
	c.nix.register(f)
}

// kind is what a file is that does not tell by its name.
func (c *subject) kind() knowledge.Kind {
	if c.home {
		return knowledge.HomeManager
	}
	return knowledge.NixOS
}

// find returns the entry of the configuration that counts. Its path is "" if
// there is none.
func (c *subject) find(cmd *cobra.Command) (knowledge.Entry, error) {
	if cmd.Flags().Changed("config") {
		return c.chosen()
	}
	dir, err := filepath.Abs(cmp.Or(c.dir, "."))
	if err != nil {
		return knowledge.Entry{}, err
	}
	if _, err := os.Stat(dir); err != nil {
		return knowledge.Entry{}, usageError{err}
	}
	for {
		if e, ok := c.in(dir); ok {
			return e, nil
		}
		above := filepath.Dir(dir)
		if above == dir {
			return knowledge.Entry{Kind: c.kind()}, nil
		}
		dir = above
	}
}

// chosen returns the entry that --config names.
func (c *subject) chosen() (knowledge.Entry, error) {
	if c.config == "" {
		return knowledge.Entry{Kind: c.kind()}, nil
	}
	file, name, _ := strings.Cut(c.config, "#")
	path, err := filepath.Abs(filepath.Join(c.dir, file))
	if filepath.IsAbs(file) {
		path, err = filepath.Clean(file), nil
	}
	if err != nil {
		return knowledge.Entry{}, err
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return knowledge.Entry{}, usageError{err}
	case info.IsDir() && name != "":
		path = filepath.Join(path, "flake.nix")
	case info.IsDir():
		if e, ok := c.in(path); ok {
			return e, nil
		}
		return knowledge.Entry{}, usageError{fmt.Errorf("%s has no configuration.nix, flake.nix or home.nix; name a file", file)}
	}
	e, ok := knowledge.EntryOf(path, func() *scope.Info { return explain.Read(path) })
	if !ok || c.home {
		e = knowledge.Entry{Kind: c.kind(), Path: path}
	}
	e.Name = name
	return e, nil
}

// in returns the entry in a directory. Of several kinds it is the first in the
// order of knowledge.Kind, but with --home that of home-manager.
func (c *subject) in(dir string) (found knowledge.Entry, ok bool) {
	names, err := filepath.Glob(filepath.Join(escape(dir), "*.nix"))
	if err != nil {
		return found, false
	}
	rank := []knowledge.Kind{knowledge.NixOS, knowledge.Flake, knowledge.HomeManager}
	if c.home {
		rank = []knowledge.Kind{knowledge.HomeManager}
	}
	for _, kind := range rank {
		for _, e := range knowledge.Entries(names) {
			if e.Kind == kind {
				return e, true
			}
		}
	}
	return found, false
}

// escape takes the meaning of the signs of a pattern from a path.
func escape(path string) string {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`).Replace(path)
}

// load evaluates an entry. What is wrong with the configuration is a warning, if
// there is something without it.
func (c *subject) load(cmd *cobra.Command, e knowledge.Entry) (*knowledge.State, error) {
	tuneHeap()
	s, err := c.nix.settings(c.include, cmd.PrintErrf)
	if err != nil {
		return nil, err
	}
	if c.app.settings(cmd, s.Dir).Eval.Fetch {
		s.Fetch = s.fetcher(cmd)
	}
	base := knowledge.New(knowledge.Options{Settings: &s.Settings, Memory: (&evaluation{memory: c.memory}).budget(), Refused: c.refused})
	p := startActivity(cmd, "evaluating "+e.String())
	state, err := c.evaluate(cmd.Context(), base, e)
	p.stop()
	if err != nil {
		return nil, err
	}
	if err := trouble(cmd, state, e); err != nil {
		return nil, err
	}
	if s := state.StandIn(); s != "" {
		say(cmd, "firn: warning: evaluated with "+s)
	}
	return state, nil
}

// evaluate evaluates an entry. Of several configurations in a file it is the one that
// the entry names, or the only one; a flake without any has packages all the same.
func (c *subject) evaluate(ctx context.Context, base *knowledge.Base, e knowledge.Entry) (*knowledge.State, error) {
	name := e.Name
	e.Name = ""
	state, err := base.Once(ctx, e)
	if err != nil {
		return nil, evaluationError(err)
	}
	members := state.Members()
	switch {
	case name == "" && len(members) == 1:
		e.Name = members[0]
	case name == "" && (len(members) == 0 || c.packages):
		return state, nil
	case name == "":
		return nil, usageError{fmt.Errorf("%s has several configurations; choose one by --config %s#NAME: %s", e.Path, e.Path, strings.Join(members, ", "))}
	default:
		if e.Name = member(members, name); e.Name == "" {
			return nil, usageError{fmt.Errorf("%s has no configuration %s; it has %s", e.Path, name, cmp.Or(strings.Join(members, ", "), "none"))}
		}
	}
	state, err = base.Once(ctx, e)
	if err != nil {
		return nil, evaluationError(err)
	}
	return state, nil
}

// member returns the one of some names that is meant by one, which may lack what all
// outputs of its kind begin with; "" for none.
func member(names []string, name string) string {
	for _, n := range names {
		if n == name || strings.HasSuffix(n, "."+name) {
			return n
		}
	}
	return ""
}

// trouble tells what is wrong with a configuration, and returns an error if
// nothing is known without it.
func trouble(cmd *cobra.Command, k *knowledge.State, e knowledge.Entry) error {
	why := k.Err()
	if why == nil {
		return nil
	}
	msg := placed(why)
	if k.Options() == nil {
		hint := ""
		if strings.Contains(msg, "search path") {
			hint = "; name a nixpkgs with -I nixpkgs=DIR or NIX_PATH"
		}
		return fmt.Errorf("%s cannot be evaluated: %s%s", e, msg, hint)
	}
	say(cmd, fmt.Sprintf("firn: warning: %s cannot be evaluated: %s\nWhat follows is %s.", e, msg, k.Entry()))
	return nil
}

// evaluationError returns an error that ends a command, without its trace.
func evaluationError(err error) error {
	return fmt.Errorf("the evaluation ended: %s", placed(err))
}

// placed returns what an error of an evaluation says, in a line with its place.
func placed(err error) string {
	msg := knowledge.Message(err)
	if e, ok := errors.AsType[*eval.Error](err); ok && e.Pos != nil && !strings.HasPrefix(e.Pos.File, "«") {
		return e.Pos.String() + ": " + msg
	}
	return msg
}
