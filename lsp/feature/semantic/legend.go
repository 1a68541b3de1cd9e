// Package semantic classifies the tokens of a file for colouring.
//
// The legend is the one that the server nil sends: the extension that most
// people use in VS Code maps its names to theme colours already. As in nil, the
// text of indented strings is left out, since editors colour the languages
// that are embedded in it.
package semantic

// Type is what a token is: an index into [Types].
type Type uint8

// The types of tokens.
const (
	Boolean Type = iota
	Comment
	Constant
	Function
	Keyword
	Number
	Operator
	Parameter
	Path
	Property
	Punctuation
	String
	Struct
	Variable
)

// Types are the names of the token types in the protocol.
var Types = []string{
	Boolean: "boolean", Comment: "comment", Constant: "constant", Function: "function",
	Keyword: "keyword", Number: "number", Operator: "operator", Parameter: "parameter",
	Path: "path", Property: "property", Punctuation: "punctuation", String: "string",
	Struct: "struct", Variable: "variable",
}

// String returns the name of t in the protocol.
func (t Type) String() string {
	if int(t) < len(Types) {
		return Types[t]
	}
	return "Type(?)"
}

// Modifiers is a set of modifiers, one bit for each of [ModifierNames].
type Modifiers uint32

// The modifiers of tokens.
const (
	Builtin Modifiers = 1 << iota
	Conditional
	Definition
	Delimiter
	Escape
	Parenthesis
	Readonly
	Unresolved
	WithAttribute
)

// ModifierNames are the names of the modifiers in the protocol, in the order of
// their bits.
var ModifierNames = []string{
	"builtin", "conditional", "definition", "delimiter", "escape", "parenthesis",
	"readonly", "unresolved", "withAttribute",
}
