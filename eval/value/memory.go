package value

import "unsafe"

// Env is the variables of one scope: the scope around it, and cells.
type Env struct {
	up *Env
	// cells follow, as many as the environment was made for.
}

const word = unsafe.Sizeof(uintptr(0))

// Up returns the environment around e.
func (e *Env) Up() *Env { return e.up }

// At returns the i-th cell of e, which is nil until it is set.
func (e *Env) At(i int) *Value {
	return *(**Value)(unsafe.Add(unsafe.Pointer(e), word+uintptr(i)*word))
}

// Put sets the i-th cell of e.
func (e *Env) Put(i int, v *Value) {
	*(**Value)(unsafe.Add(unsafe.Pointer(e), word+uintptr(i)*word)) = v
}

// Memory hands out cells, environments and slices of cells from chunks, since
// that takes a third of the time of getting each from the heap. A chunk lives
// as long as anything in it. It is for one goroutine.
type Memory struct {
	cells []Value
	words []unsafe.Pointer
	sets  []Attrs

	// Taken counts the bytes of all chunks, and what Charge was told of. When it
	// has come to Limit, Full is called.
	Taken, Limit uint64
	Full         func()
}

// count adds to Taken.
func (m *Memory) count(bytes uint64) {
	m.Taken += bytes
	if m.Taken >= m.Limit && m.Full != nil {
		m.Full()
	}
}

const (
	cellChunk = 170 // 4080 bytes
	wordChunk = 512
	setChunk  = 84
)

// Charge counts bytes that were taken elsewhere.
func (m *Memory) Charge(bytes int) { m.count(uint64(bytes)) }

// Cell returns a new cell that holds v.
func (m *Memory) Cell(v Value) *Value {
	if len(m.cells) == 0 {
		m.cells = make([]Value, cellChunk)
		m.count(cellChunk * uint64(unsafe.Sizeof(Value{})))
	}
	c := &m.cells[0]
	m.cells = m.cells[1:]
	*c = v
	return c
}

// take returns n words, all zero.
func (m *Memory) take(n int) unsafe.Pointer {
	if n > len(m.words) {
		if n > wordChunk/4 {
			m.count(uint64(n) * uint64(word))
			return unsafe.Pointer(unsafe.SliceData(make([]unsafe.Pointer, n)))
		}
		m.count(wordChunk * uint64(word))
		m.words = make([]unsafe.Pointer, wordChunk)
	}
	p := unsafe.Pointer(unsafe.SliceData(m.words))
	m.words = m.words[n:]
	return p
}

// Env returns a new environment with n cells, all nil.
func (m *Memory) Env(up *Env, n int) *Env {
	e := (*Env)(m.take(n + 1))
	e.up = up
	return e
}

// Slice returns a new slice of n cells, all nil.
func (m *Memory) Slice(n int) []*Value {
	if n == 0 {
		return nil
	}
	return unsafe.Slice((**Value)(m.take(n)), n)
}

// Cells returns the n cells of e, in place.
func (e *Env) Cells(n int) []*Value {
	return unsafe.Slice((**Value)(unsafe.Add(unsafe.Pointer(e), word)), n)
}
