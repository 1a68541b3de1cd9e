package knowledge

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"firn/eval"
	"firn/parser/scope"
)

// program is a text that evaluates an entry. Its value has the attributes config,
// options, args, pkgs and lib of common.nix.
type program struct {
	text string
	// attrs lead from the value of the text to that of the entry.
	attrs []string
	// standIn says what the text uses in place of what the configuration is meant
	// for, "" for nothing.
	standIn string
	// ifRefused says that the text is only worth trying if the one before it failed
	// because something is not to be had.
	ifRefused bool
}

// part returns the value of the entry.
func (p program) part(ctx context.Context, t *turn, v eval.Value) (eval.Value, error) {
	for _, name := range p.attrs {
		err := t.background(ctx, func(ctx context.Context) error {
			a, ok, err := v.Attr(ctx, name)
			if err == nil && !ok {
				err = fmt.Errorf("there is no %s any more", name)
			}
			if err == nil {
				v = a.Value
			}
			return err
		})
		if err != nil {
			return v, err
		}
	}
	return v, nil
}

// programs returns the texts that evaluate an entry, the one that is tried first
// at the beginning.
func (b *Base) programs(e Entry) []program {
	switch e.Kind {
	case HomeManager:
		return b.homePrograms(e)
	case Network, Flake:
		var list []program
		for _, p := range b.groupPrograms(e) {
			list = append(list, p.member(e.Name))
		}
		return list
	case Nixpkgs:
		return []program{{text: arguments{}.call("packages.nix")}}
	}
	return []program{{text: arguments{"modules": modulesOf(e.Path)}.call("nixos.nix")}}
}

// alone returns what stands for an entry that cannot be evaluated: the modules of the
// distribution alone, and the texts that evaluate those.
func (b *Base) alone(e Entry) (Entry, []program) {
	switch e.Kind {
	case HomeManager, Nixpkgs:
		e = Entry{Kind: e.Kind}
		return e, b.programs(e)
	case Network, Flake:
		var list []program
		for _, p := range b.groupPrograms(e) {
			p = p.member(aloneName)
			if kindOf(e.Name) == kindHome {
				p.attrs = []string{"aloneHome"}
			}
			list = append(list, p)
		}
		if kindOf(e.Name) == kindHome {
			return Entry{Kind: e.Kind}, append(list, b.homePrograms(Entry{Kind: HomeManager})...)
		}
		return Entry{Kind: e.Kind}, append(list, b.programs(Entry{Kind: NixOS})...)
	}
	e = Entry{Kind: NixOS}
	return e, b.programs(e)
}

// homePrograms returns what evaluates a configuration of home-manager: with that and
// the packages of a flake around it, of the search path, or with packages of our own.
func (b *Base) homePrograms(e Entry) []program {
	args := arguments{"modules": modulesOf(e.Path), "places": paths(b.channels("home-manager"))}
	if e.Name == aloneName {
		args["modules"], args["own"] = "[ ]", literal(e.Path)
		e.Path = ""
	}
	var list []program
	if dir := b.flakeAround(e.Path); dir != "" {
		args := args.with(arguments{"flake": literal(dir)})
		if b.Fetches() {
			list = append(list, program{text: args.with(arguments{"fetch": "true"}).call("home.nix")})
		}
		list = append(list, program{text: args.call("home.nix")})
	}
	return append(list,
		program{text: args.call("home.nix")},
		program{
			text:    args.with(arguments{"stubs": "true"}).call("home.nix"),
			standIn: "a package set of firn's own, since <nixpkgs> has none that fits home-manager",
		},
	)
}

// flakeAround returns the nearest directory around a file of the workspace that has a
// flake, or "".
func (b *Base) flakeAround(path string) string {
	b.mu.Lock()
	folders := slices.Clone(b.folders)
	b.mu.Unlock()
	inside := func(dir string) bool {
		return slices.ContainsFunc(folders, func(f string) bool { return dir == f || under(dir, f) })
	}
	for dir := filepath.Dir(path); path != "" && inside(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "flake.nix")); err == nil {
			return dir
		}
	}
	return ""
}

// groupPrograms returns what evaluates a file with several configurations: the inputs
// of a flake are fetched if they may be, or else others may stand in for them.
func (b *Base) groupPrograms(e Entry) []program {
	if e.Kind != Flake {
		return []program{{text: arguments{"file": literal(e.Path)}.call("network.nix")}}
	}
	args := arguments{"dir": literal(filepath.Dir(e.Path))}
	list := []program{{text: args.call("outputs.nix")}}
	if b.Fetches() {
		list[0].ifRefused = true
		list = append([]program{{text: args.with(arguments{"fetch": "true"}).call("outputs.nix")}}, list...)
	}
	return list
}

// Fetches reports whether evaluations may have something fetched.
func (b *Base) Fetches() bool {
	if s := b.options.Settings; s != nil {
		return s.Fetch != nil
	}
	trusted, offline := b.mayFetch()
	return b.options.Fetch != nil && trusted && !offline
}

// isRefused reports whether an evaluation failed because something that is elsewhere
// is not to be had.
func isRefused(err error) bool {
	e, ok := asError(err)
	return ok && (e.Kind == eval.Forbidden || e.Kind == eval.Unreachable)
}

// aloneName is the name of the entry of a file that stands for a system without any
// of its configurations. No machine is called so.
const aloneName = " alone"

// member returns what evaluates one of the configurations of a file, or p for no
// name.
func (p program) member(name string) program {
	switch name {
	case "":
	case aloneName:
		p.attrs = []string{"alone"}
	default:
		p.attrs = []string{"members", name}
	}
	return p
}

// channels returns where a channel may be.
func (b *Base) channels(name string) []string {
	var list []string
	for _, dir := range b.options.Channels {
		list = append(list, filepath.Join(dir, name))
	}
	return list
}

// arguments are those of an embedded function, as expressions.
type arguments map[string]string

// call returns a call of the function that is in an embedded file.
func (a arguments) call(file string) string {
	var b strings.Builder
	b.WriteString("import " + literal(nixDir+"/"+file) + " {")
	for _, name := range slices.Sorted(maps.Keys(a)) {
		b.WriteString(" " + name + " = " + a[name] + ";")
	}
	b.WriteString(" }")
	return b.String()
}

// with returns a with the arguments of others added.
func (a arguments) with(others arguments) arguments {
	all := maps.Clone(a)
	maps.Copy(all, others)
	return all
}

// literal returns an expression for a path.
func literal(path string) string { return "(/. + " + scope.Quote(path) + ")" }

// paths returns an expression for a list of paths.
func paths(list []string) string {
	var b strings.Builder
	b.WriteString("[")
	for _, p := range list {
		b.WriteString(" " + literal(p))
	}
	b.WriteString(" ]")
	return b.String()
}

// modulesOf returns an expression for the modules of an entry.
func modulesOf(path string) string {
	if path == "" {
		return "[ ]"
	}
	return paths([]string{path})
}
