// Package module finds out what the text of a file says about modules as NixOS
// has them: which options it declares, where it sets options, and what it
// imports. home-manager, nix-darwin and flake-parts have modules of the same
// shape.
//
// [Parse] answers for a whole file, from its tree; [At] for the place of the
// cursor, from the tokens before it, however broken the file is. Both follow a
// value through mkIf, mkMerge and their like. Nothing is evaluated and no other
// file is read, so what an option is stays the business of the caller, who
// descends the options and the definitions together.
package module

import (
	"iter"

	"firn/parser"
	"firn/parser/scope"
)

// Shape says how much a file looks like a module.
type Shape uint8

// The shapes, from the least to the most.
const (
	NotAModule Shape = iota
	Possible         // a set, or a function that a module could be
	Certain          // it has the keys or the arguments of a module
)

// Module is what a file, or a module written in the imports of one, says.
type Module struct {
	Shape Shape
	// Lambda is the function that takes the arguments of the module, the
	// innermost if there are several, or an invalid node.
	Lambda parser.Node
	// Formals are the arguments that the function names.
	Formals []Formal
	// Whole is the argument that stands for all of them, or NoBinding.
	Whole scope.BindingID
	// Ellipsis says that the function takes further arguments.
	Ellipsis bool
	// Keys are the top-level names of the module in the order of the text.
	Keys []string
	// Imports are the modules that it imports.
	Imports []*Import
	// Config is what it sets options to, and Options what it declares.
	Config, Options []*Value
}

// Formal is an argument of a module.
type Formal struct {
	Name    string
	Binding scope.BindingID
}

// Import is an element of the imports of a module.
type Import struct {
	Kind     ImportKind
	Node     parser.Node
	Wrappers []Wrapper // what makes it conditional, the outermost first
	Module   *Module   // of an Inline one
}

// ImportKind says what an import is.
type ImportKind uint8

// The kinds of imports.
const (
	Path   ImportKind = iota // a path literal, in angle brackets or not
	Inline                   // a set or a function
	Other                    // an expression, which may also be several modules
)

// Value is one of the values that an expression leads to.
type Value struct {
	// Node is what is left when wrappers are taken off. It is invalid where an
	// attribute path makes the value.
	Node     parser.Node
	Wrappers []Wrapper // what was taken off, the outermost first
	// Defs are the attributes of a set, each as often as it is written, or the
	// elements of a list.
	Defs []*Def
	// Sub are the options of the submodules that the type of an option is made
	// of, if this is its declaration.
	Sub []*Def
}

// Def is an attribute that a set defines, or an element of a list. Of an
// attribute path each name is a Def, with the next one below it.
type Def struct {
	Step Step
	// Name is the node of the name; of an element it is the element.
	Name parser.Node
	// Value is the expression as it is written. It is invalid where the path
	// goes on, and for a name that is inherited.
	Value parser.Node
	// Values are what Value leads to: several, if there is a conditional,
	// a merge or an update in it. There is none for a name that is inherited, and
	// for one that is not written to its end.
	Values []*Value

	trail *trail
}

// Path returns the steps from the root of the options to d, its own included.
func (d *Def) Path() []Step { return d.trail.steps() }

// Parse returns what a file says as a module, and false if it cannot be one.
func Parse(info *scope.Info) (*Module, bool) {
	m, _ := parse(info)
	return m, m.Shape != NotAModule
}

// parse returns also as what the bindings of let are used.
func parse(info *scope.Info) (*Module, map[scope.BindingID]role) {
	w := &walk{
		info: info, left: maxSteps,
		active: map[scope.BindingID]bool{}, followed: map[scope.BindingID]role{},
	}
	m := w.module(role{kind: inModule}, rootExpr(info.Tree()))
	return m, w.followed
}

// rootExpr returns the expression that a file is. In a broken one it may stand
// in an error.
func rootExpr(t *parser.Tree) parser.Node {
	root := t.Root()
	if n := root.LastExpr(); n.Valid() {
		return n
	}
	return root.Child(parser.KindError).LastExpr()
}

// All yields the definitions of m and of the modules in its imports, each one
// before those below it.
func (m *Module) All() iter.Seq[*Def] {
	return func(yield func(*Def) bool) { m.all(yield) }
}

func (m *Module) all(yield func(*Def) bool) bool {
	for _, i := range m.Imports {
		if i.Module != nil && !i.Module.all(yield) {
			return false
		}
	}
	return each(m.Config, yield)
}

func each(values []*Value, yield func(*Def) bool) bool {
	for _, v := range values {
		for _, d := range v.Defs {
			if !yield(d) || !each(d.Values, yield) {
				return false
			}
		}
	}
	return true
}

// Option is an option that a module declares.
type Option struct {
	Path []Step
	// Name is the node of the last name.
	Name parser.Node
	// Value is the declaration; it is invalid for a name that is inherited.
	Value parser.Node
	// Function is what is called there: mkOption, mkEnableOption, ... It is empty
	// for what is no call, which may turn out to be a set of options.
	Function string
}

// Declared returns the options that m declares, but not those of the modules in
// its imports.
func (m *Module) Declared() []Option {
	var list []Option
	each(m.Options, func(d *Def) bool {
		list = append(list, d.declared()...)
		return true
	})
	return list
}

// declared returns the options that d is, one for each value that has no
// attributes to look for options in.
func (d *Def) declared() []Option {
	if len(d.Values) == 0 {
		return []Option{{Path: d.Path(), Name: d.Name}}
	}
	var list []Option
	for _, v := range d.Values {
		if v.Node.Valid() && v.Node.Kind() != parser.KindAttrSet {
			head, _ := call(v.Node)
			list = append(list, Option{d.Path(), d.Name, v.Node, lastName(head)})
		}
	}
	return list
}
