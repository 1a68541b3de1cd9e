package parser

// Kind says what a node is. The kinds of tokens come first, then the leaves
// that carry text, then the nodes that have children.
type Kind uint8

// The tokens whose text is fixed. Each is a leaf.
const (
	KindInvalid Kind = iota

	// Keywords.
	KindAssertKw  // assert
	KindElseKw    // else
	KindIfKw      // if
	KindInKw      // in
	KindInheritKw // inherit
	KindLetKw     // let
	KindOrKw      // or, before the default of a selection
	KindRecKw     // rec
	KindThenKw    // then
	KindWithKw    // with

	// Punctuation.
	KindAssign       // =
	KindAt           // @
	KindColon        // :
	KindComma        // ,
	KindDot          // .
	KindEllipsis     // ...
	KindSemicolon    // ;
	KindLeftBrace    // {
	KindRightBrace   // }
	KindLeftBracket  // [
	KindRightBracket // ]
	KindLeftParen    // (
	KindRightParen   // )
	KindDollarBrace  // ${
	KindQuote        // "
	KindIndQuote     // ''

	// Operators.
	KindQuestion     // ? of a has-attribute test and of a formal's default
	KindNot          // !
	KindPlus         // +
	KindMinus        // - (subtraction and negation)
	KindTimes        // *
	KindDivide       // /
	KindConcat       // ++
	KindUpdate       // //
	KindEqual        // ==
	KindNotEqual     // !=
	KindLess         // <
	KindLessEqual    // <=
	KindGreater      // >
	KindGreaterEqual // >=
	KindAnd          // &&
	KindOr           // ||
	KindImplies      // ->
	KindPipeFrom     // <|
	KindPipeInto     // |>

	// Leaves that carry text.
	KindName       // the name of an attribute, formal or lambda argument; `or` counts as one there
	KindText       // literal characters of a string or path, as many as follow one another
	KindEscape     // an escape sequence of a string: \n, '', ''$, ''\n, ...
	KindVar        // a name that stands for a value
	KindInt        // 12
	KindFloat      // 1.5e3
	KindURI        // https://example.org
	KindSearchPath // <nixpkgs/lib>

	// Expressions with children, in source order. X* means any number of X.
	KindPath      // no children; or Text and Interp in turn where a path has interpolations
	KindString    // " (Text | Escape | Interp)* "
	KindIndString // '' (Text | Escape | Interp)* ''
	KindParen     // ( expr )
	KindList      // [ expr* ]
	KindAttrSet   // rec? { (Binding | Inherit)* }
	KindLegacyLet // let { (Binding | Inherit)* }
	KindLet       // let (Binding | Inherit)* in expr
	KindLambda    // (Name | Formals | Name @ Formals | Formals @ Name) : expr
	KindWith      // with expr ; expr
	KindAssert    // assert expr ; expr
	KindIf        // if expr then expr else expr
	KindApply     // expr expr
	KindSelect    // expr . AttrPath (or expr)?
	KindHasAttr   // expr ? AttrPath
	KindUnary     // operator expr
	KindBinary    // expr operator expr

	// Parts of expressions.
	KindInterp      // ${ expr }
	KindAttrPath    // (Name | String | Interp) (. (Name | String | Interp))*
	KindBinding     // AttrPath = expr ;
	KindInherit     // inherit InheritFrom? (Name | String | Interp)* ;
	KindInheritFrom // ( expr )
	KindFormals     // { (Formal | , | ...)* }
	KindFormal      // Name (? expr)?

	// The whole file, and what only a broken file has.
	KindFile    // expr
	KindError   // text that fits nowhere, with what could be recognised in it as children
	KindMissing // empty: a token or expression that the grammar wants here

	kindCount
)

var kindNames = [kindCount]string{
	KindInvalid: "Invalid",

	KindAssertKw: "assert", KindElseKw: "else", KindIfKw: "if", KindInKw: "in",
	KindInheritKw: "inherit", KindLetKw: "let", KindOrKw: "or", KindRecKw: "rec",
	KindThenKw: "then", KindWithKw: "with",

	KindAssign: "=", KindAt: "@", KindColon: ":", KindComma: ",", KindDot: ".",
	KindEllipsis: "...", KindSemicolon: ";", KindLeftBrace: "{", KindRightBrace: "}",
	KindLeftBracket: "[", KindRightBracket: "]", KindLeftParen: "(", KindRightParen: ")",
	KindDollarBrace: "${", KindQuote: "\"", KindIndQuote: "''",

	KindQuestion: "?", KindNot: "!", KindPlus: "+", KindMinus: "-", KindTimes: "*",
	KindDivide: "/", KindConcat: "++", KindUpdate: "//", KindEqual: "==",
	KindNotEqual: "!=", KindLess: "<", KindLessEqual: "<=", KindGreater: ">",
	KindGreaterEqual: ">=", KindAnd: "&&", KindOr: "||", KindImplies: "->",
	KindPipeFrom: "<|", KindPipeInto: "|>",

	KindName: "Name", KindText: "Text", KindEscape: "Escape", KindVar: "Var",
	KindInt: "Int", KindFloat: "Float", KindURI: "URI", KindSearchPath: "SearchPath",

	KindPath: "Path", KindString: "String", KindIndString: "IndString",
	KindParen: "Paren", KindList: "List", KindAttrSet: "AttrSet",
	KindLegacyLet: "LegacyLet", KindLet: "Let", KindLambda: "Lambda", KindWith: "With",
	KindAssert: "Assert", KindIf: "If", KindApply: "Apply", KindSelect: "Select",
	KindHasAttr: "HasAttr", KindUnary: "Unary", KindBinary: "Binary",

	KindInterp: "Interp", KindAttrPath: "AttrPath", KindBinding: "Binding",
	KindInherit: "Inherit", KindInheritFrom: "InheritFrom", KindFormals: "Formals",
	KindFormal: "Formal",

	KindFile: "File", KindError: "Error", KindMissing: "Missing",
}

// String returns the token's text for a token of fixed text, and otherwise the
// name of the kind without its prefix.
func (k Kind) String() string {
	if k < kindCount {
		return kindNames[k]
	}
	return "Kind(?)"
}

// IsKeyword reports whether k is a keyword.
func (k Kind) IsKeyword() bool { return KindAssertKw <= k && k <= KindWithKw }

// IsToken reports whether k is a token of fixed text: keyword, punctuation or
// operator.
func (k Kind) IsToken() bool { return KindAssertKw <= k && k <= KindPipeInto }

// IsOperator reports whether k is an operator token.
func (k Kind) IsOperator() bool { return KindQuestion <= k && k <= KindPipeInto }

// IsExpr reports whether a node of kind k is an expression.
func (k Kind) IsExpr() bool { return KindVar <= k && k <= KindBinary }
