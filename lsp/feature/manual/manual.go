// Package manual documents the syntax of nixlang as data: its keywords,
// operators, literals and punctuation. Hover shows an entry, completion shows
// the keywords' and the command line may list them all.
//
// What has a value, the builtins, is in eval/builtin.
package manual

import (
	"maps"

	"firn/eval/builtin"
	"firn/parser"
)

// Entry describes a piece of syntax.
type Entry struct {
	// Name is the token, or what the thing is called.
	Name string
	// Syntax shows the form, with words for the parts to fill in.
	Syntax string
	// Doc is the description in Markdown.
	Doc string
	// Examples show uses.
	Examples []builtin.Example
	// Since is the first version of Nix that has it, empty for the oldest.
	Since string
	// Feature is the experimental feature of Nix that has to be enabled first.
	Feature string
	// Operator is nil for what is none.
	Operator *Operator
}

// Operator says how an operator binds.
type Operator struct {
	// Level counts from 1, which binds tightest.
	Level int
	Assoc Assoc
}

// Levels is the number of levels of precedence. The second is that of
// application, which has no token.
const Levels = 15

// Assoc says how operators of one level group when they follow one another.
type Assoc string

// The ways to group: a + b + c is (a + b) + c and a ++ b ++ c is a ++ (b ++ c),
// while a == b == c is an error.
const (
	Left   Assoc = "left"
	Right  Assoc = "right"
	None   Assoc = "none"
	Prefix Assoc = "prefix"
)

// entries holds what a kind of token or literal means at most places.
var entries = merged(words, literals)

func merged(a, b map[parser.Kind]*Entry) map[parser.Kind]*Entry {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// Of returns the entry for a node: that of its kind, or where a token has
// several meanings, the one it has at this place. It returns nil if there is
// none.
func Of(n parser.Node) *Entry {
	switch parent := n.Parent().Kind(); {
	case n.Kind() == parser.KindMinus && parent == parser.KindUnary:
		return &negation
	case n.Kind() == parser.KindQuestion && parent == parser.KindFormal:
		return &formalDefault
	case n.Kind() == parser.KindLeftBrace || n.Kind() == parser.KindRightBrace:
		return braces[parent]
	case n.Kind() == parser.KindLetKw && parent == parser.KindLegacyLet:
		return &legacyLet
	case n.Kind() == parser.KindDot && parent == parser.KindAttrPath:
		return dotOf(n.Parent())
	}
	return entries[n.Kind()]
}

// dotOf tells the dot of a selection from the one that nests bindings.
func dotOf(path parser.Node) *Entry {
	if path.Parent().Kind() == parser.KindBinding {
		return &nestingDot
	}
	return entries[parser.KindDot]
}

// Keyword returns the entry of a keyword by its text, or nil.
func Keyword(word string) *Entry {
	if e := named[word]; e != nil && isLetter(word[0]) {
		return e
	}
	return nil
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' }

// Named returns the entry of a keyword, an operator or punctuation by its text,
// or nil.
func Named(token string) *Entry { return named[token] }

var named = func() map[string]*Entry {
	tokens := map[string]*Entry{}
	for k, e := range entries {
		if k.IsToken() {
			tokens[k.String()] = e
		}
	}
	return tokens
}()
