package regex

import "strings"

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
	lengths []lengths // by entry, if chooses

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
	if p.chooses {
		p.measure()
	}
	p.findLiteral(tree)
	return p
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
