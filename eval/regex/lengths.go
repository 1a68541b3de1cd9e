package regex

import "math"

// lengths says how many bytes are between an instruction and the end of a match:
// not less than min, and not more than max. Neither needs to be possible.
type lengths struct{ min, max int32 }

// endless is the max of what a loop follows.
const endless = math.MaxInt32 / 2

// maxMeasured is how many instructions a program may have for its lengths to be
// found, in time that is their square at worst.
const maxMeasured = 1000

// measure finds the lengths of all entries. They help to put choices in order;
// without them the order is found for each match.
func (p *program) measure() {
	p.lengths = make([]lengths, len(p.entries))
	all := make([]lengths, len(p.insts))
	for i := range all {
		all[i] = lengths{min: endless, max: unknown}
	}
	if len(p.insts) > maxMeasured {
		for i := range p.lengths {
			p.lengths[i].max = endless
		}
		return
	}
	for p.shorten(all) {
	}
	for i, e := range p.entries {
		p.lengths[i] = lengths{all[e].min, p.longest(all, e)}
	}
}

// shorten finds shorter ways, given those that are known.
func (p *program) shorten(all []lengths) bool {
	changed := false
	for i := len(p.insts) - 1; i > 0; i-- {
		n := all[i].min
		switch in := &p.insts[i]; in.op {
		case instAccept:
			n = 0
		case instLeaf:
			n = min(n, all[p.entries[in.x]].min+1)
		case instFirst, instLongest:
			n = min(n, all[in.x].min, all[in.y].min)
		default:
			n = all[in.x].min
		}
		changed = changed || n < all[i].min
		all[i].min = min(all[i].min, n)
	}
	return changed
}

const unknown = -1

// longest finds the longest way from an instruction.
func (p *program) longest(all []lengths, i int32) int32 {
	if all[i].max != unknown {
		return all[i].max
	}
	all[i].max = endless // if it leads to itself
	n := int32(0)
	switch in := &p.insts[i]; in.op {
	case instAccept:
	case instLeaf:
		n = min(p.longest(all, p.entries[in.x])+1, endless)
	case instFirst, instLongest:
		n = max(p.longest(all, in.x), p.longest(all, in.y))
	default:
		n = p.longest(all, in.x)
	}
	all[i].max = n
	return n
}

// between returns the lengths of the ways, seen from before their byte.
func (p *program) between(ways []way) lengths {
	all := lengths{min: endless}
	for _, w := range ways {
		l := lengths{}
		if w.to != accepts {
			l = p.lengths[w.to]
			l.min++
			l.max = min(l.max+1, endless)
		}
		all.min, all.max = min(all.min, l.min), max(all.max, l.max)
	}
	return all
}
