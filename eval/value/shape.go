package value

import (
	"cmp"
	"slices"
)

// Shape is the names of an attribute set and where each is defined. Sets that
// one expression makes share theirs, so that a place in the code that selects
// from them can remember where an attribute is. A Shape is immutable.
type Shape struct {
	syms  []Symbol // ascending
	pos   []Pos
	found int32            // how often it was searched
	index map[Symbol]int32 // made when a large shape was searched often
	order []int32          // by name, made when it is wanted
	bare  *Shape           // without places, made when it is wanted
}

// EmptyShape has no names. All evaluators share it, so nothing in it is made when it
// is wanted.
var EmptyShape = func() *Shape {
	s := &Shape{}
	s.bare = s
	return s
}()

// NewShape returns the shape with the given names, which must ascend, and the
// places of their definitions. It owns both slices.
func NewShape(syms []Symbol, pos []Pos) *Shape { return &Shape{syms: syms, pos: pos} }

// Len returns the number of names.
func (s *Shape) Len() int { return len(s.syms) }

// Sym returns the i-th name.
func (s *Shape) Sym(i int) Symbol { return s.syms[i] }

// Pos returns where the i-th name is defined.
func (s *Shape) Pos(i int) Pos { return s.pos[i] }

// Placeless returns the shape with the same names that are defined nowhere.
func (s *Shape) Placeless() *Shape {
	if s.bare == nil {
		s.bare = &Shape{syms: s.syms, pos: make([]Pos, len(s.syms)), index: s.index, order: s.order}
		s.bare.bare = s.bare
	}
	return s.bare
}

const (
	linear  = 8  // the most names that are looked through one by one
	indexed = 48 // the fewest that get an index
)

// Find returns the number of a name, or -1.
func (s *Shape) Find(sym Symbol) int {
	n := len(s.syms)
	if n <= linear {
		for i, x := range s.syms {
			if x == sym {
				return i
			}
		}
		return -1
	}
	if n >= indexed && s.wantsIndex() {
		return s.lookup(sym)
	}
	low, high := 0, n
	for low < high {
		middle := int(uint(low+high) >> 1)
		if s.syms[middle] < sym {
			low = middle + 1
		} else {
			high = middle
		}
	}
	if low < n && s.syms[low] == sym {
		return low
	}
	return -1
}

// wantsIndex reports whether the index of a large shape pays: it takes several
// times the memory of the shape, which may be that of a set that only passes.
func (s *Shape) wantsIndex() bool {
	if s.index != nil {
		return true
	}
	s.found++
	return int(s.found) > len(s.syms)/4
}

func (s *Shape) lookup(sym Symbol) int {
	if s.index == nil {
		s.index = make(map[Symbol]int32, len(s.syms))
		for i, x := range s.syms {
			s.index[x] = int32(i)
		}
	}
	if i, ok := s.index[sym]; ok {
		return int(i)
	}
	return -1
}

// ByName returns the numbers of the names in the order of their bytes.
func (s *Shape) ByName(symbols *Symbols) []int32 {
	if s.order == nil && len(s.syms) > 0 {
		order := make([]int32, len(s.syms))
		for i := range order {
			order[i] = int32(i)
		}
		slices.SortFunc(order, func(a, b int32) int {
			return cmp.Compare(symbols.names[s.syms[a]], symbols.names[s.syms[b]])
		})
		s.order = order
	}
	return s.order
}

// Merge says how the shape of a // b comes of theirs. A place in the code keeps
// one; the zero value is to be used at first.
type Merge struct {
	a, b, out *Shape
	plan      []int32 // by number in out: i for a's, ^i for b's
}

// of makes m the merge of two shapes.
func (m *Merge) of(a, b *Shape) {
	n := mergedLen(a.syms, b.syms)
	m.a, m.b, m.plan = a, b, m.plan[:0]
	if cap(m.plan) < n {
		m.plan = make([]int32, 0, n)
	}
	syms, pos := make([]Symbol, 0, n), make([]Pos, 0, n)
	i, j := 0, 0
	for i < len(a.syms) || j < len(b.syms) {
		if j == len(b.syms) || i < len(a.syms) && a.syms[i] < b.syms[j] {
			syms, pos = append(syms, a.syms[i]), append(pos, a.pos[i])
			m.plan = append(m.plan, int32(i))
			i++
			continue
		}
		if i < len(a.syms) && a.syms[i] == b.syms[j] {
			i++
		}
		syms, pos = append(syms, b.syms[j]), append(pos, b.pos[j])
		m.plan = append(m.plan, ^int32(j))
		j++
	}
	m.out = NewShape(syms, pos)
}

// mergedLen returns how many different names are in two lists.
func mergedLen(a, b []Symbol) int {
	n, j := len(a)+len(b), 0
	for i := 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			i, j, n = i+1, j+1, n-1
		}
	}
	return n
}
