// Package index finds symbols by name in all files of a workspace.
//
// An [Index] is a table: one row of a few words for each binding, names by
// number. It is filled from files by [Index.Sync], kept over restarts by a
// [Cache], and searched by [Index.Search]. What an editor has open is not put
// into it, but given to each search.
package index

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"firn/lsp/feature/symbol"
	"firn/parser"
	"firn/parser/text"
)

// The sizes up to which an index grows; a real workspace stays far below. What
// does not fit is left out, and [Index.Sync] says so.
const (
	maxSymbols = 10_000_000
	maxText    = 256 << 20
)

// Index is the symbols of a set of files. The zero Index is empty. Its methods
// may be called concurrently.
type Index struct {
	mu      sync.RWMutex // guards the fields; what they point to never changes
	files   map[string]*file
	ordered []*file // by path; nil after a change of files
	names   names
	symbols int    // in all files
	stale   int    // symbols that were replaced since names was made
	changes uint64 // counts what was replaced
}

// file is the symbols of one file in the order of the source.
type file struct {
	path  string
	stamp Stamp
	rows  []row
}

// row is one symbol. It is as small as can be: a workspace has millions.
type row struct {
	name   uint32
	parent int32 // the row of the enclosing symbol, or symbol.None
	start  uint32
	line   uint32
	column uint32 // in bytes
	length uint16 // of the selection; one that is longer is cut
	kind   symbol.Kind
	flags  flags
}

type flags uint8

const (
	local     flags = 1 << iota // bound by a let
	inherited                   // by an inherit
	wide                        // not all of the line up to the end is ASCII
	allFlags  = local | inherited | wide
)

// Len returns the number of files and of symbols.
func (x *Index) Len() (files, symbols int) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return len(x.files), x.symbols
}

// Changes returns a number that grows with each change of the index.
func (x *Index) Changes() uint64 {
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.changes
}

// stampOf returns the stamp of an indexed file, and whether there is one.
func (x *Index) stampOf(path string) (Stamp, bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	f := x.files[path]
	if f == nil {
		return Stamp{}, false
	}
	return f.stamp, true
}

// put replaces what the index has of a file. It reports false if there is no
// room, and then the index has nothing of it but its stamp.
func (x *Index) put(path string, stamp Stamp, found []found) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.drop(path)
	fits := x.symbols+len(found) <= maxSymbols && x.names.size()+textOf(found) <= maxText
	f := &file{path: path, stamp: stamp}
	if fits {
		f.rows = x.rows(found)
	}
	if x.files == nil {
		x.files = make(map[string]*file)
	}
	x.files[path] = f
	x.symbols += len(f.rows)
	x.touch()
	return fits
}

func textOf(found []found) int {
	n := 0
	for i := range found {
		n += len(found[i].name)
	}
	return n
}

func (x *Index) rows(found []found) []row {
	rows := make([]row, len(found))
	for i, f := range found {
		rows[i] = f.row
		rows[i].name = x.names.intern(f.name)
	}
	return rows
}

// drop forgets a file; x.mu is held.
func (x *Index) drop(path string) {
	f := x.files[path]
	if f == nil {
		return
	}
	delete(x.files, path)
	x.symbols -= len(f.rows)
	x.stale += len(f.rows)
	x.touch()
}

func (x *Index) touch() {
	x.ordered = nil
	x.changes++
}

// retain forgets the files that keep does not want.
func (x *Index) retain(keep func(path string) bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for path := range x.files {
		if !keep(path) {
			x.drop(path)
		}
	}
	if x.stale > 1000+x.symbols/2 {
		x.compact()
	}
}

// compact makes names anew without those that no file has. Readers keep the
// files and names that they have.
func (x *Index) compact() {
	old := x.names
	x.names = names{}
	for path, f := range x.files {
		rows := slices.Clone(f.rows)
		for i := range rows {
			rows[i].name = x.names.intern(string(old.text(rows[i].name)))
		}
		x.files[path] = &file{path, f.stamp, rows}
	}
	x.stale = 0
	x.ordered = nil
}

// view is the index at one moment.
type view struct {
	files []*file
	names names
}

func (x *Index) view() view {
	x.mu.RLock()
	v, ok := view{x.ordered, x.names}, x.ordered != nil
	x.mu.RUnlock()
	if ok {
		return v
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.ordered == nil {
		x.ordered = make([]*file, 0, len(x.files))
		for _, f := range x.files {
			x.ordered = append(x.ordered, f)
		}
		slices.SortFunc(x.ordered, func(a, b *file) int { return cmp.Compare(a.path, b.path) })
	}
	return view{x.ordered, x.names}
}

// found is a row whose name has no number yet.
type found struct {
	row
	name string // a part of the source
}

// symbolsOf returns the rows of a file.
func symbolsOf(t *parser.Tree) []found {
	symbols := symbol.Of(t)
	list := make([]found, len(symbols))
	at := place{src: t.Source()}
	for i, s := range symbols {
		at.advance(s.Selection.Start)
		f := found{name: s.Name, row: row{
			parent: s.Parent, start: s.Selection.Start, kind: s.Kind,
			line: at.line, column: s.Selection.Start - at.lineStart,
			length: uint16(min(s.Selection.Len(), 1<<16-1)),
		}}
		if s.Local {
			f.flags |= local
		}
		if t.Node(s.Node).Kind() != parser.KindBinding {
			f.flags |= inherited
		}
		if at.wide || !isASCII(s.Selection, t.Source()) {
			f.flags |= wide
		}
		list[i] = f
	}
	return list
}

func isASCII(s text.Span, src string) bool {
	return strings.IndexFunc(s.In(src), func(r rune) bool { return r >= 0x80 }) < 0
}

// place is a place in a source that only moves on, so that the lines of all
// symbols take one pass over it.
type place struct {
	src       string
	at        uint32
	line      uint32
	lineStart uint32
	wide      bool // there is a character beyond ASCII between lineStart and at
}

func (p *place) advance(to uint32) {
	for ; p.at < to; p.at++ {
		switch c := p.src[p.at]; {
		case c == '\n', c == '\r' && !strings.HasPrefix(p.src[p.at+1:], "\n"):
			p.line++
			p.lineStart = p.at + 1
			p.wide = false
		case c >= 0x80:
			p.wide = true
		}
	}
}
