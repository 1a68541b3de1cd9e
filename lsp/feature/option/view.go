package option

import "context"

// View is the options of a configuration for the time of one request, whose
// context ends what has to be evaluated for it. The zero View has none.
type View struct {
	ctx  context.Context
	tree Tree
}

// NewView returns a view of a tree, which may be nil.
func NewView(ctx context.Context, tree Tree) View { return View{ctx, tree} }

// Valid reports whether there are options at all.
func (v View) Valid() bool { return v.tree != nil }

// At returns what a path from the root leads to.
func (v View) At(steps ...string) Found {
	if v.tree == nil {
		return Found{}
	}
	return At(v.ctx, v.tree, steps)
}

// Children returns what can be set below a place, and whether other names can.
func (v View) Children(f Found) (list []Child, free bool) { return f.Children(v.ctx) }

// Names returns the names of what is declared below a place.
func (v View) Names(f Found) []string { return f.Names(v.ctx) }

// IsSet reports whether a place is a set of options and nothing else.
func (v View) IsSet(f Found) bool { return f.IsSet(v.ctx) }

// Root returns the place where paths begin.
func (v View) Root() Found { return v.At() }

// Option returns the option at a place, nil if there is none.
func (v View) Option(f Found) *Option { return f.Option(v.ctx) }

// Step goes on from a place by a name, or into the elements of a list.
func (v View) Step(f Found, name string) Found { return f.Step(v.ctx, name) }

// ValueTypes returns the types that a value at a place may have.
func (v View) ValueTypes(f Found) []*Type { return f.ValueTypes(v.ctx) }

// Setting returns what is known of the value of the option at a place, and false
// if nobody knows more than that it is one.
func (v View) Setting(f Found) (Setting, bool) {
	for _, t := range f.Trees {
		if s, ok := t.(Setter); ok && t.Option(v.ctx) != nil {
			return s.Setting(v.ctx), true
		}
	}
	return Setting{}, false
}

// Setter is an option with a value.
type Setter interface {
	Tree
	Setting(ctx context.Context) Setting
}

// Setting is the value that an option has in a configuration.
type Setting struct {
	Value    string // in nixlang, shortened; "" if there is none
	Err      error  // why there is none
	Default  bool   // nobody sets it
	Priority int    // of the definitions that count; 100 is usual, 50 mkForce, 1000 mkDefault
	Files    []string
}
