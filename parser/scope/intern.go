package scope

import (
	"hash/maphash"

	"firn/parser"
)

// symbols numbers strings, the seeds first. It is an open hash table; 0 marks
// a free slot.
type symbols struct {
	seed  maphash.Seed
	slots []int32 // numbers plus one
	names []string
	marks []mark
}

// mark is where a symbol is in its table.
type mark struct{ hash, slot uint32 }

// reset forgets all but the seeds. It takes time only for what there was.
func (s *symbols) reset() {
	if s.slots == nil {
		s.seed = maphash.MakeSeed()
		s.slots = make([]int32, 1<<9)
		for _, name := range seeds {
			s.number(name)
		}
		return
	}
	for n := len(seeds); n < len(s.names); n++ {
		s.slots[s.marks[n].slot] = 0
		s.names[n] = ""
	}
	s.names, s.marks = s.names[:len(seeds)], s.marks[:len(seeds)]
}

func (s *symbols) number(name string) int32 {
	h := uint32(maphash.String(s.seed, name))
	mask := uint32(len(s.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		slot := s.slots[i]
		if slot == 0 {
			n := int32(len(s.names))
			s.names, s.marks = append(s.names, name), append(s.marks, mark{h, i})
			s.slots[i] = n + 1
			if 2*len(s.names) > len(s.slots) {
				s.grow()
			}
			return n
		}
		if s.marks[slot-1].hash == h && s.names[slot-1] == name {
			return slot - 1
		}
	}
}

func (s *symbols) grow() {
	s.slots = make([]int32, 2*len(s.slots))
	mask := uint32(len(s.slots) - 1)
	for n := range s.marks {
		m := &s.marks[n]
		for m.slot = m.hash & mask; s.slots[m.slot] != 0; {
			m.slot = (m.slot + 1) & mask
		}
		s.slots[m.slot] = int32(n) + 1
	}
}

// attrKey names an attribute of a set.
type attrKey struct {
	set SetID
	sym int32
}

// attrTable finds the binding of an attribute. Like [symbols] it is an open
// hash table, and the bindings hold the keys.
type attrTable struct {
	slots []int32  // binding ids plus one
	taken []uint32 // the slots in use
}

func (k attrKey) hash() uint32 {
	h := (uint64(k.set)<<32 | uint64(uint32(k.sym))) * 0x9e3779b97f4a7c15
	return uint32(h >> 32)
}

func (t *attrTable) reset() {
	if t.slots == nil {
		t.slots = make([]int32, 1<<9)
	}
	for _, slot := range t.taken {
		t.slots[slot] = 0
	}
	t.taken = t.taken[:0]
}

// find returns the binding with key k, or the slot where it belongs.
func (t *attrTable) find(bindings []Binding, k attrKey) (b BindingID, slot uint32) {
	mask := uint32(len(t.slots) - 1)
	for i := k.hash() & mask; ; i = (i + 1) & mask {
		id := t.slots[i]
		if id == 0 {
			return NoBinding, i
		}
		if b := &bindings[id-1]; b.sym == k.sym && b.Set == k.set {
			return BindingID(id - 1), i
		}
	}
}

// insert puts the last of bindings into a slot that find returned.
func (t *attrTable) insert(bindings []Binding, slot uint32) {
	t.slots[slot] = int32(len(bindings))
	t.taken = append(t.taken, slot)
	if 2*len(t.taken) <= len(t.slots) {
		return
	}
	old := t.slots
	t.slots = make([]int32, 2*len(old))
	t.taken = t.taken[:0]
	for _, id := range old {
		if id != 0 {
			b := &bindings[id-1]
			_, slot := t.find(bindings, attrKey{b.Set, b.sym})
			t.slots[slot] = id
			t.taken = append(t.taken, slot)
		}
	}
}

// intern gives every name of the tree its symbol, the seeds first and the rest
// in source order, which is about the order in which Nix does.
func (r *resolver) intern() {
	t := r.tree
	r.symbols.reset()
	r.syms = grown(r.syms, t.Len())
	for id := range r.syms {
		switch n := parser.NodeID(id); t.Kind(n) {
		case parser.KindVar, parser.KindName:
			r.syms[id] = r.symbols.number(t.Text(n))
		case parser.KindString, parser.KindInterp:
			if k := t.Kind(t.Parent(n)); k != parser.KindAttrPath && k != parser.KindInherit {
				continue
			}
			r.syms[id] = dynamic
			if name, ok := t.Node(n).AttrName(); ok {
				r.syms[id] = r.symbols.number(name)
			}
		}
	}
	r.top = grown(r.top, len(r.symbols.names))
	for i := range r.top {
		r.top[i] = NoBinding
	}
}

// dynamic marks an element of an attribute path whose name is not static.
const dynamic = -1

// sym returns the symbol of n, a variable or an element of an attribute path, if
// its name is static.
func (r *resolver) sym(n parser.NodeID) (int32, bool) {
	switch r.tree.Kind(n) {
	case parser.KindVar, parser.KindName:
		return r.syms[n], true
	case parser.KindString, parser.KindInterp:
		if sym := r.syms[n]; sym != dynamic {
			return sym, true
		}
	}
	return 0, false
}

// grown returns s with n elements, whatever they are. There is room for some
// more, so that a few turns suffice for the largest of many files.
func grown[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/2)
	}
	return s[:n]
}
