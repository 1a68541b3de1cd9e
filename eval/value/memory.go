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

// Memory makes cells, environments, slices of cells and sets, and counts the
// bytes that they take. It is for one goroutine.
//
// Each is an object of its own. Chunks of many are made a little faster, but one
// lives as long as anything in it, which came to half as much again of what an
// evaluation keeps, and the collector has to go through that over and over.
type Memory struct {
	// Taken counts the bytes of all objects, and what Charge was told of. When it
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

// Charge counts bytes that were taken elsewhere.
func (m *Memory) Charge(bytes int) { m.count(uint64(bytes)) }

// Cell returns a new cell that holds v.
func (m *Memory) Cell(v Value) *Value {
	c := new(Value)
	*c = v
	m.count(uint64(unsafe.Sizeof(v)))
	return c
}

// take returns n words, all zero. Objects whose size the compiler knows are made
// faster.
func (m *Memory) take(n int) unsafe.Pointer {
	m.count(uint64(n) * uint64(word))
	switch n {
	case 1:
		return unsafe.Pointer(new([1]unsafe.Pointer))
	case 2:
		return unsafe.Pointer(new([2]unsafe.Pointer))
	case 3:
		return unsafe.Pointer(new([3]unsafe.Pointer))
	case 4:
		return unsafe.Pointer(new([4]unsafe.Pointer))
	case 5:
		return unsafe.Pointer(new([5]unsafe.Pointer))
	case 6:
		return unsafe.Pointer(new([6]unsafe.Pointer))
	}
	return unsafe.Pointer(unsafe.SliceData(make([]unsafe.Pointer, n)))
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
