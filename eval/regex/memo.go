package regex

// memo holds values by keys other than 0.
type memo struct {
	keys   []uint64 // a power of two of them, 0 where there is none
	values []value
	used   int
	max    int // values that are known or wanted
}

// maxMemo is memo.max of a machine.
const maxMemo = 2 << 20

// find returns where key is or should be.
func (h *memo) find(key uint64) int {
	mask := uint64(len(h.keys) - 1)
	i := key * 0x9e3779b97f4a7c15 >> 20 & mask
	for h.keys[i] != 0 && h.keys[i] != key {
		i = (i + 1) & mask
	}
	return int(i)
}

func (h *memo) get(key uint64) (value, bool) {
	if h.used == 0 {
		return -1, false
	}
	if i := h.find(key); h.keys[i] == key {
		return h.values[i], true
	}
	return -1, false
}

func (h *memo) put(key uint64, v value) {
	if 2*h.used >= len(h.keys) {
		h.grow()
	}
	i := h.find(key)
	if h.keys[i] == 0 {
		h.used++
	}
	h.keys[i], h.values[i] = key, v
}

func (h *memo) grow() {
	keys, values := h.keys, h.values
	n := max(64, 2*len(keys))
	h.keys, h.values = make([]uint64, n), make([]value, n)
	for i, k := range keys {
		if k != 0 {
			at := h.find(k)
			h.keys[at], h.values[at] = k, values[i]
		}
	}
}

// clear forgets all values; a large table goes with them.
func (h *memo) clear() {
	if len(h.keys) > 1<<12 {
		*h = memo{max: h.max}
	}
	clear(h.keys)
	h.used = 0
}
