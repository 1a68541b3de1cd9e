package module

import (
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
// configuration of them, as imports of one.
func systems(info *scope.Info) *Module {
	w := &walk{
		info: info, left: maxSteps, mod: &Module{Shape: Certain, Whole: scope.NoBinding},
		active: map[scope.BindingID]bool{}, followed: map[scope.BindingID]role{},
	}
	for n := range info.Tree().Nodes() {
		if list := modulesOf(n); list.Valid() {
			w.expr(role{kind: inImports}, list, nil)
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
	for b := range bindings(lastExpr(call).Unparen()) {
		if isModules(b) {
			return lastExpr(b)
		}
	}
	return parser.Node{}
}

// isModules reports whether a binding is that of the modules of a configuration.
func isModules(b parser.Node) bool {
	names := elementsOf(b.Child(parser.KindAttrPath))
	return len(names) == 1 && stepOf(names[0]).Name == systemModules
}

// isOfSystem reports whether a binding has the modules that its set is called with
// to make a configuration.
func isOfSystem(b parser.Node) bool {
	if !isModules(b) {
		return false
	}
	set := b.Parent()
	for set.Parent().Kind() == parser.KindParen {
		set = set.Parent()
	}
	return modulesOf(set.Parent()).Valid()
}
