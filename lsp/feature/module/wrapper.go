package module

import (
	"slices"
	"strconv"

	"firn/parser"
)

// Wrapper is something that a value was passed through.
type Wrapper struct {
	Kind WrapperKind
	// Cond is the condition of an If or Unless.
	Cond parser.Node
	// Shows says that the module system sees the names below, whatever the
	// condition: it is a mkIf.
	Shows bool
	// Priority is that of an Override or Order, if it is Known.
	Priority int
	Known    bool
}

// WrapperKind says what a wrapper does.
type WrapperKind uint8

// The kinds of wrappers.
const (
	If       WrapperKind = iota // counts if Cond is true: mkIf, optionalAttrs, if
	Unless                      // counts if Cond is false: else
	Override                    // has a priority: mkForce, mkDefault, mkOverride
	Order                       // has a place among others: mkBefore, mkAfter, mkOrder
	Merge                       // is one of several: mkMerge
	Alias                       // is what another option is set to: mkAliasDefinitions
)

// function is a function that passes one of its arguments through.
type function struct {
	kind     WrapperKind
	value    int  // which argument it passes through
	single   bool // it makes a list of it
	shows    bool // see Wrapper.Shows
	priority int  // 0 if it is an argument
}

var functions = map[string]function{
	"mkIf":                 {kind: If, value: 1, shows: true},
	"optionalAttrs":        {kind: If, value: 1},
	"optionals":            {kind: If, value: 1},
	"optional":             {kind: If, value: 1, single: true},
	"optionalString":       {kind: If, value: 1},
	"mkMerge":              {kind: Merge},
	"mkOverride":           {kind: Override, value: 1},
	"mkVMOverride":         {kind: Override, priority: 10},
	"mkForce":              {kind: Override, priority: 50},
	"mkImageMediaOverride": {kind: Override, priority: 60},
	"mkDefault":            {kind: Override, priority: 1000},
	"mkOptionDefault":      {kind: Override, priority: 1500},
	"mkOrder":              {kind: Order, value: 1},
	"mkBefore":             {kind: Order, priority: 500},
	"mkAfter":              {kind: Order, priority: 1500},
	"mkAliasDefinitions":   {kind: Alias},
}

// wrapper returns the wrapper that a call with these arguments is.
func (f function) wrapper(args []parser.Node) Wrapper {
	w := Wrapper{Kind: f.kind, Priority: f.priority, Known: f.priority != 0}
	switch {
	case f.kind == If:
		w.Cond, w.Shows = args[0], f.shows
	case (f.kind == Override || f.kind == Order) && f.value > 0:
		n, err := strconv.Atoi(args[0].Unparen().Text())
		w.Priority, w.Known = n, err == nil
	}
	return w
}

// call returns the function and the arguments of an application, parentheses
// around a part of it taken off.
func call(n parser.Node) (head parser.Node, args []parser.Node) {
	for n = n.Unparen(); n.Kind() == parser.KindApply; n = n.FirstChild().Unparen() {
		args = append(args, n.LastExpr())
	}
	slices.Reverse(args)
	if len(args) == 0 {
		return parser.Node{}, nil
	}
	return n, args
}

// Condition returns the condition on which a call evaluates its last argument, as
// that of mkIf and optional, and false if there is none.
func Condition(n parser.Node) (parser.Node, bool) {
	head, args := call(n)
	f, ok := functions[lastName(head)]
	if !ok || f.kind != If || len(args) != f.value+1 {
		return parser.Node{}, false
	}
	return args[0], true
}

// Called returns the name of the function that a call is of, without what it is
// selected from.
func Called(n parser.Node) string {
	head, _ := call(n)
	return lastName(head)
}

// lastName returns the name by which a function is called: f of f, lib.f and
// lib.modules.f.
func lastName(head parser.Node) string {
	switch head.Kind() {
	case parser.KindVar:
		return head.Text()
	case parser.KindSelect:
		if !head.Has(parser.KindOrKw) {
			name, _ := head.Child(parser.KindAttrPath).LastChild().AttrName()
			return name
		}
	}
	return ""
}
