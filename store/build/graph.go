package build

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"firn/store/path"
)

// withOutputs adds the closures of the outputs of those derivations among some
// objects, as far as they are there.
func (b *Builder) withOutputs(ctx context.Context, objects []path.Path) ([]path.Path, error) {
	var more []path.Path
	for _, p := range objects {
		if !p.IsDerivation() {
			continue
		}
		d, err := b.derivation(ctx, p)
		if err != nil {
			return nil, err
		}
		for _, o := range d.Outputs {
			if o.Path != "" {
				more = append(more, o.Path)
			}
		}
	}
	closure, err := b.o.Store.Closure(ctx, more)
	if err != nil {
		return nil, err
	}
	return slices.Compact(slices.Sorted(slices.Values(append(closure, objects...)))), nil
}

// registration returns what is known of the closure of objects as nix-store
// --register-validity reads it, without derivers and hashes: a line each for the
// path, the deriver, the number of references and the references.
func (j *job) registration(ctx context.Context, names []string) (string, error) {
	closure, err := j.references(ctx, names)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, p := range closure {
		info, err := j.b.o.Store.Info(ctx, p)
		if err != nil {
			return "", err
		}
		b.WriteString(string(p) + "\n\n" + strconv.Itoa(len(info.References)) + "\n")
		for _, r := range info.References {
			b.WriteString(string(r) + "\n")
		}
	}
	return b.String(), nil
}

// graph returns the same as a value of JSON, with hashes and sizes.
func (j *job) graph(ctx context.Context, names []string) ([]any, error) {
	closure, err := j.references(ctx, names)
	if err != nil {
		return nil, err
	}
	list := []any{}
	for _, p := range closure {
		info, err := j.b.o.Store.Info(ctx, p)
		if err != nil {
			return nil, err
		}
		below, err := j.b.closureSize(ctx, p)
		if err != nil {
			return nil, err
		}
		refs := []string{}
		for _, r := range info.References {
			refs = append(refs, string(r))
		}
		entry := map[string]any{
			"path": string(p), "narHash": info.NarHash.String(), "narSize": info.NarSize, "closureSize": below,
			"references": refs, "valid": true,
		}
		if info.CA != "" {
			entry["ca"] = info.CA
		}
		list = append(list, entry)
	}
	return list, nil
}

// closureSize returns how large the archives of an object and all that it refers
// to are, in bytes.
func (b *Builder) closureSize(ctx context.Context, p path.Path) (int64, error) {
	closure, err := b.o.Store.Closure(ctx, []path.Path{p})
	if err != nil {
		return 0, err
	}
	var sum int64
	for _, c := range closure {
		info, err := b.o.Store.Info(ctx, c)
		if err != nil {
			return 0, err
		}
		sum += info.NarSize
	}
	return sum, nil
}
