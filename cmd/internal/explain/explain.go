// Package explain finds out what a path of attributes means, and tells all about it:
// an option of a configuration, a package, a function of lib, a builtin, or another
// value. What it tells is Markdown, and the same as plain data.
package explain

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"firn/eval/builtin"
	"firn/lsp/feature/fuzzy"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/markup"
	"firn/lsp/feature/option"
	"firn/lsp/knowledge"
)

// Explained is all about something. The zero value of a field is for what it has
// not.
type Explained struct {
	Path     string   // with the namespace
	Kind     string   // option, options, package, builtin, or what a value is: function, set, string, failed …
	Markdown string   // all of it for people
	Others   []string // paths of what else was found
	At       infer.Place

	Option      *option.Option
	Setting     option.Setting // of the option
	Definitions []knowledge.Definition
	Derivation  *knowledge.Derivation // of a package
	Err         error                 // why a value, or a store path of a package, is not known
}

// Load evaluates the configuration that is asked about. If refused is set, packages
// are wanted, too, that nixpkgs refuses.
type Load func(refused bool) (*knowledge.State, error)

// Explainer explains. The configuration is evaluated when it is needed.
type Explainer struct {
	load  Load
	state *knowledge.State
	all   *knowledge.State // in which nixpkgs refuses no package; nil until one is asked for
	space *infer.Space
}

// New returns an explainer for a configuration.
func New(load Load) *Explainer { return &Explainer{load: load, space: newSpace()} }

// NothingError says that there is nothing at a path.
type NothingError struct {
	Path    string
	Similar []string // paths that are spelt almost like it
}

// Error implements error.
func (e *NothingError) Error() string {
	if len(e.Similar) > 0 {
		return fmt.Sprintf("there is no option, package or function %s; is it %s?", e.Path, strings.Join(e.Similar, " or "))
	}
	return fmt.Sprintf("there is no option, package or function %s; search with firn options or firn packages", e.Path)
}

// The namespaces, each the first part of a path that is looked for there only.
const (
	inOptions  = "options"
	inPkgs     = "pkgs"
	inLib      = "lib"
	inBuiltins = "builtins"
	inConfig   = "config" // options, or else values
)

// namespaces are where a path is looked for that names none, in this order.
var namespaces = []string{inOptions, inPkgs, inLib, inBuiltins}

// Explain tells about what is at a path. Of several things that it may mean it is the
// first, and the others are named. The error is a [NothingError], that of ctx, or why
// nothing can be evaluated.
func (x *Explainer) Explain(ctx context.Context, path []string) (*Explained, error) {
	in, rest := "", path
	if len(path) > 1 && (slices.Contains(namespaces, path[0]) || path[0] == inConfig) {
		in, rest = path[0], path[1:]
	}
	if err := x.need(in, path); err != nil {
		return nil, err
	}
	list := x.find(ctx, in, rest)
	if len(list) == 0 && in != "" { // an option may be called lib.x
		list = x.find(ctx, "", path)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, &NothingError{option.Path(path), x.similar(ctx, rest)}
	}
	found := list[0].tell()
	found.Path = list[0].path
	for _, other := range list[1:] {
		found.Others = append(found.Others, other.path)
	}
	return found, ctx.Err()
}

// need evaluates the configuration, unless a path can be told about without.
func (x *Explainer) need(in string, path []string) error {
	if x.state != nil || in == inBuiltins {
		return nil
	}
	state, err := x.load(false)
	x.state = state
	if len(path) == 1 && builtin.Lookup(path[0]) != nil {
		return nil
	}
	return err
}

// meaning is something that a path may mean.
type meaning struct {
	path string // with the namespace
	tell func() *Explained
}

// find returns what a path means in a namespace, or for "" in any.
func (x *Explainer) find(ctx context.Context, in string, path []string) []meaning {
	var list []meaning
	add := func(namespace string, tell func() *Explained) {
		if tell != nil {
			list = append(list, meaning{namespace + "." + option.Path(path), tell})
		}
	}
	for _, n := range namespaces {
		if in == "" || in == n || in == inConfig && n == inOptions {
			add(n, x.in(ctx, n, path))
		}
	}
	if in == inConfig && len(list) == 0 {
		add(in, x.value(ctx, in, path))
	}
	return list
}

// in returns what tells about a path in a namespace, nil if there is nothing.
func (x *Explainer) in(ctx context.Context, namespace string, path []string) func() *Explained {
	switch namespace {
	case inOptions:
		return x.option(ctx, path)
	case inBuiltins:
		if b := builtin.Lookup(path[0]); b != nil && len(path) == 1 {
			return func() *Explained { return &Explained{Kind: "builtin", Markdown: markup.Builtin(b)} }
		}
		return nil
	}
	return x.value(ctx, namespace, path)
}

// few is how many similar paths are named.
const few = 3

// similar returns paths that are spelt almost like one that leads nowhere.
func (x *Explainer) similar(ctx context.Context, path []string) []string {
	if x.state == nil {
		return nil
	}
	view := option.NewView(ctx, x.state.Options())
	for i := range path {
		if view.At(path[:i+1]...).Valid() {
			continue
		}
		names := view.Names(view.At(path[:i]...))
		if k, ok := x.state.Argument(ctx, inPkgs); ok && i == 0 {
			names = append(names, k.Names()...)
		}
		list, _ := fuzzy.Similar(path[i], names)
		list = list[:min(len(list), few)]
		for j, name := range list {
			list[j] = option.Path(append(slices.Clone(path[:i]), name))
		}
		return list
	}
	return nil
}
