package build

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"firn/store"
	"firn/store/builtin"
	"firn/store/download"
	"firn/store/drv"
	"firn/store/path"
	"firn/store/sandbox"
)

// realise builds a derivation whose inputs are there.
func (r *run) realise(ctx context.Context, d *recipe) (_ Status, err error) {
	if err := r.b.able(d); err != nil {
		return InputRejected, &Failure{Drv: d.path, Status: InputRejected, Err: err}
	}
	paths, err := outputs(d.path, d.Derivation, nil)
	if err != nil {
		return MiscFailure, err
	}
	var all []path.Path
	for _, name := range sortedKeys(paths) {
		all = append(all, paths[name])
	}
	lock, err := r.b.o.Store.Lock(ctx, all)
	if err != nil {
		return MiscFailure, err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	valid, err := r.b.o.Store.Valid(ctx, all)
	if err != nil {
		return MiscFailure, err
	}
	missing := slices.ContainsFunc(all, func(p path.Path) bool { return !valid[p] })
	if check := r.checked[d.path]; !missing && !check {
		return AlreadyValid, nil // somebody else has built it meanwhile
	} else if missing && check {
		return MiscFailure, fmt.Errorf("some outputs of '%s' are not there, so there is nothing to compare with; build it first", d.path)
	}
	free, err := place(ctx, r.jobs)
	if err != nil {
		return MiscFailure, err
	}
	defer free()
	j := &job{b: r.b, recipe: d, outputs: paths, valid: valid, check: r.checked[d.path]}
	return j.run(ctx)
}

// able fails if this machine cannot build a derivation.
func (b *Builder) able(d *recipe) error {
	if builtin.Is(d.Builder) {
		return nil
	}
	required := d.attrs.RequiredSystemFeatures
	missing := slices.ContainsFunc(required, func(f string) bool { return !slices.Contains(b.o.Features, f) })
	if slices.Contains(b.o.Systems, d.System) && !missing {
		return nil
	}
	return fmt.Errorf("a '%s' with features {%s} is required to build '%s', but this is a '%s' with features {%s}",
		d.System, strings.Join(required, ", "), d.path, strings.Join(b.o.Systems, "' or '"), strings.Join(b.o.Features, ", "))
}

// job is the build of a derivation.
type job struct {
	b *Builder
	*recipe
	outputs map[string]path.Path
	valid   map[path.Path]bool // those outputs that are there
	check   bool

	closure []path.Path // of all inputs
	scratch string      // an own directory in the store, which is removed in the end
	root    string      // in it, what the builder sees as /
	dir     string      // what the builder sees as /build
	owner   int         // who owns what the builder writes; -1 for this process
	log     *log
	plain   bool // without a sandbox
}

// run runs the builder and registers what it makes.
func (j *job) run(ctx context.Context) (status Status, err error) {
	began := time.Now()
	id, end := j.b.o.Events.Start(store.Started{
		Kind: store.Building, Path: j.path, Text: fmt.Sprintf("building '%s'", j.path), Log: j.b.o.Store.LogFile(j.path),
	})
	defer func() { end(err) }()
	if j.log, err = j.b.newLog(id, j.path); err != nil {
		return MiscFailure, err
	}
	kept := ""
	defer func() {
		j.log.close()
		if err != nil {
			err = j.failure(err, kept)
			status = statusOf(err)
		}
	}()
	remove, err := j.prepare(ctx)
	if err != nil {
		return MiscFailure, err
	}
	defer func() {
		if err != nil && j.b.o.Policy.KeepFailed && ctx.Err() == nil {
			kept = j.dir
		}
		err = errors.Join(err, remove(kept != ""))
	}()
	if builtin.Is(j.Builder) {
		err = j.runBuiltin(ctx)
	} else {
		err = j.runBuilder(ctx)
	}
	if err != nil {
		return PermanentFailure, err
	}
	if err := j.register(ctx, began); err != nil {
		return OutputRejected, err
	}
	return Built, nil
}

// failure returns the error of the build.
func (j *job) failure(err error, kept string) error {
	f := &Failure{Drv: j.path, Status: PermanentFailure, Err: err, Kept: kept, Phase: j.log.phase, Tail: j.log.tail, Log: j.log.file}
	var status *statusError
	var mismatch *HashMismatchError
	switch {
	case errors.As(err, &status):
		f.Status = status.status
	case errors.As(err, &mismatch):
		f.Status, f.Tail = OutputRejected, nil
	}
	if f.Status == OutputRejected || f.Status == NotDeterministic {
		f.Phase, f.Tail = "", nil // the builder itself succeeded
	}
	return f
}

// statusError is an error with a status of its own.
type statusError struct {
	status Status
	error
}

// Unwrap implements what [errors.Is] asks.
func (e *statusError) Unwrap() error { return e.error }

// prepare makes the directories of a build, and returns what removes them. What a
// build before left is removed first.
func (j *job) prepare(ctx context.Context) (remove func(keepDir bool) error, err error) {
	j.owner = -1
	j.scratch = j.b.o.Store.Real(j.path) + ".chroot"
	j.root = filepath.Join(j.scratch, "root")
	if err := sandbox.Remove(j.scratch); err != nil {
		return nil, err
	}
	// Nobody else may reach what a builder writes before it is normalised, such as
	// programs with a mode that lends one the rights of their owner.
	if err := os.MkdirAll(j.root, 0o700); err != nil {
		return nil, err
	}
	top, err := os.MkdirTemp(j.b.o.Store.BuildDir(), "nix-build-"+j.path.Name()+"-")
	if err != nil {
		return nil, err
	}
	j.dir = filepath.Join(top, "build")
	remove = func(keepDir bool) error {
		err := sandbox.Remove(j.scratch)
		if !keepDir {
			err = errors.Join(err, sandbox.Remove(top))
		}
		return err
	}
	if err := j.fill(ctx); err != nil {
		return nil, errors.Join(err, remove(false))
	}
	return remove, nil
}

func (j *job) fill(ctx context.Context) error {
	for _, dir := range []string{j.dir, filepath.Join(j.root, string(j.b.o.Store.Dir()))} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	needs, err := j.b.inputs(ctx, j.Derivation)
	if err != nil {
		return err
	}
	inputs := make([]path.Path, len(needs))
	for i, n := range needs {
		inputs[i] = n.object
	}
	j.closure, err = j.b.o.Store.Closure(ctx, inputs)
	return err
}

// at returns where the builder makes an output on this machine.
func (j *job) at(p path.Path) string {
	if j.plain {
		return j.b.o.Store.Real(p)
	}
	return filepath.Join(j.root, string(p))
}

func (j *job) runBuiltin(ctx context.Context) error {
	return builtin.Run(ctx, builtin.Job{
		Drv: j.Derivation, Output: j.at(j.outputs["out"]), Mirrors: j.b.o.Mirrors, Netrc: j.b.o.Netrc, Say: j.log.line,
		Real:    j.b.o.Store.RealOf,
		Visible: func(p path.Path) bool { return contains(j.closure, p) },
		Client:  &download.Client{HTTP: j.b.o.HTTP, Warn: j.log.line},
	})
}

func (j *job) runBuilder(ctx context.Context) error {
	env, err := j.environment(ctx)
	if err != nil {
		return err
	}
	mounts := make([]sandbox.Mount, len(j.closure))
	for i, p := range j.closure {
		mounts[i] = sandbox.Mount{Source: j.b.o.Store.Real(p), Target: string(p)}
	}
	spec := sandbox.Spec{
		Root: j.root, StoreDir: string(j.b.o.Store.Dir()), Store: mounts, Paths: j.b.o.SandboxPaths, BuildDir: j.dir,
		Program: j.Builder, Argv: append([]string{filepath.Base(j.Builder)}, j.Args...), Env: env,
		Network: j.kind == drv.Fixed, System: j.System, Output: j.log,
		Silent: j.b.o.Limits.Silence, Timeout: j.b.o.Limits.Time, MaxLog: j.b.o.Limits.Log,
		UserPool: j.b.o.Store.UserPool(),
	}
	run := sandbox.Run
	if j.b.o.Policy.NoSandbox || j.b.o.Policy.RelaxSandbox && j.attrs.NoChroot {
		if j.b.o.Store.Root() != "/" {
			return errors.New("without a sandbox only the store of the machine can be built for, since builders find their inputs by store paths")
		}
		run, j.plain = sandbox.RunPlain, true
	}
	res, err := run(ctx, spec)
	if err != nil {
		return err
	}
	if !j.plain {
		j.owner = res.UID
	}
	return j.judge(res)
}
