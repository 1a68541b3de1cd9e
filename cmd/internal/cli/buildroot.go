package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"firn/eval"
)

// buildRoot evaluates what firn build is to build: like root, but that attributes of
// flakes can be named, too.
func (r *running) buildRoot(ctx context.Context, args []string) ([]eval.Value, error) {
	given := r.file
	if given == "" && len(args) > 0 {
		given = args[0]
	}
	flake, attr, named := strings.Cut(given, "#")
	if r.cmd.Flags().Changed("expr") || given == "-" || !named && !isFlake(given) {
		return r.root(ctx, args)
	}
	if len(r.attrs) > 0 {
		return nil, usageError{errors.New("-A is for files; name the attribute of a flake behind a #")}
	}
	ref, err := flakeReference(flake)
	if err != nil {
		return nil, err
	}
	v, err := r.flakeOutput(ctx, ref, attr)
	if err != nil {
		return nil, err
	}
	return []eval.Value{v}, nil
}

// isFlake reports whether the command line names a flake.
func (c *buildCommand) isFlake(cmd *cobra.Command, args []string) bool {
	if cmd.Flags().Changed("expr") || c.file != "" {
		return false
	}
	return len(args) == 0 && isFlake("") || slices.ContainsFunc(args, func(arg string) bool { return strings.Contains(arg, "#") || isFlake(arg) })
}

// isFlake reports whether a directory is a flake and nothing else that is built.
func isFlake(dir string) bool {
	has := func(name string) bool {
		_, err := os.Stat(filepath.Join(dir, name))
		return err == nil
	}
	return has("flake.nix") && !has("default.nix")
}

// flakeReference returns the reference to a flake for somebody who is elsewhere: that
// of a directory begins with a slash.
func flakeReference(ref string) (string, error) {
	if ref == "" {
		ref = "."
	}
	if !strings.HasPrefix(ref, ".") && !strings.HasPrefix(ref, "/") {
		if _, err := os.Stat(filepath.Join(ref, "flake.nix")); err != nil {
			return ref, nil //nolint:nilerr // it is no directory, but a name or a URL
		}
	}
	return filepath.Abs(ref)
}

// flakeOutput returns the output of a flake that a name stands for: one of its
// packages for this system, or an attribute in full (Nix manual, nix, Installables).
func (r *running) flakeOutput(ctx context.Context, ref, name string) (eval.Value, error) {
	text := "builtins.getFlake " + nixString(ref)
	flake, err := r.Text(ctx, "«string»", r.dir, text)
	if err != nil {
		return eval.Value{}, err
	}
	tries := []string{"packages." + r.system + "." + name, "legacyPackages." + r.system + "." + name, name}
	if name == "" {
		tries = []string{"packages." + r.system + ".default", "defaultPackage." + r.system}
	}
	for _, path := range tries {
		v, found, err := lookup(ctx, flake, path)
		if err != nil || found {
			return v, err
		}
	}
	return eval.Value{}, fmt.Errorf("flake '%s' does not provide any of: %s", ref, strings.Join(tries, ", "))
}

// lookup returns what is at a path of attributes, if all of it is there.
func lookup(ctx context.Context, v eval.Value, path string) (_ eval.Value, found bool, err error) {
	names, ok := splitPath(path)
	if !ok {
		return v, false, usageError{fmt.Errorf("a quote is missing in '%s'", path)}
	}
	for _, name := range names {
		kind, err := v.Force(ctx)
		if err != nil || kind != eval.Set {
			return v, false, err
		}
		a, ok, err := v.Attr(ctx, name)
		if err != nil || !ok {
			return v, false, err
		}
		v = a.Value
	}
	return v, true, nil
}

// nixString returns a string of nixlang.
func nixString(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "${", `\${`).Replace(s) + `"`
}
