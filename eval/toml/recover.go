package toml

import "strings"

// This file is about how reading goes on after a fault. The methods pass what
// most likely belongs to it.

// skipTo goes to the next of some bytes.
func (p *parser) skipTo(bytes string) {
	for !p.atEnd() && strings.IndexByte(bytes, p.cur()) < 0 {
		p.pos++
	}
}

// skipComments passes blank lines and lines with comments. On the latter,
// toml11 hangs.
func (p *parser) skipComments() {
	for !p.atEnd() {
		p.pos = p.blanks(p.pos)
		if p.cur() == '#' {
			p.skipTo("\n")
			p.advance()
		} else if end := p.newlineEnd(p.pos); end >= 0 {
			p.pos = end
		} else {
			return
		}
	}
}

// skipItem passes the rest of an item of an array. It says whether there was
// any: if not, the closing bracket may be missing.
func (p *parser) skipItem() (moved bool) {
	start := p.pos
	p.skipValue()
	if p.pos < start {
		p.reread += start - p.pos
		if p.reread > p.rereadOK {
			p.stop()
		}
	}
	return p.pos != start
}

func (p *parser) skipValue() {
	switch p.cur() {
	case '"', '\'':
		p.skipString()
	case '[':
		p.skipArray()
	case '{':
		p.skipInlineTable()
	default:
		p.skipTo("\n,]}")
	}
}

// skipString passes a string to the closing quote or, if it is to be in one
// line, to the end of the line.
func (p *parser) skipString() {
	quote := string(p.cur())
	if triple := strings.Repeat(quote, 3); p.hasAt(p.pos, triple) {
		p.pos += len(triple)
		if i := strings.Index(p.s[p.pos:], triple); i >= 0 {
			p.pos += i + len(triple)
		} else {
			p.pos = len(p.s)
		}
		return
	}
	p.pos++
	p.skipTo(quote + "\n")
	p.advance()
}

// skipArray goes to the closing bracket of an array, or to what cannot be in
// one: a header, or a line with a key.
func (p *parser) skipArray() {
	if !p.enter(1) {
		return
	}
	defer p.leave(1)
	p.pos++
	for !p.atEnd() {
		switch p.cur() {
		case '"', '\'':
			p.skipString()
		case '#':
			p.skipComments()
		case '{':
			p.skipInlineTable()
		case '[':
			if p.isHeading(p.pos) {
				return
			}
			p.skipArray()
		case '=':
			p.pos = strings.LastIndexByte(p.s[:p.pos], '\n') + 1
			return
		case ']':
			return
		default:
			p.pos++
		}
	}
}

// skipInlineTable is skipArray for a table in braces.
func (p *parser) skipInlineTable() {
	if !p.enter(1) {
		return
	}
	defer p.leave(1)
	p.pos++
	for !p.atEnd() {
		switch p.cur() {
		case '"', '\'':
			p.skipString()
		case '#':
			p.skipComments()
			return
		case '[':
			if p.isHeading(p.pos) {
				return
			}
			p.skipArray()
		case '{':
			p.skipInlineTable()
		case '\n', '}':
			return
		default:
			p.pos++
		}
	}
}

// skipPair goes to the value of an entry and passes it. Without a value it goes
// to the end of the line.
func (p *parser) skipPair() {
	p.skipTo("=\n")
	if p.cur() == '=' {
		p.skipValue()
	}
}

// skipToHeading goes to the next line that begins with a header, but not to the
// one at the position, nor to one after an empty line.
func (p *parser) skipToHeading() {
	for !p.atEnd() {
		if p.cur() == '\n' {
			p.pos++
			start := p.pos
			p.pos = p.blanks(p.pos)
			if p.isHeading(p.pos) {
				p.pos = start
				return
			}
		}
		p.advance()
	}
}
