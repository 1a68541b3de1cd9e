// Package symbol lists what a file binds: attributes, let bindings and
// inherited names, each with the binding around it.
//
// The list is flat and in source order, so that a walk over it needs no
// recursion however deep the file nests. Formals are left out: they say what a
// file wants, and a package's two dozen of them would bury what it defines.
package symbol

import (
	"slices"
	"strings"

	"firn/parser"
	"firn/parser/text"
)

// MaxNesting is how deep symbols nest. What the source nests deeper is listed
// below the ancestor at that depth: editors and JSON readers recurse.
const MaxNesting = 128

// None is the Parent of a symbol that no other one encloses.
const None = -1

// Kind says what a symbol's value is, as far as its syntax tells.
type Kind uint8

// The kinds of symbols. What is no literal has one of the first two.
const (
	Attribute Kind = iota // in an attribute set
	Variable              // in a let
	Function
	Set
	List
	String
	Number
	Boolean
	Null
	Path
	kindCount
)

var kindNames = [kindCount]string{
	Attribute: "attribute", Variable: "variable", Function: "function", Set: "set", List: "list",
	String: "string", Number: "number", Boolean: "boolean", Null: "null", Path: "path",
}

// String returns the kind as a lower-case word.
func (k Kind) String() string {
	if k.Valid() {
		return kindNames[k]
	}
	return "Kind(?)"
}

// Valid reports whether k is one of the kinds above.
func (k Kind) Valid() bool { return k < kindCount }

// Symbol is one bound name or attribute path.
type Symbol struct {
	Name      string        // as written, without blanks and comments
	Span      text.Span     // the binding; the name itself if it is inherited
	Selection text.Span     // the attribute path or name
	Node      parser.NodeID // the Binding, or the inherited item
	Parent    int32         // the index of the enclosing symbol, or None
	Kind      Kind
	Local     bool // bound by a let
}

// Of returns the symbols of t in source order: their selections follow one
// another, and each symbol comes behind its parent.
func Of(t *parser.Tree) []Symbol {
	w := walk{tree: t}
	for n := range t.Nodes() {
		switch n.Kind() {
		case parser.KindBinding:
			w.binding(n)
		case parser.KindName, parser.KindString:
			if n.Parent().Kind() == parser.KindInherit {
				w.inherited(n)
			}
		default:
		}
	}
	return w.symbols
}

// walk collects symbols in pre-order; open are those around the node at hand.
type walk struct {
	tree    *parser.Tree
	symbols []Symbol
	open    []int32
}

func (w *walk) binding(n parser.Node) {
	path := n.Child(parser.KindAttrPath)
	name := compact(path)
	if name == "" {
		return // an editor refuses a symbol without a name
	}
	local := isLocal(n)
	w.add(Symbol{
		Name: name, Span: n.Span(), Selection: path.Span(), Node: n.ID(), Local: local,
		Kind: kindOf(Value(n), fallback(local)),
	})
	if len(w.open) < MaxNesting-1 {
		w.open = append(w.open, int32(len(w.symbols)-1))
	}
}

func (w *walk) inherited(item parser.Node) {
	local := isLocal(item.Parent())
	w.add(Symbol{
		Name: snippet(item, maxName), Span: item.Span(), Selection: item.Span(), Node: item.ID(),
		Local: local, Kind: fallback(local),
	})
}

func (w *walk) add(s Symbol) {
	s.Parent = None
	for i, around := range slices.Backward(w.open) {
		if s.Node < w.tree.Node(w.symbols[around].Node).SubtreeEnd() {
			s.Parent = around
			break
		}
		w.open = w.open[:i]
	}
	w.symbols = append(w.symbols, s)
}

// isLocal reports whether a binding or inherit belongs to a let. In a broken
// file an error node may stand between the two.
func isLocal(n parser.Node) bool {
	p := n.Parent()
	for p.Kind() == parser.KindError {
		p = p.Parent()
	}
	return p.Kind() == parser.KindLet || p.Kind() == parser.KindLegacyLet
}

func fallback(local bool) Kind {
	if local {
		return Variable
	}
	return Attribute
}

// Value returns the expression that decides what a binding is: its right-hand
// side without parentheses, and for a let, with or assert the body of it.
func Value(binding parser.Node) parser.Node {
	v := binding.LastExpr()
	for {
		switch v.Kind() {
		case parser.KindParen, parser.KindLet, parser.KindWith, parser.KindAssert:
			inner := v.LastExpr()
			if !inner.Valid() {
				return v
			}
			v = inner
		default:
			return v
		}
	}
}

func kindOf(value parser.Node, otherwise Kind) Kind {
	switch value.Kind() {
	case parser.KindLambda:
		return Function
	case parser.KindAttrSet, parser.KindLegacyLet:
		return Set
	case parser.KindList:
		return List
	case parser.KindString, parser.KindIndString, parser.KindURI:
		return String
	case parser.KindInt, parser.KindFloat:
		return Number
	case parser.KindPath, parser.KindSearchPath:
		return Path
	case parser.KindVar:
		return constantKind(value.Text(), otherwise)
	default:
		return otherwise
	}
}

func constantKind(name string, otherwise Kind) Kind {
	switch name {
	case "true", "false":
		return Boolean
	case "null":
		return Null
	default:
		return otherwise
	}
}

// maxName is the length in bytes from which on a name is cut. Only a computed
// name or a hostile file is that long.
const maxName = 256

// compact returns the source of an attribute path without the white space and
// comments between its parts. Like [snippet] it replaces what is not UTF-8,
// since JSON and the index take nothing else.
func compact(path parser.Node) string {
	if len(path.Text()) <= maxName && !strings.ContainsAny(path.Text(), " \t\r\n#/") {
		return strings.ToValidUTF8(path.Text(), "\uFFFD")
	}
	var b strings.Builder
	for part := range path.Children() {
		if b.WriteString(snippet(part, maxName)); b.Len() > maxName {
			return cut(b.String(), maxName) + "…"
		}
	}
	return b.String()
}
