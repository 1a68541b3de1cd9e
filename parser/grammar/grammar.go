// Package grammar is the incremental engine of package parser: tree-sitter with
// a grammar of nixlang. It reads any text, and an edit of a text in time that
// depends on the edit more than on the text.
//
// The tree of a valid text is the one that [parser.Parse] gives. In that of a
// broken text Error nodes hold what fits nowhere and Missing nodes stand where
// something was left out. One text has one tree, whatever edits led to it.
//
// The package needs cgo. Trees do not: nothing of C is left in them.
package grammar

//go:generate sh generate.sh

import "firn/parser"

// Parse reads src once.
func Parse(src string) *parser.Tree {
	b := Open(src)
	defer b.Close()
	return b.Tree()
}

// Valid reports whether t is the tree of a text without syntax errors.
func Valid(t *parser.Tree) bool {
	for n := range t.Nodes() {
		if isFault(n.Kind()) {
			return false
		}
	}
	return true
}

func isFault(k parser.Kind) bool { return k == parser.KindError || k == parser.KindMissing }
