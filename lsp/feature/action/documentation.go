package action

import (
	"slices"

	"firn/eval/builtin"
	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
)

// documentation offers to open what is written elsewhere about a function of
// nixpkgs' lib, or a builtin.
func documentation(f *finder) []Action {
	if !f.Browses {
		return nil
	}
	n := usage.At(f.tree, f.Span.Start)
	path := f.global(n, maxSources)
	if len(path) < 2 || slices.ContainsFunc(path, func(name string) bool { return !scope.IsIdentifier(name) }) {
		return nil
	}
	switch path[1] {
	case "types", "licenses", "maintainers", "platforms", "teams", "true", "false", "null", "builtins":
		return nil // no functions
	}
	return []Action{{Title: "Open documentation on noogle.dev", Opens: path}}
}

// maxSources is how many sources of inherit a name is followed through.
const maxSources = 10

// global returns what a name, or a selection up to it, means: a path that begins
// with lib or builtins, or nil.
func (f *finder) global(n parser.Node, most int) []string {
	if most == 0 {
		return nil
	}
	if base, names := usage.Selected(n); base.Valid() {
		if path := f.set(base, most-1); path != nil {
			return slices.Concat(path, names)
		}
		if names[0] == "lib" {
			return names // pkgs.lib
		}
		return nil
	}
	if n.Kind() != parser.KindVar {
		return nil
	}
	name := usage.Name(n)
	switch kind, id := f.Info.Ref(n.ID()); kind {
	case scope.Global:
		if b := builtin.LookupGlobal(name); b != nil {
			return []string{"builtins", b.Name}
		}
	case scope.With:
		if withs := f.Info.Withs(n.ID()); len(withs) == 1 {
			if path := f.set(withs[0].FirstExpr(), most-1); path != nil {
				return append(path, name)
			}
		}
	case scope.Bound:
		if b := f.Info.Binding(id); b.Kind == scope.InheritedFrom {
			return f.global(f.tree.Node(b.Name), most-1)
		}
	default:
	}
	return nil
}

// set returns the path of a set, or nil.
func (f *finder) set(n parser.Node, most int) []string {
	n = n.Unparen()
	if n.Kind() == parser.KindSelect {
		last := lastPart(n)
		if name, ok := last.AttrName(); ok && name == "lib" && !n.Has(parser.KindOrKw) {
			return []string{"lib"}
		}
		return f.global(last, most)
	}
	if n.Kind() != parser.KindVar {
		return nil
	}
	kind, id := f.Info.Ref(n.ID())
	switch name := usage.Name(n); {
	case name == "builtins" && kind == scope.Global:
		return []string{"builtins"}
	case name == "lib" && kind == scope.Bound && f.isOwn(id):
		return nil
	case name == "lib" && kind != scope.Undefined:
		return []string{"lib"} // as everybody calls it
	}
	return f.global(n, most)
}

// isOwn reports whether a binding is a set that the file writes out.
func (f *finder) isOwn(id scope.BindingID) bool {
	b := f.Info.Binding(id)
	return b.Kind == scope.Plain && (b.Value == parser.NoNode || f.tree.Node(b.Value).Unparen().Kind() == parser.KindAttrSet)
}
