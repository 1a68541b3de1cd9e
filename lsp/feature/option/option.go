// Package option describes what a configuration can set: the options of NixOS,
// home-manager and the like, their types, and how one gets from the path of an
// attribute to the option that it sets.
package option

import (
	"context"
	"strings"

	"firn/parser/scope"
)

// Option is something that a configuration can set.
type Option struct {
	Loc         []string
	Type        *Type
	Description string // Markdown
	Default     string // in nixlang, or Markdown if DefaultDoc; "" for none
	Example     string // likewise
	DefaultDoc  bool
	ExampleDoc  bool
	ReadOnly    bool
	Internal    bool
	Hidden      bool // from manuals
	Declared    []Place
}

// Name returns the path of an option as it is written.
func (o *Option) Name() string { return Path(o.Loc) }

// Path returns names as an attribute path is written.
func Path(loc []string) string {
	names := make([]string, len(loc))
	for i, name := range loc {
		if names[i] = name; !IsPlaceholder(name) {
			names[i] = scope.AttrName(name)
		}
	}
	return strings.Join(names, ".")
}

// IsPlaceholder reports whether a name stands for any: <name>, or * in a list.
func IsPlaceholder(name string) bool {
	return name == Element || strings.HasPrefix(name, "<") && strings.HasSuffix(name, ">")
}

// Place is a place in a file. Line and Column count from 1 and are 0 if only the
// file is known.
type Place struct {
	Path         string
	Line, Column uint32
	// Within says that the place is in the set that describes the option, and not
	// at the name of it.
	Within bool
}

// Type is the type of an option.
type Type struct {
	Name        string // in the words of the library: listOf, submodule
	Description string
	Elem        *Type    // of listOf, attrsOf, nullOr, uniq and others around one type
	Either      []*Type  // what it may be one of
	Values      []string // of an enum, in nixlang
	Sub         Tree     // the options of a submodule
	Free        bool     // a submodule in which more than its options can be set

	// Handle is for whoever has read the type.
	Handle any
}

// Tree is a place among options: an option, or a set with options below.
type Tree interface {
	// Names returns the names of what is below the place. It is incomplete if ctx
	// ends.
	Names(ctx context.Context) []string
	// Below returns what is below the place under a name.
	Below(ctx context.Context, name string) (Tree, bool)
	// Option returns the option at the place, nil for a set of options.
	Option(ctx context.Context) *Option
}

// Element is the step into the elements of a list.
const Element = "*"

// Inside says what can be set in the value of an option.
type Inside struct {
	Options []Tree  // of submodules: attributes of the value
	Any     []*Type // of what attributes of any name, or elements, are
	Free    bool    // attributes may have names that nobody declares
	Lists   bool    // Any is about elements of lists
}

// In returns what can be set in a value of a type. Types around others are looked
// through.
func In(t *Type) Inside {
	var in Inside
	in.add(t, 0)
	return in
}

// maxNested is how many types in one another are looked through.
const maxNested = 20

func (in *Inside) add(t *Type, depth int) {
	if t == nil || depth > maxNested {
		return
	}
	switch t.Name {
	case "attrsOf", "lazyAttrsOf", "loaOf", "dagOf": // the last is of home-manager
		in.Any = append(in.Any, t.Elem)
	case "listOf", "nonEmptyListOf":
		in.Any, in.Lists = append(in.Any, t.Elem), true
	case "submodule", "deferredModule", "attrTag":
		if t.Sub != nil {
			in.Options = append(in.Options, t.Sub)
		}
		in.Free = in.Free || t.Free || t.Sub == nil
	case "attrs", "anything", "unspecified", "raw", "pkgs", "optionType", "functionTo", "nixpkgs-config":
		in.Free = true
	default:
		in.add(t.Elem, depth+1)
	}
	for _, e := range t.Either {
		in.add(e, depth+1)
	}
}

// Found is what the path of an attribute leads to.
type Found struct {
	Trees []Tree  // places among options; of a value of several types more than one
	Types []*Type // of a value that is no option itself, as an element of a list
	Free  bool    // nobody declares it, but it can be set
}

// Valid reports whether there is anything at a path.
func (f Found) Valid() bool { return len(f.Trees) > 0 || len(f.Types) > 0 || f.Free }

// Root is the place where paths begin.
func Root(t Tree) Found { return Found{Trees: []Tree{t}} }

// Step goes on from a place by a name, or into the elements of a list.
func (f Found) Step(ctx context.Context, name string) Found {
	out := Found{}
	for _, t := range f.Trees {
		if o := t.Option(ctx); o != nil {
			out.into(ctx, In(o.Type), name)
		} else if below, ok := t.Below(ctx, name); ok {
			out.Trees = append(out.Trees, below)
		}
	}
	for _, t := range f.Types {
		out.into(ctx, In(t), name)
	}
	out.Free = out.Free || f.Free && out.Option(ctx) == nil
	return out
}

func (f *Found) into(ctx context.Context, in Inside, name string) {
	if in.Lists != (name == Element) && len(in.Any) > 0 && len(in.Options) == 0 && !in.Free {
		return
	}
	declared := false
	for _, t := range in.Options {
		if below, ok := t.Below(ctx, name); ok {
			f.Trees, declared = append(f.Trees, below), true
			f.Free = f.Free || in.Free && below.Option(ctx) == nil // the set may have others
		}
	}
	if !declared {
		f.Types = append(f.Types, in.Any...)
		f.Free = f.Free || in.Free
	}
}

// At follows a path from the root.
func At(ctx context.Context, root Tree, steps []string) Found {
	f := Root(root)
	for _, s := range steps {
		if !f.Valid() {
			break
		}
		f = f.Step(ctx, s)
	}
	return f
}

// Option returns the option at a place, nil if there is none or several.
func (f Found) Option(ctx context.Context) *Option {
	var found *Option
	for _, t := range f.Trees {
		if o := t.Option(ctx); o != nil {
			if found != nil {
				return found
			}
			found = o
		}
	}
	return found
}

// ValueTypes returns the types that a value at a place may have.
func (f Found) ValueTypes(ctx context.Context) []*Type {
	list := f.Types
	for _, t := range f.Trees {
		if o := t.Option(ctx); o != nil && o.Type != nil {
			list = append(list, o.Type)
		}
	}
	return list
}

// Child is something that can be set below a place.
type Child struct {
	Name   string
	Tree   Tree
	Option *Option // nil for a set of options
}

// Names returns the names of what is declared below a place, of each option and
// set of options.
func (f Found) Names(ctx context.Context) []string {
	var list []string
	add := func(t *Type) {
		for _, sub := range In(t).Options {
			list = append(list, sub.Names(ctx)...)
		}
	}
	for _, t := range f.Trees {
		if o := t.Option(ctx); o != nil {
			add(o.Type)
		} else {
			list = append(list, t.Names(ctx)...)
		}
	}
	for _, t := range f.Types {
		add(t)
	}
	return list
}

// IsSet reports whether a place is a set of options and nothing else.
func (f Found) IsSet(ctx context.Context) bool {
	return len(f.Trees) > 0 && len(f.Types) == 0 && !f.Free && len(f.ValueTypes(ctx)) == 0
}

// Children returns what can be set below a place, in the order of names. Free
// says that other names can be set, too.
func (f Found) Children(ctx context.Context) (list []Child, free bool) {
	free = f.Free
	seen := map[string]bool{}
	add := func(t Tree) {
		for _, name := range t.Names(ctx) {
			if below, ok := t.Below(ctx, name); ok && !seen[name] {
				seen[name] = true
				list = append(list, Child{name, below, below.Option(ctx)})
			}
		}
	}
	inside := func(t *Type) {
		in := In(t)
		for _, sub := range in.Options {
			add(sub)
		}
		free = free || in.Free || len(in.Any) > 0
	}
	for _, t := range f.Trees {
		if o := t.Option(ctx); o != nil {
			inside(o.Type)
		} else {
			add(t)
		}
	}
	for _, t := range f.Types {
		inside(t)
	}
	return list, free
}
