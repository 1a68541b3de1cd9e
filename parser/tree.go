package parser

import (
	"fmt"
	"iter"
	"strings"
	"sync"

	"firn/parser/text"
)

// NodeID is the number of a node in its tree, counted in pre-order: the root
// is 0, a parent comes before its children and those in source order. Facts
// about nodes are kept in slices that it indexes.
type NodeID int32

// NoNode is the id of no node: the parent of the root, the sibling of a last
// child.
const NoNode NodeID = -1

// Tree is one file's concrete syntax: every token is a leaf in it, and the
// gaps between leaves hold only white space and the comments, which are listed
// apart, in source order. A Tree is immutable and safe for concurrent use.
type Tree struct {
	src      string
	nodes    []node
	comments []text.Span
	lines    func() *text.Lines
}

// node is laid out in pre-order. The first child of a node that has any is the
// node after it.
type node struct {
	start, end uint32
	parent     NodeID
	next       NodeID // the node after the subtree, so the sibling if there is one
	kind       Kind
}

func newTree(src string, nodes []node, comments []text.Span) *Tree {
	return &Tree{
		src: src, nodes: nodes, comments: comments,
		lines: sync.OnceValue(func() *text.Lines { return text.NewLines(src) }),
	}
}

// Source returns the text that t was made from.
func (t *Tree) Source() string { return t.src }

// Len returns the number of nodes.
func (t *Tree) Len() int { return len(t.nodes) }

// Root returns the node of kind [KindFile]. It spans the whole text.
func (t *Tree) Root() Node { return Node{t, 0} }

// Node returns the node with the given id, which must be one of t's or NoNode.
func (t *Tree) Node(id NodeID) Node { return Node{t, id} }

// Kind returns what the node id is, like [Node.Kind] but for a valid id only.
func (t *Tree) Kind(id NodeID) Kind { return t.nodes[id].kind }

// Span returns the bytes of the node id, which must be valid.
func (t *Tree) Span(id NodeID) text.Span {
	return text.Span{Start: t.nodes[id].start, End: t.nodes[id].end}
}

// Text returns the source of the node id, which must be valid.
func (t *Tree) Text(id NodeID) string { return t.src[t.nodes[id].start:t.nodes[id].end] }

// Parent returns the node around id, which must be valid.
func (t *Tree) Parent(id NodeID) NodeID { return t.nodes[id].parent }

// SubtreeEnd returns the id behind the last node of the subtree of id, which
// must be valid.
func (t *Tree) SubtreeEnd(id NodeID) NodeID { return t.nodes[id].next }

// Nodes yields all nodes in pre-order.
func (t *Tree) Nodes() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for id := range t.nodes {
			if !yield(Node{t, NodeID(id)}) {
				return
			}
		}
	}
}

// Comments returns the spans of all comments in source order, their marks
// included. The caller must not change them.
func (t *Tree) Comments() []text.Span { return t.comments }

// Lines returns the line index of the source, made on first use.
func (t *Tree) Lines() *text.Lines { return t.lines() }

// At returns the leaf that touches off. Where two do, it is the one that
// starts there, unless that is a mere token and the one that ends there is
// not. In a gap it is the smallest node around it.
func (t *Tree) At(off uint32) Node {
	n := t.Innermost(text.Span{Start: off, End: off})
	var before, after Node
	for c := range n.Children() {
		if c.End() == off {
			before = c
		}
		if c.Start() == off {
			after = c
		}
	}
	for before.Valid() && before.FirstChild().Valid() {
		before = before.LastChild()
	}
	for after.Valid() && after.FirstChild().Valid() {
		after = after.FirstChild()
	}
	switch {
	case after.Valid() && (!before.Valid() || !after.Kind().IsToken() || before.Kind().IsToken()):
		return after
	case before.Valid():
		return before
	}
	return n
}

// Innermost returns the smallest node that covers s and more than s's start
// and end: of two nodes that meet at an empty span neither is taken, but the
// one around them.
func (t *Tree) Innermost(s text.Span) Node {
	n := t.Root()
	for {
		inner := Node{t, NoNode}
		for c := range n.Children() {
			if c.Start() > s.Start {
				break
			}
			if c.Span().Covers(s) && (!s.Empty() || c.Start() < s.Start && s.End < c.End()) {
				inner = c
				break
			}
		}
		if !inner.Valid() {
			return n
		}
		n = inner
	}
}

// String returns the tree as text: a node per line, indented by depth, leaves
// with their source.
func (t *Tree) String() string {
	var b strings.Builder
	depth := make([]int, len(t.nodes))
	for n := range t.Nodes() {
		if p := n.Parent(); p.Valid() {
			depth[n.id] = depth[p.id] + 1
		}
		for range depth[n.id] {
			b.WriteString("  ")
		}
		switch {
		case n.Kind().IsToken():
			fmt.Fprintf(&b, "%q %s\n", n.Kind(), n.Span())
		case n.FirstChild().Valid() || n.Span().Empty():
			fmt.Fprintf(&b, "%s %s\n", n.Kind(), n.Span())
		default:
			fmt.Fprintf(&b, "%s %s %q\n", n.Kind(), n.Span(), n.Text())
		}
	}
	for _, c := range t.comments {
		fmt.Fprintf(&b, "Comment %s %q\n", c, c.In(t.src))
	}
	return b.String()
}

// Equal returns nil if a and b are the same tree of the same text, and
// otherwise an error that names the first difference.
func Equal(a, b *Tree) error {
	if a.src != b.src {
		return fmt.Errorf("different texts of %d and %d bytes", len(a.src), len(b.src))
	}
	for i := range min(len(a.nodes), len(b.nodes)) {
		if x, y := a.nodes[i], b.nodes[i]; x != y {
			return fmt.Errorf("node %d: %s %d-%d (parent %d, next %d) and %s %d-%d (parent %d, next %d)", i,
				x.kind, x.start, x.end, x.parent, x.next, y.kind, y.start, y.end, y.parent, y.next)
		}
	}
	if len(a.nodes) != len(b.nodes) {
		return fmt.Errorf("%d and %d nodes", len(a.nodes), len(b.nodes))
	}
	for i := range min(len(a.comments), len(b.comments)) {
		if x, y := a.comments[i], b.comments[i]; x != y {
			return fmt.Errorf("comment %d: %s and %s", i, x, y)
		}
	}
	if len(a.comments) != len(b.comments) {
		return fmt.Errorf("%d and %d comments", len(a.comments), len(b.comments))
	}
	return nil
}
