package session

import (
	"strings"

	"firn/parser/text"
)

// gapText is a text in the middle of many changes: an editor with a thousand
// cursors sends a thousand. Text and line starts are kept with a gap where the
// last change was, so that a change takes time in its distance from there and
// not in the length of the text.
type gapText struct {
	text       []byte
	start, end int // of the gap in text

	// lines holds where each line starts: before the gap from the start of the
	// text, behind it from its end.
	lines              []int
	firstGap, afterGap int // of the gap in lines
}

func newGapText(src string) *gapText {
	g := &gapText{text: []byte(src)}
	g.start, g.end = len(src), len(src)
	g.lines = lineStarts([]int{0}, src, 0)
	g.firstGap, g.afterGap = len(g.lines), len(g.lines)
	return g
}

// lineStarts appends where the lines after the first start in s, which itself
// starts at base.
func lineStarts(to []int, s string, base int) []int {
	for i := range len(s) {
		if s[i] == '\n' || s[i] == '\r' && !strings.HasPrefix(s[i+1:], "\n") {
			to = append(to, base+i+1)
		}
	}
	return to
}

func (g *gapText) len() int { return len(g.text) - (g.end - g.start) }

func (g *gapText) count() int { return len(g.lines) - (g.afterGap - g.firstGap) }

// lineStart returns the offset of a line; of one past the last, the length.
func (g *gapText) lineStart(line int) int {
	if line < g.firstGap {
		return g.lines[line]
	}
	if i := line - g.firstGap + g.afterGap; i < len(g.lines) {
		return g.len() - g.lines[i]
	}
	return g.len()
}

// moveTo moves the gaps to the start of a line.
func (g *gapText) moveTo(line int) {
	off := g.lineStart(line)
	for n := g.len(); g.firstGap > line; {
		g.firstGap--
		g.afterGap--
		g.lines[g.afterGap] = n - g.lines[g.firstGap]
	}
	for n := g.len(); g.firstGap < line; {
		g.lines[g.firstGap] = n - g.lines[g.afterGap]
		g.firstGap++
		g.afterGap++
	}
	if off < g.start {
		n := copy(g.text[g.end-(g.start-off):g.end], g.text[off:g.start])
		g.start, g.end = off, g.end-n
	} else {
		n := copy(g.text[g.start:], g.text[g.end:g.end+off-g.start])
		g.start, g.end = off, g.end+n
	}
}

// change carries out a change of a range and returns it as an edit. The lines
// that it touches are counted anew, and the one before them, too: it may end
// with a carriage return to which a line feed comes.
func (g *gapText) change(c Change, enc text.Encoding) (text.Edit, error) {
	from, to := g.clamp(c.Range.Start), g.clamp(c.Range.End)
	if before(to, from) {
		from, to = to, from
	}
	first := max(int(from.Line)-1, 0)
	g.moveTo(first)
	base := g.start
	start, end := g.offset(from, enc), g.offset(to, enc)
	if g.len()+len(c.Text) > maxText {
		return text.Edit{}, errTooLarge
	}
	rest := g.lineStart(int(to.Line)+1) - base
	behind := g.text[g.end:]
	region := string(behind[:start]) + c.Text + string(behind[end:rest])
	g.end += rest
	g.afterGap += int(to.Line) - first + 1
	g.insert(region)
	span := text.Span{Start: uint32(base + start), End: uint32(base + end)}
	return text.Edit{Span: span, New: strings.Clone(c.Text)}, nil
}

// clamp moves a position past the end to the end.
func (g *gapText) clamp(p text.Position) text.Position {
	if last := uint32(g.count() - 1); p.Line > last {
		return text.Position{Line: last, Column: ^uint32(0)}
	}
	return p
}

func before(a, b text.Position) bool {
	return a.Line < b.Line || a.Line == b.Line && a.Column < b.Column
}

// offset returns the place of p counted from the gap, which it is not before.
func (g *gapText) offset(p text.Position, enc text.Encoding) int {
	start, end := g.lineStart(int(p.Line)), g.lineStart(int(p.Line)+1)
	line := string(g.text[g.end+start-g.start : g.end+end-g.start])
	return start - g.start + int(text.NewLines(line).Offset(text.Position{Column: p.Column}, enc))
}

// insert puts whole lines before the gap.
func (g *gapText) insert(region string) {
	starts := lineStarts([]int{g.start}, region, g.start)
	if n := len(starts); g.afterGap < len(g.lines) {
		starts = starts[:n-1] // that of the line behind the gap, which is known
	}
	g.grow(len(region), len(starts))
	g.start += copy(g.text[g.start:], region)
	g.firstGap += copy(g.lines[g.firstGap:], starts)
}

// grow makes room in the gaps, twice of what there is if they are too small.
func (g *gapText) grow(bytes, lines int) {
	if g.end-g.start < bytes {
		room := bytes + len(g.text)
		wider := make([]byte, len(g.text)+room)
		copy(wider, g.text[:g.start])
		copy(wider[g.end+room:], g.text[g.end:])
		g.text, g.end = wider, g.end+room
	}
	if g.afterGap-g.firstGap < lines {
		room := lines + len(g.lines)
		wider := make([]int, len(g.lines)+room)
		copy(wider, g.lines[:g.firstGap])
		copy(wider[g.afterGap+room:], g.lines[g.afterGap:])
		g.lines, g.afterGap = wider, g.afterGap+room
	}
}

// String returns the text.
func (g *gapText) String() string {
	return string(g.text[:g.start]) + string(g.text[g.end:])
}
