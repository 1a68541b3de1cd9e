package value

import (
	"slices"
	"unsafe"
)

// Attrs is an attribute set: a shape and as many cells. It may be a layer that
// lies over another set, whose attributes it hides or adds to. It is immutable
// once it is made.
type Attrs struct {
	Header
	depth uint8 // how many layers are below
	count int32 // of all layers, each name once
	pos   Pos
	shape *Shape
	cells unsafe.Pointer // of the shape
	base  *Attrs
	flat  *Attrs // the same set without layers, made when it is wanted
}

// Empty is the set without attributes.
var Empty = &Attrs{Header: Header{Set}, shape: EmptyShape}

// Attrs returns the set of a shape and its cells, in the shape's order. It owns
// the cells.
func (m *Memory) Attrs(shape *Shape, cells []*Value, pos Pos) *Attrs {
	a := m.attrs()
	*a = Attrs{
		Header: Header{Set}, count: int32(len(cells)), pos: pos,
		shape: shape, cells: unsafe.Pointer(unsafe.SliceData(cells)),
	}
	return a
}

func (m *Memory) attrs() *Attrs {
	m.count(uint64(unsafe.Sizeof(Attrs{})))
	return new(Attrs)
}

// Len returns the number of attributes.
func (a *Attrs) Len() int { return int(a.count) }

// DefinedAt returns the place of the expression that made a, if it is known.
func (a *Attrs) DefinedAt() Pos { return a.pos }

func (a *Attrs) cell(i int) *Value {
	return *(**Value)(unsafe.Add(a.cells, uintptr(i)*word))
}

// Get returns the cell of an attribute, or nil.
func (a *Attrs) Get(sym Symbol) *Value {
	for ; a != nil; a = a.base {
		if i := a.shape.Find(sym); i >= 0 {
			return a.cell(i)
		}
	}
	return nil
}

// Find returns the cell of an attribute and where that is defined, or nil.
func (a *Attrs) Find(sym Symbol) (*Value, Pos) {
	for ; a != nil; a = a.base {
		if i := a.shape.Find(sym); i >= 0 {
			return a.cell(i), a.shape.pos[i]
		}
	}
	return nil, 0
}

// Site remembers where a place in the code found an attribute last.
type Site struct {
	shape *Shape
	index int32
}

// GetAt is Find for a place in the code that looks for the same attribute over
// and over again.
func (a *Attrs) GetAt(sym Symbol, site *Site) (*Value, Pos) {
	if a.shape == site.shape {
		return a.cell(int(site.index)), a.shape.pos[site.index]
	}
	if i := a.shape.Find(sym); i >= 0 {
		site.shape, site.index = a.shape, int32(i)
		return a.cell(i), a.shape.pos[i]
	}
	if a.base == nil {
		return nil, 0
	}
	return a.base.Find(sym)
}

// Flat returns a without layers.
func (a *Attrs) Flat() *Attrs {
	if a.base == nil {
		return a
	}
	if a.flat == nil {
		a.flat = a.flatten()
	}
	return a.flat
}

// flatten merges the layers from the bottom up.
func (a *Attrs) flatten() *Attrs {
	layers := []*Attrs{}
	bottom := a
	for ; bottom.base != nil; bottom = bottom.base {
		if bottom.flat != nil {
			bottom = bottom.flat
			break
		}
		layers = append(layers, bottom)
	}
	// Small layers are put together before they meet the large base.
	var top *Attrs
	for _, layer := range slices.Backward(layers) {
		own := &Attrs{shape: layer.shape, cells: layer.cells}
		if top == nil {
			top = own
		} else {
			top = merged(top, own)
		}
	}
	flat := merged(bottom, top)
	flat.pos = a.pos
	return flat
}

// merged returns a // b, both of which are flat.
func merged(a, b *Attrs) *Attrs {
	var how Merge
	how.of(a.shape, b.shape)
	cells := make([]*Value, len(how.plan))
	how.carryOut(a, b, cells)
	return &Attrs{
		Header: Header{Set}, count: int32(len(cells)),
		shape: how.out, cells: unsafe.Pointer(unsafe.SliceData(cells)),
	}
}

func (m *Merge) carryOut(a, b *Attrs, cells []*Value) {
	for k, i := range m.plan {
		if i >= 0 {
			cells[k] = a.cell(int(i))
		} else {
			cells[k] = b.cell(int(^i))
		}
	}
}

const (
	layerBase = 24 // the fewest attributes that are worth to lie under a layer
	layerTop  = 16 // the most attributes of a layer
	maxLayers = 7
)

// Update returns a // b. The merge that the place in the code keeps is used if it
// fits, and changed if it does not.
func (m *Memory) Update(a, b *Attrs, how *Merge) *Attrs {
	switch {
	case b.count == 0:
		return a
	case a.count == 0:
		return b
	}
	if a.count >= layerBase && b.base == nil && b.count <= layerTop && b.count*4 <= a.count && a.depth < maxLayers {
		return m.layer(a, b)
	}
	a, b = a.Flat(), b.Flat()
	if how.a != a.shape || how.b != b.shape {
		how.of(a.shape, b.shape)
		m.Charge(len(how.plan) * 8)
	}
	cells := m.Slice(len(how.plan))
	how.carryOut(a, b, cells)
	return m.Attrs(how.out, cells, 0)
}

func (m *Memory) layer(a, b *Attrs) *Attrs {
	count := a.count
	for _, sym := range b.shape.syms {
		if a.Get(sym) == nil {
			count++
		}
	}
	l := m.attrs()
	*l = Attrs{Header: Header{Set}, depth: a.depth + 1, count: count, shape: b.shape, cells: b.cells, base: a}
	return l
}

// Shape returns the names of a, which must be flat.
func (a *Attrs) Shape() *Shape { return a.shape }

// Cells returns the cells of a, which must be flat, in the order of its shape.
// They must not be changed.
func (a *Attrs) Cells() []*Value { return unsafe.Slice((**Value)(a.cells), a.shape.Len()) }

// Attr is one attribute.
type Attr struct {
	Sym Symbol
	Pos Pos
	V   *Value
}

// FromAttrs returns the set of a list of attributes, which is put in order. Of
// several with one name the first stays.
func (m *Memory) FromAttrs(list []Attr, pos Pos) *Attrs {
	if len(list) == 0 {
		return Empty
	}
	slices.SortStableFunc(list, func(a, b Attr) int { return int(a.Sym) - int(b.Sym) })
	list = slices.CompactFunc(list, func(a, b Attr) bool { return a.Sym == b.Sym })
	syms, places, cells := make([]Symbol, len(list)), make([]Pos, len(list)), m.Slice(len(list))
	for i, a := range list {
		syms[i], places[i], cells[i] = a.Sym, a.Pos, a.V
	}
	m.Charge(8 * len(list))
	return m.Attrs(NewShape(syms, places), cells, pos)
}

// Select returns the set of those attributes of a, which must be flat, that
// keep wants.
func (m *Memory) Select(a *Attrs, keep func(i int) bool) *Attrs {
	syms, places, cells := make([]Symbol, 0, a.count), make([]Pos, 0, a.count), m.Slice(int(a.count))
	n := 0
	for i, sym := range a.shape.syms {
		if keep(i) {
			syms, places = append(syms, sym), append(places, a.shape.pos[i])
			cells[n] = a.cell(i)
			n++
		}
	}
	switch n {
	case 0:
		return Empty
	case int(a.count):
		return a
	}
	m.Charge(8 * int(a.count))
	return m.Attrs(NewShape(syms, places), cells[:n], 0)
}
