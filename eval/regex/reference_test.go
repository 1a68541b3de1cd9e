package regex

// reference finds matches in the way of the C++ library, with all of its ways
// one after the other. It shares the states with the package, but neither the
// unrolling nor what follows it.
type reference struct {
	states []state
	sets   []set
	start  int32
	text   string

	first   int  // where the match begins
	whole   bool // it must end with the text
	notNull bool

	slots  []int
	turns  []arrival // by state
	best   []int
	end    int // of the best match, or -1
	fuel   int
	groups int
}

type arrival struct{ pos, count int }

func newReference(tree *syntax, text string, fuel int) *reference {
	a := &automaton{syntax: tree, around: -1}
	start := a.emit(tree.root, a.add(state{op: stateAccept}))
	return &reference{states: a.states, sets: tree.sets, start: start, text: text, fuel: fuel, groups: tree.groups}
}

// answer is all that is to know about a pattern and a text.
type answer struct {
	match []int   // nil without one
	all   [][]int // the matches of All
}

// answer returns false if it runs out of fuel.
func (r *reference) answer() (answer, bool) {
	var a answer
	r.whole = true
	a.match = r.find(0)
	r.whole = false
	for m := r.search(0); m != nil; {
		a.all = append(a.all, m)
		end := m[1]
		if m[0] < end {
			m = r.search(end)
			continue
		}
		if end == len(r.text) {
			break
		}
		r.notNull = true
		m = r.find(end)
		r.notNull = false
		if m == nil {
			m = r.search(end + 1)
		}
	}
	return a, r.fuel >= 0
}

func (r *reference) search(from int) []int {
	for pos := from; pos <= len(r.text); pos++ {
		if m := r.find(pos); m != nil {
			return m
		}
	}
	return nil
}

// find returns the match that begins at pos. It is nil without one.
func (r *reference) find(pos int) []int {
	r.first, r.end = pos, -1
	r.slots = make([]int, 2*r.groups)
	for i := range r.slots {
		r.slots[i] = -1
	}
	r.turns = make([]arrival, len(r.states))
	r.follow(r.start, pos)
	if r.end < 0 {
		return nil
	}
	return append([]int{pos, r.end}, r.best...)
}

// follow tells whether there is a match from a state on.
func (r *reference) follow(i int32, pos int) bool {
	if r.fuel--; r.fuel < 0 {
		return false
	}
	s := &r.states[i]
	switch s.op {
	case stateAccept:
		return r.accept(pos)
	case stateByte:
		return pos < len(r.text) && r.sets[s.arg].has(r.text[pos]) && r.follow(s.next, pos+1)
	case stateMark:
		old := r.slots[s.arg]
		r.slots[s.arg] = pos
		ok := r.follow(s.next, pos)
		r.slots[s.arg] = old
		return ok
	case stateLineBegin:
		return pos == 0 && r.follow(s.next, pos)
	case stateLineEnd:
		return pos == len(r.text) && r.follow(s.next, pos)
	case stateChoice:
		x := r.follow(s.more, pos)
		y := r.follow(s.next, pos)
		return x || y
	}
	return r.again(i, pos) || r.follow(s.next, pos)
}

func (r *reference) again(i int32, pos int) bool {
	t := &r.turns[i]
	old := *t
	switch {
	case t.count == 0 || t.pos != pos:
		*t = arrival{pos, 1}
	case t.count < 2:
		t.count++
	default:
		return false
	}
	ok := r.follow(r.states[i].more, pos)
	r.turns[i] = old
	return ok
}

func (r *reference) accept(pos int) bool {
	if r.whole && pos != len(r.text) || r.notNull && pos == r.first {
		return false
	}
	if pos > r.end {
		r.end = pos
		r.best = append(r.best[:0], r.slots...)
	}
	return true
}
