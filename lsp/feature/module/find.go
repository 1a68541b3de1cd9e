package module

import (
	"slices"

	"firn/parser"
)

// Definition is a place where a module sets an option.
type Definition struct {
	Name     parser.Node // the last name of the path
	Value    parser.Node // what it is set to; invalid where the path goes on, and for a name that is inherited
	Wrappers []Wrapper   // what the value is passed through, the outermost first
}

// defaultPriority is that of a definition that says nothing of one (nixpkgs,
// lib/modules.nix: defaultOverridePriority).
const defaultPriority = 100

// Priority returns the priority of a definition, and false if it cannot be told
// from the text. The lower one counts.
func (d Definition) Priority() (int, bool) {
	for _, w := range d.Wrappers {
		if w.Kind == Override {
			return w.Priority, w.Known
		}
	}
	return defaultPriority, true
}

// Conditions returns the conditions on which a definition counts; those of an else
// are false then.
func (d Definition) Conditions() []Wrapper {
	var list []Wrapper
	for _, w := range d.Wrappers {
		if w.Kind == If || w.Kind == Unless {
			list = append(list, w)
		}
	}
	return list
}

// Find returns where m, and the modules in its imports, set the option at a path,
// in the order of the text. An attribute below the path sets it, too, if the option
// is a set of anything.
func (m *Module) Find(path []string) []Definition {
	var list []Definition
	for _, v := range m.Config {
		list = v.find(path, nil, list)
	}
	for _, i := range m.Imports {
		if i.Module == nil {
			continue
		}
		for _, d := range i.Module.Find(path) {
			d.Wrappers = slices.Concat(i.Wrappers, d.Wrappers)
			list = append(list, d)
		}
	}
	return list
}

func (v *Value) find(path []string, outer []Wrapper, list []Definition) []Definition {
	if len(path) == 0 {
		return list
	}
	outer = slices.Concat(outer, v.Wrappers)
	for _, d := range v.Defs {
		if d.Step.Kind != Attr || d.Step.Name != path[0] {
			continue
		}
		if len(path) == 1 {
			list = append(list, d.definitions(outer)...)
			continue
		}
		for _, inner := range d.Values {
			list = inner.find(path[1:], outer, list)
		}
	}
	return list
}

// definitions returns what a name is set to, in the order of the text.
func (d *Def) definitions(outer []Wrapper) []Definition {
	var list []Definition
	for _, v := range d.Values {
		list = append(list, Definition{Name: d.Name, Value: v.Node, Wrappers: slices.Concat(outer, v.Wrappers)})
	}
	if list == nil {
		list = append(list, Definition{Name: d.Name, Value: d.Value, Wrappers: outer})
	}
	return list
}
