package grammar

// #include "engine.h"
import "C"

import (
	"slices"

	"firn/parser"
	"firn/parser/text"
)

// marks says of each node of a tree which subtree of the engine it was made
// from. There are none for a tree that was not made from the engine's.
type marks struct {
	list   []C.engine_mark
	spare  []C.engine_mark // has the memory for those of the next tree
	faults []parser.NodeID // the Error and Missing nodes
	depth  int             // that of the tree, or more
}

func (m *marks) clear() { m.list, m.faults, m.depth = m.list[:0], nil, 0 }

// conversion makes a tree and its marks of the engine's pieces.
type conversion struct {
	*parser.Builder
	src    string
	old    *parser.Tree
	from   *marks
	marks  []C.engine_mark
	fresh  []parser.NodeID // the nodes that are not copied and have children
	faults []parser.NodeID
	depth  int

	parent      parser.NodeID // of the nodes copied last, in old
	parentDepth int
}

// convert makes a tree of src, and its marks. It returns no tree if that is, or
// may be, too deep.
func convert(src string, old *parser.Tree, from *marks, items []C.engine_item) (*parser.Tree, marks) {
	n := count(items)
	c := conversion{
		Builder: parser.NewBuilder(src, old, n),
		src:     src,
		old:     old,
		from:    from,
		marks:   slices.Grow(from.spare[:0], n),
		parent:  parser.NoNode,
	}
	for i := range items {
		c.add(&items[i])
	}
	tree, err := c.Tree()
	if err != nil || c.depth > parser.MaxDepth {
		return nil, marks{}
	}
	for _, id := range c.fresh {
		c.marks[id].next = C.uint32_t(tree.SubtreeEnd(id))
	}
	return tree, marks{list: c.marks, spare: from.list, faults: c.faults, depth: c.depth}
}

// count returns how many nodes the items make, or a few less.
func count(items []C.engine_item) int {
	n := 0
	for i := range items {
		switch it := &items[i]; it.op {
		case C.ITEM_NODE:
			n++
		case C.ITEM_COPY:
			n += int(it.last - it.first)
		}
	}
	return n
}

func (c *conversion) add(it *C.engine_item) {
	f := parser.Flat{
		Start: uint32(it.start), End: uint32(it.end),
		Depth: uint32(it.depth), Kind: parser.Kind(it.kind),
	}
	switch it.op {
	case C.ITEM_COMMENT:
		c.Comment(text.Span{Start: f.Start, End: f.End})
	case C.ITEM_COPY:
		c.copy(parser.NodeID(it.first), parser.NodeID(it.last), f)
	default:
		if f.Kind == parser.KindInt || f.Kind == parser.KindFloat {
			c.number(&f)
		}
		c.node(f, it.id)
	}
}

func (c *conversion) node(f parser.Flat, id C.uint64_t) {
	if id != 0 {
		c.fresh = append(c.fresh, parser.NodeID(c.Len()))
	}
	if isFault(f.Kind) {
		c.faults = append(c.faults, parser.NodeID(c.Len()))
	}
	c.Add(f)
	c.marks = append(c.marks, C.engine_mark{id: id, start: C.uint32_t(f.Start)})
	c.depth = max(c.depth, int(f.Depth))
}

// number puts an error around a number that Nix cannot represent.
func (c *conversion) number(f *parser.Flat) {
	if parser.CheckNumber(f.Kind, c.src[f.Start:f.End]) == nil {
		return
	}
	fault := *f
	fault.Kind = parser.KindError
	c.node(fault, 0)
	f.Depth++
}

// copy takes nodes over from the old tree, with their marks.
func (c *conversion) copy(first, last parser.NodeID, f parser.Flat) {
	shift := C.uint32_t(f.Start) - c.from.list[first].start
	move := C.uint32_t(c.Len()) - C.uint32_t(first)
	at := len(c.marks)
	c.Copy(first, last, f)
	c.marks = append(c.marks, c.from.list[first:last]...)
	for i := range c.marks[at:] {
		m := &c.marks[at+i]
		m.start += shift
		m.next += move
	}
	faults := c.from.faults
	i, _ := slices.BinarySearch(faults, first)
	for ; i < len(faults) && faults[i] < last; i++ {
		c.faults = append(c.faults, faults[i]+parser.NodeID(move))
	}
	c.depth = max(c.depth, c.from.depth+int(f.Depth)-c.depthBefore(first))
}

// depthBefore returns how deep id is in the old tree.
func (c *conversion) depthBefore(id parser.NodeID) int {
	if parent := c.old.Parent(id); parent != c.parent {
		c.parent, c.parentDepth = parent, 0
		for range c.old.Node(id).Ancestors() {
			c.parentDepth++
		}
	}
	return c.parentDepth
}
