package regex

import "encoding/binary"

// Bounds of a program, and with that of the depth of walks through it, and of
// what it takes to make one.
const (
	maxInsts      = 200_000
	maxTurnsSize  = 4 << 20 // bytes
	maxUnrollWork = 8 << 20
)

// unroller gives the states of an automaton a copy for each way in which turns
// of loops around them can have matched nothing.
type unroller struct {
	*program
	states []state
	visits visits
	plain  []int32         // by state: the instruction for no such turns, or 0
	others map[visit]int32 // the other instructions
	queue  []visit         // by instruction, from 1 on
	entry  []int32         // by instruction: the entry, or 0
	work   int
}

// visit is a state, and the turns that are being taken around it.
type visit struct {
	state int32
	turns int32 // index in visits
}

func unroll(p *program, states []state, start int32) bool {
	u := &unroller{program: p, states: states, plain: make([]int32, len(states))}
	u.others = map[visit]int32{}
	u.visits.turns = []string{""}
	u.visits.known = map[string]int32{"": 0}
	u.insts = make([]inst, 1, len(states)+1) // an instruction 0 that is none
	u.entry = make([]int32, 1, len(states)+1)
	u.queue = make([]visit, 0, len(states))
	first := u.at(visit{state: start})
	u.entries = []int32{first, first, first, first}
	for i := int32(1); int(i) < len(u.insts); i++ {
		u.fill(i, u.queue[i-1])
		if len(u.insts) > maxInsts || u.visits.size > maxTurnsSize || u.work > maxUnrollWork {
			return false
		}
	}
	return true
}

// at returns the instruction for a visit, which [unroller.fill] fills.
func (u *unroller) at(v visit) int32 {
	s := &u.states[v.state]
	for s.counted && u.visits.count(v) == maxTurns {
		v.state = s.next
		s = &u.states[v.state]
	}
	v.turns = u.relevant(v)
	if v.turns == 0 {
		if u.plain[v.state] == 0 {
			u.plain[v.state] = u.add(v)
		}
		return u.plain[v.state]
	}
	i, ok := u.others[v]
	if !ok {
		i = u.add(v)
		u.others[v] = i
	}
	return i
}

func (u *unroller) add(v visit) int32 {
	u.insts = append(u.insts, inst{})
	u.entry = append(u.entry, 0)
	u.queue = append(u.queue, v)
	return int32(len(u.queue))
}

// relevant returns the turns of v without those that make no difference: if
// their states are not reached again at the same place, or an option is not
// reached so often that it is refused a turn.
func (u *unroller) relevant(v visit) int32 {
	all := u.visits.turns[v.turns]
	u.work += len(all)
	var kept []byte
	for at := 0; at < len(all); at += turnLen {
		s, n := turn(all[at:])
		again := u.arrivals(s, v)
		if again > 0 && (u.states[s].op == stateLoop || int(n)+again > maxTurns) {
			kept = append(kept, all[at:at+turnLen]...)
		}
	}
	if len(kept) == len(all) {
		return v.turns
	}
	return u.visits.number(string(kept))
}

// arrivals returns how often s can be reached from v at the same place at most,
// not counting turns of s itself. It does not count on behind maxTurns.
func (u *unroller) arrivals(s int32, v visit) int {
	u.work++
	n := 0
	loop := u.states[s].around
	inside := loop < 0 || u.isIn(v.state, loop)
	if inside && s <= v.state {
		n = 1
	}
	if loop < 0 {
		return n
	}
	l := &u.states[loop]
	outer := 0
	if !inside || l.plus && l.counted {
		outer = u.arrivals(loop, v)
	}
	switch {
	case !inside && outer == 0:
		return n
	case !l.counted:
		return n + 1 // there is no way through a turn of it
	case l.plus:
		n += outer
	}
	return min(n+maxTurns-int(u.visits.count(visit{loop, v.turns})), maxTurns+1)
}

// isIn tells whether a state is in a loop.
func (u *unroller) isIn(s, loop int32) bool {
	for s = u.states[s].around; s > loop; s = u.states[s].around {
		u.work++
	}
	return s == loop
}

// fill fills the instruction i for a visit.
func (u *unroller) fill(i int32, v visit) {
	s := &u.states[v.state]
	in := inst{arg: s.arg}
	switch s.op {
	case stateAccept:
		in.op = instAccept
	case stateByte:
		in.op, in.x = instLeaf, u.enter(u.at(visit{state: s.next}))
	case stateMark:
		in.op, in.x = instMark, u.at(visit{s.next, v.turns})
	case stateLineBegin:
		in.op, in.x = instLineBegin, u.at(visit{s.next, v.turns})
	case stateLineEnd:
		in.op, in.x = instLineEnd, u.at(visit{s.next, v.turns})
	case stateChoice:
		in.op, in.x, in.y = instLongest, u.at(visit{s.more, v.turns}), u.at(visit{s.next, v.turns})
		u.chooses = true
	case stateLoop, stateOption:
		turns := v.turns
		if s.counted {
			turns = u.visits.with(v)
		}
		in.op, in.x, in.y = instFirst, u.at(visit{s.more, turns}), u.at(visit{s.next, v.turns})
	}
	u.insts[i] = in
}

// enter returns the entry for an instruction that follows a byte.
func (u *unroller) enter(i int32) int32 {
	if u.entry[i] == 0 {
		u.entry[i] = int32(len(u.entries))
		u.entries = append(u.entries, i)
	}
	return u.entry[i]
}

// maxTurns is how often a loop may be entered at one place.
const maxTurns = 2

// visits numbers sets of turns. A set is a string of states and counts, sorted
// by state.
type visits struct {
	known map[string]int32
	turns []string
	size  int // of all strings
}

const turnLen = 5 // bytes: a state and a count

// turn reads the first state and count of a set.
func turn(turns string) (state int32, count byte) {
	return int32(binary.BigEndian.Uint32([]byte(turns[:turnLen]))), turns[turnLen-1]
}

// find returns where in its set the state of v is or should be, and its count.
func (vs *visits) find(v visit) (at int, count byte) {
	turns := vs.turns[v.turns]
	for ; at < len(turns); at += turnLen {
		s, n := turn(turns[at:])
		if s == v.state {
			return at, n
		}
		if s > v.state {
			break
		}
	}
	return at, 0
}

func (vs *visits) count(v visit) byte {
	_, n := vs.find(v)
	return n
}

// with returns the set with one more turn of the state of v.
func (vs *visits) with(v visit) int32 {
	turns := vs.turns[v.turns]
	at, n := vs.find(v)
	set := []byte(turns[:at])
	set = binary.BigEndian.AppendUint32(set, uint32(v.state))
	set = append(set, n+1)
	if n > 0 {
		at += turnLen
	}
	return vs.number(string(append(set, turns[at:]...)))
}

// number returns the number of a set.
func (vs *visits) number(set string) int32 {
	i, ok := vs.known[set]
	if !ok {
		i = int32(len(vs.turns))
		vs.turns = append(vs.turns, set)
		vs.known[set] = i
		vs.size += len(set)
	}
	return i
}
