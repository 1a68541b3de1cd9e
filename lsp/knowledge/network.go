package knowledge

import (
	"context"
	"slices"

	"firn/lsp/feature/option"
	"firn/parser"
	"firn/parser/scope"
)

// besideMachines are the names in a file of Morph or NixOps that are no machines
// (NixOps manual, "Network specifications").
var besideMachines = []string{"network", "defaults", "resources", "require"}

// IsNetwork reports from its shape whether a file describes the machines of a
// network for Morph or NixOps: it is a set with an attribute network and machines
// beside it, or with a machine that says how it is deployed.
func IsNetwork(info *scope.Info) bool {
	described, machines, deployed := false, false, false
	for name, value := range topAttrs(info.Tree()) {
		switch name {
		case "network":
			described = true
		case "outputs", "imports", "config", "options":
			return false
		case "defaults", "resources", "require":
		default:
			deployed = deployed || sets(value, "deployment")
			machines = machines || machineBody(value).Valid() && value.Unparen().Kind() == parser.KindLambda
		}
	}
	return deployed || described && machines
}

// topAttrs yields the attributes of the set that a file is, or that the function
// returns that it is. A path of several names counts by the first.
func topAttrs(tree *parser.Tree) func(yield func(name string, value parser.Node) bool) {
	set := bodyOf(tree.Root().LastExpr())
	return func(yield func(string, parser.Node) bool) {
		if set.Kind() != parser.KindAttrSet {
			return
		}
		for b := range set.Children() {
			if name, value, ok := attribute(b); ok && !yield(name, value) {
				return
			}
		}
	}
}

// attribute returns the first name and the value of a binding. The value is invalid
// if it is that of a longer path.
func attribute(b parser.Node) (name string, value parser.Node, ok bool) {
	if b.Kind() != parser.KindBinding {
		return "", parser.Node{}, false
	}
	path := b.Child(parser.KindAttrPath)
	if name, ok = path.FirstChild().AttrName(); !ok {
		return "", parser.Node{}, false
	}
	if path.FirstChild() == path.LastChild() {
		value = b.LastExpr()
	}
	return name, value, true
}

// bodyOf returns what an expression comes to: what is in parentheses, behind
// bindings and assertions, and what a function returns.
func bodyOf(n parser.Node) parser.Node {
	for n.Valid() {
		switch n.Kind() {
		case parser.KindParen, parser.KindLet, parser.KindWith, parser.KindAssert, parser.KindLambda:
			n = n.LastExpr()
			continue
		}
		break
	}
	return n
}

// machineBody returns the set that a machine is, or an invalid node.
func machineBody(value parser.Node) parser.Node {
	if !value.Valid() {
		return value
	}
	if body := bodyOf(value); body.Kind() == parser.KindAttrSet {
		return body
	}
	return parser.Node{}
}

// sets reports whether a machine has an attribute.
func sets(value parser.Node, attr string) bool {
	for b := range machineBody(value).Children() {
		if name, _, ok := attribute(b); ok && name == attr {
			return true
		}
	}
	return false
}

// machineOf returns the name of the machine of a network that a node of the file is
// about, and the function that the machine is, if it is one.
func machineOf(n parser.Node) (name string, lambda parser.Node) {
	set := bodyOf(n.Tree().Root().LastExpr())
	for ; n.Valid() && n.Parent() != set; n = n.Parent() {
	}
	name, value, ok := attribute(n)
	if !ok || slices.Contains(besideMachines, name) {
		return "", parser.Node{}
	}
	for value.Valid() && value.Kind() != parser.KindLambda {
		switch value.Kind() {
		case parser.KindParen, parser.KindLet, parser.KindWith, parser.KindAssert:
			value = value.LastExpr()
			continue
		}
		return name, parser.Node{}
	}
	return name, value
}

// networkTree is what a file of machines can set: what the tool knows beside
// machines, and below the name of each what that can set.
type networkTree struct {
	view *View
	own  *node // options beside machines
}

// Names implements [option.Tree].
func (t networkTree) Names(ctx context.Context) []string {
	names := append([]string{"defaults"}, t.own.Names(ctx)...)
	return append(names, t.view.state.members...)
}

// Below implements [option.Tree]. A machine that is not evaluated yet has the
// options of any.
func (t networkTree) Below(ctx context.Context, name string) (option.Tree, bool) {
	if own, ok := t.own.Below(ctx, name); ok {
		return own, true
	}
	if s := t.view.member(ctx, name); s != nil && s.options != nil {
		return machineTree{name, s.options}, true
	}
	s := t.view.awaitMember(ctx, aloneName)
	if s == nil || s.options == nil {
		return nil, false
	}
	return machineTree{name, &node{state: s, value: s.options.value, any: true}}, true
}

// Option implements [option.Tree].
func (networkTree) Option(context.Context) *option.Option { return nil }

// machineTree is a machine among what a network has: a module.
type machineTree struct {
	name    string
	options option.Tree
}

// Names implements [option.Tree].
func (machineTree) Names(context.Context) []string { return nil }

// Below implements [option.Tree].
func (machineTree) Below(context.Context, string) (option.Tree, bool) { return nil, false }

// Option implements [option.Tree].
func (t machineTree) Option(context.Context) *option.Option {
	o := &option.Option{
		Loc:         []string{t.name},
		Type:        &option.Type{Name: "submodule", Description: "NixOS module", Sub: t.options},
		Description: "A machine of the network: a module of NixOS, with the options `deployment` besides.",
	}
	if t.name == "defaults" {
		o.Description = "A module of NixOS that all machines of the network have."
	}
	return o
}
