// Package builtin has the builders that Nix has built in (Nix manual, Derivations,
// builder).
//
// They run in this process and not in a sandbox. So they write nowhere but at the
// output that they are given, read nothing of the machine but objects of the store
// that their inputs may lead to, and follow no link out of either. What an archive
// or a derivation can make them do is bounded.
package builtin

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"firn/store/download"
	"firn/store/drv"
	"firn/store/path"
	"firn/store/unpack"
)

// Job is a derivation with a builtin builder that is to be built.
type Job struct {
	Drv    *drv.Derivation
	Output string // where the output is to be on this machine; nothing is there yet, but its directory is
	// Real returns where a logical path below the store directory is on this
	// machine; nil where that is the same.
	Real func(p string) string
	// Visible says which objects the builder may see, which are those in the closure
	// of its inputs; nil for all.
	Visible func(path.Path) bool
	Client  *download.Client
	Mirrors []string          // have files by their hash: MIRROR/ALGORITHM/HEX (setting hashed-mirrors)
	Netrc   string            // a file with passwords for servers, which may be missing (setting netrc-file)
	Limits  unpack.Limits     // of what is downloaded, unpacked or linked to
	Say     func(line string) // is told what goes into the log; nil for nobody
}

// builders are those that there are, by name without the prefix.
var builders = map[string]func(context.Context, *job) error{
	"buildenv":       buildenv,
	"fetchurl":       fetchurl,
	"unpack-channel": unpackChannel,
}

const prefix = "builtin:"

// Is reports whether a builder is one that is built in, be it known or not.
func Is(builder string) bool { return strings.HasPrefix(builder, prefix) }

// Run builds the output of a derivation. Nobody has compared it with the hash that
// it should have, nor are modes and times normal. After an error a part of it may be
// there.
func Run(ctx context.Context, j Job) error {
	name := strings.TrimPrefix(j.Drv.Builder, prefix)
	build, ok := builders[name]
	if !ok || !Is(j.Drv.Builder) {
		known := strings.Join(slices.Sorted(maps.Keys(builders)), "', '"+prefix)
		return fmt.Errorf("unsupported builtin builder '%s'; there are '%s%s'", name, prefix, known)
	}
	out := j.Drv.Output("out")
	if out == nil {
		return fmt.Errorf("'%s' requires an 'out' output", j.Drv.Builder)
	}
	if len(j.Drv.Outputs) > 1 {
		return fmt.Errorf("'%s' makes no output but 'out'", j.Drv.Builder)
	}
	if out.Path == "" {
		return fmt.Errorf("'%s' cannot make an output whose path is not known in advance", j.Drv.Builder)
	}
	attrs, err := structured(j.Drv)
	if err != nil {
		return err
	}
	if j.Say == nil {
		j.Say = func(string) {}
	}
	return build(ctx, &job{Job: j, out: out, attrs: attrs})
}

// job is a Job at work.
type job struct {
	Job
	out   *drv.Output
	attrs map[string]any // with structured attributes, else nil
}

// structured returns the attributes of a derivation with structured attributes.
func structured(d *drv.Derivation) (map[string]any, error) {
	text, ok := d.Lookup("__json")
	if !ok {
		return nil, nil //nolint:nilnil // that there are none is an answer
	}
	r := json.NewDecoder(strings.NewReader(text))
	r.UseNumber()
	attrs := map[string]any{}
	if err := r.Decode(&attrs); err != nil {
		return nil, fmt.Errorf("cannot process __json attribute: %w", err)
	}
	return attrs, nil
}

// lookup returns an attribute as a variable of the environment has it.
func (j *job) lookup(name string) (string, bool) {
	if j.attrs == nil {
		return j.Drv.Lookup(name)
	}
	v, ok := j.attrs[name]
	if b, isBool := v.(bool); isBool {
		return map[bool]string{true: "1"}[b], true
	}
	return strings.Join(words(nil, v), " "), ok
}

// words appends the words that a value of JSON has. Its lists may have others.
func words(to []string, v any) []string {
	switch v := v.(type) {
	case string:
		return append(to, v)
	case json.Number:
		return append(to, v.String())
	case bool:
		return append(to, strconv.FormatBool(v))
	case []any:
		for _, e := range v {
			to = words(to, e)
		}
	}
	return to
}

// attr returns an attribute that has to be there.
func (j *job) attr(name string) (string, error) {
	v, ok := j.lookup(name)
	if !ok {
		return "", fmt.Errorf("attribute '%s' missing", name)
	}
	return v, nil
}

// has reports whether an attribute is true.
func (j *job) has(name string) bool {
	v, _ := j.lookup(name)
	return v == "1"
}

// fields are the words of a text as Nix splits it.
func fields(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \t\n\r", r) })
}

// view returns what the builder may read.
func (j *job) view() *view {
	v := &view{dir: j.out.Path.Dir(), real: j.Real, visible: j.Visible}
	if v.real == nil {
		v.real = func(p string) string { return p }
	}
	if v.visible == nil {
		v.visible = func(path.Path) bool { return true }
	}
	return v
}
