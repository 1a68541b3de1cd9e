package build

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"firn/store/path"
)

// checkOutputs holds outputs against what the attributes of the derivation demand of
// them: their references, what is in their closures, and sizes.
func (j *job) checkOutputs(ctx context.Context, all []*made) error {
	for _, m := range all {
		if err := j.checkOutput(ctx, m, all); err != nil {
			return err
		}
	}
	return nil
}

func (j *job) checkOutput(ctx context.Context, m *made, all []*made) error {
	c := j.attrs.Checks(m.name)
	if c.MaxSize != nil && m.info.NarSize > *c.MaxSize {
		return fmt.Errorf("path '%s' is too large at %d bytes; limit is %d bytes", m.info.Path, m.info.NarSize, *c.MaxSize)
	}
	if err := j.checkReferences(m, m.info.References, c.AllowedReferences, c.DisallowedReferences); err != nil {
		return err
	}
	if c.MaxClosureSize == nil && c.AllowedRequisites == nil && c.DisallowedRequisites == nil {
		return nil
	}
	closure, size, err := j.closureOf(ctx, m, all)
	if err != nil {
		return err
	}
	if c.MaxClosureSize != nil && size > *c.MaxClosureSize {
		return fmt.Errorf("closure of path '%s' is too large at %d bytes; limit is %d bytes", m.info.Path, size, *c.MaxClosureSize)
	}
	if c.IgnoreSelfRefs { // which as a mere reference counts, as in Nix
		closure = slices.DeleteFunc(closure, func(p path.Path) bool { return p == m.info.Path })
	}
	return j.checkReferences(m, closure, c.AllowedRequisites, c.DisallowedRequisites)
}

// checkReferences fails if there are paths that are not allowed. A nil list allows
// everything.
func (j *job) checkReferences(m *made, found []path.Path, allowed, disallowed []string) error {
	var bad []path.Path
	if allowed != nil {
		yes, err := j.named(allowed)
		if err != nil {
			return err
		}
		for _, p := range found {
			if !slices.Contains(yes, p) {
				bad = append(bad, p)
			}
		}
	}
	no, err := j.named(disallowed)
	if err != nil {
		return err
	}
	for _, p := range found {
		if slices.Contains(no, p) {
			bad = append(bad, p)
		}
	}
	if len(bad) > 0 {
		slices.Sort(bad)
		var text strings.Builder
		for _, p := range slices.Compact(bad) {
			text.WriteString("\n  " + string(p))
		}
		return fmt.Errorf("output '%s' is not allowed to refer to the following paths:%s", m.info.Path, text.String())
	}
	return nil
}

// named returns the paths that store paths and names of outputs stand for.
func (j *job) named(names []string) ([]path.Path, error) {
	var list []path.Path
	for _, name := range names {
		if p, ok := j.outputs[name]; ok {
			list = append(list, p)
			continue
		}
		p, _, err := j.b.o.Store.Dir().Split(name)
		if err != nil {
			return nil, fmt.Errorf("an output check mentions '%s', which is neither a store path nor the name of an output", name)
		}
		list = append(list, p)
	}
	return list, nil
}

// closureOf returns the closure of an output that is not in the store yet, and how
// large its archives are, in bytes.
func (j *job) closureOf(ctx context.Context, m *made, all []*made) ([]path.Path, int64, error) {
	own := map[path.Path]*made{}
	for _, o := range all {
		own[o.info.Path] = o
	}
	var size int64
	seen := map[path.Path]bool{m.info.Path: true}
	var elsewhere []path.Path
	for next := []path.Path{m.info.Path}; len(next) > 0; {
		p := next[0]
		next = next[1:]
		o := own[p]
		if o == nil {
			elsewhere = append(elsewhere, p)
			continue
		}
		size += o.info.NarSize
		for _, r := range o.info.References {
			if !seen[r] {
				seen[r] = true
				next = append(next, r)
			}
		}
	}
	closure, err := j.b.o.Store.Closure(ctx, elsewhere)
	if err != nil {
		return nil, 0, err
	}
	for _, p := range closure {
		info, err := j.b.o.Store.Info(ctx, p)
		if err != nil {
			return nil, 0, err
		}
		size += info.NarSize
		seen[p] = true
	}
	var list []path.Path
	for p := range seen {
		list = append(list, p)
	}
	slices.Sort(list)
	return list, size, nil
}
