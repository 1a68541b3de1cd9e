package grammar

// #include "engine.h"
import "C"

import (
	"slices"
	"strings"

	"firn/parser"
	"firn/parser/text"
)

// Tree-sitter re-parses in time that grows with the number of bindings next to
// the one that changes: it takes over each by itself. A file that is one long
// set has tens of thousands. So bindings are parsed apart, and take the place of
// the old ones: what comes before a binding that ends with a semicolon has no
// effect on what comes behind it, but for the set they are in.
//
// That also confines an error that otherwise would reach on to the end of the
// file, such as a quote without its like. It is the only case in which the tree
// of a broken text depends on the edits that led to it. As long as there is such
// an error, the strict engine is asked whether the whole text is valid after all.

// window is a part of a set or let, from behind one binding up to the end of a
// later one.
type window struct {
	parent      parser.NodeID // the set or let
	first, last parser.NodeID // its children in the window, from first up to last
	span        text.Span
	opening     bool // no binding comes before it
	closing     bool // none comes behind it
}

// frame is what is put around the text of a window so that it is read as before:
// as bindings behind another one.
type frame struct{ before, after string }

var frames = map[parser.Kind]frame{
	parser.KindAttrSet:   {"{a=a;", "}"},
	parser.KindLegacyLet: {"let{a=a;", "}"},
	parser.KindLet:       {"let a=a;", "in a"},
	// Bindings behind the end of a file: nothing closes them but its end.
	parser.KindFile: {"a a=a;", ""},
}

// part is the tree of a frame with a text in it, whose nodes are from one id up
// to another.
type part struct {
	tree     *parser.Tree
	marks    marks
	from, to parser.NodeID
	span     text.Span // of the text
}

// local makes the tree of the text by parsing only what is around the edits. It
// returns false if that is not enough.
func (b *Buffer) local(old string, edits []C.engine_edit) bool {
	if len(b.marks.list) == 0 {
		return false
	}
	hull := hull(edits)
	for id := firstAt(b.tree, hull.Start) - 1; id > 0; id = b.tree.Parent(id) {
		if _, ok := frames[b.tree.Kind(id)]; !ok {
			continue
		}
		w, ok := b.window(id, hull)
		if !ok {
			continue
		}
		// A large part is parsed faster as a change of the whole.
		if w.span.Len() > 2000 && int(w.span.Len()) > len(old)/8 {
			return false
		}
		return b.replace(w, len(b.src)-len(old))
	}
	return false
}

// hull returns the part of the old text in which all edits are.
func hull(edits []C.engine_edit) text.Span {
	h := text.Span{Start: uint32(edits[0].start.off), End: uint32(edits[0].old_end.off)}
	for i, e := range edits {
		h.Start = min(h.Start, before(edits[:i], e.start.off))
		h.End = max(h.End, before(edits[:i], e.old_end.off))
	}
	return h
}

// window returns the smallest window of a set or let that has the hull in it.
func (b *Buffer) window(in parser.NodeID, hull text.Span) (window, bool) {
	w := window{parent: in}
	ok := b.begin(&w, hull.Start) && b.end(&w, hull.End)
	return w, ok
}

// begin looks for the last binding that ends before off, or for the token that
// comes before all.
func (b *Buffer) begin(w *window, off uint32) bool {
	t := b.tree
	id := firstAt(t, off) - 1
	for !b.ends(id, w.parent) || t.Span(id).End > off {
		for id > w.parent && t.Parent(id) != w.parent {
			id = t.Parent(id)
		}
		if w.opening = id > w.parent && t.Span(id).End <= off && isBracket(t, id, parser.KindLetKw, parser.KindLeftBrace); w.opening {
			break
		}
		if id--; id <= w.parent {
			return false
		}
	}
	w.first, w.span.Start = id+1, t.Span(id).End
	return true
}

// end looks for the first binding that ends behind off, or for the token that
// comes behind all.
func (b *Buffer) end(w *window, off uint32) bool {
	t := b.tree
	for w.last = w.first; w.last < t.SubtreeEnd(w.parent); {
		if isBracket(t, w.last, parser.KindInKw, parser.KindRightBrace) {
			w.closing, w.span.End = true, t.Span(w.last).Start
			return off <= w.span.End
		}
		w.last = t.SubtreeEnd(w.last)
		w.span.End = t.Span(w.last - 1).End
		if b.ends(w.last-1, w.parent) && w.span.End > off {
			return true
		}
	}
	return false
}

// isBracket reports whether id is the token of a let, or of a set, with the
// given kinds.
func isBracket(t *parser.Tree, id parser.NodeID, let, set parser.Kind) bool {
	if t.Kind(t.Parent(id)) == parser.KindLet {
		return t.Kind(id) == let
	}
	return t.Kind(id) == set
}

// ends reports whether id is the semicolon that ends a child of in. Where errors
// are confined, a missing one is as good.
func (b *Buffer) ends(id, in parser.NodeID) bool {
	if id <= in {
		return false
	}
	k, parent := b.tree.Kind(id), b.tree.Parent(id)
	if k != parser.KindSemicolon && !(!b.confined.Empty() && k == parser.KindMissing && b.tree.SubtreeEnd(parent) == id+1) {
		return false
	}
	kind := b.tree.Kind(parent)
	return (kind == parser.KindBinding || kind == parser.KindInherit) && b.tree.Parent(parent) == in
}

// replace parses the text of a window, which has grown by the given number of
// bytes, and puts what comes out in its place. It returns false if the text
// cannot be confined to the window.
func (b *Buffer) replace(w window, grown int) bool {
	changed := b.src[w.span.Start : int(w.span.End)+grown]
	kind := b.tree.Kind(w.parent)
	if kind == parser.KindLet && !standsApart(w, changed) {
		return false
	}
	p, ok := b.readPart(kind, changed)
	if ok && w.holds(p) {
		b.confined = b.afterEdit(w.span, grown)
	} else if p, ok = b.confine(w, changed); ok {
		b.confined = text.Span{Start: w.span.Start, End: w.span.Start + uint32(len(changed))}
	}
	if !ok || b.depth(w.parent)+p.marks.depth > parser.MaxDepth {
		return false
	}
	b.splice(w, p)
	return true
}

// confine parses a text that is broken so that its error reaches out of the
// window, or would. It returns false if the text behind is to be read again, too:
// two errors of that kind may as well be no error, like the quotes of a string.
func (b *Buffer) confine(w window, changed string) (part, bool) {
	if !b.confined.Empty() && !b.confined.Overlaps(w.span) {
		return part{}, false
	}
	p, ok := b.readPart(parser.KindFile, changed)
	return p, ok && p.faulty()
}

// afterEdit returns where an error is confined after the text of a window was
// found to be complete.
func (b *Buffer) afterEdit(w text.Span, grown int) text.Span {
	switch c := b.confined; {
	case w.Covers(c):
		return text.Span{}
	case w.End <= c.Start:
		return text.Span{Start: uint32(int(c.Start) + grown), End: uint32(int(c.End) + grown)}
	default:
		return c
	}
}

// standsApart reports whether the text of a window does not touch the keywords
// around it.
func standsApart(w window, changed string) bool {
	const blank = " \t\r\n"
	return (!w.opening || strings.IndexAny(changed, blank) == 0) &&
		(!w.closing || changed != "" && strings.Contains(blank+";", changed[len(changed)-1:]))
}

// holds reports whether the window can take p without an effect on what is
// around it.
func (w window) holds(p part) bool {
	// A set without bindings, or a broken one, may turn out to be formals.
	if w.opening && (p.from == p.to || p.faulty()) {
		return false
	}
	return w.closing || p.from == p.to || p.tree.Kind(p.to-1) == parser.KindSemicolon && p.tree.Span(p.to-1).End == p.span.End
}

// faulty reports whether there is an error in p.
func (p part) faulty() bool {
	return slices.ContainsFunc(p.marks.faults, func(id parser.NodeID) bool { return p.from <= id && id < p.to })
}

// readPart parses a text in a frame of the given kind. It returns false if what
// is in the frame is not the text.
func (b *Buffer) readPart(kind parser.Kind, changed string) (part, bool) {
	if b.part == nil {
		b.part = newEngine()
	}
	f := frames[kind]
	src := f.before + changed + f.after
	if b.part == nil || !b.part.read(src, true) || b.part.gaveUp() {
		return part{}, false
	}
	tree, m := b.part.tree(src, nil, &marks{}, nil)
	if tree == nil {
		return part{}, false
	}
	p := part{tree: tree, marks: m, span: text.Span{Start: uint32(len(f.before)), End: uint32(len(src) - len(f.after))}}
	return p, p.find(kind)
}

// find finds the nodes of the text.
func (p *part) find(kind parser.Kind) bool {
	t := p.tree
	n := parser.NodeID(t.Len())
	in := parser.NodeID(1)
	switch kind {
	case parser.KindFile:
		in, p.to = 0, n
	case parser.KindLet:
		p.to = n - 2 // behind the keyword comes a variable
	default:
		p.to = n - 1
	}
	first := t.Node(in).Child(parser.KindBinding)
	p.from = first.SubtreeEnd()
	if t.Kind(in) != kind || t.SubtreeEnd(in) != n || first.End() != p.span.Start || p.to < p.from {
		return false
	}
	return in == 0 || t.Parent(p.to) == in && t.Span(p.to).Start == p.span.End && isBracket(t, p.to, parser.KindInKw, parser.KindRightBrace)
}

func (b *Buffer) depth(id parser.NodeID) int {
	depth := 0
	for id = b.tree.Parent(id); id >= 0; id = b.tree.Parent(id) {
		depth++
	}
	return depth
}

// splice puts p into the window, in the tree and its marks. No subtree of the
// engine stands for what changes.
func (b *Buffer) splice(w window, p part) {
	b.tree = b.tree.Splice(b.src, parser.Splice{
		Parent: w.parent, First: w.first, Last: w.last, Text: w.span,
		Part: p.tree, From: p.from, To: p.to, PartText: p.span,
	})
	come := p.to - p.from
	move := w.first + come - w.last
	old := b.marks.list
	list := slices.Grow(b.marks.spare[:0], b.tree.Len())
	list = append(list, old[:w.first]...)
	list = append(list, p.marks.list[p.from:p.to]...)
	list = append(list, old[w.last:]...)
	for id := w.parent; id >= 0; id = b.tree.Parent(id) {
		list[id].id = 0
		list[id].next += C.uint32_t(move)
	}
	for i := w.first; i < w.first+come; i++ {
		list[i] = C.engine_mark{start: C.uint32_t(b.tree.Span(i).Start), next: C.uint32_t(b.tree.SubtreeEnd(i))}
	}
	shift := C.uint32_t(p.span.Len() - w.span.Len())
	for i := int(w.first + come); i < len(list); i++ {
		list[i].start += shift
		list[i].next += C.uint32_t(move)
	}
	b.marks = marks{
		list: list, spare: old,
		faults: spliceFaults(b.marks.faults, w, p),
		depth:  max(b.marks.depth, b.depth(w.parent)+p.marks.depth),
	}
}

func spliceFaults(old []parser.NodeID, w window, p part) []parser.NodeID {
	first, _ := slices.BinarySearch(old, w.first)
	last, _ := slices.BinarySearch(old, w.last)
	from, _ := slices.BinarySearch(p.marks.faults, p.from)
	to, _ := slices.BinarySearch(p.marks.faults, p.to)
	faults := slices.Clone(old[:first])
	for _, id := range p.marks.faults[from:to] {
		faults = append(faults, id+w.first-p.from)
	}
	for _, id := range old[last:] {
		faults = append(faults, id+w.first+p.to-p.from-w.last)
	}
	return faults
}
