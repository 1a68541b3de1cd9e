package index

import (
	"hash/maphash"
	"slices"

	"firn/lsp/feature/fuzzy"
)

// names is a table of distinct strings, numbered from 0. It only grows, so a
// copy of it stays as it is while the original grows.
type names struct {
	arena []byte
	ends  []uint32    // in arena
	sets  []fuzzy.Set // the characters of each

	slots []uint32 // a hash table of numbers plus one; its length is a power of two
}

var seed = maphash.MakeSeed()

func (n *names) len() int { return len(n.ends) }

func (n *names) size() int { return len(n.arena) }

// text returns a name. It must not be changed.
func (n *names) text(id uint32) []byte {
	start := uint32(0)
	if id > 0 {
		start = n.ends[id-1]
	}
	return n.arena[start:n.ends[id]]
}

// intern returns the number of a name.
func (n *names) intern(name string) uint32 {
	if 2*len(n.ends) >= len(n.slots) {
		n.rehash(max(1024, 2*len(n.slots)))
	}
	slot := n.find(name)
	if id := n.slots[slot]; id != 0 {
		return id - 1
	}
	id := n.add(name)
	n.slots[slot] = id + 1
	return id
}

// add gives a name a number without asking whether it has one.
func (n *names) add(name string) uint32 {
	n.arena = append(n.arena, name...)
	n.ends = append(n.ends, uint32(len(n.arena)))
	n.sets = append(n.sets, fuzzy.SetOf(name))
	return uint32(len(n.ends) - 1)
}

// extended returns a copy to which names can be added, but not interned.
func (n *names) extended() names {
	return names{arena: slices.Clip(n.arena), ends: slices.Clip(n.ends), sets: slices.Clip(n.sets)}
}

// find returns the slot where name is or belongs.
func (n *names) find(name string) int {
	mask := len(n.slots) - 1
	slot := int(maphash.String(seed, name)) & mask
	for n.slots[slot] != 0 && string(n.text(n.slots[slot]-1)) != name {
		slot = (slot + 1) & mask
	}
	return slot
}

// reserve makes room for more names, of so many bytes.
func (n *names) reserve(more, size int) {
	n.arena = slices.Grow(n.arena, size)
	n.ends = slices.Grow(n.ends, more)
	n.sets = slices.Grow(n.sets, more)
	slots := max(1024, len(n.slots))
	for slots <= 2*(len(n.ends)+more) {
		slots *= 2
	}
	n.rehash(slots)
}

func (n *names) rehash(slots int) {
	n.slots = make([]uint32, slots)
	for id := range n.ends {
		n.slots[n.find(string(n.text(uint32(id))))] = uint32(id) + 1
	}
}
