package regex

// before is what a dash in a bracket can refer to.
type before uint8

const (
	beforeNone  before = iota // nothing, or a range
	beforeByte                // a byte, which may begin a range
	beforeClass               // a class, which may not
)

// bracket reads the inside of a bracket, and its end.
func (p *parser) bracket() set {
	b := bracket{parser: p}
	if p.token == tokenByte || p.token == tokenDash {
		b.begin(p.text[0])
		p.next()
	}
	for b.term() {
	}
	return b.set
}

// bracket is what is known in the middle of one.
type bracket struct {
	*parser
	set  set
	last byte
	what before // what last is
}

// begin adds a byte that may begin a range.
func (b *bracket) begin(c byte) {
	b.set.add(c)
	b.last, b.what = c, beforeByte
}

// term reads an element. It returns false at the end.
func (b *bracket) term() bool {
	name := b.text
	switch {
	case b.accept(tokenBracketEnd):
		return false
	case b.accept(tokenByte):
		b.begin(name[0])
	case b.accept(tokenDash):
		return b.dash()
	case b.accept(tokenSymbol):
		c, ok := symbol(name)
		if !ok {
			b.fail(Invalid)
		}
		b.begin(c)
	case b.accept(tokenEquivalents):
		c, ok := symbol(name)
		if !ok {
			b.fail(Invalid)
		}
		b.set.addEquivalents(c)
		b.what = beforeClass
	case b.accept(tokenClass):
		if !b.set.addClass(name) {
			b.fail(Invalid)
		}
		b.what = beforeClass
	default:
		b.fail(Invalid)
		return false
	}
	return true
}

// dash reads what follows a dash that is not the first element: the end of a
// range, unless it is the last element and stands for itself.
func (b *bracket) dash() bool {
	if b.accept(tokenBracketEnd) {
		b.set.add('-')
		return false
	}
	if b.what != beforeByte || b.token != tokenByte && b.token != tokenDash || int8(b.last) > int8(b.text[0]) {
		b.fail(Invalid)
		return false
	}
	b.set.addRange(b.last, b.text[0])
	b.next()
	b.what = beforeNone
	return true
}
