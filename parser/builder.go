package parser

import (
	"fmt"
	"sort"

	"firn/parser/text"
)

// MaxDepth is how deep a tree may be. Whoever recurses over a tree may count
// on it; both engines refuse what goes deeper.
const MaxDepth = 10_000

// MaxSize is the largest source in bytes that firn parses: offsets have 32
// bits and node numbers 31.
const MaxSize = 1 << 30

// ErrTooDeep is the error for a source that nests deeper than [MaxDepth].
var ErrTooDeep = fmt.Errorf("expressions nest deeper than %d levels", MaxDepth)

// Flat is a node as [Builder.Add] and [FromFlat] take it.
type Flat struct {
	Start, End uint32
	Depth      uint32 // of the root 0, of its children 1, ...
	Kind       Kind
}

// FromFlat builds a tree of src from its nodes in pre-order and its comments
// in source order. It returns [ErrTooDeep] for a tree deeper than [MaxDepth],
// and an error if the nodes do not make one tree whose nodes nest.
func FromFlat(src string, flat []Flat, comments []text.Span) (*Tree, error) {
	b := NewBuilder(src, nil, len(flat))
	for _, f := range flat {
		b.Add(f)
	}
	b.comments = comments
	return b.Tree()
}

// Builder makes a tree from its nodes, which are given in pre-order, and its
// comments, in source order. What is unchanged it copies from another tree.
type Builder struct {
	src      string
	old      *Tree
	nodes    []node
	comments []text.Span
	open     []NodeID // the node at hand and its ancestors, the root first
	err      error
}

// NewBuilder returns a builder for a tree of src that copies from old, which
// may be nil. It has room for the given number of nodes, and grows past it.
func NewBuilder(src string, old *Tree, nodes int) *Builder {
	return &Builder{src: src, old: old, nodes: make([]node, 0, nodes)}
}

// Add adds one node.
func (b *Builder) Add(f Flat) {
	if !b.up(f) {
		return
	}
	id := NodeID(len(b.nodes))
	n := node{start: f.Start, end: f.End, parent: NoNode, kind: f.Kind}
	if f.Depth > 0 {
		n.parent = b.open[f.Depth-1]
	}
	b.nodes = append(b.nodes, n)
	b.open = append(b.open, id)
}

// Copy adds the nodes from first up to last of the old tree, which are one or
// more whole subtrees that have one parent there. The first of them starts at
// f.Start now and the last ends at f.End; f.Depth is how deep they come to be.
// The comments in their text come with them.
func (b *Builder) Copy(first, last NodeID, f Flat) {
	if f.Depth == 0 || !b.up(f) {
		b.fail("the root is no copy")
		return
	}
	old := b.old.nodes[first:last]
	from := text.Span{Start: old[0].start, End: old[len(old)-1].end}
	shift, move := f.Start-from.Start, NodeID(len(b.nodes))-first
	parent := b.open[f.Depth-1]
	at := len(b.nodes)
	b.nodes = append(b.nodes, old...)
	for i := range b.nodes[at:] {
		n := &b.nodes[at+i]
		n.start += shift
		n.end += shift
		n.next += move
		if n.parent < first {
			n.parent = parent
		} else {
			n.parent += move
		}
	}
	b.copyComments(from, shift)
}

func (b *Builder) copyComments(from text.Span, shift uint32) {
	first, last := commentsIn(b.old.comments, from)
	b.comments = appendMoved(b.comments, b.old.comments[first:last], shift)
}

// Comment adds a comment.
func (b *Builder) Comment(s text.Span) { b.comments = append(b.comments, s) }

// Len returns how many nodes there are so far.
func (b *Builder) Len() int { return len(b.nodes) }

// Tree returns the tree. It returns [ErrTooDeep] for one deeper than
// [MaxDepth], and an error if the nodes do not make one tree whose nodes nest.
func (b *Builder) Tree() (*Tree, error) {
	b.close(0)
	if len(b.nodes) == 0 || b.nodes[0].kind != KindFile {
		b.fail("a tree begins with a File node")
	}
	if b.err != nil {
		return nil, b.err
	}
	return newTree(b.src, b.nodes, b.comments), nil
}

// up goes up to where f belongs. It returns false if that is nowhere.
func (b *Builder) up(f Flat) bool {
	switch {
	case b.err != nil:
	case int(f.Depth) > len(b.open) || (f.Depth == 0) != (len(b.nodes) == 0):
		b.fail("node %d has depth %d below one of depth %d", len(b.nodes), f.Depth, len(b.open)-1)
	case f.Depth > MaxDepth:
		b.err = ErrTooDeep
	default:
		b.close(int(f.Depth))
		if f.Depth > 0 && !b.nests(f) {
			p := b.nodes[b.open[f.Depth-1]]
			b.fail("node %d (%s %d-%d) is not inside its parent (%s %d-%d)", len(b.nodes), f.Kind, f.Start, f.End, p.kind, p.start, p.end)
		}
	}
	return b.err == nil
}

func (b *Builder) nests(f Flat) bool {
	p := &b.nodes[b.open[f.Depth-1]]
	return p.start <= f.Start && f.End <= p.end
}

// close ends the open nodes from the given depth on.
func (b *Builder) close(depth int) {
	for _, id := range b.open[depth:] {
		b.nodes[id].next = NodeID(len(b.nodes))
	}
	b.open = b.open[:depth]
}

func (b *Builder) fail(format string, args ...any) {
	if b.err == nil {
		b.err = fmt.Errorf(format, args...)
	}
}

// CheckNumber returns the error that Nix reports for a number that it cannot
// represent, or nil. The kind is KindInt or KindFloat. The error's place counts
// from the begin of the number.
func CheckNumber(k Kind, number string) *Error {
	p := strict{lexer: lexer{src: number, end: len(number), tok: k}}
	return p.checkNumber()
}

// A Splice is a change of a tree in one place: some siblings make room for
// nodes of another tree. Their text changes, too; all other text only moves.
type Splice struct {
	Parent      NodeID // whose children change
	First, Last NodeID // the nodes from First up to Last go
	Text        text.Span
	Part        *Tree // the other tree
	From, To    NodeID
	PartText    text.Span // what comes to stand for Text, in the text of Part
}

// Splice returns t after the change, as a tree of src.
func (t *Tree) Splice(src string, s Splice) *Tree {
	come := s.To - s.From
	move := s.First + come - s.Last
	shift := s.PartText.Len() - s.Text.Len() // wraps around if the text shrinks
	nodes := make([]node, 0, len(t.nodes)+int(move))
	nodes = append(nodes, t.nodes[:s.First]...)
	for id := s.Parent; id >= 0; id = nodes[id].parent {
		nodes[id].end += shift
		nodes[id].next += move
	}
	nodes = append(nodes, s.Part.nodes[s.From:s.To]...)
	for i := s.First; i < s.First+come; i++ {
		n := &nodes[i]
		n.start += s.Text.Start - s.PartText.Start
		n.end += s.Text.Start - s.PartText.Start
		n.next += s.First - s.From
		if n.parent < s.From {
			n.parent = s.Parent
		} else {
			n.parent += s.First - s.From
		}
	}
	nodes = append(nodes, t.nodes[s.Last:]...)
	for i := s.First + come; int(i) < len(nodes); i++ {
		n := &nodes[i]
		n.start += shift
		n.end += shift
		n.next += move
		if n.parent >= s.Last {
			n.parent += move
		}
	}
	return newTree(src, nodes, s.comments(t.comments))
}

// comments returns the old comments after the change.
func (s Splice) comments(old []text.Span) []text.Span {
	from, to := commentsIn(old, s.Text)
	partFrom, partTo := commentsIn(s.Part.comments, s.PartText)
	comments := make([]text.Span, 0, len(old)-(to-from)+partTo-partFrom)
	comments = append(comments, old[:from]...)
	comments = appendMoved(comments, s.Part.comments[partFrom:partTo], s.Text.Start-s.PartText.Start)
	return appendMoved(comments, old[to:], s.PartText.Len()-s.Text.Len())
}

// commentsIn returns which of the comments start in s.
func commentsIn(comments []text.Span, s text.Span) (from, to int) {
	return startAt(comments, s.Start), startAt(comments, s.End)
}

// startAt returns how many spans start before off.
func startAt(spans []text.Span, off uint32) int {
	return sort.Search(len(spans), func(i int) bool { return spans[i].Start >= off })
}

func appendMoved(to, spans []text.Span, shift uint32) []text.Span {
	for _, s := range spans {
		to = append(to, text.Span{Start: s.Start + shift, End: s.End + shift})
	}
	return to
}
