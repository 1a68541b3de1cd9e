package parser

import (
	"errors"
	"fmt"

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

// Flat is a node as [FromFlat] takes it.
type Flat struct {
	Start, End uint32
	Depth      uint32 // of the root 0, of its children 1, ...
	Kind       Kind
}

// FromFlat builds a tree of src from its nodes in pre-order and its comments
// in source order. It returns [ErrTooDeep] for a tree deeper than [MaxDepth],
// and an error if the nodes do not make one tree whose nodes nest.
func FromFlat(src string, flat []Flat, comments []text.Span) (*Tree, error) {
	nodes := make([]node, len(flat))
	var open []NodeID // the ids of the ancestors of the node at hand
	for i, f := range flat {
		id := NodeID(i)
		if int(f.Depth) > len(open) || (f.Depth == 0) != (i == 0) {
			return nil, fmt.Errorf("node %d has depth %d below one of depth %d", i, f.Depth, len(open)-1)
		}
		if f.Depth > MaxDepth {
			return nil, ErrTooDeep
		}
		for _, closed := range open[f.Depth:] {
			nodes[closed].next = id
		}
		open = append(open[:f.Depth], id)
		parent := NoNode
		if f.Depth > 0 {
			parent = open[f.Depth-1]
			if p := nodes[parent]; f.Start < p.start || f.End > p.end {
				return nil, fmt.Errorf("node %d (%s %d-%d) is not inside its parent (%s %d-%d)", i, f.Kind, f.Start, f.End, p.kind, p.start, p.end)
			}
		}
		nodes[id] = node{start: f.Start, end: f.End, parent: parent, kind: f.Kind}
	}
	for _, closed := range open {
		nodes[closed].next = NodeID(len(flat))
	}
	if len(flat) == 0 || flat[0].Kind != KindFile {
		return nil, errors.New("a tree begins with a File node")
	}
	return newTree(src, nodes, comments), nil
}
