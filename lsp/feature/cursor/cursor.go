// Package cursor finds out what fits where the cursor stands, in code that is
// being written and so is broken.
//
// It reads the tokens from the beginning of the file to the cursor and keeps a
// stack of what is open there: braces with the state of the binding in them,
// parentheses, lists, strings, let. What is closed becomes one item of what it
// stands in. That answers what a syntax tree of a broken file often cannot:
// whether a name, an attribute or a keyword fits, what it is selected from, and
// which function is being called.
package cursor

import (
	"firn/parser"
	"firn/parser/text"
)

// Context is what stands around the cursor.
type Context struct {
	// Place says what fits there.
	Place Place
	// Word is the name around the cursor, or the path literal; it is empty
	// between tokens.
	Word text.Span
	// Behind is the end of the token before the word. What is missing at the
	// cursor is missing there.
	Behind uint32
	// Base is what an attribute is selected or inherited from. For an inherit
	// without a source it is empty.
	Base []Item
	// Path are the names that precede the one at the cursor in its attribute
	// path; in an inherit the names before it.
	Path []Item
	// Keyword is the one that has to follow sooner or later: then, else or in.
	Keyword parser.Kind
	// Frames are what is open, the outermost first. The first is the file.
	Frames []Frame
}

// Place says what fits at the cursor.
type Place uint8

// The places.
const (
	None    Place = iota // nothing that has a name: a comment, a number, behind a formal
	Text                 // the text of a string
	Expr                 // an expression
	Operand              // an operator or, behind a function, an argument
	Attr                 // an attribute of Base, below Path
	Binding              // the name of a binding, below Path, or inherit
	Formal               // the name of an argument
	Inherit              // a name in an inherit
	Path                 // the rest of a path literal
	Search               // the rest of a path in angle brackets
)

// FrameKind says what opened a frame.
type FrameKind uint8

// The kinds of frames.
const (
	File   FrameKind = iota
	Braces           // { or rec {: a set, or the formals of a function
	Let              // let, until its in
	Paren            // (
	List             // [
	Interp           // ${
	quote            // a string: only while scanning
)

// Item is a token, or what was opened and closed again, as one.
type Item struct {
	Kind parser.Kind // Paren, AttrSet, List, String, Interp, ... or a token; names are Var
	Span text.Span
}

// Frame is something that is open at the cursor.
type Frame struct {
	Kind  FrameKind
	Start uint32 // of the token that opened it, or of the rec before
	Rec   bool   // rec stands before the brace
	// Path is the attribute path of the binding whose value the cursor is in.
	Path []Item
	// Items are what precedes the cursor, or the next frame, in the expression,
	// the attribute path or the inherit that it is in.
	Items []Item
	// Formals says that braces hold the arguments of a function.
	Formals bool
	// Names are those that a let, a recursive set or formals bind before the
	// cursor.
	Names []Item

	state   state
	base    int  // the index of the first of its items on the stack
	begun   bool // there is more in it than the cursor
	pending int  // with and assert whose semicolon is to come
}

// state says where in braces or a let the scan is.
type state uint8

const (
	atStart   state = iota // a binding or formal begins
	inPath                 // in its attribute path
	inInherit              // behind inherit
	inValue                // behind = or, of a formal, ?; always so in other frames
)

// At returns what stands around off.
func At(src string, off uint32) Context {
	s := newScanner(src, int(min(off, uint32(len(src)))))
	s.run()
	return s.context()
}

// Names returns the texts of items that are plain names joined by dots, as a
// in a.b, and false if there is anything else among them.
func Names(src string, items []Item) ([]string, bool) {
	var names []string
	for i, item := range items {
		switch {
		case i%2 == 1 && item.Kind == parser.KindDot:
		case i%2 == 0 && item.Kind == parser.KindVar:
			names = append(names, item.Span.In(src))
		default:
			return nil, false
		}
	}
	return names, len(items)%2 == 1
}

// Span returns the span from the first item to the last.
func Span(items []Item) text.Span {
	if len(items) == 0 {
		return text.Span{}
	}
	return text.Span{Start: items[0].Span.Start, End: items[len(items)-1].Span.End}
}

// String returns the name of a place.
func (p Place) String() string { return placeNames[p] }

var placeNames = [...]string{
	None: "None", Text: "Text", Expr: "Expr", Operand: "Operand", Attr: "Attr", Binding: "Binding",
	Formal: "Formal", Inherit: "Inherit", Path: "Path", Search: "Search",
}

// InValue reports whether the cursor, or the next frame, is in an expression of
// f and not in the name of a binding, an inherit or a formal.
func (f Frame) InValue() bool { return f.state == inValue }
