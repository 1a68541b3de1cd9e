package toml

// Limits. No text that anybody wrote comes near them, and toml11 takes minutes
// for a depth of 10000.
const (
	maxDepth  = 4096  // of nested arrays and tables, with those that keys and headers imply
	maxFaults = 10000 // that are looked for
)

// parser reads a text. After a fault it goes on where toml11 does, to find
// others.
type parser struct {
	source
	pos      int
	faults   []*fault
	depth    int
	tooDeep  bool
	over     bool // no more faults are wanted
	reread   int  // bytes that are read again after a fault
	rereadOK int  // how many may be
}

func newParser(s string) *parser {
	p := &parser{source: source{name: "fromTOML", s: s}, rereadOK: 8*len(s) + 1<<16}
	const mark = "\xef\xbb\xbf"
	if p.hasAt(0, mark) {
		p.pos = len(mark)
	}
	return p
}

func (p *parser) atEnd() bool { return p.pos >= len(p.s) }

// cur returns the byte at the position, or 0 at the end.
func (p *parser) cur() byte { return p.byteAt(p.pos) }

func (p *parser) advance() { p.pos = min(p.pos+1, len(p.s)) }

// accept passes a byte if it is there.
func (p *parser) accept(c byte) bool {
	if p.atEnd() || p.cur() != c {
		return false
	}
	p.pos++
	return true
}

// goBack moves the position to one that has been read, if reading goes on.
func (p *parser) goBack(to int) {
	if !p.over {
		p.pos = to
	}
}

// report keeps a fault for the message.
func (p *parser) report(f *fault) {
	if p.over {
		return
	}
	p.faults = append(p.faults, f)
	if len(p.faults) == maxFaults {
		p.stop()
	}
}

// takeBack removes the latest fault, for a caller that reports it again.
func (p *parser) takeBack() *fault {
	f := p.faults[len(p.faults)-1]
	if !p.over {
		p.faults = p.faults[:len(p.faults)-1]
	}
	return f
}

// stop goes to the end of the text, where all loops end.
func (p *parser) stop() {
	p.over = true
	p.pos = len(p.s)
}

// enter notes n further levels. It stops if they are too many.
func (p *parser) enter(n int) (ok bool) {
	p.depth += n
	if p.depth > maxDepth {
		p.tooDeep = true
		p.stop()
		return false
	}
	return true
}

func (p *parser) leave(n int) { p.depth -= n }

// found completes a value that ends at end.
func (p *parser) found(v Value, end int) Value {
	v.first, v.last = p.pos, end
	p.pos = end
	return v
}

// spotOf returns where a value is defined.
func (p *parser) spotOf(v *Value) spot { return p.between(v.first, v.last) }

// spacer passes blanks, line ends and comments, and says whether there was a
// line end. A comment that does not end with the line is left.
func (p *parser) spacer() (newline bool) {
	for {
		i := p.blanks(p.pos)
		end := p.newlineEnd(i)
		if end < 0 {
			if comment := p.commentEnd(i); comment >= 0 {
				end = p.newlineEnd(comment)
			}
		}
		if end < 0 {
			p.pos = i
			return newline
		}
		newline = true
		p.pos = end
	}
}

// comment passes blanks, a comment and the end of its line. Without a comment
// nothing is passed.
func (p *parser) comment() (found bool, f *fault) {
	end := p.commentEnd(p.blanks(p.pos))
	if end < 0 {
		return false, nil
	}
	p.pos = end
	if p.atEnd() {
		return true, nil
	}
	if line := p.newlineEnd(end); line >= 0 {
		p.pos = line
		return true, nil
	}
	for !p.atEnd() {
		p.advance()
		if p.cur() == '\n' {
			p.advance()
			break
		}
	}
	return false, newFault("toml::parse_comment_line: newline (LF / CRLF) or EOF is expected", p.at(p.pos), "but got this").
		hinted("Hint: most of the control characters are not allowed in comments")
}
