package grammar

// #include "engine.h"
import "C"

import (
	"unsafe"

	"firn/parser"
)

// engine parses one text, and what becomes of it.
type engine struct{ c *C.engine }

// newEngine returns an engine, which must be freed, or nil if there can be none.
func newEngine() *engine {
	if define() != nil {
		return nil
	}
	c := C.engine_new()
	if c == nil {
		return nil
	}
	return &engine{c}
}

func (e *engine) free() { C.engine_free(e.c) }

// change tells of an edit of the text.
func (e *engine) change(edit C.engine_edit) { C.engine_change(e.c, edit) }

// read parses the text, afresh or with the help of the last tree.
func (e *engine) read(src string, fresh bool) bool {
	text := (*C.char)(unsafe.Pointer(unsafe.StringData(src)))
	return bool(C.engine_parse(e.c, text, C.uint32_t(len(src)), C.bool(fresh)))
}

// gaveUp reports whether tree-sitter had to recover from an error by itself.
func (e *engine) gaveUp() bool { return bool(C.engine_gave_up(e.c)) }

// tree makes a tree of what was read. What is unchanged since the tree old, of
// which m are the marks, it takes over from there. It returns no tree if that is,
// or with copies may be, too deep.
func (e *engine) tree(src string, old *parser.Tree, m *marks, edits []C.engine_edit) (*parser.Tree, marks) {
	ok := C.engine_list(e.c, C.engine_changes{
		marks:      unsafe.SliceData(m.list),
		mark_count: C.uint32_t(len(m.list)),
		edits:      unsafe.SliceData(edits),
		edit_count: C.uint32_t(len(edits)),
	})
	defer C.engine_drop_items(e.c)
	if !ok {
		return nil, marks{}
	}
	var n C.uint32_t
	items := C.engine_items(e.c, &n)
	return convert(src, old, m, unsafe.Slice(items, n))
}
