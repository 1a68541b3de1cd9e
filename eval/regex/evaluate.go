package regex

// evaluator is for patterns whose ways have no order: a way that is not preferred
// at one bar may have to be at another. It finds how long a match the ways of
// each entry at each place lead to, as far as that matters.
type evaluator struct {
	memo   memo
	stack  []pending
	values []value // by instruction of a code
}

// value is where the ways of an instruction end at last, or -1 if they lead to no
// match.
type value int

// pending is an entry at a place whose value is not known.
type pending struct {
	code  *code
	entry int32
	leaf  int32 // the next leaf of code to look at
	pos   int
}

// evaluateFrom is [machine.find] by the values of ways.
func (m *machine) evaluateFrom(from int, notNull bool) {
	m.found = false
	if m.memo.used > m.memo.max/2 {
		m.memo.clear()
	}
	for pos := from; pos <= len(m.text); pos++ {
		if !notNull {
			pos = m.skip(pos)
		}
		entry := startEntry(pos, notNull)
		if end := m.evaluate(entry, pos); m.err != nil || notNull && end < 0 {
			return
		} else if end >= 0 {
			m.found = true
			m.trace(entry, pos)
			return
		}
	}
}

// evaluate returns the value of an entry at a place, and makes known those it
// depends on.
func (m *machine) evaluate(entry int32, pos int) value {
	m.push(entry, pos)
	v := value(-1)
	for len(m.stack) > 0 {
		if m.stops() {
			m.stack = m.stack[:0]
			break
		}
		p := &m.stack[len(m.stack)-1]
		if int(p.leaf) < len(p.code.leaves) {
			p.leaf++
			e, pos := p.code.leaves[p.leaf-1], p.pos+1
			if _, known := m.memo.get(m.key(e, pos)); !known {
				m.push(e, pos)
			}
			continue
		}
		m.value(p.code, p.pos)
		v = -1
		if n := len(m.values); n > 0 {
			v = m.values[n-1]
		}
		m.memo.put(m.key(p.entry, p.pos), v)
		m.stack = m.stack[:len(m.stack)-1]
		m.work++
	}
	return v
}

func (m *machine) push(entry int32, pos int) {
	if len(m.stack)+m.memo.used >= m.memo.max {
		m.tooLarge()
		return
	}
	m.stack = append(m.stack, pending{code: m.code(cell{entry, m.classAt(pos)}), entry: entry, pos: pos})
}

func (m *machine) key(entry int32, pos int) uint64 {
	return uint64(pos)*uint64(len(m.entries)) + uint64(entry) + 1
}

// value fills values, given those of the leaves.
func (m *machine) value(c *code, pos int) {
	m.values = m.values[:0]
	for i := range c.insts {
		in := &c.insts[i]
		v := value(pos)
		switch in.op {
		case instLeaf:
			v, _ = m.memo.get(m.key(in.x, pos+1))
		case instMark:
			v = m.values[in.x]
		case instFirst, instLongest:
			v = m.values[prefer(in, m.values)]
		}
		m.values = append(m.values, v)
	}
	m.work += len(c.insts)
}

// prefer returns the way to take at an instFirst or instLongest.
func prefer(in *inst, values []value) int32 {
	x, y := values[in.x], values[in.y]
	if in.op == instFirst && x < 0 || in.op == instLongest && x < y {
		return in.y
	}
	return in.x
}

// trace follows the match from a place on whose values are known.
func (m *machine) trace(entry int32, pos int) {
	m.result[0] = pos
	slots := m.result[2:]
	for i := range slots {
		slots[i] = -1
	}
	for {
		c := m.code(cell{entry, m.classAt(pos)})
		m.value(c, pos)
		i := int32(len(c.insts) - 1)
		for c.insts[i].op > instLeaf {
			in := &c.insts[i]
			if i = in.x; in.op == instMark {
				slots[in.arg] = pos
			} else {
				i = prefer(in, m.values)
			}
		}
		if c.insts[i].op == instAccept {
			m.result[1] = pos
			return
		}
		entry = c.insts[i].x
		pos++
	}
}
