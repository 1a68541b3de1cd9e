package grammar

// #include "engine.h"
import "C"

import "strings"

// position is a place in a text as tree-sitter counts: in rows, which end with
// a line feed only, and bytes.
type position struct{ off, row, column uint32 }

// to returns the position of off in src, of which p is a position, too.
func (p position) to(src string, off uint32) position {
	if off < p.off {
		p = position{}
	}
	between := src[p.off:off]
	rows := strings.Count(between, "\n")
	if rows == 0 {
		return position{off, p.row, p.column + uint32(len(between))}
	}
	last := strings.LastIndexByte(between, '\n')
	return position{off, p.row + uint32(rows), uint32(len(between) - last - 1)}
}

func (p position) c() C.engine_point {
	return C.engine_point{off: C.uint32_t(p.off), row: C.uint32_t(p.row), column: C.uint32_t(p.column)}
}
