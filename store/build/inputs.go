package build

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"firn/store/attrs"
	"firn/store/drv"
	"firn/store/path"
)

// recipe is a derivation with what its variables say about how it is built.
type recipe struct {
	*drv.Derivation
	path          path.Path
	kind          drv.Kind
	attrs         *attrs.Attrs
	substitutable bool // whether its outputs may be copied from others
}

// drvOf returns the recipe for a derivation, or nil for no path.
func (b *Builder) drvOf(ctx context.Context, p path.Path) (*recipe, error) {
	if p == "" {
		return nil, nil //nolint:nilnil // that there is none is an answer
	}
	d, err := b.derivation(ctx, p)
	if err != nil {
		return nil, err
	}
	kind, err := d.Kind()
	if err != nil {
		return nil, fmt.Errorf("derivation '%s' %w", p, err)
	}
	a, err := attrs.Parse(d)
	if err != nil {
		return nil, fmt.Errorf("derivation '%s': %w", p, err)
	}
	return &recipe{Derivation: d, path: p, kind: kind, attrs: a, substitutable: a.AllowSubstitutes}, nil
}

// inputs returns what has to be there before a derivation is built.
func (b *Builder) inputs(ctx context.Context, d *drv.Derivation) ([]want, error) {
	var list []want
	for _, in := range d.Inputs {
		if len(in.Dynamic) > 0 {
			return nil, fmt.Errorf("derivations that are the output of others, as in '%s', are an experimental feature of Nix that firn does not build", in.Drv)
		}
		from, err := b.derivation(ctx, in.Drv)
		if err != nil {
			return nil, err
		}
		paths, err := outputs(in.Drv, from, in.Outputs)
		if err != nil {
			return nil, err
		}
		for _, name := range sortedKeys(paths) {
			list = append(list, want{paths[name], in.Drv})
		}
	}
	for _, p := range d.Srcs {
		list = append(list, want{object: p})
	}
	return list, nil
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
