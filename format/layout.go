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
}

// margin is an indentation and the level of nesting that it is of.
type margin struct {
	blanks int
	level  int32
	outer  *margin
}

// ahead is what follows: a list and what follows that.
type ahead struct {
	list  []element
	outer *ahead
}

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

// document lays out a whole document.
func (p *printer) document(list []element) {
	p.margin = &margin{}
	p.group(&element{kind: plainGroup, group: list}, nil)
}

// list lays out elements, with spaces as line breaks.
func (p *printer) list(list []element, rest *ahead) {
	for i := range list {
		next := ahead{list[i+1:], rest}
		p.element(&list[i], &next)
	}
}

func (p *printer) element(e *element, rest *ahead) {
	switch {
	case e.kind.isText():
		p.text(e, rest)
	case e.kind.isGroup():
		p.group(e, rest)
	case p.column > 0:
		p.space(e, rest)
	}
}

func (p *printer) text(e *element, rest *ahead) {
	switch e.kind {
	case trailingText:
		// It would become one of the next element otherwise, and stand elsewhere the
		// next time.
		if next, _ := rest.next(); p.column == 2 && next > p.margin.level {
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

func (p *printer) space(e *element, rest *ahead) {
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

func (p *printer) group(e *element, rest *ahead) {
	if p.compact(e.group, rest) || e.kind != transparentGroup && p.expandPriority(e.group, rest) {
		return
	}
	p.list(e.group, rest)
}

// expandPriority lays out a group with one of its priority groups expanded and all
// else in one line. It reports whether that can be done; the last of them is tried
// first.
func (p *printer) expandPriority(list []element, rest *ahead) bool {
	if !hasPriority(list) {
		return false
	}
	var s segments
	s.add(list)
	for i := len(s.spans) - 1; i >= 0; i-- {
		before, inside, behind := s.flat[:s.spans[i][0]], s.flat[s.spans[i][0]:s.spans[i][1]], s.flat[s.spans[i][1]:]
		m := p.mark()
		if !p.compact(before, &ahead{s.flat[len(before):], rest}) {
			continue
		}
		p.list(inside, &ahead{unexpanded(behind), rest})
		if p.compact(behind, rest) {
			return true
		}
		p.back(m)
	}
	return false
}

func hasPriority(list []element) bool {
	for i := range list {
		switch e := &list[i]; e.kind {
		case priorityGroup:
			return true
		case transparentGroup:
			if hasPriority(e.group) {
				return true
			}
		}
	}
	return false
}

// segments are the elements of a group with its priority groups dissolved, and
// where those are.
type segments struct {
	flat  []element
	spans [][2]int
}

func (s *segments) add(list []element) {
	for i := range list {
		switch e := &list[i]; e.kind {
		case priorityGroup:
			from := len(s.flat)
			s.flat = append(s.flat, e.group...)
			s.spans = append(s.spans, [2]int{from, len(s.flat)})
		case transparentGroup:
			s.add(e.group)
		default:
			s.flat = append(s.flat, *e)
		}
	}
}

// unexpanded returns elements with their own spaces as they are in one line.
func unexpanded(list []element) []element {
	out := make([]element, 0, len(list))
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
func (p *printer) compact(list []element, rest *ahead) bool {
	if len(list) == 0 {
		return true
	}
	next, _ := rest.next()
	follow := p.firstLineWidth(rest)
	if p.column > 0 {
		deeper := 0
		if next > p.margin.level {
			deeper = p.indent
		}
		m := p.mark()
		width, ok := p.fits(deeper-p.column, p.width-p.column-follow, list, true)
		if !ok {
			p.back(m)
			return false
		}
		p.column += width
		return true
	}
	l := ahead{list: list}
	first := l.trimmed()
	level, off := first.next()
	base := p.margin.level
	if level > base {
		base += int32(p.indent)
	}
	deeper := 0
	if next > base {
		deeper = p.indent
	}
	m := p.mark()
	p.place(level, off)
	width, ok := p.fitsAhead(deeper, p.width-follow, first, true)
	if !ok {
		p.back(m)
		return false
	}
	p.column += width
	return true
}

// trimmed returns a list without a space at its beginning, or at that of the group
// which it begins with.
func (l *ahead) trimmed() *ahead {
	switch first := &l.list[0]; {
	case first.kind.isSpace():
		return &ahead{list: l.list[1:]}
	case first.kind.isGroup() && len(first.group) > 0 && first.group[0].kind.isSpace():
		inner := element{kind: first.kind, group: first.group[1:]}
		return &ahead{list: []element{inner}, outer: &ahead{list: l.list[1:]}}
	}
	return l
}

// next returns the level and offset of the first text. Of groups only the first
// one counts.
func (l *ahead) next() (level, off int32) {
	for ; l != nil; l = l.outer {
		for i := range l.list {
			switch e := &l.list[i]; {
			case e.kind.isText():
				return e.level, e.off
			case e.kind.isGroup():
				return (&ahead{list: e.group}).next()
			}
		}
	}
	return 0, 0
}

// reader goes through elements as if there were no groups.
type reader struct{ stack []ahead }

// enter makes a list the next to be read.
func (r *reader) enter(list []element) { r.stack = append(r.stack, ahead{list: list}) }

// top is the next element, or nil.
func (r *reader) top() *element {
	for len(r.stack) > 0 {
		l := &r.stack[len(r.stack)-1]
		if len(l.list) > 0 {
			return &l.list[0]
		}
		if l.outer == nil {
			r.stack = r.stack[:len(r.stack)-1]
		} else {
			*l = *l.outer
		}
	}
	return nil
}

func (r *reader) pop() {
	l := &r.stack[len(r.stack)-1]
	l.list = l.list[1:]
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
func (p *printer) fits(column, width int, list []element, write bool) (int, bool) {
	return p.fitsAhead(column, width, &ahead{list: list}, write)
}

func (p *printer) fitsAhead(column, width int, l *ahead, write bool) (int, bool) {
	var room [8]ahead
	r := reader{append(room[:0], *l)}
	total := 0
	put := func(s string) {
		if write {
			p.write(s)
		}
	}
	for e := r.top(); ; e = r.top() {
		if width < 0 {
			return 0, false
		}
		if e == nil {
			return total, true
		}
		switch e.kind {
		case plainText:
			put(e.text)
			n := int(e.width)
			column, width, total = column-n, width-n, total+n
			r.pop()
		case commentText, trailingText:
			if e.kind == trailingText && column == 0 {
				put(" ")
				total++
			}
			put(e.text)
			total += int(e.width)
			r.pop()
		case expandedText:
			r.pop()
		case plainGroup, priorityGroup, transparentGroup:
			r.pop()
			r.enter(e.group)
		case disableText, verbatimText, restText, indentedText:
			return 0, false
		default:
			switch s := r.space(); s.kind {
			case softBreak, lineBreak:
			case softSpace, spaceBreak, hardSpace:
				put(" ")
				column, width, total = column-1, width-1, total+1
			default:
				return 0, false
			}
		}
	}
}

// firstLineWidth returns how much of a line is taken before it can be broken.
func (p *printer) firstLineWidth(l *ahead) int {
	if l == nil {
		return 0
	}
	var room [8]ahead
	r := reader{append(room[:0], *l)}
	for n := 0; ; {
		e := r.top()
		switch {
		case e == nil || n > p.width:
			return n
		case e.kind.isGroup():
			r.pop()
			r.enter(e.group)
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
func (p *printer) firstLineFits(target int, l *ahead) bool {
	var room [8]ahead
	r := reader{append(room[:0], *l)}
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
			width, ok := p.fits(0, left-p.firstLineWidth(r.rest()), e.group, false)
			if ok {
				left -= width
			} else {
				r.enter(e.group)
			}
		}
	}
	return false
}

// rest is what is left to read.
func (r *reader) rest() *ahead {
	var l *ahead
	for i := range r.stack {
		outer := l
		if i == 0 {
			outer = r.stack[0].outer
		}
		l = &ahead{r.stack[i].list, outer}
	}
	return l
}
