package regex

// state is a state of the automaton, whose steps without a byte may run in
// circles.
type state struct {
	op   stateOp
	arg  int32 // the set of a stateByte, the slot of a stateMark
	next int32
	more int32 // the way to prefer: another turn, or the first choice

	around  int32 // the stateLoop that it is in, or -1
	counted bool  // its turns at one place are counted
	plus    bool  // of a stateLoop: a first turn comes before it
}

type stateOp uint8

const (
	stateAccept stateOp = iota
	stateByte
	stateMark // writes the place into a slot
	stateLineBegin
	stateLineEnd
	stateChoice
	stateLoop   // between two turns
	stateOption // before a turn that may be left out
)

// automaton makes states of a tree, from its end to its start.
type automaton struct {
	*syntax
	states []state
	around int32 // as in the next state
}

// add adds a state. Those that can follow it without another turn of a loop come
// before it.
func (a *automaton) add(s state) int32 {
	s.around = a.around
	a.states = append(a.states, s)
	return int32(len(a.states) - 1)
}

// emit returns where a node starts that next follows. The depth of its calls is
// bounded by maxStates.
func (a *automaton) emit(n, next int32) int32 {
	x := &a.nodes[n]
	switch x.op {
	case nodeByte:
		return a.add(state{op: stateByte, arg: x.arg, next: next})
	case nodeLineBegin:
		return a.add(state{op: stateLineBegin, next: next})
	case nodeLineEnd:
		return a.add(state{op: stateLineEnd, next: next})
	case nodeSequence:
		for i := len(x.kids) - 1; i >= 0; i-- {
			next = a.emit(x.kids[i], next)
		}
		return next
	case nodeChoice:
		return a.choice(x, next)
	case nodeGroup:
		end := a.add(state{op: stateMark, arg: 2*x.arg - 1, next: next})
		return a.add(state{op: stateMark, arg: 2*x.arg - 2, next: a.emit(x.kid, end)})
	case nodePlus:
		r := a.loop(x.kid, next)
		a.states[r].plus = true
		return a.states[r].more
	default:
		return a.repeat(x, next)
	}
}

func (a *automaton) choice(x *node, next int32) int32 {
	last := len(x.kids) - 1
	start := a.emit(x.kids[last], next)
	for i := last - 1; i >= 0; i-- {
		start = a.add(state{op: stateChoice, more: a.emit(x.kids[i], next), next: start})
	}
	return start
}

func (a *automaton) repeat(x *node, next int32) int32 {
	start := next
	if x.max == unlimited {
		start = a.loop(x.kid, next)
	}
	for range x.max - x.min {
		start = a.option(x.kid, start, next)
	}
	for range x.min {
		start = a.emit(x.kid, start)
	}
	return start
}

// loop emits any number of turns, and returns the state between two of them.
func (a *automaton) loop(x, next int32) int32 {
	r := a.add(state{op: stateLoop, next: next, counted: a.nodes[x].nullable})
	a.around = r
	more := a.emit(x, r)
	a.around = a.states[r].around
	a.states[r].more = more
	return r
}

// option emits a turn that start follows, or else next.
func (a *automaton) option(x, start, next int32) int32 {
	counted := a.around >= 0 && a.nodes[x].nullable
	return a.add(state{op: stateOption, more: a.emit(x, start), next: next, counted: counted})
}
