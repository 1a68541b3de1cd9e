package knowledge

import (
	"slices"

	"firn/eval"
	"firn/lsp/feature/option"
	"firn/parser"
)

// configurationOutputs are the outputs of flakes that are configurations by name.
var configurationOutputs = []string{"nixosConfigurations", "homeConfigurations", "darwinConfigurations"}

// flakeCalls is calls for a flake: the function of its outputs, and modules that are
// written in it.
func (v *View) flakeCalls(n parser.Node) (*State, []called) {
	var list []called
	if lambda := outputsOf(v.info.Tree()); lambda.Valid() {
		list = append(list, calledWith(lambda, v.flakeArg))
	}
	name, lambda := inlineModule(n)
	if s := v.member(v.ctx, name); s != nil && lambda.Valid() {
		return s, append(list, calledWith(lambda, s.arg))
	}
	return v.state, list
}

// Inline returns the options of the configuration that a node of the file, in a
// module written there, belongs to, nil if they are not known. Where the text does
// not tell which it is, they are those of some configuration of the file.
func (v *View) Inline(n parser.Node) option.Tree {
	if !v.isGroup() || v.state.wanted.Kind != Flake {
		return nil
	}
	for _, name := range []string{configurationAround(n), v.anyMember()} {
		if s := v.member(v.ctx, name); s != nil {
			return s.Options()
		}
	}
	return nil
}

// flakeArg returns what the function of the outputs is called with under a name: an
// input, or all of them.
func (v *View) flakeArg(name string) (eval.Value, bool) {
	s := v.state
	if !s.hasCall {
		return eval.Value{}, false
	}
	if whole := outputsOf(v.info.Tree()).Child(parser.KindName); whole.Valid() && whole.Text() == name {
		return s.call, true
	}
	a, ok, err := s.call.Attr(v.ctx, name)
	return a.Value, ok && err == nil
}

// outputsOf returns the function of the outputs of a flake, or an invalid node.
func outputsOf(tree *parser.Tree) parser.Node {
	for name, value := range topAttrs(tree) {
		if name == "outputs" && value.Valid() {
			if f := value.Unparen(); f.Kind() == parser.KindLambda {
				return f
			}
		}
	}
	return parser.Node{}
}

// inlineModule returns the function around a node that is a module written in a list
// of modules, and the name of the configuration that it belongs to, "" if it belongs
// to none.
func inlineModule(n parser.Node) (member string, lambda parser.Node) {
	for p := n; p.Valid(); p = p.Parent() {
		if p.Kind() == parser.KindLambda && isModuleOf(p) {
			return configurationAround(p), p
		}
	}
	return "", parser.Node{}
}

// configurationAround returns the name of the configuration of a flake that a node is
// a part of, "" if it is of none.
func configurationAround(n parser.Node) string {
	var path []string // of attributes, the innermost first
	for p := n.Parent(); p.Valid(); p = p.Parent() {
		if p.Kind() == parser.KindBinding {
			path = append(path, pathOf(p)...)
		}
	}
	for i := len(path) - 1; i > 0; i-- {
		if slices.Contains(configurationOutputs, path[i]) {
			return path[i] + "." + path[i-1]
		}
	}
	return ""
}

// isModuleOf reports whether a function is an element of the list that an attribute
// modules is.
func isModuleOf(lambda parser.Node) bool {
	p := lambda.Parent()
	for p.Kind() == parser.KindParen {
		p = p.Parent()
	}
	if p.Kind() != parser.KindList || p.Parent().Kind() != parser.KindBinding {
		return false
	}
	path := pathOf(p.Parent())
	return len(path) > 0 && path[0] == "modules"
}

// pathOf returns the names of the path of a binding, the last first.
func pathOf(binding parser.Node) []string {
	var names []string
	for c := range binding.Child(parser.KindAttrPath).Children() {
		if name, ok := c.AttrName(); ok {
			names = append(names, name)
		}
	}
	slices.Reverse(names)
	return names
}
