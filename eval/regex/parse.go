package regex

import (
	"math"
	"strconv"
)

// maxStates is how many states libstdc++ allows its automaton to have. They are
// counted as it makes them, which is not how this package does.
const maxStates = 100_000

// node is a part of a pattern.
type node struct {
	op   nodeOp
	arg  int32   // the set of a nodeByte, the number of a nodeGroup
	min  int32   // of a nodeRepeat
	max  int32   // of a nodeRepeat; unlimited for no limit
	kid  int32   // of a nodeGroup, nodeRepeat or nodePlus
	kids []int32 // of a nodeSequence or nodeChoice

	nullable bool  // it matches the empty string
	size     int64 // states that libstdc++ makes for a copy of it
}

type nodeOp uint8

const (
	nodeByte nodeOp = iota
	nodeLineBegin
	nodeLineEnd
	nodeSequence
	nodeChoice
	nodeGroup
	nodeRepeat
	nodePlus // a nodeRepeat whose first turn is not a copy of the others
)

const unlimited = -1

// syntax is a pattern as a tree.
type syntax struct {
	nodes  []node
	root   int32
	sets   []set
	groups int
}

// parser makes a tree of a pattern.
//
// It has no way out of its functions in case of an error. An error makes the
// next token one that nothing expects, so all of them come to an end.
type parser struct {
	scanner
	syntax
	known  map[set]int32
	levels []level // the groups that are open, and the whole
	states int64
	failed bool
	kind   ErrorKind
}

// level is what is known of a group that is not closed.
type level struct {
	group int32
	size  int64   // states of the choices and of the joints between them
	done  []int32 // choices
	terms []int32 // of the last choice
}

// parse reads a pattern.
func parse(pattern string) (*syntax, *Error) {
	p := &parser{known: map[set]int32{}}
	p.rest, p.scan = pattern, scanPlain
	p.next()
	p.pattern()
	if p.failed {
		return nil, &Error{Kind: p.kind, Pattern: pattern}
	}
	return &p.syntax, nil
}

// fail records the first error.
func (p *parser) fail(kind ErrorKind) {
	if !p.failed {
		p.failed, p.kind = true, kind
	}
	p.token = tokenNone
}

// grow counts states.
func (p *parser) grow(n int64) {
	if p.states += n; p.states > maxStates {
		p.fail(TooLarge)
	}
}

func (p *parser) next() {
	p.advance()
	if p.failed || p.token == tokenNone {
		p.fail(Invalid)
	}
}

// accept goes on if the next token is t.
func (p *parser) accept(t token) bool {
	if p.token != t {
		return false
	}
	p.next()
	return true
}

func (p *parser) add(n node) int32 {
	p.nodes = append(p.nodes, n)
	return int32(len(p.nodes) - 1)
}

// pattern reads all of the pattern. Groups are kept on a stack of their own, as
// they can be some ten thousand deep.
func (p *parser) pattern() {
	p.grow(1)
	p.levels = append(p.levels, level{})
	for !p.failed {
		l := &p.levels[len(p.levels)-1]
		switch {
		case p.accept(tokenOpen):
			p.open()
		case p.token == tokenLineBegin || p.token == tokenLineEnd:
			l.terms = append(l.terms, p.assertion())
		case p.token == tokenBar:
			p.choice(l)
			p.next()
		case p.token == tokenClose:
			p.close()
		case p.token == tokenEnd:
			p.end()
			return
		default:
			if n, ok := p.atom(); ok {
				l.terms = append(l.terms, p.quantified(n))
				continue
			}
			p.choice(l)
			p.fail(Invalid)
		}
	}
}

func (p *parser) end() {
	l := &p.levels[len(p.levels)-1]
	p.choice(l)
	if len(p.levels) > 1 {
		p.fail(Invalid)
		return
	}
	p.root = p.alternatives(l)
	p.grow(2)
}

func (p *parser) open() {
	p.groups++
	p.grow(1)
	p.levels = append(p.levels, level{group: int32(p.groups)})
}

// close ends a group, which is an atom then.
func (p *parser) close() {
	l := &p.levels[len(p.levels)-1]
	p.choice(l)
	if len(p.levels) == 1 {
		p.fail(Invalid)
		return
	}
	x := p.alternatives(l)
	p.levels = p.levels[:len(p.levels)-1]
	p.next()
	p.grow(1)
	n := p.add(node{
		op: nodeGroup, arg: l.group, kid: x,
		nullable: p.nodes[x].nullable, size: p.nodes[x].size + 2,
	})
	outer := &p.levels[len(p.levels)-1]
	outer.terms = append(outer.terms, p.quantified(n))
}

// choice ends a choice of a level. A joint follows each, and two more states
// bind it to those before.
func (p *parser) choice(l *level) {
	n := node{op: nodeSequence, kids: l.terms, nullable: true, size: 1}
	for _, k := range n.kids {
		n.nullable = n.nullable && p.nodes[k].nullable
		n.size += p.nodes[k].size
	}
	p.grow(1)
	l.size += n.size
	if len(l.done) > 0 {
		p.grow(2)
		l.size += 2
	}
	l.done = append(l.done, p.add(n))
	l.terms = nil
}

func (p *parser) alternatives(l *level) int32 {
	if len(l.done) == 1 {
		return l.done[0]
	}
	n := node{op: nodeChoice, kids: l.done, size: l.size}
	for _, k := range n.kids {
		n.nullable = n.nullable || p.nodes[k].nullable
	}
	return p.add(n)
}

// assertion reads ^ or $, which no quantifier may follow.
func (p *parser) assertion() int32 {
	op := nodeLineBegin
	if p.token == tokenLineEnd {
		op = nodeLineEnd
	}
	p.next()
	p.grow(1)
	return p.add(node{op: op, nullable: true, size: 1})
}

// atom reads what stands for one byte.
func (p *parser) atom() (n int32, ok bool) {
	var s set
	switch p.token {
	case tokenAny:
		s = anyByte()
		p.next()
	case tokenByte:
		s.add(p.text[0])
		p.next()
	case tokenBracket:
		p.next()
		s = p.bracket()
	case tokenBracketNot:
		p.next()
		s = p.bracket()
		s.negate()
	default:
		return 0, false
	}
	p.grow(1)
	return p.add(node{op: nodeByte, arg: p.intern(s), size: 1}), true
}

func (p *parser) intern(s set) int32 {
	if i, ok := p.known[s]; ok {
		return i
	}
	i := int32(len(p.sets))
	p.sets = append(p.sets, s)
	p.known[s] = i
	return i
}

// quantified reads the quantifiers behind n, of which there may be several.
func (p *parser) quantified(n int32) int32 {
	for {
		x := &p.nodes[n]
		r := node{op: nodeRepeat, kid: n, max: unlimited, nullable: true}
		switch {
		case p.accept(tokenStar):
			p.grow(1)
			r.size = x.size + 1
		case p.accept(tokenPlus):
			p.grow(1)
			r.op, r.size, r.nullable = nodePlus, x.size+1, x.nullable
		case p.accept(tokenOption):
			p.grow(2)
			r.max, r.size = 1, x.size+2
		case p.accept(tokenBrace):
			p.interval(&r, x)
		default:
			return n
		}
		n = p.add(r)
	}
}

// interval reads {min}, {min,} or {min,max}. Each of its turns is a copy of what
// is repeated.
func (p *parser) interval(r, x *node) {
	least := p.number(true)
	turns := least
	if p.accept(tokenComma) {
		turns = unlimited
		if p.token == tokenNumber {
			turns = p.number(false)
		}
	}
	if !p.accept(tokenBraceEnd) {
		p.fail(Invalid)
	}
	copies := int64(least) * x.size
	if turns == unlimited {
		copies += x.size + 1
	} else if p.grow(copies); turns < least {
		p.fail(Invalid)
	} else {
		copies = 1 + int64(turns-least)*(x.size+1)
	}
	p.grow(copies)
	r.min, r.max = least, turns
	r.nullable = least == 0 || x.nullable
	r.size = 1 + copies
	if turns != unlimited {
		r.size += int64(least) * x.size
	}
}

// number reads a bound, which must fit into an int of C++. A joint comes before
// the first of them.
func (p *parser) number(first bool) int32 {
	text := p.text
	if !p.accept(tokenNumber) {
		p.fail(Invalid)
		return 0
	}
	if first {
		p.grow(1)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n > math.MaxInt32 {
		p.fail(Invalid)
		return 0
	}
	return int32(n)
}
