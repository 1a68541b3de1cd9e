package build

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"firn/store"
	"firn/store/drv"
	"firn/store/hash"
	"firn/store/nar"
	"firn/store/path"
	"firn/store/refs"
	"firn/store/sandbox"
)

// judge turns how a builder ended into an error.
func (j *job) judge(res sandbox.Result) error {
	if res.Succeeded() {
		return nil
	}
	status := PermanentFailure
	switch res.End {
	case sandbox.TimedOut, sandbox.Silence:
		status = TimedOut
	case sandbox.LogLimit:
		status = LogLimitExceeded
	case sandbox.Cancelled:
		status = MiscFailure
	}
	return &statusError{status, fmt.Errorf("the builder %s", res)}
}

// made is an output that a builder has made.
type made struct {
	name string
	at   string // where it is
	info store.Info
}

// register makes the outputs part of the store: all or none.
func (j *job) register(ctx context.Context, began time.Time) error {
	var all []*made
	for _, name := range sortedKeys(j.outputs) {
		m, err := j.inspect(ctx, name)
		if err != nil {
			return &statusError{OutputRejected, err}
		}
		all = append(all, m)
	}
	if err := j.checkOutputs(ctx, all); err != nil {
		return &statusError{OutputRejected, err}
	}
	if j.check {
		return j.compare(ctx, all)
	}
	var infos []store.Info
	for _, m := range all {
		if j.valid[m.info.Path] {
			continue // what is there already stays
		}
		m.info.Deriver, m.info.Ultimate, m.info.Registered = j.path, true, began
		if err := j.b.o.Store.Take(ctx, m.at, m.info.Path); err != nil {
			return err
		}
		infos = append(infos, m.info)
	}
	return j.b.o.Store.Register(ctx, infos)
}

// inspect normalises an output and finds out what is to be known of it.
func (j *job) inspect(ctx context.Context, name string) (*made, error) {
	p := j.outputs[name]
	m := &made{name: name, at: j.at(p), info: store.Info{Path: p}}
	info, err := os.Lstat(m.at)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("builder for '%s' failed to produce output path for output '%s' at '%s'", j.path, name, p)
	}
	if err != nil {
		return nil, err
	}
	if info.Mode()&os.ModeSymlink == 0 && info.Mode().Perm()&0o022 != 0 {
		return nil, fmt.Errorf("suspicious ownership or permission on '%s' for output '%s'; rejecting this build output", p, name)
	}
	if err := j.b.o.Store.Canonicalize(ctx, m.at, j.owner); err != nil {
		return nil, err
	}
	candidates := slices.Clone(j.closure)
	for _, o := range j.outputs {
		candidates = append(candidates, o)
	}
	scan := refs.NewScanner(candidates)
	sum := hash.New(hash.SHA256)
	if err := nar.Write(ctx, io.MultiWriter(sum, scan), nar.Tree{FS: nar.OS{}, Root: m.at}); err != nil {
		return nil, err
	}
	m.info.NarHash, m.info.NarSize = sum.Sum(), sum.Size()
	m.info.SetReferences(scan.Found())
	if slices.Contains(j.attrs.UnsafeDiscardReferences, name) {
		m.info.References = nil
	}
	if j.kind == drv.Fixed {
		return m, j.verify(ctx, m)
	}
	return m, nil
}

// verify compares a fixed output with the hash that its derivation says.
func (j *job) verify(ctx context.Context, m *made) error {
	o := j.Output(m.name)
	got := m.info.NarHash
	switch o.Method {
	case path.NAR:
		if a := o.Hash.Algorithm(); a != hash.SHA256 {
			var err error
			if got, _, err = nar.Sum(ctx, a, nar.Tree{FS: nar.OS{}, Root: m.at}); err != nil {
				return err
			}
		}
	case path.Flat:
		var err error
		if got, err = flat(m.at, o.Hash.Algorithm()); err != nil {
			return fmt.Errorf("output path '%s': %w", m.info.Path, err)
		}
	default:
		return fmt.Errorf("outputs with the hash mode '%s' are an experimental feature of Nix that firn does not build", o.Method)
	}
	if got != o.Hash {
		wrong := &HashMismatchError{Drv: j.path, Specified: o.Hash, Got: got}
		return errors.Join(wrong, j.keep(ctx, m, wrong))
	}
	if len(m.info.References) > 0 {
		return fmt.Errorf("fixed-output derivations must not reference store paths: '%s' references %d distinct paths, e.g. '%s'", j.path, len(m.info.References), m.info.References[0])
	}
	m.info.CA = path.ContentAddress{Method: o.Method, Hash: o.Hash}.String()
	return nil
}

// flat returns the hash of a file.
func flat(at string, a hash.Algorithm) (h hash.Hash, err error) {
	info, err := os.Lstat(at)
	if err != nil {
		return h, err
	}
	if !info.Mode().IsRegular() || info.Mode()&0o100 != 0 {
		return h, errors.New("it should be a non-executable regular file since recursive hashing is not enabled (one of outputHashMode={flat,text} is true)")
	}
	in, err := os.Open(at)
	if err != nil {
		return h, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	w := hash.New(a)
	_, err = io.Copy(w, in)
	return w.Sum(), err
}

// keep puts what has another hash than it should have into the store under that
// one, so that it need not be made again when the derivation is mended.
func (j *job) keep(ctx context.Context, m *made, wrong *HashMismatchError) error {
	if len(m.info.References) > 0 || j.check {
		return nil
	}
	ca := path.ContentAddress{Method: j.Output(m.name).Method, Hash: wrong.Got}
	p, err := j.b.o.Store.Dir().Fixed(m.info.Path.Name(), ca, path.Refs{})
	if err != nil {
		return err
	}
	info := store.Info{Path: p, CA: ca.String()}
	wrong.Kept = p
	return j.b.o.Store.AddTree(ctx, &info, nar.Tree{FS: nar.OS{}, Root: m.at})
}

// compare compares outputs with those that there are.
func (j *job) compare(ctx context.Context, all []*made) error {
	for _, m := range all {
		old, err := j.b.o.Store.Info(ctx, m.info.Path)
		if err != nil {
			return err
		}
		if old.NarHash != m.info.NarHash {
			return &statusError{NotDeterministic, fmt.Errorf("derivation '%s' may not be deterministic: output '%s' differs", j.path, m.info.Path)}
		}
	}
	return nil
}

func contains(list []path.Path, p path.Path) bool { return slices.Contains(list, p) }
