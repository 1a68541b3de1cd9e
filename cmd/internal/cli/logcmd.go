package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"firn/eval"
	"firn/store"
	"firn/store/build"
	"firn/store/local"
	"firn/store/path"
)

// logCommand holds the flags of firn log.
type logCommand struct {
	app *app
	raw bool
}

func newBuildLog(a *app) *cobra.Command {
	c := logCommand{app: a}
	cmd := &cobra.Command{
		Use:   "log DERIVATION|OUTPUT",
		Short: "Print what a builder has printed",
		Long: `Print what the builder of a derivation has printed when it was last built here, or
what it has printed so far. An output stands for the derivation that made it.

Where the builder has told which phase it is in there is a heading.`,
		Example: `  firn log /nix/store/…-hello-2.12.drv
  firn log ./result
  firn log --raw ./result | less -R`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return c.run(cmd, args[0]) },
	}
	cmd.Flags().BoolVar(&c.raw, "raw", false, "print it byte for byte, with what is meant for programs")
	return cmd
}

func (c *logCommand) run(cmd *cobra.Command, arg string) (err error) {
	root, err := storeRoot(c.app.settings(cmd, ".").Store.Root)
	if err != nil {
		return err
	}
	target, ok, err := (&running{storeRoot: root, storeDir: eval.DefaultStoreDir}).storeTarget(arg)
	if err != nil {
		return err
	}
	if !ok {
		return usageError{fmt.Errorf("'%s' is no store path, and no link to one", arg)}
	}
	s, err := local.Open(cmd.Context(), local.Options{Root: root, Dir: path.DefaultDir, ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	in, err := openLog(cmd.Context(), s, target)
	if errors.Is(err, store.ErrNotFound) {
		say(cmd, "firn: "+err.Error())
		return errFindings
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	if c.raw {
		_, err = io.Copy(cmd.OutOrStdout(), in)
		return err
	}
	return printLog(cmd.OutOrStdout(), in)
}

// openLog opens the log of a derivation, or of one that made an output.
func openLog(ctx context.Context, s *local.Store, t build.Target) (io.ReadCloser, error) {
	if t.Path.IsDerivation() {
		return s.OpenLog(t.Path)
	}
	list, err := s.Derivers(ctx, t.Path)
	if err != nil {
		return nil, err
	}
	if info, err := s.Info(ctx, t.Path); err == nil && info.Deriver != "" {
		list = append(list, info.Deriver)
	}
	for _, drv := range list {
		in, err := s.OpenLog(drv)
		if err == nil || !errors.Is(err, store.ErrNotFound) {
			return in, err
		}
	}
	return nil, fmt.Errorf("there is no log of what made '%s': it was not built here: %w", t.Path, store.ErrNotFound)
}

// printLog prints a log for people.
func printLog(w io.Writer, in io.Reader) error {
	r, out := bufio.NewReader(in), bufio.NewWriter(w)
	for {
		line, err := r.ReadString('\n')
		if name, ok := build.PhaseOf(strings.TrimRight(line, "\r\n")); ok {
			line = "--- " + name + "\n"
		}
		if _, err := out.WriteString(line); err != nil {
			return err
		}
		if errors.Is(err, io.EOF) {
			return out.Flush()
		}
		if err != nil {
			return errors.Join(err, out.Flush())
		}
	}
}
