package cli

import (
	"bufio"
	"encoding/json"

	"github.com/spf13/cobra"
)

// instantiateCommand holds the flags of firn instantiate.
type instantiateCommand struct {
	evaluation
	json bool
}

func newInstantiate(a *app) *cobra.Command {
	c := instantiateCommand{evaluation: evaluation{app: a}}
	cmd := &cobra.Command{
		Use:   "instantiate [FILE|-]",
		Short: "Print the derivations that an expression evaluates to",
		Long: `Print the paths of the derivations that an expression evaluates to: of itself,
or of those in the set or list that it is, and in sets that ask for it with
recurseForDerivations.

The paths are those of nix-instantiate, computed without a store. Nothing is
written but caches, of hashes and of what is fetched, and what an evaluation wants to
have built (see firn eval).`,
		Example: `  firn instantiate                      # those of ./default.nix
  firn instantiate release.nix -A build --argstr system x86_64-linux
  firn instantiate --json -E '(import <nixpkgs> { }).hello'`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return c.run(cmd, args) },
	}
	c.register(cmd.Flags())
	cmd.Flags().BoolVar(&c.json, "json", false, "print an array of objects with attr, drvPath and outputName")
	return cmd
}

// jsonDerivation is a derivation in the output for machines.
type jsonDerivation struct {
	Attr       string `json:"attr"`
	DrvPath    string `json:"drvPath"`
	OutputName string `json:"outputName"`
}

func (c *instantiateCommand) run(cmd *cobra.Command, args []string) error {
	e, err := c.start(cmd)
	if err != nil {
		return err
	}
	return e.end(c.print(cmd, e, args))
}

func (c *instantiateCommand) print(cmd *cobra.Command, e *running, args []string) error {
	roots, err := e.root(cmd.Context(), args)
	if err != nil {
		return e.report(err)
	}
	out := bufio.NewWriter(cmd.OutOrStdout())
	list := []jsonDerivation{}
	for _, v := range roots {
		found, err := v.Derivations(cmd.Context(), e.auto)
		for _, d := range found {
			list = append(list, jsonDerivation{d.Attr, string(d.Drv), d.Output})
			if c.json {
				continue
			}
			line := string(d.Drv)
			if d.Output != "out" {
				line += "!" + d.Output
			}
			if _, err := out.WriteString(line + "\n"); err != nil {
				return err
			}
		}
		if err != nil {
			if err := out.Flush(); err != nil {
				return err
			}
			return e.report(err)
		}
	}
	if c.json {
		text, err := json.MarshalIndent(list, "", "  ")
		if err != nil {
			return err
		}
		if _, err := out.Write(append(text, '\n')); err != nil {
			return err
		}
	}
	return out.Flush()
}
