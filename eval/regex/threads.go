package regex

// threads are the ways that are followed side by side through a text, the ones
// to prefer first. Two at the same entry go on alike, so the second is dropped.
type threads struct {
	table   *table[step] // the steps to take
	current []thread
	next    []thread // those behind the current byte
	there   []uint64 // by entry: whether there is one in next, by the value of turn
	turn    uint64

	slots []int // marks of all threads
	free  []int32

	once   step // see step
	halted bool // a step is hard
	found  bool
	result []int // the match: where it and its groups begin and end
}

// thread is a way.
type thread struct {
	entry int32
	slots int32 // where its marks begin in threads.slots
	begin int   // where it begins
}

// maxSlots bounds the marks of all threads.
const maxSlots = 4 << 20

// run looks for a match from a place on. An anchored match begins there; it is
// not empty, unless all of the text has to match.
func (m *machine) run(from int, anchored bool) {
	m.found, m.halted = false, false
	m.slots, m.free = m.slots[:0], m.free[:0]
	m.current, m.next = m.current[:0], m.next[:0]
	for pos := from; !m.stops(); pos++ {
		over := anchored && pos > from || m.found // no more threads begin
		switch len(m.current) {
		case 0:
			if over {
				return
			}
			if !anchored {
				pos = m.skip(pos)
			}
		case 1:
			if over {
				pos = m.glide(pos)
			}
		}
		m.advance(pos)
		if !over && !m.found {
			m.start(pos, anchored)
		}
		if pos == len(m.text) || m.halted {
			return
		}
		m.current, m.next = m.next, m.current[:0]
	}
}

// glide follows a single thread as long as there is one way.
func (m *machine) glide(pos int) int {
	t := &m.current[0]
	from, end := pos, min(len(m.text), pos+workPerCheck)
	for ; pos < end; pos++ {
		m.stamp++
		s := m.step(t.entry, int(m.class[m.text[pos]]))
		if s.only < 0 {
			break
		}
		t.entry = s.only
	}
	m.work += pos - from
	return pos
}

// step returns the step of a cell. That of a large program is for once: a table
// of all ways could be as large as the square of it. It leaves out the entries
// and instructions that other threads have reached since the stamp was new.
func (m *machine) step(entry int32, class int) *step {
	if m.large() {
		m.once.ways, m.once.marks = m.once.ways[:0], m.once.marks[:0]
		m.list(&m.once, cell{entry, class})
		return &m.once
	}
	if s := m.table.get(entry, class); s != nil {
		return s
	}
	return m.newStep(cell{entry, class})
}

// large tells whether steps are not kept.
func (m *machine) large() bool {
	return len(m.insts) > 500 && (!m.chooses || m.table == &m.whole)
}

// advance takes all threads over the byte at pos, or to the end of their match.
func (m *machine) advance(pos int) {
	m.turn++
	m.stamp++
	class := m.classAt(pos)
	m.work += 1 + len(m.current)
	for i, t := range m.current {
		if m.stops() {
			return
		}
		if m.take(t, m.step(t.entry, class), pos) {
			for _, t := range m.current[i+1:] {
				m.drop(t)
			}
			return
		}
	}
}

// start begins a thread at pos, as the last of all.
func (m *machine) start(pos int, notNull bool) {
	entry := startEntry(pos, notNull && m.table == &m.prefix)
	s := m.step(entry, m.classAt(pos))
	if len(s.ways) == 0 && !s.hard {
		return
	}
	slots := m.newSlots()
	for i := range m.of(slots) {
		m.of(slots)[i] = -1
	}
	m.take(thread{entry, slots, pos}, s, pos)
}

// take takes the ways of a step. It returns true if one of them ends the match.
func (m *machine) take(t thread, s *step, pos int) bool {
	m.halted = m.halted || s.hard
	last := len(s.ways) - 1
	for i, w := range s.ways {
		if w.to == accepts {
			m.accept(t, pos)
			s.mark(m.result[2:], w.marks, pos)
			m.drop(t)
			return true
		}
		if m.full {
			return false
		}
		if m.there[w.to] == m.turn {
			continue
		}
		m.there[w.to] = m.turn
		slots := t.slots
		if i < last {
			slots = m.copySlots(slots)
		}
		s.mark(m.of(slots), w.marks, pos)
		m.next = append(m.next, thread{w.to, slots, t.begin})
		if i == last {
			return false
		}
	}
	m.drop(t)
	return false
}

// mark writes pos into the slots of a chain of marks.
func (s *step) mark(slots []int, marks int32, pos int) {
	for ; marks >= 0; marks = s.marks[marks].up {
		slots[s.marks[marks].slot] = pos
	}
}

func (m *machine) accept(t thread, pos int) {
	m.found = true
	m.result[0], m.result[1] = t.begin, pos
	copy(m.result[2:], m.of(t.slots))
}

// of returns the slots at a place.
func (m *machine) of(slots int32) []int {
	return m.slots[slots:][:2*m.groups]
}

// drop makes the slots of a thread free.
func (m *machine) drop(t thread) {
	if m.groups > 0 {
		m.free = append(m.free, t.slots)
	}
}

func (m *machine) newSlots() int32 {
	if n := len(m.free); n > 0 {
		slots := m.free[n-1]
		m.free = m.free[:n-1]
		return slots
	}
	slots, size := len(m.slots), 2*m.groups
	if slots+size > maxSlots {
		m.tooLarge()
		return 0
	}
	m.slots = append(m.slots, make([]int, size)...)
	return int32(slots)
}

func (m *machine) copySlots(from int32) int32 {
	to := m.newSlots()
	copy(m.of(to), m.of(from))
	m.work += m.groups / 4
	return to
}
