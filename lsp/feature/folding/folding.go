// Package folding finds the parts of a file that an editor can fold away:
// bracketed expressions, bindings, lets, branches, strings, comments, and runs
// of with, assert and inherit lines.
package folding

import (
	"cmp"
	"slices"
	"strings"

	"firn/parser"
	"firn/parser/text"
)

// Kind says what a fold holds, for commands such as "fold all comments".
type Kind uint8

// The kinds of folds.
const (
	Code Kind = iota
	Comment
	Imports
	Region // between the comments "# region" and "# endregion"
)

// String returns the name that LSP has for k; code has none.
func (k Kind) String() string {
	switch k {
	case Comment:
		return "comment"
	case Imports:
		return "imports"
	case Region:
		return "region"
	default:
		return ""
	}
}

// Range is one fold. The first line stays visible up to the span's start, and
// the last from the span's end.
type Range struct {
	Span  text.Span
	Kind  Kind
	depth int // how many nodes are around it
}

// Options say what the editor can do.
type Options struct {
	// LinesOnly is for editors that fold whole lines. A last line on which
	// something follows the fold then stays visible, and of folds that start
	// on one line only the largest is given.
	LinesOnly bool
	// Limit is the largest number of folds, the outermost; 0 means no limit.
	Limit int
}

// Lines is one fold in terms of lines: all but the first are hidden.
type Lines struct {
	Range
	First, Last uint32
}

// Of returns the folds of t that hide at least one line break, in the order of
// their starts, the larger first. No two hide the same lines.
func Of(t *parser.Tree, o Options) []Lines {
	f := &finder{tree: t, lines: t.Lines()}
	f.nodes()
	f.comments()
	f.regions()
	folds := f.visible(o)
	slices.SortFunc(folds, func(a, b Lines) int {
		return cmp.Or(cmp.Compare(a.Span.Start, b.Span.Start), cmp.Compare(b.Span.End, a.Span.End))
	})
	folds = distinct(folds)
	if o.LinesOnly {
		folds = onePerLine(folds)
	}
	return outermost(folds, o.Limit)
}

type finder struct {
	tree   *parser.Tree
	lines  *text.Lines
	ranges []Range
	depths []int // of each comment
}

func (f *finder) add(start, end uint32, kind Kind, depth int) {
	if start < end {
		f.ranges = append(f.ranges, Range{text.Span{Start: start, End: end}, kind, depth})
	}
}

// nodes adds the folds of all nodes, and counts how deep the comments before
// each lie. The subtrees around the node at hand are those whose ends are open.
func (f *finder) nodes() {
	comments := f.tree.Comments()
	f.depths = make([]int, len(comments))
	next := 0
	var open []parser.NodeID
	for n := range f.tree.Nodes() {
		for len(open) > 0 && open[len(open)-1] <= n.ID() {
			open = open[:len(open)-1]
		}
		for ; next < len(comments) && comments[next].Start < n.Start(); next++ {
			f.depths[next] = len(open)
		}
		if n.SubtreeEnd() > n.ID()+1 {
			f.node(n, len(open))
			open = append(open, n.SubtreeEnd())
		}
	}
}

func (f *finder) node(n parser.Node, depth int) {
	switch n.Kind() {
	case parser.KindAttrSet, parser.KindLegacyLet, parser.KindFormals:
		f.between(n, parser.KindLeftBrace, parser.KindRightBrace, depth)
		f.inheritRuns(n, depth)
	case parser.KindList:
		f.between(n, parser.KindLeftBracket, parser.KindRightBracket, depth)
	case parser.KindParen, parser.KindInheritFrom:
		f.between(n, parser.KindLeftParen, parser.KindRightParen, depth)
	case parser.KindIndString, parser.KindString:
		f.quoted(n, depth)
	case parser.KindLet:
		f.between(n, parser.KindLetKw, parser.KindInKw, depth)
		f.inheritRuns(n, depth)
	case parser.KindIf:
		f.branches(n, depth)
	case parser.KindBinding:
		f.binding(n, depth)
	case parser.KindInherit:
		f.add(n.FirstChild().End(), n.End(), Imports, depth)
	case parser.KindWith, parser.KindAssert:
		f.prefixRun(n, depth)
	default:
	}
}

// between folds what stands between two tokens of n, without the white space
// at the end.
func (f *finder) between(n parser.Node, open, closing parser.Kind, depth int) {
	from, to := n.Child(open), n.Child(closing)
	if from.Valid() && to.Valid() {
		f.add(from.End(), to.Start(), kindOf(n), depth)
	}
}

// kindOf tells the list of a module's imports from other code.
func kindOf(n parser.Node) Kind {
	b := n.Parent()
	if n.Kind() == parser.KindList && b.Kind() == parser.KindBinding && b.Child(parser.KindAttrPath).Text() == "imports" {
		return Imports
	}
	return Code
}

func (f *finder) quoted(n parser.Node, depth int) {
	first, last := n.FirstChild(), n.LastChild()
	if first != last && last.Kind() == first.Kind() {
		f.add(first.End(), last.Start(), Code, depth)
	}
}

// branches folds both sides of an if; an "else if" is left to the inner if.
func (f *finder) branches(n parser.Node, depth int) {
	then, otherwise := n.Child(parser.KindThenKw), n.Child(parser.KindElseKw)
	if then.Valid() && otherwise.Valid() {
		f.add(then.End(), otherwise.Start(), Code, depth)
	}
	if body := otherwise.NextSibling(); body.Valid() && body.Kind() != parser.KindIf {
		f.add(otherwise.End(), body.End(), Code, depth)
	}
}

// binding folds a right-hand side up to its semicolon, or up to its closing
// token where that begins a line of its own.
func (f *finder) binding(n parser.Node, depth int) {
	from, end := n.Child(parser.KindAssign).End(), n.End()
	last := n.Tree().Node(n.SubtreeEnd() - 1)
	if last.Kind() == parser.KindSemicolon {
		last = n.Tree().Node(last.ID() - 1)
	}
	if closes(last.Kind()) && f.beginsLine(last.Start()) {
		end = last.Start()
	}
	f.add(from, end, Code, depth)
}

func closes(k parser.Kind) bool {
	switch k {
	case parser.KindRightBrace, parser.KindRightBracket, parser.KindRightParen, parser.KindQuote, parser.KindIndQuote:
		return true
	default:
		return false
	}
}

// inheritRuns folds inherits on lines that follow one another.
func (f *finder) inheritRuns(n parser.Node, depth int) {
	var first, last parser.Node
	flush := func() {
		if first != last {
			f.add(first.FirstChild().End(), last.End(), Imports, depth+1)
		}
	}
	for c := range n.Children() {
		switch {
		case c.Kind() != parser.KindInherit:
			flush()
			first, last = parser.Node{}, parser.Node{}
		case last.Valid() && f.adjacent(last, c):
			last = c
		default:
			flush()
			first, last = c, c
		}
	}
	flush()
}

// prefixRun folds a chain of with and assert, each on the next line.
func (f *finder) prefixRun(n parser.Node, depth int) {
	if p := n.Parent(); isPrefix(p) && f.adjacent(p.Child(parser.KindSemicolon), n.FirstChild()) {
		return
	}
	last := n.Child(parser.KindSemicolon)
	for inner := last.NextSibling(); isPrefix(inner) && f.adjacent(last, inner.FirstChild()); inner = last.NextSibling() {
		next := inner.Child(parser.KindSemicolon)
		if !next.Valid() {
			break
		}
		last = next
	}
	f.add(n.FirstChild().End(), last.End(), Imports, depth)
}

func isPrefix(n parser.Node) bool {
	return n.Kind() == parser.KindWith || n.Kind() == parser.KindAssert
}

// adjacent reports whether b begins on the line where a ends, or on the next.
func (f *finder) adjacent(a, b parser.Node) bool {
	return a.Valid() && b.Valid() && f.lines.Line(b.Start()) <= f.lines.Line(a.End())+1
}

// beginsLine reports whether only blanks stand before off on its line.
func (f *finder) beginsLine(off uint32) bool {
	line := f.lines.Span(f.lines.Line(off))
	return strings.TrimLeft(f.tree.Source()[line.Start:off], " \t") == ""
}

// endsLine reports whether only blanks follow off on its line.
func (f *finder) endsLine(off uint32) bool {
	line := f.lines.Span(f.lines.Line(off))
	return off >= line.End || strings.TrimLeft(f.tree.Source()[off:line.End], " \t") == ""
}

// visible gives the ranges their lines, and drops those within one line.
func (f *finder) visible(o Options) []Lines {
	folds := make([]Lines, 0, len(f.ranges))
	for _, r := range f.ranges {
		l := Lines{Range: r, First: f.lines.Line(r.Span.Start), Last: f.lines.Line(r.Span.End)}
		if o.LinesOnly && l.Last > l.First && !f.endsLine(r.Span.End) {
			l.Last--
		}
		if l.Last > l.First {
			folds = append(folds, l)
		}
	}
	return folds
}

// distinct keeps of sorted folds that hide the same lines the innermost: it is
// between brackets and may have a kind, where the one around it is a binding.
func distinct(folds []Lines) []Lines {
	kept := folds[:0]
	for _, l := range folds {
		if n := len(kept); n > 0 && kept[n-1].First == l.First && kept[n-1].Last == l.Last {
			l.depth = min(l.depth, kept[n-1].depth)
			kept[n-1] = l
			continue
		}
		kept = append(kept, l)
	}
	return kept
}

// onePerLine keeps of sorted folds that start on one line the one that ends
// last.
func onePerLine(folds []Lines) []Lines {
	kept := folds[:0]
	for _, l := range folds {
		if n := len(kept); n > 0 && kept[n-1].First == l.First {
			if l.Last > kept[n-1].Last {
				kept[n-1] = l
			}
			continue
		}
		kept = append(kept, l)
	}
	return kept
}

// outermost keeps limit folds with the fewest nodes around them, in order.
func outermost(folds []Lines, limit int) []Lines {
	if limit <= 0 || len(folds) <= limit {
		return folds
	}
	depths := make([]int, len(folds))
	for i, l := range folds {
		depths[i] = l.depth
	}
	slices.Sort(depths)
	deepest := depths[limit-1]
	room := limit
	for room > 0 && depths[room-1] == deepest {
		room--
	}
	room = limit - room
	return slices.DeleteFunc(folds, func(l Lines) bool {
		if l.depth == deepest {
			room--
			return room < 0
		}
		return l.depth > deepest
	})
}
