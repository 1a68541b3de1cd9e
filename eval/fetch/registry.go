package fetch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"

	"firn/eval"
	"firn/eval/flakeref"
	"firn/store/download"
)

// registryFile is a registry of flakes (Nix manual, "nix3-registry", section
// "Registry format").
type registryFile struct {
	Version int             `json:"version"`
	Flakes  []registryEntry `json:"flakes"`
}

type registryEntry struct {
	From  registryAttrs `json:"from"`
	To    registryAttrs `json:"to"`
	Exact bool          `json:"exact"`
}

// registryAttrs are attributes whose numbers are as flakeref has them.
type registryAttrs flakeref.Attrs

// UnmarshalJSON implements [json.Unmarshaler].
func (a *registryAttrs) UnmarshalJSON(data []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	*a = registryAttrs{}
	for name, data := range raw {
		var s string
		var n uint64
		var b bool
		switch {
		case json.Unmarshal(data, &s) == nil:
			(*a)[name] = s
		case json.Unmarshal(data, &n) == nil:
			(*a)[name] = n
		case json.Unmarshal(data, &b) == nil:
			(*a)[name] = b
		default:
			return fmt.Errorf("the attribute %q is neither a string, a number nor a boolean", name)
		}
	}
	return nil
}

// maxHops is how many entries may lead to one another.
const maxHops = 100

// registry finds what an indirect input stands for.
func (f *Fetcher) registry(ctx context.Context, r eval.Request) (eval.Fetched, error) {
	all, err := f.registries(ctx)
	if err != nil {
		return eval.Fetched{}, err
	}
	name, err := r.Input.URL()
	if err != nil {
		return eval.Fetched{}, err
	}
	attrs := with(r.Input.Attrs, nil)
	for range maxHops {
		e, ok := find(all, attrs)
		if !ok {
			if attrs["type"] == "indirect" {
				return eval.Fetched{}, fmt.Errorf("cannot find flake '%s' in the flake registries", name)
			}
			return eval.Fetched{Attrs: attrs}, nil
		}
		if attrs, err = e.apply(attrs); err != nil {
			return eval.Fetched{}, err
		}
	}
	return eval.Fetched{}, fmt.Errorf("cycle detected in flake registry for '%s'", name)
}

// find returns the entry for an input, the most important one.
func find(all []registryEntry, attrs flakeref.Attrs) (registryEntry, bool) {
	general := with(attrs, nil)
	delete(general, "ref")
	delete(general, "rev")
	for _, e := range all {
		if from := flakeref.Attrs(e.From); maps.Equal(from, attrs) || !e.Exact && maps.Equal(from, general) {
			return e, true
		}
	}
	return registryEntry{}, false
}

// apply returns what an entry says of an input, with the branch and commit that the
// input has beyond the entry.
func (e registryEntry) apply(attrs flakeref.Attrs) (flakeref.Attrs, error) {
	to := with(flakeref.Attrs(e.To), nil)
	if e.Exact {
		return to, nil
	}
	own := flakeref.Attrs{}
	for _, name := range []string{"ref", "rev"} {
		if v, ok := attrs[name]; ok && e.From[name] == nil {
			own[name] = v
		}
	}
	switch to["type"] {
	case "github", "gitlab", "sourcehut":
		if len(own) > 1 {
			return nil, fmt.Errorf("cannot apply both a commit hash (%s) and a branch/tag name ('%s') to an input of type '%s'", own["rev"], own["ref"], to["type"])
		}
		if len(own) > 0 {
			delete(to, "ref")
			delete(to, "rev")
		}
	case "git":
		if own["rev"] != nil && own["ref"] == nil && to["ref"] == nil {
			return nil, fmt.Errorf(namelessText, to["url"]) //nolint:staticcheck // the text is Nix's
		}
	case "indirect":
	default:
		if len(own) > 0 {
			return nil, fmt.Errorf("don't know how to set the branch, tag or commit of an input of type '%s'", to["type"])
		}
	}
	return with(to, own), nil
}

// registries returns the entries of all registries, those that count most first.
func (f *Fetcher) registries(ctx context.Context) ([]registryEntry, error) {
	var all []registryEntry
	for _, path := range f.o.Registries {
		data, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		list, err := readRegistry(data, err)
		if err != nil {
			f.o.Warn(fmt.Sprintf("cannot read flake registry '%s': %v", path, err))
		}
		all = append(all, list...)
	}
	if f.o.Global == "" {
		return all, nil
	}
	var data []byte
	var err error
	if filepath.IsAbs(f.o.Global) {
		data, err = os.ReadFile(f.o.Global)
	} else {
		data, err = f.text(ctx, ask{Request: download.Request{URL: f.o.Global}})
	}
	list, err := readRegistry(data, err)
	if err != nil {
		return nil, fmt.Errorf("cannot read flake registry '%s': %w", f.o.Global, err)
	}
	return append(all, list...), nil
}

func readRegistry(data []byte, err error) ([]registryEntry, error) {
	if err != nil {
		return nil, err
	}
	var r registryFile
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, err
	}
	if r.Version != 2 {
		return nil, fmt.Errorf("it has unsupported version %d", r.Version)
	}
	return r.Flakes, nil
}
