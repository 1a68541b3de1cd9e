// Package drv holds store derivations: what is built of what, by which program.
//
// A [Derivation] is read from the text of a .drv file by [Parse] and written by
// [Derivation.Append] (Nix manual, Derivation "ATerm" file format). [Hashes]
// computes what makes Nix's store paths what they are, the hash of a derivation
// modulo how its fixed inputs are fetched (Nix manual, Input-addressing
// derivation outputs), and completes derivations with it.
//
// The package builds nothing and reads nothing: derivations that a hash depends
// on and that were not seen before come from a function of the caller.
package drv

import (
	"errors"
	"slices"
	"strings"

	"firn/store/hash"
	"firn/store/path"
)

// Derivation is a store derivation. Its lists are in normal form when they are
// sorted as their comments say and have nothing twice, see
// [Derivation.Normalize].
type Derivation struct {
	Name    string      // without ".drv"; the text does not have it
	Outputs []Output    // by name
	Inputs  []Input     // the derivations whose outputs are needed, by path
	Srcs    []path.Path // the other store paths that are needed
	System  string
	Builder string
	Args    []string
	Env     []Var // by name
}

// Output is something that a derivation makes. Which of the fields are set
// makes its [Kind].
type Output struct {
	Name   string
	Path   path.Path      // of input-addressed and fixed outputs
	Method path.Method    // of fixed, floating and impure outputs
	Algo   hash.Algorithm // of floating and impure outputs
	Hash   hash.Hash      // of fixed outputs
	Impure bool
}

// Input is a derivation that another one needs.
type Input struct {
	Drv path.Path
	Node
}

// Node says what is needed of a derivation.
type Node struct {
	Outputs []string  // sorted
	Dynamic []Dynamic // by output; the experimental feature dynamic-derivations
}

// Dynamic says what is needed of a derivation that is the output of another.
type Dynamic struct {
	Output string
	Node
}

// Var is a variable of the builder's environment.
type Var struct{ Name, Value string }

// Kind is how the path of an output comes about.
type Kind uint8

// The kinds of outputs. All outputs of a derivation are of one kind.
const (
	Deferred       Kind = iota // like InputAddressed, but an input is not known yet
	InputAddressed             // the path comes from what the derivation says
	Fixed                      // the hash of the content is known in advance
	Floating                   // the path comes from the content, when there is one
	Impure                     // like Floating, but made anew each time
)

// Kind returns the kind of the output.
func (o *Output) Kind() Kind {
	switch {
	case o.Impure:
		return Impure
	case !o.Hash.IsNone():
		return Fixed
	case o.Algo != hash.None:
		return Floating
	case o.Path == "":
		return Deferred
	}
	return InputAddressed
}

// algo returns the algorithm that the content is addressed with, if any.
func (o *Output) algo() hash.Algorithm {
	if !o.Hash.IsNone() {
		return o.Hash.Algorithm()
	}
	return o.Algo
}

// Kind returns the kind of the outputs. There must be one, fixed outputs are
// alone and have the name "out", and floating ones have one algorithm.
func (d *Derivation) Kind() (Kind, error) {
	if len(d.Outputs) == 0 {
		return 0, errors.New("must have at least one output")
	}
	first := &d.Outputs[0]
	kind := first.Kind()
	for i := range d.Outputs {
		if d.Outputs[i].Kind() != kind {
			return 0, errors.New("can't mix derivation output types")
		}
		if kind == Floating && d.Outputs[i].Algo != first.Algo {
			return 0, errors.New("all floating outputs must use the same hash algorithm")
		}
	}
	if kind == Fixed && first.Name != "out" {
		return 0, errors.New(`single fixed output must be named "out"`)
	}
	if kind == Fixed && len(d.Outputs) > 1 {
		return 0, errors.New("only one fixed output is allowed for now")
	}
	return kind, nil
}

// Output returns the output with the name, or nil.
func (d *Derivation) Output(name string) *Output {
	i, ok := slices.BinarySearchFunc(d.Outputs, name, func(o Output, name string) int { return strings.Compare(o.Name, name) })
	if !ok {
		return nil
	}
	return &d.Outputs[i]
}

// Lookup returns a variable of the environment.
func (d *Derivation) Lookup(name string) (value string, ok bool) {
	i, ok := d.findVar(name)
	if !ok {
		return "", false
	}
	return d.Env[i].Value, true
}

// SetEnv sets a variable of the environment.
func (d *Derivation) SetEnv(name, value string) {
	i, ok := d.findVar(name)
	if !ok {
		d.Env = slices.Insert(d.Env, i, Var{Name: name})
	}
	d.Env[i].Value = value
}

func (d *Derivation) findVar(name string) (int, bool) {
	return slices.BinarySearchFunc(d.Env, name, func(v Var, name string) int { return strings.Compare(v.Name, name) })
}

// Refs returns the paths that the .drv file refers to, its inputs and sources,
// each once and sorted.
func (d *Derivation) Refs() []path.Path {
	return d.appendRefs(make([]path.Path, 0, len(d.Inputs)+len(d.Srcs)))
}

func (d *Derivation) appendRefs(refs []path.Path) []path.Path {
	srcs := d.Srcs
	for i := range d.Inputs {
		p := d.Inputs[i].Drv
		for len(srcs) > 0 && srcs[0] < p {
			refs, srcs = append(refs, srcs[0]), srcs[1:]
		}
		// A derivation that is needed as a file, too, is one reference.
		if len(srcs) > 0 && srcs[0] == p {
			srcs = srcs[1:]
		}
		refs = append(refs, p)
	}
	return append(refs, srcs...)
}

// Normalize brings the lists into normal form. What an input occurs with in
// several places comes together, and of outputs and variables with one name the
// last stays. Lists are replaced, not written to.
func (d *Derivation) Normalize() {
	d.Outputs = normal(d.Outputs, func(a, b Output) int { return strings.Compare(a.Name, b.Name) }, replace)
	d.Env = normal(d.Env, func(a, b Var) int { return strings.Compare(a.Name, b.Name) }, replace)
	d.Srcs = normal(d.Srcs, func(a, b path.Path) int { return strings.Compare(string(a), string(b)) }, replace)
	inputs := normal(d.Inputs, func(a, b Input) int { return strings.Compare(string(a.Drv), string(b.Drv)) },
		func(a, b *Input) { a.Node.merge(b.Node) })
	if !slices.ContainsFunc(inputs, func(in Input) bool { return !in.Node.isNormal() }) {
		d.Inputs = inputs
		return
	}
	d.Inputs = slices.Clone(inputs)
	for i := range d.Inputs {
		d.Inputs[i].Node = d.Inputs[i].Node.normalized()
	}
}

func (n *Node) isNormal() bool {
	for i := 1; i < len(n.Outputs); i++ {
		if n.Outputs[i-1] >= n.Outputs[i] {
			return false
		}
	}
	for i := range n.Dynamic {
		if i > 0 && n.Dynamic[i-1].Output >= n.Dynamic[i].Output || !n.Dynamic[i].Node.isNormal() {
			return false
		}
	}
	return true
}

func (n *Node) normalized() Node {
	dynamic := normal(n.Dynamic, func(a, b Dynamic) int { return strings.Compare(a.Output, b.Output) },
		func(a, b *Dynamic) { a.Node.merge(b.Node) })
	dynamic = slices.Clone(dynamic)
	for i := range dynamic {
		dynamic[i].Node = dynamic[i].Node.normalized()
	}
	return Node{normal(n.Outputs, strings.Compare, replace), dynamic}
}

// merge adds what another place says. It leaves the lists of both alone.
func (n *Node) merge(other Node) {
	n.Outputs = slices.Concat(n.Outputs, other.Outputs)
	n.Dynamic = slices.Concat(n.Dynamic, other.Dynamic)
}

func replace[T any](a, b *T) { *a = *b }

// normal returns s sorted, with elements that compare equal merged into one, in
// their order. It does not write to s: that is shared when it is normal.
func normal[T any](s []T, compare func(a, b T) int, merge func(a, b *T)) []T {
	i := 1
	for i < len(s) && compare(s[i-1], s[i]) < 0 {
		i++
	}
	if i >= len(s) {
		return s
	}
	sorted := slices.Clone(s)
	slices.SortStableFunc(sorted, compare)
	out := sorted[:1]
	for i := 1; i < len(sorted); i++ {
		if last := &out[len(out)-1]; compare(*last, sorted[i]) == 0 {
			merge(last, &sorted[i])
		} else {
			out = append(out, sorted[i])
		}
	}
	return out
}
