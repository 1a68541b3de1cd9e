package regex

import (
	"encoding/binary"
	"strings"
)

// program is an automaton without circles: what can be done at one place of a
// text is a graph of instructions that ends in instLeaf and instAccept.
type program struct {
	insts   []inst
	sets    []set
	groups  int
	chooses bool // there is an instLongest

	// entries holds where the ways of a text go on behind a byte. The first
	// four are where they begin.
	entries []int32

	class [256]uint8 // bytes that all sets of the pattern treat alike are one class
	bytes []byte     // one byte of each class

	// A match begins with one of the bytes in starts, unless it may be empty.
	starts      [256]bool
	oneStart    byte // the only one of them, if hasOneStart
	hasOneStart bool
	maybeEmpty  bool // it may be so elsewhere than at the end

	isLiteral bool // only literal matches, without a group
	literal   string
}

// The entries that a way begins with. Which of them depends on whether it begins
// at the start of the text, and on whether it may end at once.
const (
	entryInner        = iota // behind the start of the text
	entryFirst               // at the start of the text
	entryInnerNotNull        // may not end at once
	entryFirstNotNull
	entryLater // and more: those that follow a byte
)

// inst is an instruction.
type inst struct {
	op  instOp
	arg int32 // the set of an instLeaf, the slot of an instMark
	x   int32 // what follows; the entry, for an instLeaf
	y   int32 // the second way
}

type instOp uint8

const (
	instAccept instOp = iota
	instLeaf          // one byte of a set
	instMark
	instLineBegin
	instLineEnd
	instFirst   // x, if it leads to a match, or else y
	instLongest // x or y, whichever leads to the longer match, x if both are equal
)

// maxInsts bounds a program, and with it the depth of walks through one.
// maxTurnsSize bounds what is known of turns.
const (
	maxInsts     = 200_000
	maxTurnsSize = 4 << 20 // bytes
)

// compile makes a program of a tree. It returns nil if that is too large.
func compile(tree *syntax) *program {
	a := &automaton{syntax: tree, around: -1}
	start := a.emit(tree.root, a.add(state{op: stateAccept}))
	p := &program{sets: tree.sets, groups: tree.groups}
	if !unroll(p, a.states, start) {
		return nil
	}
	p.classify()
	p.findStarts()
	p.findLiteral(tree)
	return p
}

// unroller gives the states of an automaton a copy for each way in which turns
// of loops around them can have matched nothing.
type unroller struct {
	*program
	states []state
	visits visits
	plain  []int32 // by state: the instruction for no such turns, or 0
	others map[visit]int32
	queue  []visit
	entry  map[int32]int32 // by instruction
}

// visit is a state, and the turns that are being taken around it.
type visit struct {
	state int32
	turns int32 // index in visits
}

func unroll(p *program, states []state, start int32) bool {
	u := &unroller{program: p, states: states, plain: make([]int32, len(states)), entry: map[int32]int32{}}
	u.visits.known = map[string]int32{"": 0}
	u.visits.turns = []string{""}
	u.insts = make([]inst, 1, len(states)+1) // an instruction 0 that is none
	first := u.at(visit{state: start})
	u.entries = []int32{first, first, first, first}
	for i := 0; i < len(u.queue); i++ {
		u.inst(int32(i)+1, u.queue[i])
		if len(u.insts) > maxInsts || u.visits.size > maxTurnsSize {
			return false
		}
	}
	return true
}

// at returns the instruction for a visit, which [unroller.inst] fills.
func (u *unroller) at(v visit) int32 {
	s := &u.states[v.state]
	for s.counted && u.visits.count(v) == maxTurns {
		v.state = s.next
		s = &u.states[v.state]
	}
	v.turns = u.relevant(v)
	if v.turns == 0 && u.plain[v.state] != 0 {
		return u.plain[v.state]
	}
	if i, ok := u.others[v]; ok && v.turns != 0 {
		return i
	}
	i := int32(len(u.insts))
	u.insts = append(u.insts, inst{})
	u.queue = append(u.queue, v)
	if v.turns == 0 {
		u.plain[v.state] = i
		return i
	}
	if u.others == nil {
		u.others = map[visit]int32{}
	}
	u.others[v] = i
	return i
}

// relevant returns the turns of v without those that make no difference: if
// their states are not reached again at the same place, or an option is not
// reached so often that it is refused a turn.
func (u *unroller) relevant(v visit) int32 {
	all := u.visits.turns[v.turns]
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
// not counting turns of s itself.
func (u *unroller) arrivals(s int32, v visit) int {
	n := 0
	loop := u.states[s].around
	inside := loop < 0 || u.isIn(v.state, loop)
	if inside && s <= v.state {
		n = 1
	}
	if loop < 0 || !inside && u.arrivals(loop, v) == 0 {
		return n
	}
	l := &u.states[loop]
	if !l.counted {
		return n + 1 // there is no way through a turn of it
	}
	n += maxTurns - int(u.visits.count(visit{loop, v.turns}))
	if l.plus {
		n += u.arrivals(loop, v)
	}
	return n
}

// isIn tells whether a state is in a loop.
func (u *unroller) isIn(s, loop int32) bool {
	for s = u.states[s].around; s > loop; s = u.states[s].around {
	}
	return s == loop
}

// inst fills the instruction i for a visit.
func (u *unroller) inst(i int32, v visit) {
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
	e, ok := u.entry[i]
	if !ok {
		e = int32(len(u.entries))
		u.entries = append(u.entries, i)
		u.entry[i] = e
	}
	return e
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

// classify finds the classes of bytes.
func (p *program) classify() {
	p.bytes = make([]byte, 1, 16)
	for i := range p.sets {
		p.split(&p.sets[i])
	}
	for c := 255; c >= 0; c-- {
		p.bytes[p.class[c]] = byte(c)
	}
}

// split splits the classes that are only in part in s.
func (p *program) split(s *set) {
	var all, in [256]uint16
	for c := range 256 {
		all[p.class[c]]++
		if s.has(byte(c)) {
			in[p.class[c]]++
		}
	}
	var part [256]uint8 // by class: that of its members in s
	for k := range len(p.bytes) {
		part[k] = uint8(k)
		if in[k] > 0 && in[k] < all[k] {
			part[k] = uint8(len(p.bytes))
			p.bytes = append(p.bytes, 0)
		}
	}
	for c := range 256 {
		if s.has(byte(c)) {
			p.class[c] = part[p.class[c]]
		}
	}
}

// findStarts finds what a match behind the start of a text can begin with.
func (p *program) findStarts() {
	seen := make([]bool, len(p.insts))
	todo := []int32{p.entries[entryInner]}
	var starts set
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[i] {
			continue
		}
		seen[i] = true
		switch in := &p.insts[i]; in.op {
		case instAccept:
			p.maybeEmpty = true
		case instLeaf:
			starts.union(&p.sets[in.arg])
		case instMark:
			todo = append(todo, in.x)
		case instFirst, instLongest:
			todo = append(todo, in.x, in.y)
		}
	}
	for c := range 256 {
		p.starts[c] = starts.has(byte(c))
	}
	p.oneStart, p.hasOneStart = starts.single()
}

// findLiteral finds whether the tree is one text.
func (p *program) findLiteral(tree *syntax) {
	root := &tree.nodes[tree.root]
	if root.op != nodeSequence {
		return
	}
	var text []byte
	for _, k := range root.kids {
		n := &tree.nodes[k]
		if n.op != nodeByte {
			return
		}
		c, ok := tree.sets[n.arg].single()
		if !ok {
			return
		}
		text = append(text, c)
	}
	p.isLiteral, p.literal = true, string(text)
}

// allLiterals yields the matches of a literal that is not empty.
func (p *program) allLiterals(text string, yield func([]int, error) bool) {
	loc := make([]int, 2)
	for from := 0; ; from = loc[1] {
		i := strings.Index(text[from:], p.literal)
		if i < 0 {
			return
		}
		loc[0], loc[1] = from+i, from+i+len(p.literal)
		if !yield(loc, nil) {
			return
		}
	}
}
