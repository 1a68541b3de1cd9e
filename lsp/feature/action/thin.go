package action

import (
	"slices"
	"sort"
	"strings"

	"firn/parser"
	"firn/parser/text"
)

// margin is how far from an error, in bytes, nothing is left out.
const margin = 2000

// thin is a text without the bindings that are complete and far from an error,
// so that trying something out does not mean to read all of a large file again.
type thin struct {
	src  string
	cuts []text.Span // what is left out of the whole text
	sum  []uint32    // how much that is up to each of them
}

// thinned leaves out what it can without making the error another one.
func (m *mender) thinned() thin {
	var bad []parser.NodeID
	for id := range parser.NodeID(m.tree.Len()) {
		if k := m.tree.Kind(id); k == parser.KindError || k == parser.KindMissing {
			bad = append(bad, id)
		}
	}
	t := thin{}
	for id := parser.NodeID(0); int(id) < m.tree.Len(); {
		if n := m.tree.Node(id); m.isFar(n) && !isBad(n, bad) {
			t.cut(n.Span())
			id = n.SubtreeEnd()
		} else {
			id++
		}
	}
	t.src = t.apply(m.src)
	_, err := m.Parse(t.src)
	if err == nil || err.Span.Start != t.offset(m.err.Span.Start) || err.Msg != m.err.Msg {
		return thin{src: m.src}
	}
	return t
}

func (m *mender) isFar(n parser.Node) bool {
	if k := n.Kind(); k != parser.KindBinding && k != parser.KindInherit {
		return false
	}
	return n.End()+margin < m.err.Span.Start || n.Start() > m.err.Span.End+margin
}

// isBad reports whether one of the given nodes, which are sorted, is in n.
func isBad(n parser.Node, bad []parser.NodeID) bool {
	i, _ := slices.BinarySearch(bad, n.ID())
	return i < len(bad) && bad[i] < n.SubtreeEnd()
}

func (t *thin) cut(s text.Span) {
	sum := s.Len()
	if n := len(t.sum); n > 0 {
		sum += t.sum[n-1]
	}
	t.cuts, t.sum = append(t.cuts, s), append(t.sum, sum)
}

func (t *thin) apply(src string) string {
	var b strings.Builder
	at := uint32(0)
	for _, c := range t.cuts {
		b.WriteString(src[at:c.Start])
		at = c.End
	}
	b.WriteString(src[at:])
	return b.String()
}

// offset returns where an offset of the whole text is in the thin one. What is
// left out has no place there.
func (t *thin) offset(off uint32) uint32 {
	i := sort.Search(len(t.cuts), func(i int) bool { return t.cuts[i].Start >= off })
	if i == 0 {
		return off
	}
	return max(off, t.cuts[i-1].End) - t.sum[i-1]
}

// with returns the thin text with edits of the whole one.
func (t *thin) with(edits []text.Edit) string {
	moved := make([]text.Edit, len(edits))
	for i, e := range edits {
		moved[i] = text.Edit{Span: text.Span{Start: t.offset(e.Start), End: t.offset(e.End)}, New: e.New}
	}
	return Apply(t.src, moved)
}
