package parser

import (
	"iter"

	"firn/parser/text"
)

// Node is one node of a tree. It is a small value, comparable with ==; the
// zero Node and [NoNode] are no node, see [Node.Valid].
type Node struct {
	tree *Tree
	id   NodeID
}

// Valid reports whether n is a node. On one that is not, ID, Kind, the spans
// and the relatives answer with zero values, NoNode and invalid nodes.
func (n Node) Valid() bool { return n.tree != nil && n.id >= 0 }

// ID returns the number of n in its tree.
func (n Node) ID() NodeID {
	if !n.Valid() {
		return NoNode
	}
	return n.id
}

// Tree returns the tree that n belongs to.
func (n Node) Tree() *Tree { return n.tree }

// Kind returns what n is.
func (n Node) Kind() Kind {
	if !n.Valid() {
		return KindInvalid
	}
	return n.tree.nodes[n.id].kind
}

// Start returns the offset of n's first byte.
func (n Node) Start() uint32 {
	if !n.Valid() {
		return 0
	}
	return n.tree.nodes[n.id].start
}

// End returns the offset behind n's last byte.
func (n Node) End() uint32 {
	if !n.Valid() {
		return 0
	}
	return n.tree.nodes[n.id].end
}

// Span returns the bytes of n, from its first token to its last.
func (n Node) Span() text.Span { return text.Span{Start: n.Start(), End: n.End()} }

// Text returns the source of n.
func (n Node) Text() string {
	if !n.Valid() {
		return ""
	}
	return n.tree.src[n.Start():n.End()]
}

// Parent returns the node around n.
func (n Node) Parent() Node {
	if !n.Valid() {
		return n
	}
	return Node{n.tree, n.tree.nodes[n.id].parent}
}

// FirstChild returns n's first child.
func (n Node) FirstChild() Node {
	if !n.Valid() || n.tree.nodes[n.id].next == n.id+1 {
		return Node{n.tree, NoNode}
	}
	return Node{n.tree, n.id + 1}
}

// LastChild returns n's last child. It takes time in the number of children.
func (n Node) LastChild() Node {
	last := Node{n.tree, NoNode}
	for c := range n.Children() {
		last = c
	}
	return last
}

// NextSibling returns the node after n with the same parent.
func (n Node) NextSibling() Node {
	if !n.Valid() {
		return n
	}
	at := n.tree.nodes[n.id]
	if at.parent < 0 || at.next >= n.tree.nodes[at.parent].next {
		return Node{n.tree, NoNode}
	}
	return Node{n.tree, at.next}
}

// PrevSibling returns the node before n with the same parent. It takes time in
// the number of siblings.
func (n Node) PrevSibling() Node {
	prev := Node{n.tree, NoNode}
	for c := range n.Parent().Children() {
		if c == n {
			break
		}
		prev = c
	}
	return prev
}

// SubtreeEnd returns the id behind the last node of n's subtree, which is the
// contiguous range from n's own id up to it.
func (n Node) SubtreeEnd() NodeID {
	if !n.Valid() {
		return NoNode
	}
	return n.tree.nodes[n.id].next
}

// Children yields n's children in source order.
func (n Node) Children() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for c := n.FirstChild(); c.Valid(); c = c.NextSibling() {
			if !yield(c) {
				return
			}
		}
	}
}

// Exprs yields those of n's children that are expressions.
func (n Node) Exprs() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for c := range n.Children() {
			if c.Kind().IsExpr() && !yield(c) {
				return
			}
		}
	}
}

// FirstExpr returns the first of n's children that is an expression.
func (n Node) FirstExpr() Node {
	for e := range n.Exprs() {
		return e
	}
	return Node{n.tree, NoNode}
}

// LastExpr returns the last of n's children that is an expression.
func (n Node) LastExpr() Node {
	last := Node{n.tree, NoNode}
	for e := range n.Exprs() {
		last = e
	}
	return last
}

// Child returns n's first child of kind k.
func (n Node) Child(k Kind) Node {
	for c := range n.Children() {
		if c.Kind() == k {
			return c
		}
	}
	return Node{n.tree, NoNode}
}

// Has reports whether n has a child of kind k.
func (n Node) Has(k Kind) bool { return n.Child(k).Valid() }

// Ancestors yields n's parent, its parent, and so on up to the root.
func (n Node) Ancestors() iter.Seq[Node] {
	return func(yield func(Node) bool) {
		for p := n.Parent(); p.Valid(); p = p.Parent() {
			if !yield(p) {
				return
			}
		}
	}
}

// Unparen returns the expression with enclosing parentheses taken off.
func (n Node) Unparen() Node {
	for n.Kind() == KindParen {
		inner := n.FirstExpr()
		if !inner.Valid() {
			return n
		}
		n = inner
	}
	return n
}
