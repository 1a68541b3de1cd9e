package regex

// step is what can be done at an entry in view of a class of bytes, or of the
// end of the text.
type step struct {
	ways  []way  // in order; each but the first is for when those before lead to no match
	marks []mark // chains that ways refer to
	only  int32  // the entry of the only way, or -1 if there is another number of ways, or marks
	hard  bool   // the ways have no such order
}

// way is a way to go on.
type way struct {
	to    int32 // an entry, or accepts
	marks int32 // index in step.marks, or -1
}

// accepts stands for the end of a match. No way comes after it.
const accepts = -1

// mark says that the place goes into a slot.
type mark struct {
	slot int32
	up   int32 // what else to mark: an index, or -1
}

// table holds what is known by entry and class.
type table[T any] [][]*T

// get returns what is known, or nil.
func (t table[T]) get(entry int32, class int) *T {
	if row := t[entry]; row != nil {
		return row[class]
	}
	return nil
}

// maxCached bounds what tables hold, in some words of memory.
const maxCached = 1 << 20

// put stores x, which has the given size. All tables become empty first if they
// are full.
func put[T any](m *machine, t *table[T], at cell, x *T, size int) {
	if m.cached > maxCached {
		m.forget()
	}
	row := (*t)[at.entry]
	if row == nil {
		row = make([]*T, len(m.bytes)+1)
		(*t)[at.entry] = row
		size += len(row)
	}
	row[at.class] = x
	m.cached += size
}

// cell is a place in a table.
type cell struct {
	entry int32
	class int // len(program.bytes) is the end of the text
}

// forget empties the tables.
func (m *machine) forget() {
	n := len(m.entries)
	m.whole, m.prefix, m.codes = make(table[step], n), make(table[step], n), make(table[code], n)
	m.cached = 0
}

// newStep fills a cell of the table in use.
func (m *machine) newStep(at cell) *step {
	s := &step{}
	if m.chooses && m.table == &m.prefix {
		s = flatten(m.program, m.code(at))
	} else {
		m.stamp++
		m.list(s, at)
	}
	put(m, m.table, at, s, len(s.ways)+len(s.marks))
	return s
}

// notNull tells whether a match must not end at the entry.
func notNull(entry int32) bool {
	return entry == entryFirstNotNull || entry == entryInnerNotNull
}

// passes tells whether an assertion holds.
func (m *machine) passes(op instOp, at cell) bool {
	if op == instLineEnd {
		return at.class == len(m.bytes)
	}
	return at.entry == entryFirst || at.entry == entryFirstNotNull
}

// leads tells whether a leaf matches.
func (m *machine) leads(leaf *inst, at cell) bool {
	return at.class < len(m.bytes) && m.sets[leaf.arg].has(m.bytes[at.class])
}

// list finds the ways of a step where instLongest is no different from
// instFirst: because there is none, or as the end of the match is known. It
// leaves out what has the current stamp.
func (m *machine) list(s *step, at cell) {
	mayAccept := at.class == len(m.bytes) || m.table == &m.prefix && !notNull(at.entry)
	m.todo = append(m.todo[:0], way{m.entries[at.entry], -1})
	for len(m.todo) > 0 {
		w := m.todo[len(m.todo)-1]
		m.todo = m.todo[:len(m.todo)-1]
		if m.seenInst[w.to] == m.stamp {
			continue
		}
		m.seenInst[w.to] = m.stamp
		m.work++
		switch in := &m.insts[w.to]; in.op {
		case instAccept:
			if mayAccept {
				s.ways = append(s.ways, way{accepts, w.marks})
				m.todo = m.todo[:0]
			}
		case instLeaf:
			if m.leads(in, at) && m.seenEntry[in.x] != m.stamp {
				m.seenEntry[in.x] = m.stamp
				s.ways = append(s.ways, way{in.x, w.marks})
			}
		case instMark:
			m.todo = append(m.todo, way{in.x, s.with(in.arg, w.marks)})
		case instLineBegin, instLineEnd:
			if m.passes(in.op, at) {
				m.todo = append(m.todo, way{in.x, w.marks})
			}
		case instFirst, instLongest:
			m.todo = append(m.todo, way{in.y, w.marks}, way{in.x, w.marks})
		}
	}
	s.finish()
}

// with returns a chain with a mark for slot, which is longer than the old one
// only if that is not seen to have such a mark.
func (s *step) with(slot, marks int32) int32 {
	for i, n := marks, 0; i >= 0 && n < 8; i, n = s.marks[i].up, n+1 {
		if s.marks[i].slot == slot {
			return marks
		}
	}
	s.marks = append(s.marks, mark{slot, marks})
	return int32(len(s.marks) - 1)
}

// finish finds whether there is only one way.
func (s *step) finish() {
	s.only = -1
	if len(s.ways) == 1 && s.ways[0].marks < 0 {
		s.only = s.ways[0].to // which is -1, too, if it is accepts
	}
}
