package module

import (
	"slices"

	"firn/parser"
	"firn/parser/scope"
)

// systemFunctions make a configuration of the modules in an attribute of their
// argument. They are what flakes call.
var systemFunctions = map[string]bool{
	"nixosSystem":              true,
	"darwinSystem":             true,
	"homeManagerConfiguration": true,
}

// systemModules is the attribute that has the modules.
const systemModules = "modules"

// systems returns the modules that a file passes to functions which make a
// configuration of them, and those of the machines of a test, as imports of one.
func systems(info *scope.Info) *Module {
	w := &walk{
		info: info, left: maxSteps, mod: &Module{Shape: Certain, Whole: scope.NoBinding},
		active: map[scope.BindingID]bool{}, followed: map[scope.BindingID]role{},
	}
	for n := range info.Tree().Nodes() {
		if list := modulesOf(n); list.Valid() {
			w.expr(role{kind: inImports}, list, nil)
		}
		if isTest(n) {
			w.machines(n)
		}
	}
	return w.mod
}

// modulesOf returns the modules that a call makes a configuration of, invalid if it
// is no such call.
func modulesOf(call parser.Node) parser.Node {
	if call.Kind() != parser.KindApply || !systemFunctions[lastName(call.FirstChild().Unparen())] {
		return parser.Node{}
	}
	for b := range bindings(call.LastExpr().Unparen()) {
		if isModules(b) {
			return b.LastExpr()
		}
	}
	return parser.Node{}
}

// namesOf returns the names of the path of a binding, a name that only an
// evaluation tells as "".
func namesOf(b parser.Node) []string {
	var names []string
	for _, e := range elementsUpTo(b.Child(parser.KindAttrPath), maxDepth) {
		names = append(names, stepOf(e).Name)
	}
	return names
}

// isModules reports whether a binding is that of the modules of a configuration.
func isModules(b parser.Node) bool {
	return slices.Equal(namesOf(b), []string{systemModules})
}

// machines follows the modules of the machines of a test.
func (w *walk) machines(test parser.Node) {
	for b := range bindings(test) {
		names := namesOf(b)
		switch {
		case isMachine(names):
			w.expr(role{kind: inImport}, b.LastExpr(), nil)
		case slices.Equal(names, []string{"nodes"}):
			for node := range bindings(b.LastExpr().Unparen()) {
				if len(namesOf(node)) == 1 {
					w.expr(role{kind: inImport}, node.LastExpr(), nil)
				}
			}
		}
	}
}

// isMachine reports whether names in a test lead to the module of a machine.
func isMachine(names []string) bool {
	return len(names) == 1 && names[0] == "machine" || len(names) == 2 && names[0] == "nodes"
}

// isOfTest reports whether a binding has the module of a machine of a test of
// NixOS: machine, or an attribute of nodes, beside testScript.
func isOfTest(b parser.Node) bool {
	switch names := namesOf(b); {
	case isMachine(names):
		return isTest(b.Parent())
	case len(names) == 1:
		nodes := around(b)
		return slices.Equal(namesOf(nodes), []string{"nodes"}) && isTest(nodes.Parent())
	}
	return false
}

// around returns the binding whose value the set of a binding is, invalid if it is
// none.
func around(b parser.Node) parser.Node {
	n := b.Parent()
	if n.Kind() != parser.KindAttrSet {
		return parser.Node{}
	}
	for n.Parent().Kind() == parser.KindParen {
		n = n.Parent()
	}
	if n.Parent().Kind() != parser.KindBinding {
		return parser.Node{}
	}
	return n.Parent()
}

// isTest reports whether a set is a test of NixOS.
func isTest(set parser.Node) bool {
	if set.Kind() != parser.KindAttrSet {
		return false
	}
	for b := range bindings(set) {
		for _, name := range firstNames(b) {
			if stepOf(name).Name == "testScript" {
				return true
			}
		}
	}
	return false
}

// isOfSystem reports whether a binding has the modules that its set is called with
// to make a configuration, or that of a machine of a test.
func isOfSystem(b parser.Node) bool {
	if isOfTest(b) {
		return true
	}
	if !isModules(b) {
		return false
	}
	set := b.Parent()
	for set.Parent().Kind() == parser.KindParen {
		set = set.Parent()
	}
	return modulesOf(set.Parent()).Valid()
}
