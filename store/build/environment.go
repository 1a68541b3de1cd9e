package build

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"firn/store/attrs"
	"firn/store/drv"
	"firn/store/path"
)

// inside is the directory in which a builder works, as it sees it.
const inside = "/build"

// environment returns the variables of the builder, as NAME=VALUE, and writes the
// files that some of them name (Nix manual, Derivations, Builder execution).
func (j *job) environment(ctx context.Context) ([]string, error) {
	dir := inside
	if j.plain {
		dir = j.dir
	}
	env := map[string]string{
		"PATH": "/path-not-set", "HOME": "/homeless-shelter",
		"NIX_STORE": string(j.b.o.Store.Dir()), "NIX_BUILD_CORES": strconv.Itoa(j.b.o.Cores),
	}
	var err error
	if j.attrs.Structured {
		err = j.structured(ctx, env, dir)
	} else {
		err = j.variables(ctx, env, dir)
	}
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"NIX_BUILD_TOP", "TMPDIR", "TEMPDIR", "TMP", "TEMP", "PWD"} {
		env[name] = dir
	}
	if j.kind == drv.Fixed {
		env["NIX_OUTPUT_CHECKED"] = "1"
		for _, name := range j.attrs.ImpureEnvVars {
			env[name] = j.b.o.Getenv(name)
		}
	}
	env["NIX_LOG_FD"], env["TERM"] = "2", "xterm-256color"
	list := make([]string, 0, len(env))
	for _, name := range sortedKeys(env) {
		list = append(list, name+"="+env[name])
	}
	return list, nil
}

// variables takes those of the derivation.
func (j *job) variables(ctx context.Context, env map[string]string, dir string) error {
	asFile := map[string]bool{}
	for _, name := range j.attrs.PassAsFile {
		asFile[name] = true
	}
	for _, v := range j.Env {
		if !asFile[v.Name] {
			env[v.Name] = v.Value
			continue
		}
		name := ".attr-" + attrs.FileName(v.Name)
		if err := j.write(name, v.Value); err != nil {
			return err
		}
		env[v.Name+"Path"] = filepath.Join(dir, name)
	}
	for _, g := range j.attrs.ExportReferencesGraph {
		text, err := j.registration(ctx, g.Paths)
		if err != nil {
			return err
		}
		if err := j.write(g.Name, text); err != nil {
			return err
		}
	}
	return nil
}

// structured writes the files of structured attributes.
func (j *job) structured(ctx context.Context, env map[string]string, dir string) error {
	graphs := map[string]any{}
	for _, g := range j.attrs.ExportReferencesGraph {
		graph, err := j.graph(ctx, g.Paths)
		if err != nil {
			return err
		}
		graphs[g.Name] = graph
	}
	outputs := map[string]string{}
	for name, p := range j.outputs {
		outputs[name] = string(p)
	}
	json, shell, err := j.attrs.Files(outputs, graphs)
	if err != nil {
		return err
	}
	if err := j.write(".attrs.json", json); err != nil {
		return err
	}
	env["NIX_ATTRS_JSON_FILE"] = filepath.Join(dir, ".attrs.json")
	env["NIX_ATTRS_SH_FILE"] = filepath.Join(dir, ".attrs.sh")
	return j.write(".attrs.sh", shell)
}

// write writes a file into the directory of the build.
func (j *job) write(name, text string) error {
	root, err := os.OpenRoot(j.dir)
	if err != nil {
		return err
	}
	defer root.Close() //nolint:errcheck // nothing is written to a directory
	if err := root.WriteFile(name, []byte(text), 0o644); err != nil {
		return fmt.Errorf("cannot write what the builder is to be given: %w", err)
	}
	return nil
}

// references returns the closure of objects that are inputs, or in what inputs
// refer to.
func (j *job) references(ctx context.Context, names []string) ([]path.Path, error) {
	paths := make([]path.Path, len(names))
	for i, name := range names {
		p, _, err := j.b.o.Store.Dir().Split(name)
		if err != nil {
			return nil, fmt.Errorf("'exportReferencesGraph': %w", err)
		}
		if paths[i] = p; !contains(j.closure, p) {
			return nil, fmt.Errorf("cannot export references of path '%s' because it is not in the input closure of the derivation", p)
		}
	}
	closure, err := j.b.o.Store.Closure(ctx, paths)
	if err != nil {
		return nil, err
	}
	return j.b.withOutputs(ctx, closure)
}
