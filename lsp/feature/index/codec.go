package index

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
	"path/filepath"
	"unicode/utf8"

	"firn/lsp/feature/symbol"
)

// The encoded form: a line that names the version, a checksum of the rest, and
// then, with numbers as unsigned varints and strings behind their lengths:
//
//	root
//	the number of names, their lengths, their text
//	the number of files, and for each
//	    path from root, size, time of change, id
//	    the number of rows, and for each
//	        name, distance to the parent or 0
//	        start and line, less those of the row before
//	        column, length
//	        kind and flags
//
// The version changes with the form and with what is indexed.
const (
	version    = "firn index 1\n"
	headerSize = len(version) + 4
	minName    = 1 // the fewest bytes that a name, file and row take
	minFile    = 5
	minRow     = 7
	flagShift  = 4
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errCorrupt is the error for what is no index of this version, or not whole.
var errCorrupt = errors.New("not an index of this version")

// encode returns the files of v below root in the form above.
func (v view) encode(root string) []byte {
	e := encoder{names: &v.names, numbers: make([]uint32, v.names.len())}
	files := v.below(root)
	for _, f := range files {
		e.collect(f)
	}
	e.text(root)
	e.nameTable()
	e.uint(uint64(len(files)))
	for _, f := range files {
		e.file(root, f)
	}
	header := binary.LittleEndian.AppendUint32([]byte(version), crc32.Checksum(e.out, castagnoli))
	return append(header, e.out...)
}

func (v view) below(root string) []*file {
	var files []*file
	for _, f := range v.files {
		if rel, err := filepath.Rel(root, f.path); err == nil && filepath.IsLocal(rel) {
			files = append(files, f)
		}
	}
	return files
}

type encoder struct {
	names   *names
	used    []uint32 // the names that occur, in the order of their new numbers
	numbers []uint32 // the new number of each name, plus one
	out     []byte
}

// collect numbers the names of a file in the order of their first use.
func (e *encoder) collect(f *file) {
	for i := range f.rows {
		if id := f.rows[i].name; e.numbers[id] == 0 {
			e.used = append(e.used, id)
			e.numbers[id] = uint32(len(e.used))
		}
	}
}

func (e *encoder) uint(n uint64) { e.out = binary.AppendUvarint(e.out, n) }

func (e *encoder) text(s string) {
	e.uint(uint64(len(s)))
	e.out = append(e.out, s...)
}

func (e *encoder) nameTable() {
	e.uint(uint64(len(e.used)))
	for _, id := range e.used {
		e.uint(uint64(len(e.names.text(id))))
	}
	for _, id := range e.used {
		e.out = append(e.out, e.names.text(id)...)
	}
}

func (e *encoder) file(root string, f *file) {
	rel, err := filepath.Rel(root, f.path)
	if err != nil {
		return // not below root, see [view.below]
	}
	e.text(rel)
	e.uint(uint64(f.stamp.Size))
	e.uint(uint64(f.stamp.ModTime))
	e.uint(f.stamp.ID)
	e.uint(uint64(len(f.rows)))
	var last row
	for i, r := range f.rows {
		e.uint(uint64(e.numbers[r.name] - 1))
		e.uint(uint64(distance(i, r.parent)))
		e.uint(uint64(r.start - last.start))
		e.uint(uint64(r.line - last.line))
		e.uint(uint64(r.column))
		e.uint(uint64(r.length))
		e.uint(uint64(r.kind) | uint64(r.flags)<<flagShift)
		last = r
	}
}

// distance returns how many rows the parent is before row i; 0 means none.
func distance(i int, parent int32) int {
	if parent == symbol.None {
		return 0
	}
	return i - int(parent)
}

// decoded is what an encoded index holds. The names of its rows are those of
// its own table.
type decoded struct {
	root  string
	names []string
	size  int // of all names
	files []*file
}

// decode reads what encode has written. It trusts nothing: data may be of
// another program or an enemy.
func decode(data []byte) (*decoded, error) {
	if len(data) < headerSize || string(data[:len(version)]) != version {
		return nil, errCorrupt
	}
	body := data[headerSize:]
	if binary.LittleEndian.Uint32(data[len(version):]) != crc32.Checksum(body, castagnoli) {
		return nil, errCorrupt
	}
	d := decoder{data: body}
	d.out.root = d.text()
	d.nameTable()
	for range d.count(minFile) {
		d.file()
	}
	if d.failed || d.at != len(d.data) {
		return nil, errCorrupt
	}
	return &d.out, nil
}

type decoder struct {
	data   []byte
	at     int
	failed bool // at is then the end of data, so that every loop ends
	rows   int  // so far
	out    decoded
}

func (d *decoder) fail() { d.failed, d.at = true, len(d.data) }

// uint reads a number of at most limit.
func (d *decoder) uint(limit uint64) uint64 {
	if d.at < len(d.data) && d.data[d.at] < 0x80 && uint64(d.data[d.at]) <= limit {
		d.at++
		return uint64(d.data[d.at-1])
	}
	n, size := binary.Uvarint(d.data[d.at:])
	if size <= 0 || n > limit {
		d.fail()
		return 0
	}
	d.at += size
	return n
}

func (d *decoder) uint32() uint32 { return uint32(d.uint(math.MaxUint32)) }

// count reads a number of things that take at least size bytes each.
func (d *decoder) count(size int) int { return int(d.uint(uint64((len(d.data) - d.at) / size))) }

func (d *decoder) text() string { return string(d.take(d.count(1))) }

func (d *decoder) take(n int) []byte {
	if n > len(d.data)-d.at {
		d.fail()
		return nil
	}
	d.at += n
	return d.data[d.at-n : d.at]
}

func (d *decoder) nameTable() {
	lengths := make([]int, d.count(minName))
	total := 0
	for i := range lengths {
		lengths[i] = d.count(1)
		total += lengths[i]
	}
	arena := string(d.take(total))
	if d.failed || !utf8.ValidString(arena) {
		d.fail()
		return
	}
	d.out.names, d.out.size = make([]string, len(lengths)), total
	for i, n := range lengths {
		d.out.names[i], arena = arena[:n], arena[n:]
	}
}

func (d *decoder) file() {
	rel := d.text()
	f := &file{path: filepath.Join(d.out.root, rel)}
	f.stamp.Size = int64(d.uint(math.MaxInt64))
	f.stamp.ModTime = int64(d.uint(math.MaxUint64))
	f.stamp.ID = d.uint(math.MaxUint64)
	f.rows = make([]row, d.count(minRow))
	d.rows += len(f.rows)
	if !filepath.IsLocal(rel) || d.rows > maxSymbols {
		d.fail()
		return
	}
	var last row
	for i := range f.rows {
		last = d.row(i, last)
		f.rows[i] = last
	}
	d.out.files = append(d.out.files, f)
}

func (d *decoder) row(i int, last row) row {
	r := row{name: d.uint32(), parent: symbol.None}
	if back := d.uint(uint64(i)); back > 0 {
		r.parent = int32(i) - int32(back)
	}
	r.start = last.start + d.uint32()
	r.line = last.line + d.uint32()
	r.column = d.uint32()
	r.length = uint16(d.uint(math.MaxUint16))
	tail := d.uint(1<<(2*flagShift) - 1)
	r.kind, r.flags = symbol.Kind(tail&(1<<flagShift-1)), flags(tail>>flagShift)
	if int(r.name) >= len(d.out.names) || !r.kind.Valid() || r.flags&^allFlags != 0 {
		d.fail()
	}
	return r
}

// adopt adds the files of d to x, but for those that x has.
func (x *Index) adopt(d *decoded) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.names.size()+d.size > maxText {
		return fmt.Errorf("%w: %d bytes of names", errCorrupt, d.size)
	}
	x.names.reserve(len(d.names), d.size)
	numbers := make([]uint32, len(d.names))
	for i, name := range d.names {
		numbers[i] = x.names.intern(name)
	}
	if x.files == nil {
		x.files = make(map[string]*file, len(d.files))
	}
	for _, f := range d.files {
		if x.files[f.path] != nil || x.symbols+len(f.rows) > maxSymbols {
			continue
		}
		for i := range f.rows {
			f.rows[i].name = numbers[f.rows[i].name]
		}
		x.files[f.path] = f
		x.symbols += len(f.rows)
	}
	x.touch()
	return nil
}
