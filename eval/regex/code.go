package regex

// code is the part of a program that matters at an entry in view of a class of
// bytes, or of the end of the text. An instruction comes after those it refers
// to, and the first one to do is the last.
type code struct {
	insts  []inst // without assertions; those of instLeaf match
	leaves []int32
	sure   []bool // by instruction: it leads to a match, whatever follows
}

// code returns the code of a cell.
func (m *machine) code(at cell) *code {
	if c := m.codes.get(at.entry, at.class); c != nil {
		return c
	}
	if m.pruned == nil {
		m.pruned = make([]int32, len(m.insts))
	}
	p := pruner{machine: m, at: at, code: &code{}}
	m.stamp++
	p.prune(m.entries[at.entry])
	put(m, &m.codes, at, p.code, 6*len(p.insts))
	return p.code
}

// pruner makes the code of a cell.
type pruner struct {
	*machine
	*code
	at cell
}

// nothing stands for an instruction that leads to no match.
const nothing = -1

// prune returns the instruction for the one of the program, or nothing. The
// depth of its calls is bounded by maxInsts.
func (p *pruner) prune(i int32) int32 {
	if p.seenInst[i] == p.stamp {
		return p.pruned[i]
	}
	p.work++
	at := p.inst(&p.machine.insts[i])
	p.seenInst[i] = p.stamp
	p.pruned[i] = at
	return at
}

func (p *pruner) inst(in *inst) int32 {
	switch in.op {
	case instAccept:
		if notNull(p.at.entry) {
			return nothing
		}
		return p.add(inst{op: instAccept}, true)
	case instLeaf:
		if !p.leads(in, p.at) {
			return nothing
		}
		p.leaves = append(p.leaves, in.x)
		return p.add(inst{op: instLeaf, x: in.x}, false)
	case instMark:
		x := p.prune(in.x)
		if x == nothing {
			return nothing
		}
		return p.add(inst{op: instMark, arg: in.arg, x: x}, p.sure[x])
	case instFirst, instLongest:
		return p.either(in)
	default:
		if !p.passes(in.op, p.at) {
			return nothing
		}
		return p.prune(in.x)
	}
}

func (p *pruner) either(in *inst) int32 {
	x := p.prune(in.x)
	if in.op == instFirst && x != nothing && p.sure[x] {
		return x
	}
	y := p.prune(in.y)
	switch {
	case x == nothing:
		return y
	case y == nothing || x == y:
		return x
	}
	return p.add(inst{op: in.op, x: x, y: y}, p.sure[x] || p.sure[y])
}

func (p *pruner) add(in inst, sure bool) int32 {
	c := p.code
	c.insts = append(c.insts, in)
	c.sure = append(c.sure, sure)
	return int32(len(c.sure) - 1)
}

// maxFlat is how many instructions [flatten] looks at.
const maxFlat = 256

// flatten makes a step of a code if its ways can be put in order.
func flatten(p *program, c *code) *step {
	f := &flattener{program: p, code: c, step: &step{}, fuel: maxFlat}
	if len(c.insts) > 0 && !f.flatten(int32(len(c.insts)-1), -1) {
		return &step{hard: true, only: -1}
	}
	f.finish()
	return f.step
}

type flattener struct {
	program *program
	*code
	*step
	fuel int
}

// flatten appends the ways of the instruction i, of which no two go to the same
// entry.
func (f *flattener) flatten(i, marks int32) bool {
	if f.fuel--; f.fuel < 0 {
		return false
	}
	in := &f.insts[i]
	switch in.op {
	case instAccept:
		f.ways = append(f.ways, way{accepts, marks})
		return true
	case instLeaf:
		f.ways = append(f.ways, way{in.x, marks})
		return true
	case instMark:
		return f.flatten(in.x, f.with(in.arg, marks))
	}
	start := len(f.ways)
	if !f.flatten(in.x, marks) {
		return false
	}
	middle := len(f.ways)
	if !f.flatten(in.y, marks) {
		return false
	}
	x, y := f.ways[start:middle:middle], f.ways[middle:]
	if in.op == instFirst {
		x = first(x, y)
	} else if x = f.program.longer(x, y); x == nil {
		return false
	}
	f.ways = append(f.ways[:start], x...)
	return true
}

// first puts the ways y behind the ways x. A way that is in both is of no use
// in y: x leads to a match if it does.
func first(x, y []way) []way {
	n := len(x)
	for _, w := range y {
		if !leadTo(x[:n], w.to) {
			x = append(x, w)
		}
	}
	return x
}

func leadTo(ways []way, to int32) bool {
	for _, w := range ways {
		if w.to == to {
			return true
		}
	}
	return false
}

// longer puts the ways x and y in one order, or returns nil if it cannot. The
// ways that both begin with come first: if they lead to a match, it is the same.
// Of the others, those have to come first that can only lead to longer matches.
func (p *program) longer(x, y []way) []way {
	both := 0
	for both < len(x) && both < len(y) && x[both].to == y[both].to {
		both++
	}
	begin, x, y := x[:both:both], x[both:], y[both:]
	a, b := p.between(x), p.between(y)
	switch {
	case a.min >= b.max:
		return append(begin, first(x, y)...)
	case b.min > a.max:
		return append(begin, first(y, x)...)
	case len(x) == 1 && x[0].to == accepts:
		// Another end of the match at once is of no use.
		return append(begin, first(y[:len(y)-1:len(y)-1], x)...)
	case len(y) == 1 && y[0].to == accepts:
		return append(begin, first(x, y)...)
	}
	return nil
}
