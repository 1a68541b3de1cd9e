package drv

import (
	"crypto/sha256"
	"errors"
	"fmt"

	"firn/store/hash"
	"firn/store/path"
)

// Complete brings d into normal form, fills in what follows from the rest, and
// returns the path of the .drv file and dst with the text of it appended.
//
// Paths of input-addressed and fixed outputs are computed, whatever they were
// before, and set in the outputs and in the environment. Floating and impure
// outputs have none and their variables get placeholders; those of deferred
// outputs are empty. The derivation is remembered as an input of others.
//
// The errors are those of Nix about names and kinds of outputs. Then d may be
// half complete.
func (h *Hashes) Complete(d *Derivation, dst []byte) (path.Path, []byte, error) {
	d.Normalize()
	kind, err := d.Kind()
	if err != nil {
		return "", dst, fmt.Errorf("derivation %s: %w", d.Name, err)
	}
	s := h.borrow()
	defer h.giveBack(s)
	start := len(dst)
	var m Modulo
	switch kind {
	case InputAddressed, Deferred:
		dst, m, err = h.completeInputAddressed(s, d, dst)
	case Fixed:
		dst, m, err = h.completeFixed(d, dst)
	default:
		for i := range d.Outputs {
			o := &d.Outputs[i]
			o.Path = ""
			d.SetEnv(o.Name, path.Placeholder(o.Name))
		}
		dst = d.Append(dst)
	}
	if err != nil {
		return "", dst[:start], err
	}
	p, err := h.drvPath(s, d, sha256.Sum256(dst[start:]))
	if err != nil {
		return "", dst[:start], err
	}
	h.remember(p, m)
	return p, dst, nil
}

// completeFixed sets the path that follows from the hash of the content.
func (h *Hashes) completeFixed(d *Derivation, dst []byte) ([]byte, Modulo, error) {
	o := &d.Outputs[0]
	ca := path.ContentAddress{Method: o.Method, Hash: o.Hash}
	p, err := h.dir.Fixed(path.OutputName(d.Name, o.Name), ca, path.Refs{})
	if err != nil {
		return dst, Modulo{}, err
	}
	o.Path = p
	d.SetEnv(o.Name, string(p))
	return d.Append(dst), fixedModulo(o), nil
}

// completeInputAddressed sets the paths that follow from the derivation with
// blank output paths. Everything but the paths is made into text only once.
func (h *Hashes) completeInputAddressed(s *scratch, d *Derivation, dst []byte) ([]byte, Modulo, error) {
	for i := range d.Outputs {
		d.Outputs[i].Path = ""
		d.SetEnv(d.Outputs[i].Name, "")
	}
	known, err := h.replaceInputs(s, d, nil)
	if err != nil {
		return dst, Modulo{}, err
	}
	if !known {
		return d.Append(dst), Modulo{}, nil
	}
	s.gaps = s.gaps[:0]
	s.head = d.appendOutputs(s.head[:0], true)
	s.tail = d.appendTail(s.tail[:0], &s.gaps)
	if err := h.setPaths(d, sum(s.head, s.inputs, s.tail)); err != nil {
		return dst, Modulo{}, err
	}
	start := len(dst)
	dst = d.appendOutputs(dst, false)
	head := len(dst)
	dst = appendInputs(dst, d.Inputs)
	inputs := len(dst)
	dst = fill(dst, s.tail, s.gaps, d.Outputs)
	return dst, Modulo{sum: sum(dst[start:head], s.inputs, dst[inputs:]), kind: regular}, nil
}

// setPaths sets the paths of input-addressed outputs.
func (h *Hashes) setPaths(d *Derivation, masked [sha256.Size]byte) error {
	own := hash.FromSHA256(masked)
	for i := range d.Outputs {
		o := &d.Outputs[i]
		p, err := h.dir.Output(d.Name, o.Name, own)
		if err != nil {
			return err
		}
		o.Path = p
		d.SetEnv(o.Name, string(o.Path))
	}
	return nil
}

// fill appends the tail with the paths of outputs in its gaps.
func fill(dst, tail []byte, gaps []gap, outputs []Output) []byte {
	done := 0
	for _, g := range gaps {
		dst = append(dst, tail[done:g.at]...)
		dst = append(dst, outputs[g.output].Path...)
		done = g.at
	}
	return append(dst, tail[done:]...)
}

// drvPath returns the path of the .drv file.
func (h *Hashes) drvPath(s *scratch, d *Derivation, text [sha256.Size]byte) (path.Path, error) {
	s.refs = d.appendRefs(s.refs[:0])
	return h.dir.Text(d.Name+path.DrvExtension, hash.FromSHA256(text), s.refs)
}

// Check returns an error unless [Hashes.Complete] makes the same of d, which
// stays as it is, and unless p is its path.
func (h *Hashes) Check(p path.Path, d *Derivation) error {
	text := d.Append(nil)
	own := *d
	own.Outputs = append([]Output(nil), d.Outputs...)
	own.Env = append([]Var(nil), d.Env...)
	want, wantText, err := h.Complete(&own, nil)
	switch {
	case err != nil:
		return err
	case string(text) != string(wantText):
		return fmt.Errorf("derivation %s: %w", p, difference(d, &own))
	case p != want:
		return fmt.Errorf("derivation %s has the wrong path, it should be %s", p, want)
	}
	return nil
}

// difference returns what is wrong in a derivation that is not complete.
func difference(d, want *Derivation) error {
	for i := range min(len(d.Outputs), len(want.Outputs)) {
		if got, want := d.Outputs[i].Path, want.Outputs[i].Path; got != want {
			return fmt.Errorf("incorrect output '%s', should be '%s'", got, want)
		}
	}
	for i := range want.Outputs {
		name := want.Outputs[i].Name
		got, _ := d.Lookup(name)
		if want, _ := want.Lookup(name); got != want {
			return fmt.Errorf("incorrect environment variable '%s', should be '%s' but is actually '%s'", name, want, got)
		}
	}
	return errors.New("the lists are not in normal form")
}
