package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"firn/eval"
	"firn/eval/realise"
	"firn/store"
	"firn/store/build"
	"firn/store/path"
	"firn/store/sandbox"
)

// buildCommand holds the flags of firn build.
type buildCommand struct {
	evaluation
	outLink   string
	noLink    bool
	dryRun    bool
	logs      bool
	json      bool
	events    bool
	check     bool
	noSandbox bool
}

func newBuild(a *app) *cobra.Command {
	c := buildCommand{evaluation: evaluation{app: a}}
	cmd := &cobra.Command{
		Use:   "build [FILE|FLAKE#ATTR|DERIVATION|STORE PATH|-]",
		Short: "Build derivations",
		Long: `Build the derivations that an expression evaluates to, or copy what others have
built of them from binary caches, and print where the outputs are.

What is built is a file (or the default.nix of a directory), an attribute of a
flake, the expression of -E, or standard input for a dash; without any of them
./default.nix, or the default package of the flake here. A derivation may be given
by its store path, too, with ^ and names of outputs behind it.

Everything is kept in a store of the user, with the store paths of Nix, and builders
run in sandboxes: neither Nix nor root is needed. --store names another one. A link to
each output, ./result unless -o names another, keeps it from being removed as garbage.

Whether all went well the exit code tells: 100 if something cannot be built, 101 if it
took too long, 102 if it has another hash than it should have, 104 if --check found
a difference.`,
		Example: `  firn build                                # ./default.nix, or the flake here
  firn build release.nix -A tarball -o tarball
  firn build '.#hello' --dry-run            # what would be built and copied
  firn build -L -E '(import <nixpkgs> { }).hello'
  firn build --check /nix/store/…-hello-2.12.drv`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error { return c.run(cmd, args) },
	}
	f := cmd.Flags()
	c.register(f)
	c.nix.registerTable(f, buildSettingTable)
	f.StringVarP(&c.outLink, "out-link", "o", "result", "make links to the outputs with this `NAME`")
	f.BoolVar(&c.noLink, "no-link", false, "make no links")
	f.BoolVar(&c.dryRun, "dry-run", false, "only say what would be done")
	f.BoolVarP(&c.logs, "print-build-logs", "L", false, "print what builders print")
	f.BoolVar(&c.json, "json", false, "print an array of objects with drvPath, outputs and status")
	f.BoolVar(&c.events, "events", false, "print what happens to standard error, an object of JSON in each line")
	f.BoolVar(&c.check, "check", false, "build again what is there, and compare")
	f.BoolVar(&c.noSandbox, "no-sandbox", false, "let builders see the machine; for a store at / only")
	return cmd
}

func (c *buildCommand) run(cmd *cobra.Command, args []string) error {
	watch := newWatcher(cmd, watching{logs: c.logs, json: c.events})
	defer watch.stop()
	c.adjust = func(s *nixSettings) {
		s.build.policy.NoSandbox, s.build.policy.Check = c.noSandbox, c.check
		if c.isFlake(cmd, args) {
			s.Features["flakes"], s.Features["fetch-tree"] = true, true // who names a flake wants them
		}
	}
	c.watch = watch.event
	e, err := c.start(cmd)
	if err != nil {
		return err
	}
	return e.end(c.build(cmd, e, args, watch))
}

func (c *buildCommand) build(cmd *cobra.Command, e *running, args []string, watch *watcher) error {
	ctx := cmd.Context()
	targets, err := c.targets(ctx, e, args)
	if err != nil {
		return e.report(err)
	}
	if len(targets) == 0 {
		return errors.New("there is no derivation to build")
	}
	w, err := e.session.Workshop(ctx)
	if err != nil {
		return err
	}
	if err := c.prepare(ctx, e, targets); err != nil {
		return err
	}
	plan, err := w.Builder.Plan(ctx, targets)
	if err != nil {
		return err
	}
	if c.dryRun {
		return c.showPlan(cmd, plan)
	}
	watch.event(*plan)
	if len(plan.Build) > 0 && !c.noSandbox {
		if err := sandbox.Check(ctx); err != nil {
			return fmt.Errorf("nothing can be built here: %w", err)
		}
	}
	results, err := w.Builder.Build(ctx, targets)
	if err != nil {
		return err
	}
	watch.stop()
	return c.finish(cmd, w, results)
}

// prepare puts the derivations that are to be built into the store.
func (c *buildCommand) prepare(ctx context.Context, e *running, targets []build.Target) error {
	var made []build.Target
	for _, t := range targets {
		if e.session.Has(t.Path) {
			made = append(made, t)
		}
	}
	return e.session.Prepare(ctx, made)
}

// targets returns what the command line names.
func (c *buildCommand) targets(ctx context.Context, e *running, args []string) ([]build.Target, error) {
	var list []build.Target
	var files []string
	for _, arg := range args {
		t, ok, err := e.storeTarget(arg)
		if err != nil {
			return nil, err
		}
		if ok {
			list = append(list, t)
		} else {
			files = append(files, arg)
		}
	}
	if len(list) > 0 && len(files) == 0 {
		return list, nil
	}
	if len(files) == 0 {
		files = []string{""}
	}
	for _, file := range files {
		var at []string
		if file != "" {
			at = []string{file}
		}
		roots, err := e.buildRoot(ctx, at)
		if err != nil {
			return nil, err
		}
		for _, v := range roots {
			found, err := v.Derivations(ctx, e.auto)
			if err != nil {
				return nil, err
			}
			list = append(list, targetsOf(found)...)
		}
	}
	return list, nil
}

// targetsOf returns what is to be built of derivations.
func targetsOf(found []eval.Derivation) []build.Target {
	var list []build.Target
	for _, d := range found {
		same := func(t build.Target) bool { return t.Path == d.Drv }
		if i := slices.IndexFunc(list, same); i >= 0 {
			if !slices.Contains(list[i].Outputs, d.Output) {
				list[i].Outputs = append(list[i].Outputs, d.Output)
			}
			continue
		}
		list = append(list, build.Target{Path: d.Drv, Outputs: []string{d.Output}})
	}
	return list
}

// storeTarget reads a store path, or a link to where an object is on this machine, and
// outputs behind ^ or ! if it is a derivation.
func (r *running) storeTarget(arg string) (t build.Target, ok bool, err error) {
	dir := path.Dir(r.storeDir)
	at, names, given := strings.Cut(strings.Replace(arg, "!", "^", 1), "^")
	if target, err := filepath.EvalSymlinks(at); err == nil && !dir.Contains(at) {
		at = target // such as ./result
		if rest, inside := strings.CutPrefix(target, filepath.Join(r.storeRoot, r.storeDir)); inside {
			at = r.storeDir + rest
		}
	}
	if !dir.Contains(at) {
		return t, false, nil
	}
	if t.Path, err = dir.Parse(at); err != nil {
		return t, false, nil //nolint:nilerr // it is a file in the store, which can be evaluated
	}
	if given && names != "*" {
		t.Outputs = strings.Split(names, ",")
	}
	if given && !t.Path.IsDerivation() {
		return t, false, usageError{fmt.Errorf("'%s' is no derivation, so it has no outputs", t.Path)}
	}
	return t, true, nil
}

// showPlan prints what would be done.
func (c *buildCommand) showPlan(cmd *cobra.Command, plan *store.Planned) error {
	out := cmd.OutOrStdout()
	if c.json {
		return printJSON(out, jsonPlan{base(plan.Build), base(plan.Fetch), base(plan.Unknown), plan.DownloadSize, plan.NarSize})
	}
	fmt.Fprintln(out, plan.String())
	for _, part := range []struct {
		title string
		paths []path.Path
	}{{"built", plan.Build}, {"copied", plan.Fetch}, {"missing", plan.Unknown}} {
		for _, p := range part.paths {
			fmt.Fprintf(out, "  %-7s  %s\n", part.title, p)
		}
	}
	return nil
}

// jsonPlan is a plan in the output for machines.
type jsonPlan struct {
	Build        []string `json:"build"` // derivations
	Fetch        []string `json:"fetch"` // store paths
	Unknown      []string `json:"unknown"`
	DownloadSize int64    `json:"downloadSize"`
	NarSize      int64    `json:"narSize"`
}

// base returns paths as texts, in a list that is never nil.
func base(paths []path.Path) []string {
	list := make([]string, len(paths))
	for i, p := range paths {
		list[i] = string(p)
	}
	return list
}

// jsonResult is a result in the output for machines.
type jsonResult struct {
	DrvPath string            `json:"drvPath,omitempty"`
	Outputs map[string]string `json:"outputs"` // where they are on this machine, by name
	Paths   map[string]string `json:"storePaths"`
	Status  string            `json:"status"`
	Error   string            `json:"error,omitempty"`
}

// finish makes links to what was built, and prints where it is and what failed.
func (c *buildCommand) finish(cmd *cobra.Command, w *realise.Workshop, results []build.Result) error {
	var list []jsonResult
	var failed []build.Result
	n := 0
	for _, r := range results {
		shown := jsonResult{Outputs: map[string]string{}, Paths: map[string]string{}, Status: r.Status.String()}
		if r.Path.IsDerivation() {
			shown.DrvPath = string(r.Path)
		}
		for name, p := range r.Outputs {
			shown.Paths[name] = string(p)
			if r.Err == nil {
				shown.Outputs[name] = w.Store.Real(p)
			}
		}
		if r.Err != nil {
			shown.Error = r.Err.Error()
			failed = append(failed, r)
		} else if !c.noLink {
			if err := c.link(cmd.Context(), w, r, n); err != nil {
				return err
			}
		}
		n++
		list = append(list, shown)
	}
	if err := c.printResults(cmd, list); err != nil {
		return err
	}
	if len(failed) == 0 {
		return nil
	}
	for _, r := range failed {
		if !errors.Is(r.Err, context.Canceled) {
			say(cmd, "firn: "+r.Err.Error())
		}
	}
	return exitError{exitCodeOf(failed)}
}

func (c *buildCommand) printResults(cmd *cobra.Command, list []jsonResult) error {
	out := cmd.OutOrStdout()
	if c.json {
		return printJSON(out, list)
	}
	for _, r := range list {
		for _, name := range slices.Sorted(maps.Keys(r.Outputs)) {
			if _, err := fmt.Fprintln(out, r.Outputs[name]); err != nil {
				return err
			}
		}
	}
	return nil
}

// link makes links to the outputs of the n-th result, as nix-build does: NAME, NAME-2
// and so on, and the name of an output behind that unless it is out.
func (c *buildCommand) link(ctx context.Context, w *realise.Workshop, r build.Result, n int) error {
	name, err := filepath.Abs(c.outLink)
	if err != nil {
		return err
	}
	if n > 0 {
		name += "-" + strconv.Itoa(n+1)
	}
	for output, p := range r.Outputs {
		at := name
		if output != "out" {
			at += "-" + output
		}
		if err := w.Store.AddVisibleRoot(ctx, at, p); err != nil {
			return fmt.Errorf("cannot make the link '%s': %w", at, err)
		}
	}
	return nil
}

// exitCodeOf returns the code with which nix-build ends for such failures (Nix manual,
// nix-build, Special exit codes).
func exitCodeOf(failed []build.Result) int {
	const timeout, mismatch, failure, different, special = 1, 2, 4, 8, 96
	code := 0
	for _, r := range failed {
		var wrong *build.HashMismatchError
		switch {
		case r.Status == build.TimedOut:
			code |= special | failure | timeout
		case errors.As(r.Err, &wrong):
			code |= special | failure | mismatch
		case r.Status == build.NotDeterministic:
			code |= special | different
		case r.Status == build.PermanentFailure, r.Status == build.DependencyFailed, r.Status == build.OutputRejected, r.Status == build.LogLimitExceeded:
			code |= special | failure
		}
	}
	return cmp.Or(code, exitFindings)
}

func printJSON(w interface{ Write([]byte) (int, error) }, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return err
}
