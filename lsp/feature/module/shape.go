package module

import (
	"slices"

	"firn/parser"
	"firn/parser/scope"
)

// arguments are what every module can ask for, or a module of some tool.
var arguments = []string{
	"config", "lib", "pkgs", "options", "modulesPath", "specialArgs", "utils", "baseModules", "extraModules",
	"modules", "name", "nodes", "osConfig", "inputs", "self", "inputs'", "self'", "system", "extendModules",
}

// take notes the arguments of the function that a module is.
func (m *Module) take(info *scope.Info, lambda parser.Node) {
	m.Lambda, m.Formals, m.Whole, m.Ellipsis = lambda, nil, scope.NoBinding, false
	if name := lambda.Child(parser.KindName); name.Valid() {
		m.Whole = info.Defines(name.ID())
	}
	formals := lambda.Child(parser.KindFormals)
	if !formals.Valid() {
		return
	}
	m.Ellipsis = formals.Has(parser.KindEllipsis)
	for f := range formals.Children() {
		if f.Kind() != parser.KindFormal {
			continue
		}
		if id := info.Defines(f.FirstChild().ID()); id != scope.NoBinding {
			m.Formals = append(m.Formals, Formal{info.Name(id), id})
		}
	}
}

// shape tells from the keys and arguments of m, which is known to have a set,
// what it is.
func (m *Module) shape() Shape {
	switch {
	case m.Lambda.Valid() && !m.takesModuleArguments(), slices.Contains(m.Keys, "outputs"):
		return NotAModule // a flake has outputs
	case slices.ContainsFunc(m.Keys, func(k string) bool { return k == "options" || k == "config" || k == "imports" }):
		return Certain
	case m.Ellipsis && slices.ContainsFunc(m.Formals, func(f Formal) bool { return f.Name == "config" || f.Name == "options" }):
		return Certain
	}
	return Possible
}

// takesModuleArguments reports whether the function of m can be called with the
// arguments of a module: it takes whatever it gets, or only such arguments.
func (m *Module) takesModuleArguments() bool {
	if m.Ellipsis || !m.Lambda.Has(parser.KindFormals) {
		return true
	}
	return !slices.ContainsFunc(m.Formals, func(f Formal) bool { return !slices.Contains(arguments, f.Name) })
}
