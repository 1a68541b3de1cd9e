package format

import (
	"strings"
	"unicode/utf8"
)

// printer lays out a document. It goes through it once, and decides for each
// group whether there is room for it in the line.
type printer struct {
	width  int // of a line, without its indentation
	indent int // of a level
	out    []byte

	column   int // without indentation; 0 at the beginning of a line
	margin   *margin
	disabled bool // nothing is written until the region is over

	ahead  []frame // what follows, see frame
	room   *room
	fitsIn reader // of fits, and so on
	width1 reader
	fits1  reader
}

// margin is an indentation and the level of nesting that it is of.
type margin struct {
	blanks int
	level  int32
	outer  *margin
}

// frame is a list of elements, and the frame of what follows it: its place in
// printer.ahead, or nowhere.
type frame struct {
	list  []element
	outer int
}

const nowhere = -1

// push adds a frame and returns its place. Who adds one removes it.
func (p *printer) push(list []element, outer int) int {
	p.ahead = append(p.ahead, frame{list, outer})
	return len(p.ahead) - 1
}

func (p *printer) pop(n int) { p.ahead = p.ahead[:len(p.ahead)-n] }

// mark is a state to go back to.
type mark struct {
	out      int
	column   int
	margin   *margin
	disabled bool
}

func (p *printer) mark() mark { return mark{len(p.out), p.column, p.margin, p.disabled} }

func (p *printer) back(m mark) {
	p.out, p.column, p.margin, p.disabled = p.out[:m.out], m.column, m.margin, m.disabled
}

func (p *printer) write(s string) {
	if !p.disabled {
		p.out = append(p.out, s...)
	}
}

func (p *printer) blanks(n int) {
	if !p.disabled {
		for range n {
			p.out = append(p.out, ' ')
		}
	}
}

func (p *printer) newlines(n int) {
	if !p.disabled {
		for range n {
			p.out = append(p.out, '\n')
		}
	}
	p.column = 0
}

// start makes a printer ready for a document.
func (p *printer) start(o Options) {
	p.width, p.indent, p.out, p.column, p.margin, p.disabled = o.Width, o.Indent, p.out[:0], 0, &margin{}, false
	p.ahead = p.ahead[:0]
}

// document lays out a whole document.
func (p *printer) document(list []element) {
	e := p.room.group(plainGroup, list)
	p.group(&e, nowhere)
}

// list lays out elements, with spaces as line breaks.
func (p *printer) list(list []element, rest int) {
	next := p.push(nil, rest)
	for i := range list {
		p.ahead[next].list = list[i+1:]
		p.element(&list[i], next)
	}
	p.pop(1)
}

func (p *printer) element(e *element, rest int) {
	switch {
	case e.kind.isText():
		p.text(e, rest)
	case e.kind.isGroup():
		p.group(e, rest)
	case p.column > 0:
		p.space(e, rest)
	}
}

func (p *printer) text(e *element, rest int) {
	switch e.kind {
	case trailingText:
		// It would become one of the next element otherwise, and stand elsewhere the
		// next time.
		if next := p.next(rest); p.column == 2 && next > p.margin.level {
			p.write(" " + e.text)
			p.column += 1 + int(e.width)
			return
		}
	case disableText:
		p.disabled = true
		return
	case verbatimText, restText:
		if p.column > 0 && !p.disabled {
			p.write("\n")
		}
		p.disabled = false
		p.write(e.text)
		p.column = utf8.RuneCountInString(e.text[strings.LastIndexByte(e.text, '\n')+1:])
		return
	case indentedText:
		p.enter(e.level)
		p.write(e.text)
		p.column = max(1, p.column+int(e.width))
		return
	}
	p.place(e.level, e.off)
	p.write(e.text)
	p.column += int(e.width)
}

// enter makes a level of nesting the innermost one. Several levels that begin in
// one line are indented once.
func (p *printer) enter(level int32) {
	for level < p.margin.level {
		p.margin = p.margin.outer
	}
	if level > p.margin.level {
		m := &margin{blanks: p.margin.blanks, level: level, outer: p.margin}
		if p.column == 0 {
			m.blanks += p.indent
		}
		p.margin = m
	}
}

// place gets ready for a text.
func (p *printer) place(level, off int32) {
	p.enter(level)
	if p.column == 0 {
		p.blanks(p.margin.blanks + int(off))
	}
}

func (p *printer) space(e *element, rest int) {
	switch e.kind {
	case lineBreak, spaceBreak, hardLine:
		p.newlines(1)
	case blankLine:
		p.newlines(2)
	case lineBreaks:
		p.newlines(int(e.width))
	case hardSpace:
		p.blanks(1)
		p.column++
	case softBreak:
		if !p.firstLineFits(p.width-p.column, rest) {
			p.newlines(1)
		}
	case softSpace:
		if !p.firstLineFits(p.width-p.column-1, rest) {
			p.newlines(1)
			return
		}
		p.blanks(1)
		p.column++
	}
}

func (p *printer) group(e *element, rest int) {
	list := p.room.of(e)
	if p.compact(list, rest) || e.kind != transparentGroup && p.expandPriority(list, rest) {
		return
	}
	p.list(list, rest)
}

// expandPriority lays out a group with one of its priority groups expanded and all
// else in one line. It reports whether that can be done; the last of them is tried
// first.
func (p *printer) expandPriority(list []element, rest int) bool {
	if !p.room.hasPriority(list) {
		return false
	}
	defer p.room.release(p.room.filled())
	s := segments{room: p.room, flat: p.room.take(p.room.size(list))}
	s.add(list)
	for i := len(s.spans) - 1; i >= 0; i-- {
		from, to := s.spans[i][0], s.spans[i][1]
		m := p.mark()
		ok := p.compact(s.flat[:from], p.push(s.flat[from:], rest))
		p.pop(1)
		if !ok {
			continue
		}
		p.list(s.flat[from:to], p.push(p.unexpanded(s.flat[to:]), rest))
		p.pop(1)
		if p.compact(s.flat[to:], rest) {
			return true
		}
		p.back(m)
	}
	return false
}

func (r *room) hasPriority(list []element) bool {
	for i := range list {
		switch e := &list[i]; e.kind {
		case priorityGroup:
			return true
		case transparentGroup:
			if r.hasPriority(r.of(e)) {
				return true
			}
		}
	}
	return false
}

// segments are the elements of a group with its priority groups dissolved, and
// where those are.
type segments struct {
	room  *room
	flat  []element
	spans [][2]int
}

func (s *segments) add(list []element) {
	for i := range list {
		switch e := &list[i]; e.kind {
		case priorityGroup:
			from := len(s.flat)
			s.flat = append(s.flat, s.room.of(e)...)
			s.spans = append(s.spans, [2]int{from, len(s.flat)})
		case transparentGroup:
			s.add(s.room.of(e))
		default:
			s.flat = append(s.flat, *e)
		}
	}
}

// size returns how many elements there are if priority groups are dissolved.
func (r *room) size(list []element) int {
	n := 0
	for i := range list {
		switch e := &list[i]; e.kind {
		case priorityGroup:
			n += len(r.of(e))
		case transparentGroup:
			n += r.size(r.of(e))
		default:
			n++
		}
	}
	return n
}

// unexpanded returns elements with their own spaces as they are in one line.
func (p *printer) unexpanded(list []element) []element {
	out := p.room.take(len(list))
	for _, e := range list {
		switch e.kind {
		case spaceBreak, softSpace:
			out = append(out, element{kind: hardSpace})
		case lineBreak, softBreak:
		default:
			out = append(out, e)
		}
	}
	return out
}

// compact lays out elements in what is left of the line, as long as what must
// follow in it has room, too. It reports whether that can be done.
func (p *printer) compact(list []element, rest int) bool {
	if len(list) == 0 {
		return true
	}
	next := p.next(rest)
	follow := p.firstLineWidth(rest)
	m := p.mark()
	if p.column > 0 {
		deeper := 0
		if next > p.margin.level {
			deeper = p.indent
		}
		width, ok := p.fits(deeper-p.column, p.width-p.column-follow, frame{list, nowhere}, true)
		if !ok {
			p.back(m)
			return false
		}
		p.column += width
		return true
	}
	level, off, first, frames := p.trimmed(list)
	base := p.margin.level
	if level > base {
		base += int32(p.indent)
	}
	deeper := 0
	if next > base {
		deeper = p.indent
	}
	p.place(level, off)
	width, ok := p.fits(deeper, p.width-follow, first, true)
	p.pop(frames)
	if !ok {
		p.back(m)
		return false
	}
	p.column += width
	return true
}

// trimmed returns a list without a space at its beginning, or at that of the group
// which it begins with, with the level and offset of the first text, and how many
// frames it has pushed for that.
func (p *printer) trimmed(list []element) (level, off int32, f frame, pushed int) {
	f = frame{list, nowhere}
	switch first := &list[0]; {
	case first.kind.isSpace():
		f.list = list[1:]
	case first.kind.isGroup():
		if in := p.room.of(first); len(in) > 0 && in[0].kind.isSpace() {
			level, off, _ = p.room.firstText(in[1:])
			return level, off, frame{in[1:], p.push(list[1:], nowhere)}, 1
		}
	}
	level, off, _ = p.room.firstText(f.list)
	return level, off, f, 0
}

// next returns the level of the first text that follows.
func (p *printer) next(rest int) int32 {
	for ; rest != nowhere; rest = p.ahead[rest].outer {
		if level, _, ok := p.room.firstText(p.ahead[rest].list); ok {
			return level
		}
	}
	return 0
}

// firstText returns the level and offset of the first text in a list, and whether
// there is a text or a group. Of groups only the first one counts.
func (r *room) firstText(list []element) (level, off int32, ok bool) {
	for i := range list {
		switch e := &list[i]; {
		case e.kind.isText():
			return e.level, e.off, true
		case e.kind.isGroup():
			level, off, _ := r.firstText(r.of(e))
			return level, off, true
		}
	}
	return 0, 0, false
}

// reader goes through elements as if there were no groups.
type reader struct {
	p     *printer
	stack []frame
}

// from makes a list, and what follows it, what is read.
func (r *reader) from(p *printer, f frame) *reader {
	r.p, r.stack = p, append(r.stack[:0], f)
	return r
}

// enter makes a list the next to be read.
func (r *reader) enter(list []element) { r.stack = append(r.stack, frame{list, nowhere}) }

// top is the next element, or nil.
func (r *reader) top() *element {
	for len(r.stack) > 0 {
		f := &r.stack[len(r.stack)-1]
		switch {
		case len(f.list) > 0:
			return &f.list[0]
		case f.outer == nowhere:
			r.stack = r.stack[:len(r.stack)-1]
		default:
			*f = r.p.ahead[f.outer]
		}
	}
	return nil
}

func (r *reader) pop() {
	f := &r.stack[len(r.stack)-1]
	f.list = f.list[1:]
}

// space reads a space and those that follow it.
func (r *reader) space() element {
	e := *r.top()
	r.pop()
	for next := r.top(); next != nil && next.kind.isSpace(); next = r.top() {
		e = merged(e, *next)
		r.pop()
	}
	return e
}

// fits lays out elements in one line of a given width. It reports whether they fit
// and how wide they are. The column tells a comment that ends the line whether
// the next line begins below it.
func (p *printer) fits(column, width int, f frame, write bool) (total int, ok bool) {
	r := p.fitsIn.from(p, f)
	for {
		e := r.top()
		switch {
		case width < 0:
			return 0, false
		case e == nil:
			return total, true
		}
		text, taken := "", 0
		switch e.kind {
		case plainText:
			text, taken = e.text, int(e.width)
			r.pop()
		case trailingText, commentText:
			if e.kind == trailingText && column == 0 {
				text = " "
				total++
			}
			text += e.text
			total += int(e.width)
			r.pop()
		case expandedText:
			r.pop()
		case plainGroup, priorityGroup, transparentGroup:
			r.pop()
			r.enter(p.room.of(e))
		case disableText, verbatimText, restText, indentedText:
			return 0, false
		default:
			switch s := r.space(); s.kind {
			case softBreak, lineBreak:
			case softSpace, spaceBreak, hardSpace:
				text, taken = " ", 1
			default:
				return 0, false
			}
		}
		if write {
			p.write(text)
		}
		column, width, total = column-taken, width-taken, total+taken
	}
}

// firstLineWidth returns how much of a line is taken before it can be broken.
func (p *printer) firstLineWidth(rest int) int {
	if rest == nowhere {
		return 0
	}
	return p.widthOf(p.ahead[rest])
}

func (p *printer) widthOf(f frame) int {
	r := p.width1.from(p, f)
	for n := 0; ; {
		e := r.top()
		switch {
		case e == nil || n > p.width:
			return n
		case e.kind.isGroup():
			r.pop()
			r.enter(p.room.of(e))
		case e.kind.isSpace():
			if s := r.space(); s.kind != hardSpace {
				return n
			}
			n++
		default:
			if e.kind != commentText && e.kind != trailingText {
				n += int(e.width)
			}
			r.pop()
		}
	}
}

// firstLineFits reports whether what comes before a line can be broken has room,
// with all groups in one line that fit into one.
func (p *printer) firstLineFits(target, rest int) bool {
	r := p.fits1.from(p, frame{outer: rest})
	for left := p.width; left >= 0; {
		e := r.top()
		switch {
		case e == nil || e.kind == verbatimText || e.kind == restText:
			return p.width-left <= target
		case e.kind == plainText:
			left -= int(e.width)
			r.pop()
		case e.kind.isText():
			r.pop()
		case e.kind.isSpace():
			if s := r.space(); s.kind != hardSpace {
				return p.width-left <= target
			}
			left--
		default:
			r.pop()
			f, pushed := r.rest()
			width, ok := p.fits(0, left-p.widthOf(f), frame{p.room.of(e), nowhere}, false)
			p.pop(pushed)
			if ok {
				left -= width
			} else {
				r.enter(p.room.of(e))
			}
		}
	}
	return false
}

// rest is what is left to read, for which frames are pushed.
func (r *reader) rest() (f frame, pushed int) {
	if len(r.stack) == 0 {
		return frame{outer: nowhere}, 0
	}
	f = r.stack[0]
	for _, next := range r.stack[1:] {
		f = frame{next.list, r.p.push(f.list, f.outer)}
		pushed++
	}
	return f, pushed
}
