// Package drvdiff says how two derivations differ, and which differences of their inputs
// that comes from.
package drvdiff

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"firn/store/drv"
	"firn/store/path"
)

// Reader returns a derivation by its path.
type Reader func(ctx context.Context, p path.Path) (*drv.Derivation, error)

// Diff is how two derivations differ. What only follows from inputs that differ is left
// out of Changes.
type Diff struct {
	From    path.Path   `json:"from"`
	To      path.Path   `json:"to"`
	Changes []Change    `json:"changes,omitempty"`
	Inputs  []*Diff     `json:"inputs,omitempty"`  // those that stand for one another by their names, each where it is met first
	Added   []path.Path `json:"added,omitempty"`   // derivations and sources that are needed now
	Removed []path.Path `json:"removed,omitempty"` // and those that are needed no more
}

// Change is a part of a derivation that differs.
type Change struct {
	What string `json:"what"` // such as "system", "arguments" or "env buildPhase"
	Old  string `json:"old"`
	New  string `json:"new"`
}

// maxPairs is how many derivations are compared at most.
const maxPairs = 20_000

// Compare returns how two derivations differ, nil if what they build is the same.
func Compare(ctx context.Context, read Reader, from, to path.Path) (*Diff, error) {
	c := comparer{ctx: ctx, read: read, done: map[[2]path.Path]bool{}}
	return c.compare(from, to)
}

type comparer struct {
	ctx  context.Context
	read Reader
	done map[[2]path.Path]bool // pairs, and whether they differ
}

func (c *comparer) compare(from, to path.Path) (*Diff, error) {
	if from == to {
		return nil, nil //nolint:nilnil // that nothing differs is an answer
	}
	if len(c.done) >= maxPairs {
		return nil, fmt.Errorf("more than %d derivations differ", maxPairs)
	}
	c.done[[2]path.Path{from, to}] = true
	a, err := c.read(c.ctx, from)
	if err != nil {
		return nil, err
	}
	b, err := c.read(c.ctx, to)
	if err != nil {
		return nil, err
	}
	if sameFixed(a, b) {
		c.done[[2]path.Path{from, to}] = false
		return nil, nil //nolint:nilnil // as above
	}
	d := &Diff{From: from, To: to}
	same := map[string]string{} // what of b stands for what of a
	for _, o := range b.Outputs {
		if old := a.Output(o.Name); old != nil && old.Path != "" && o.Path != "" {
			same[string(o.Path)] = string(old.Path)
		}
	}
	if err := c.inputs(d, a, b, same); err != nil {
		return nil, err
	}
	d.sources(a, b, same)
	d.parts(a, b, same)
	return d, nil
}

// sameFixed reports whether two derivations make the same thing, in whatever way.
func sameFixed(a, b *drv.Derivation) bool {
	return len(a.Outputs) == 1 && len(b.Outputs) == 1 && a.Outputs[0].Kind() == drv.Fixed && a.Outputs[0] == b.Outputs[0]
}

// inputs pairs the derivations that two need, and compares those that differ.
func (c *comparer) inputs(d *Diff, a, b *drv.Derivation, same map[string]string) error {
	var before, after []path.Path
	for _, in := range a.Inputs {
		before = append(before, in.Drv)
	}
	for _, in := range b.Inputs {
		after = append(after, in.Drv)
	}
	pairs, removed, added := pair(before, after)
	d.Removed, d.Added = append(d.Removed, removed...), append(d.Added, added...)
	for _, p := range pairs {
		differs, met := c.done[p]
		if !met {
			below, err := c.compare(p[0], p[1])
			if err != nil {
				return err
			}
			if differs = below != nil; differs {
				d.Inputs = append(d.Inputs, below)
			}
		} else if differs {
			d.Inputs = append(d.Inputs, &Diff{From: p[0], To: p[1]})
		}
		if err := c.equate(p, same); err != nil {
			return err
		}
	}
	return nil
}

// equate lets the outputs of a pair stand for one another.
func (c *comparer) equate(p [2]path.Path, same map[string]string) error {
	a, err := c.read(c.ctx, p[0])
	if err != nil {
		return err
	}
	b, err := c.read(c.ctx, p[1])
	if err != nil {
		return err
	}
	same[string(p[1])] = string(p[0])
	for _, o := range b.Outputs {
		if old := a.Output(o.Name); old != nil && old.Path != "" && o.Path != "" {
			same[string(o.Path)] = string(old.Path)
		}
	}
	return nil
}

// pair finds out which of two lists of store paths stand for one another: those with
// the same name, or else with the same name but for the version. What is in both is
// left out.
func pair(before, after []path.Path) (pairs [][2]path.Path, removed, added []path.Path) {
	in := func(list []path.Path) func(path.Path) bool {
		return func(p path.Path) bool { return slices.Contains(list, p) }
	}
	removed = slices.DeleteFunc(slices.Clone(before), in(after))
	added = slices.DeleteFunc(slices.Clone(after), in(before))
	for _, key := range []func(path.Path) string{path.Path.Name, unversioned} {
		byKey := map[string][]path.Path{}
		for _, p := range removed {
			byKey[key(p)] = append(byKey[key(p)], p)
		}
		added = slices.DeleteFunc(added, func(p path.Path) bool {
			old := byKey[key(p)]
			if len(old) == 0 {
				return false
			}
			byKey[key(p)] = old[1:]
			pairs = append(pairs, [2]path.Path{old[0], p})
			removed = slices.DeleteFunc(removed, func(r path.Path) bool { return r == old[0] })
			return true
		})
	}
	return pairs, removed, added
}

// unversioned returns a name without what stands behind the first hyphen that a digit
// follows (Nix manual, builtins.parseDrvName).
func unversioned(p path.Path) string {
	name := p.Name()
	for i := range len(name) - 1 {
		if name[i] == '-' && name[i+1] >= '0' && name[i+1] <= '9' {
			return name[:i]
		}
	}
	return name
}

// sources compares what two derivations need besides derivations.
func (d *Diff) sources(a, b *drv.Derivation, same map[string]string) {
	pairs, removed, added := pair(a.Srcs, b.Srcs)
	for _, p := range pairs {
		same[string(p[1])] = string(p[0])
		d.Changes = append(d.Changes, Change{"source " + p[1].Name(), string(p[0]), string(p[1])})
	}
	d.Removed, d.Added = append(d.Removed, removed...), append(d.Added, added...)
}

// parts compares the rest, with what stands for one another taken for the same.
func (d *Diff) parts(a, b *drv.Derivation, same map[string]string) {
	var twins []string
	for _, from := range slices.Sorted(maps.Keys(same)) {
		twins = append(twins, from, same[from])
	}
	mask := strings.NewReplacer(twins...)
	note := func(what, before, after string) {
		if before != mask.Replace(after) {
			d.Changes = append(d.Changes, Change{what, before, after})
		}
	}
	note("system", a.System, b.System)
	note("builder", a.Builder, b.Builder)
	note("arguments", strings.Join(a.Args, " "), strings.Join(b.Args, " "))
	note("outputs", outputsOf(a), outputsOf(b))
	names := map[string]bool{}
	for _, v := range slices.Concat(a.Env, b.Env) {
		names[v.Name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		before, _ := a.Lookup(name)
		after, _ := b.Lookup(name)
		note("env "+name, before, after)
	}
}

// outputsOf returns the names of outputs, and the hashes of fixed ones.
func outputsOf(d *drv.Derivation) string {
	var parts []string
	for _, o := range d.Outputs {
		part := o.Name
		if o.Kind() == drv.Fixed {
			part += " " + o.Method.Prefix() + o.Hash.String()
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ", ")
}

// String returns the differences as text, what causes others below what it causes.
func (d *Diff) String() string {
	var b strings.Builder
	d.write(&b, "")
	return b.String()
}

func (d *Diff) write(b *strings.Builder, indent string) {
	name := d.To.DrvName()
	if old := d.From.DrvName(); old != name {
		name = old + " → " + name
	}
	b.WriteString(indent + name)
	if len(d.Changes)+len(d.Inputs)+len(d.Added)+len(d.Removed) == 0 {
		b.WriteString(" (see above)")
	}
	b.WriteByte('\n')
	for _, c := range d.Changes {
		b.WriteString(indent + "  " + c.What + ":\n" + quote(indent+"    - ", c.Old) + quote(indent+"    + ", c.New))
	}
	for _, p := range d.Removed {
		b.WriteString(indent + "  - " + p.Name() + "\n")
	}
	for _, p := range d.Added {
		b.WriteString(indent + "  + " + p.Name() + "\n")
	}
	for _, below := range d.Inputs {
		below.write(b, indent+"  ")
	}
}

// quote returns a text with something in front of each line.
func quote(front, text string) string {
	if text == "" {
		return ""
	}
	return front + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+front) + "\n"
}
