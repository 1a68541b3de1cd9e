// Package realise is between evaluations and a store: it puts into the store what
// an evaluation comes to, builds what an evaluation wants to read, and lets it
// read that.
package realise

import (
	"context"
	"fmt"
	"sync"

	"firn/eval"
	"firn/store"
	"firn/store/drv"
	"firn/store/local"
	"firn/store/path"
)

// Record is what an evaluation would put into a store. Nothing of it is written
// until it is wanted there, which is true of little: most derivations of a package
// set are never built.
type Record struct {
	dir path.Dir

	mu      sync.Mutex
	entries map[path.Path]*entry
	texts   spool // of derivations
}

// entry is an object, as one of three.
type entry struct {
	drv    bool
	kept   spooled     // the text of a derivation
	text   string      // of what is only a text
	refs   []path.Path // of a text
	source *eval.Source
}

// NewRecord returns an empty record.
func NewRecord(dir path.Dir) *Record {
	return &Record{dir: dir, entries: map[path.Path]*entry{}}
}

// Watch has an evaluation with the settings tell the record.
func (r *Record) Watch(s *eval.Settings) {
	s.Instantiated = func(p path.Path, text string) error {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.entries[p] = &entry{drv: true, kept: r.texts.put(text)}
		return nil
	}
	s.Text = func(_ context.Context, p path.Path, text string, refs []path.Path) error {
		r.put(p, &entry{text: text, refs: refs})
		return nil
	}
	s.Added = func(_ context.Context, src eval.Source) error {
		r.put(src.Path, &entry{source: &src})
		return nil
	}
}

func (r *Record) put(p path.Path, e *entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries[p] = e
}

func (r *Record) get(p path.Path) *entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.entries[p]
}

// Has reports whether the evaluation has come to an object.
func (r *Record) Has(p path.Path) bool { return r.get(p) != nil }

// Derivation returns a derivation that the evaluation has come to, or nil.
func (r *Record) Derivation(p path.Path) (*drv.Derivation, error) {
	e := r.get(p)
	if e == nil || !e.drv {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	text, err := r.textOf(e)
	if err != nil {
		return nil, err
	}
	return drv.Parse(p, text)
}

// textOf returns the text of a derivation.
func (r *Record) textOf(e *entry) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	text, err := r.texts.get(e.kept)
	if err != nil {
		err = fmt.Errorf("cannot read the derivations of the evaluation again: %w", err)
	}
	return text, err
}

// Write puts objects into a store, after all that they refer to. What the record
// does not have must be there already. Sources are read through the host of the
// evaluation, which must not go on meanwhile.
func (r *Record) Write(ctx context.Context, s *local.Store, objects []path.Path) error {
	w := writer{Record: r, store: s, done: map[path.Path]bool{}}
	for _, p := range objects {
		if err := w.write(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

type writer struct {
	*Record
	store *local.Store
	done  map[path.Path]bool
}

// write puts an object into the store. Derivations may refer to each other in a long
// chain, so the stack is its own.
func (w *writer) write(ctx context.Context, root path.Path) error {
	type frame struct {
		path  path.Path
		entry *entry
		refs  []path.Path
	}
	stack := []frame{{path: root}}
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		if top.entry == nil {
			e, refs, err := w.begin(ctx, top.path)
			if err != nil {
				return err
			}
			if e == nil { // it is there
				stack = stack[:len(stack)-1]
				continue
			}
			top.entry, top.refs = e, refs
		}
		if n := len(top.refs); n > 0 {
			next := top.refs[n-1]
			top.refs = top.refs[:n-1]
			stack = append(stack, frame{path: next})
			continue
		}
		if err := w.add(ctx, top.path, top.entry); err != nil {
			return fmt.Errorf("cannot put '%s' into the store: %w", top.path, err)
		}
		stack = stack[:len(stack)-1]
	}
	return nil
}

// begin returns the entry of an object that is to be written, and what is to be
// written before; nothing if the object is there.
func (w *writer) begin(ctx context.Context, p path.Path) (*entry, []path.Path, error) {
	if w.done[p] {
		return nil, nil, nil
	}
	w.done[p] = true
	if err := w.store.Hold(ctx, p); err != nil {
		return nil, nil, err
	}
	valid, err := w.store.Valid(ctx, []path.Path{p})
	if err != nil || valid[p] {
		return nil, nil, err
	}
	e := w.get(p)
	if e == nil {
		return nil, nil, fmt.Errorf("'%s' is not in the store, and the evaluation has not made it", p)
	}
	if !e.drv {
		return e, append([]path.Path(nil), e.refs...), nil
	}
	d, err := w.Derivation(p)
	if err != nil {
		return nil, nil, err
	}
	return e, d.Refs(), nil
}

func (w *writer) add(ctx context.Context, p path.Path, e *entry) error {
	switch {
	case e.source != nil:
		ca := path.ContentAddress{Method: e.source.Method, Hash: e.source.Hash}
		return w.store.AddTree(ctx, &store.Info{Path: p, CA: ca.String()}, e.source.Tree)
	case e.drv:
		text, err := w.textOf(e)
		if err != nil {
			return err
		}
		d, err := drv.Parse(p, text)
		if err != nil {
			return err
		}
		return w.store.AddText(ctx, p, text, d.Refs())
	}
	return w.store.AddText(ctx, p, e.text, e.refs)
}
