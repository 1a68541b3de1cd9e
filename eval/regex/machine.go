package regex

import (
	"context"
	"math"
	"strings"
)

// machine runs a program on a text. What it learns about the program is kept
// for the next text.
type machine struct {
	*program
	pattern string

	whole, prefix table[step]
	codes         table[code]
	cached        int  // the size of all tables
	hard          bool // there is a step of prefix that is

	// Scratch of list and prune. What has the current stamp is seen.
	stamp     uint64
	seenInst  []uint64
	seenEntry []uint64
	pruned    []int32
	todo      []way

	text  string
	ctx   context.Context // of the call that runs
	work  int             // done until the context is looked at
	total int             // done before that
	err   error
	full  bool // err is for want of memory

	threads
	evaluator
}

func newMachine(re *Regexp) *machine {
	m := &machine{program: re.prog, pattern: re.pattern}
	m.seenInst = make([]uint64, len(m.insts))
	m.seenEntry = make([]uint64, len(m.entries))
	m.there = make([]uint64, len(m.entries))
	m.result = make([]int, 2+2*m.groups)
	m.memo.max = maxMemo
	m.forget()
	return m
}

// begin prepares the machine for a text.
func (m *machine) begin(ctx context.Context, text string) {
	m.ctx, m.text, m.err = ctx, text, nil
	m.work, m.total, m.full = 0, 0, false
}

// end lets go of what is of the caller.
func (m *machine) end() {
	m.ctx, m.text = nil, ""
	m.memo.clear()
	m.stack = keep(m.stack)
	m.slots = keep(m.slots)
}

// keep empties a slice, and lets go of it if it is large.
func keep[T any](s []T) []T {
	if cap(s) > 1<<16 {
		return nil
	}
	return s[:0]
}

// workPerCheck is how much is done until the context is looked at: about a
// millisecond's work.
const workPerCheck = 1 << 16

// stops tells whether the work is over, for an error.
func (m *machine) stops() bool {
	if m.work > workPerCheck && m.err == nil {
		m.total += m.work
		m.work = 0
		m.err = m.ctx.Err()
	}
	return m.err != nil
}

// tooLarge makes the match fail for want of memory.
func (m *machine) tooLarge() {
	if m.err == nil {
		m.full = true
		m.err = &Error{Kind: TooLarge, Pattern: m.pattern}
	}
}

// classAt returns the class of the byte at pos, or that of the end.
func (m *machine) classAt(pos int) int {
	if pos == len(m.text) {
		return len(m.bytes)
	}
	return int(m.class[m.text[pos]])
}

// startEntry returns the entry of a match that begins at pos.
func startEntry(pos int, notNull bool) int32 {
	switch {
	case notNull && pos == 0:
		return entryFirstNotNull
	case notNull:
		return entryInnerNotNull
	case pos == 0:
		return entryFirst
	}
	return entryInner
}

// skip returns the first place from pos on where a match can begin, if it does
// not begin at the end.
func (m *machine) skip(pos int) int {
	switch {
	case pos == 0 || m.maybeEmpty:
	case m.hasOneStart:
		if n := strings.IndexByte(m.text[pos:], m.oneStart); n >= 0 {
			return pos + n
		}
		return len(m.text)
	default:
		for pos < len(m.text) && !m.starts[m.text[pos]] {
			pos++
		}
	}
	return pos
}

// match is [Regexp.Match].
func (m *machine) match(ctx context.Context, text string, dst []int) ([]int, bool, error) {
	m.begin(ctx, text)
	defer m.end()
	m.table = &m.whole
	m.run(0, true)
	if m.err != nil || !m.found {
		return dst, false, m.err
	}
	return append(dst, m.result...), true, nil
}

// all is [Regexp.All]. It looks for matches as a std::regex_iterator does: at the
// place of an empty match it looks for one that is not empty, and if there is
// none, goes on behind the next byte.
func (m *machine) all(ctx context.Context, text string, yield func([]int, error) bool) {
	m.begin(ctx, text)
	defer m.end()
	m.table = &m.prefix
	for found := m.find(0, false); found; {
		begin, end := m.result[0], m.result[1]
		if !yield(m.result, nil) {
			return
		}
		switch {
		case begin < end:
			found = m.find(end, false)
		case end == len(text):
			return
		default:
			found = m.find(end, true) || m.find(end+1, false)
		}
	}
	if m.err != nil {
		yield(nil, m.err)
	}
}

// find finds the first match from a place on. One that must not be empty begins
// there or is none.
func (m *machine) find(from int, notNull bool) bool {
	if !m.hard && !m.repeats() {
		m.run(from, notNull)
		if !m.halted {
			return m.found && m.err == nil
		}
		m.hard = true
	}
	m.evaluateFrom(from, notNull)
	if m.full && !m.hard {
		// There is not enough memory to be fast.
		m.err, m.full, m.total = nil, false, math.MinInt
		m.memo.clear()
		return m.find(from, notNull)
	}
	return m.found && m.err == nil
}

// repeats tells whether so much was done for a text that the same ways must have
// been followed again for several matches. To know what they lead to pays then.
func (m *machine) repeats() bool {
	return m.total > (len(m.insts)+16)*(len(m.text)+1)
}
