// Package flake is about the text of a flake.nix: which inputs it names, what it can
// set, and what a lock file says of that.
package flake

import (
	"path/filepath"
	"slices"

	"firn/parser"
	"firn/parser/scope"
)

// FileName is what flakes are called.
const FileName = "flake.nix"

// Is reports whether a file is a flake: by its name, and because it has outputs.
func Is(path string, info *scope.Info) bool {
	if filepath.Base(path) != FileName {
		return false
	}
	set := root(info.Tree())
	for b := range set.Children() {
		if names := pathOf(b); len(names) > 0 && (names[0].name == "outputs" || names[0].name == "inputs") {
			return true
		}
	}
	return false
}

// root returns the set that a file is, or an invalid node.
func root(tree *parser.Tree) parser.Node {
	for n := range tree.Root().Exprs() {
		if n = n.Unparen(); n.Kind() == parser.KindAttrSet {
			return n
		}
	}
	return parser.Node{}
}

// element is a name in the path of an attribute.
type element struct {
	name string
	node parser.Node
}

// pathOf returns the names of the path of a binding.
func pathOf(binding parser.Node) []element {
	if binding.Kind() != parser.KindBinding {
		return nil
	}
	var list []element
	for c := range binding.Child(parser.KindAttrPath).Children() {
		if name, ok := c.AttrName(); ok {
			list = append(list, element{name, c})
		}
	}
	return list
}

// PathAt returns the names that lead from the set of the flake to an attribute whose
// name is at a node, that name included, and nil for another node.
func PathAt(info *scope.Info, n parser.Node) []string {
	top := root(info.Tree())
	if n.Parent().Kind() != parser.KindAttrPath || n.Parent().Parent().Kind() != parser.KindBinding {
		return nil
	}
	var names []string // the last first
	for b := n.Parent().Parent(); ; b = b.Parent().Parent() {
		list := pathOf(b)
		if i := slices.IndexFunc(list, func(e element) bool { return e.node == n }); i >= 0 {
			list = list[:i+1]
		}
		for _, e := range slices.Backward(list) {
			names = append(names, e.name)
		}
		switch set := b.Parent(); {
		case set == top:
			slices.Reverse(names)
			return names
		case set.Kind() != parser.KindAttrSet || set.Parent().Kind() != parser.KindBinding:
			return nil
		}
	}
}

// InputAt returns the path of the input that a node names: of the name of one in the
// inputs, of the text of an attribute of it, or of an argument of the outputs. It is
// nil for other nodes.
func InputAt(info *scope.Info, n parser.Node) []string {
	if n.Kind() == parser.KindText && n.Parent().Kind() == parser.KindString {
		n = n.Parent()
	}
	if n.Kind() == parser.KindString && n.Parent().Kind() == parser.KindBinding {
		path := pathOf(n.Parent())
		return inputOf(PathAt(info, path[len(path)-1].node))
	}
	if path := PathAt(info, n); path != nil {
		return inputOf(path)
	}
	if formal := n.Parent(); formal.Kind() == parser.KindFormal && isOfOutputs(formal) && n.Text() != "self" {
		return []string{n.Text()}
	}
	return nil
}

// inputOf returns the names of the inputs in a path of attributes: a, b of
// inputs.a.inputs.b.url.
func inputOf(path []string) []string {
	var names []string
	for len(path) > 1 && path[0] == "inputs" {
		names, path = append(names, path[1]), path[2:]
	}
	return names
}

// isOfOutputs reports whether a formal is one of the function that the outputs are.
func isOfOutputs(formal parser.Node) bool {
	lambda := formal.Parent().Parent()
	b := lambda.Parent()
	for b.Kind() == parser.KindParen {
		b = b.Parent()
	}
	path := pathOf(b)
	return len(path) == 1 && path[0].name == "outputs" && b.Parent() == root(lambda.Tree())
}
