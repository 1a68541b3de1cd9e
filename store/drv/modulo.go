package drv

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"sync"

	"firn/store/hash"
	"firn/store/path"
)

// Modulo is what stands for a derivation in the hash of another one. The zero
// value is that of a derivation whose outputs are not known in advance, which
// makes those that need it [Deferred].
type Modulo struct {
	sum  [sha256.Size]byte
	kind moduloKind
}

type moduloKind uint8

const (
	unknownOutputs moduloKind = iota
	regular
	fixedOutput
)

// Known reports whether there is a hash.
func (m Modulo) Known() bool { return m.kind != unknownOutputs }

// Hash returns the SHA-256 that stands for the derivation, or the zero value.
func (m Modulo) Hash() hash.Hash {
	if !m.Known() {
		return hash.Hash{}
	}
	return hash.FromSHA256(m.sum)
}

// Hashes computes hashes of derivations and remembers them by path. It is safe
// for concurrent use.
type Hashes struct {
	dir     path.Dir
	read    func(path.Path) (*Derivation, error)
	scratch sync.Pool // of *scratch

	mu   sync.RWMutex // guards memo
	memo map[path.Path]Modulo
}

// NewHashes returns hashes of derivations in a store directory. The function
// reads a derivation that was not completed by the same Hashes; it may be called
// from several goroutines, and its result is only read. Without one such
// derivations are errors.
func NewHashes(dir path.Dir, read func(path.Path) (*Derivation, error)) *Hashes {
	return &Hashes{dir: dir, read: read, memo: map[path.Path]Modulo{}}
}

// scratch is room for what is thrown away again, for a derivation at a time.
type scratch struct {
	head, inputs, tail []byte
	gaps               []gap
	known              []Modulo
	replaced           []replacement
	refs               []path.Path
}

func (h *Hashes) borrow() *scratch {
	if s, ok := h.scratch.Get().(*scratch); ok {
		return s
	}
	return &scratch{}
}

// maxKept is how large texts may be for their room to be kept.
const maxKept = 1 << 20

func (h *Hashes) giveBack(s *scratch) {
	if cap(s.tail) <= maxKept {
		clear(s.refs)
		h.scratch.Put(s)
	}
}

// Modulo returns what stands for the derivation at p where it is an input.
func (h *Hashes) Modulo(p path.Path) (Modulo, error) { return h.lookup(p, nil) }

// ModuloOf returns what stands for a derivation, which must be complete. The
// result is not remembered, for that takes the path.
func (h *Hashes) ModuloOf(d *Derivation) (Modulo, error) { return h.moduloOf(d, nil) }

// trail is the way of derivations from the first that was asked about to one
// that is being read, last first.
type trail struct {
	path path.Path
	next *trail
	len  int
}

// maxTrail bounds how long chains of derivations may be that are read and not
// remembered. It is far more than those of any system, and a stack can take it.
const maxTrail = 20_000

// enter returns the trail with p in front. A derivation cannot need itself,
// since its path is a hash of its inputs, but a wrong reader can say so: then
// the trail ends, at the latest at its bound.
func (t *trail) enter(p path.Path) (*trail, error) {
	n := 1
	if t != nil {
		n = t.len + 1
	}
	seen := t
	for range 64 { // those nearby are enough to make the message clear
		if seen == nil {
			break
		}
		if seen.path == p {
			return nil, fmt.Errorf("derivation %s is among its own inputs", p)
		}
		seen = seen.next
	}
	if n > maxTrail {
		return nil, fmt.Errorf("derivation %s is behind %d others", p, maxTrail)
	}
	return &trail{p, t, n}, nil
}

func (h *Hashes) lookup(p path.Path, t *trail) (Modulo, error) {
	h.mu.RLock()
	m, ok := h.memo[p]
	h.mu.RUnlock()
	if ok {
		return m, nil
	}
	if h.read == nil {
		return m, fmt.Errorf("derivation %s is not known", p)
	}
	t, err := t.enter(p)
	if err != nil {
		return m, err
	}
	d, err := h.read(p)
	if err != nil {
		return m, err
	}
	if m, err = h.moduloOf(d, t); err != nil {
		return m, err
	}
	h.remember(p, m)
	return m, nil
}

func (h *Hashes) remember(p path.Path, m Modulo) {
	h.mu.Lock()
	h.memo[p] = m
	h.mu.Unlock()
}

func (h *Hashes) moduloOf(d *Derivation, t *trail) (Modulo, error) {
	kind, err := d.Kind()
	switch {
	case err != nil:
		return Modulo{}, fmt.Errorf("derivation %s: %w", d.Name, err)
	case kind == Fixed:
		return fixedModulo(&d.Outputs[0]), nil
	case kind != InputAddressed:
		return Modulo{}, nil
	}
	s := h.borrow()
	defer h.giveBack(s)
	known, err := h.replaceInputs(s, d, t)
	if err != nil || !known {
		return Modulo{}, err
	}
	s.head = d.appendOutputs(s.head[:0], false)
	s.tail = d.appendTail(s.tail[:0], nil)
	return Modulo{sum: sum(s.head, s.inputs, s.tail), kind: regular}, nil
}

// fixedModulo returns what stands for the derivation of a fixed output. It says
// what the output is and not how it is made.
func fixedModulo(o *Output) Modulo {
	var room [256]byte
	b := append(room[:0], "fixed:out:"...)
	b = append(b, o.Method.Prefix()...)
	b = append(b, o.Hash.Algorithm().String()...)
	b = append(b, ':')
	b = o.Hash.AppendHex(b)
	b = append(b, ':')
	b = append(b, o.Path...)
	return Modulo{sum: sha256.Sum256(b), kind: fixedOutput}
}

// sum returns the SHA-256 of the parts of a text.
func sum(parts ...[]byte) (sum [sha256.Size]byte) {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
	}
	h.Sum(sum[:0])
	return sum
}

// replacement is an input whose path is replaced by a hash.
type replacement struct {
	sum   [sha256.Size]byte
	input int32 // in the inputs; no pointer, so sorting is cheap
}

// replaceInputs makes the list of inputs of d with hashes for paths, in
// s.inputs. It reports whether all of them have one.
func (h *Hashes) replaceInputs(s *scratch, d *Derivation, t *trail) (known bool, err error) {
	if err := h.lookupAll(s, d, t); err != nil {
		return false, err
	}
	s.replaced = s.replaced[:0]
	for i := range d.Inputs {
		in, m := &d.Inputs[i], &s.known[i]
		if !m.Known() || len(in.Dynamic) > 0 {
			return false, nil
		}
		if m.kind == fixedOutput {
			if err := onlyOut(in); err != nil {
				return false, err
			}
		}
		s.replaced = append(s.replaced, replacement{m.sum, int32(i)})
	}
	slices.SortFunc(s.replaced, func(a, b replacement) int { return bytes.Compare(a.sum[:], b.sum[:]) })
	s.inputs = appendReplaced(s.inputs[:0], s.replaced, d.Inputs)
	return true, nil
}

// onlyOut returns an error if more is needed of a fixed output than there is.
func onlyOut(in *Input) error {
	for _, name := range in.Outputs {
		if name != "out" {
			return fmt.Errorf("no hash for output '%s' of derivation '%s'", name, in.Drv)
		}
	}
	return nil
}

// appendReplaced appends the list of inputs with hashes for paths. Inputs that
// share one, such as two ways to fetch one file, are one element.
func appendReplaced(dst []byte, r []replacement, inputs []Input) []byte {
	dst = append(dst, '[')
	for i := 0; i < len(r); {
		sum, outputs := &r[i].sum, inputs[r[i].input].Outputs
		for i++; i < len(r) && r[i].sum == *sum; i++ {
			outputs = union(outputs, inputs[r[i].input].Outputs)
		}
		dst = append(dst, "(\""...)
		dst = hex.AppendEncode(dst, sum[:])
		dst = append(dst, "\","...)
		dst = appendNames(dst, outputs)
		dst = append(dst, "),"...)
	}
	return endList(dst, "")
}

// union returns what is in either of two sorted lists.
func union(a, b []string) []string {
	if slices.Equal(a, b) {
		return a
	}
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// lookupAll sets s.known to what stands for the inputs of d.
func (h *Hashes) lookupAll(s *scratch, d *Derivation, t *trail) error {
	missing := false
	s.known = slices.Grow(s.known[:0], len(d.Inputs))[:len(d.Inputs)]
	h.mu.RLock()
	for i := range d.Inputs {
		m, ok := h.memo[d.Inputs[i].Drv]
		s.known[i] = m
		missing = missing || !ok
	}
	h.mu.RUnlock()
	if !missing {
		return nil
	}
	for i := range d.Inputs {
		var err error
		if s.known[i], err = h.lookup(d.Inputs[i].Drv, t); err != nil {
			return err
		}
	}
	return nil
}
