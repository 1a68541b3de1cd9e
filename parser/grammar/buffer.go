package grammar

// #include "engine.h"
import "C"

import (
	"math"
	"strings"

	"firn/parser"
	"firn/parser/text"
)

// Buffer is the text of an editor with its tree. It is not safe for concurrent
// use, but its trees are, and they stay good when the buffer changes.
type Buffer struct {
	src    string
	tree   *parser.Tree
	marks  marks   // of tree
	engine *engine // nil for a closed buffer, and for a text that is too large
	part   *engine // reads what local parses; nil until it does
	closed bool

	stale bool // the tree of the engine is good for nothing

	// Where an error is confined that would take text behind it along.
	confined text.Span
}

// Open reads src. The buffer must be closed.
func Open(src string) *Buffer {
	b := &Buffer{src: src}
	b.parse(nil)
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
	for _, e := range []*engine{b.engine, b.part} {
		if e != nil {
			e.free()
		}
	}
	b.engine, b.part = nil, nil
	b.marks = marks{}
}

// Edit changes the text. Each edit applies to the text that those before it
// left, and is cut to that text. The text is parsed once, at the end.
func (b *Buffer) Edit(edits ...text.Edit) {
	if len(edits) == 0 {
		return
	}
	src, list := apply(b.src, edits)
	b.note(list)
	old, was := b.src, b.confined
	b.src = src
	switch {
	case b.engine == nil || !b.local(old, list):
		b.parse(list)
	case b.confined.Empty() && !was.Empty() && len(b.marks.faults) > 0, !b.confined.Empty() && isValid(src):
		b.parse(nil) // the marks are those of the changed text already
	}
}

// maxRepairs is how many repairs a tree may have so that it is worth while to
// make the next one from it.
const maxRepairs = 200

// note tells the engine of edits.
func (b *Buffer) note(edits []C.engine_edit) {
	b.stale = b.stale || len(b.marks.faults) > maxRepairs
	if b.engine == nil || b.stale {
		return
	}
	b.touch(edits)
	for _, e := range edits {
		b.engine.change(e)
	}
}

func isValid(src string) bool {
	_, err := parser.Parse(src, parser.PipeOperators(true))
	return err == nil
}

// apply carries the edits out.
func apply(src string, edits []text.Edit) (string, []C.engine_edit) {
	list := make([]C.engine_edit, len(edits))
	p := position{}
	for i, e := range edits {
		e.End = min(e.End, uint32(len(src)))
		e.Start = min(e.Start, e.End)
		p = p.to(src, e.Start)
		end := p.to(src, e.End)
		src = e.Apply(src)
		list[i] = C.engine_edit{start: p.c(), old_end: end.c(), new_end: p.to(src, e.Start+uint32(len(e.New))).c()}
	}
	return src, list
}

// parse makes the tree of the text. The edits are those since the last tree.
func (b *Buffer) parse(edits []C.engine_edit) {
	b.confined = text.Span{}
	switch {
	case b.closed:
		b.tree = Parse(b.src)
	case !b.read() || !b.list(edits):
		b.marks.clear()
		b.tree, b.stale = refuse(b.src), true
	}
}

// read lets the engine read the text. It returns false if it cannot.
func (b *Buffer) read() bool {
	if len(b.src) > parser.MaxSize {
		b.free()
		return false
	}
	if b.engine == nil {
		b.engine, b.stale = newEngine(), true
	}
	ok := b.engine != nil && b.engine.read(b.src, b.stale)
	// How tree-sitter itself recovers depends on the tree before, which must not be.
	if again := ok && !b.stale && b.engine.gaveUp(); again {
		b.stale = true
		ok = b.engine.read(b.src, true)
	}
	if b.stale {
		b.marks.clear()
	}
	if b.stale = false; !ok {
		b.free()
	}
	return ok
}

// list makes the tree of what the engine has read. It returns false if that is
// too deep.
func (b *Buffer) list(edits []C.engine_edit) bool {
	tree, m := b.engine.tree(b.src, b.tree, &b.marks, edits)
	if tree == nil && len(b.marks.list) > 0 {
		// How deep a tree with copies is, is known only roughly.
		b.marks.clear()
		tree, m = b.engine.tree(b.src, nil, &b.marks, nil)
	}
	if tree == nil {
		return false
	}
	b.tree, b.marks = tree, m
	return true
}

// refuse returns the tree of a text that no other can be made of: all of it is
// an error.
func refuse(src string) *parser.Tree {
	const blank = " \t\r\n"
	src = src[:min(len(src), math.MaxUint32)]
	fault := parser.Flat{
		Start: uint32(len(src) - len(strings.TrimLeft(src, blank))),
		End:   uint32(len(strings.TrimRight(src, blank))),
		Depth: 1,
		Kind:  parser.KindError,
	}
	if fault.Start >= fault.End {
		fault = parser.Flat{Depth: 1, Kind: parser.KindMissing}
	}
	tree, err := parser.FromFlat(src, []parser.Flat{{End: uint32(len(src)), Kind: parser.KindFile}, fault}, nil)
	if err != nil {
		panic(err) // both nodes nest
	}
	return tree
}
