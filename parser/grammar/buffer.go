package grammar

// #include "engine.h"
import "C"

import (
	"math"
	"sort"
	"strings"
	"unsafe"

	"firn/parser"
	"firn/parser/text"
)

// Buffer is the text of an editor with its tree. It is not safe for concurrent
// use, but its trees are, and they stay good when the buffer changes.
type Buffer struct {
	src    string
	tree   *parser.Tree
	engine *C.engine // nil for a closed buffer, and for a text that is too large
	closed bool
	marks  marks
	edits  []C.engine_edit // those since tree was made
}

// Open reads src. The buffer must be closed.
func Open(src string) *Buffer {
	b := &Buffer{src: src}
	b.parse()
	return b
}

// Tree returns the tree of the text as it is.
func (b *Buffer) Tree() *parser.Tree { return b.tree }

// Close frees what the garbage collector does not know of. A closed buffer can
// still be used, but each edit parses the whole text.
func (b *Buffer) Close() {
	b.closed = true
	b.free()
}

func (b *Buffer) free() {
	if b.engine != nil {
		C.engine_free(b.engine)
	}
	b.engine = nil
	b.marks = marks{}
}

// Edit changes the text. Each edit applies to the text that those before it
// left, and is cut to that text. The text is parsed once, at the end.
func (b *Buffer) Edit(edits ...text.Edit) {
	if len(edits) == 0 {
		return
	}
	b.edits = b.edits[:0]
	for _, e := range edits {
		e.End = min(e.End, uint32(len(b.src)))
		e.Start = min(e.Start, e.End)
		b.touch(before(b.edits, C.uint32_t(e.Start)))
		b.src = e.Apply(b.src)
		b.edits = append(b.edits, C.engine_edit{
			start:   C.uint32_t(e.Start),
			old_end: C.uint32_t(e.End),
			new_end: C.uint32_t(int(e.Start) + len(e.New)),
		})
	}
	for _, e := range b.edits {
		b.change(e)
	}
	b.parse()
}

func (b *Buffer) change(e C.engine_edit) {
	if b.engine != nil {
		C.engine_change(b.engine, e)
	}
}

// before returns the place that off had before the edits.
func before(edits []C.engine_edit, off C.uint32_t) uint32 {
	for i := len(edits) - 1; i >= 0; i-- {
		switch e := edits[i]; {
		case off >= e.new_end:
			off = off - e.new_end + e.old_end
		case off > e.start:
			off = e.start
		}
	}
	return uint32(off)
}

// touch makes the engine read again what stands before off. The scanner decides
// about a token by what may follow the one before it. Where that one ends a
// subtree that the engine takes over as a whole, it no longer knows.
func (b *Buffer) touch(off uint32) {
	if start := b.untouched(off); start < off {
		b.change(C.engine_edit{start: C.uint32_t(start), old_end: C.uint32_t(off), new_end: C.uint32_t(off)})
	}
}

// untouched returns a place in the last token before off that a change there
// leaves what it is. Tokens that touch one another may become one, but none
// with a bracket or the like.
func (b *Buffer) untouched(off uint32) uint32 {
	t := b.tree
	id := parser.NodeID(sort.Search(t.Len(), func(i int) bool { return t.Span(parser.NodeID(i)).Start >= off }))
	for touching := true; id > 0; {
		id--
		kind, span := t.Kind(id), t.Span(id)
		switch {
		case isFault(kind) || t.SubtreeEnd(id) != id+1:
		case span.End < off || !touching && isBracket(kind):
			return span.End - 1
		default:
			off, touching = span.Start, false
		}
	}
	return 0
}

func isBracket(k parser.Kind) bool {
	switch k {
	case parser.KindLeftBrace, parser.KindRightBrace, parser.KindLeftBracket, parser.KindRightBracket,
		parser.KindLeftParen, parser.KindRightParen, parser.KindDollarBrace, parser.KindSemicolon,
		parser.KindComma, parser.KindQuote, parser.KindIndQuote, parser.KindText:
		return true
	}
	return false
}

// parse makes the tree of the text, with the help of the last one as far as
// edits tells what became of it.
func (b *Buffer) parse() {
	if b.closed {
		b.tree = Parse(b.src)
		return
	}
	if !b.read() || !b.list() {
		b.tree = refuse(b.src)
	}
}

// read lets the engine read the text. It returns false if it cannot.
func (b *Buffer) read() bool {
	if len(b.src) > parser.MaxSize || define() != nil {
		b.free()
		return false
	}
	fresh := b.engine == nil
	if fresh {
		b.engine = C.engine_new()
	}
	if b.engine == nil || !b.run(fresh) {
		b.free()
		return false
	}
	return true
}

// run parses. Where tree-sitter recovers from an error by itself it must not
// know what was before, so that a text has one tree only.
func (b *Buffer) run(fresh bool) bool {
	src, n := (*C.char)(unsafe.Pointer(unsafe.StringData(b.src))), C.uint32_t(len(b.src))
	ok := bool(C.engine_parse(b.engine, src, n, C.bool(fresh)))
	if ok && !fresh && bool(C.engine_gave_up(b.engine)) {
		b.marks.clear()
		ok = bool(C.engine_parse(b.engine, src, n, true))
	}
	return ok
}

// list makes the tree of what the engine has read. It returns false if that is
// too deep.
func (b *Buffer) list() bool {
	tree := b.listed()
	if tree == nil && len(b.marks.list) > 0 {
		// How deep a tree with copies is, is known only roughly.
		b.marks.clear()
		tree = b.listed()
	}
	if tree == nil {
		b.marks.clear()
		return false
	}
	b.tree = tree
	return true
}

func (b *Buffer) listed() *parser.Tree {
	if !C.engine_list(b.engine, b.changes()) {
		return nil
	}
	defer C.engine_drop_items(b.engine)
	var n C.uint32_t
	items := C.engine_items(b.engine, &n)
	return b.convert(unsafe.Slice(items, n))
}

func (b *Buffer) changes() C.engine_changes {
	return C.engine_changes{
		marks:      unsafe.SliceData(b.marks.list),
		mark_count: C.uint32_t(len(b.marks.list)),
		edits:      unsafe.SliceData(b.edits),
		edit_count: C.uint32_t(len(b.edits)),
	}
}

// refuse returns the tree of a text that no other can be made of: all of it is
// an error.
func refuse(src string) *parser.Tree {
	const blank = " \t\r\n"
	end := uint32(min(len(src), math.MaxUint32))
	start := uint32(min(len(src)-len(strings.TrimLeft(src, blank)), math.MaxUint32))
	fault := parser.Flat{Start: start, End: uint32(len(strings.TrimRight(src[:end], blank))), Depth: 1, Kind: parser.KindError}
	if fault.Start >= fault.End {
		fault = parser.Flat{Depth: 1, Kind: parser.KindMissing}
	}
	tree, err := parser.FromFlat(src, []parser.Flat{{End: end, Kind: parser.KindFile}, fault}, nil)
	if err != nil {
		panic(err) // the two nodes nest
	}
	return tree
}
