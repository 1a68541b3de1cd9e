package toml

import (
	"fmt"
	"strconv"
	"strings"
)

// fault is an error in a text.
type fault struct {
	title string
	marks []mark
	hint  string
}

// mark is a spot with what is to be said of it.
type mark struct {
	at  spot
	msg string
}

func newFault(title string, at spot, msg string) *fault {
	return &fault{title: title, marks: []mark{{at, msg}}}
}

// and adds a mark.
func (f *fault) and(at spot, msg string) *fault {
	f.marks = append(f.marks, mark{at, msg})
	return f
}

// hinted sets the last lines.
func (f *fault) hinted(hint string) *fault {
	f.hint = hint
	return f
}

// maxMessage is the size at which a message gets no further faults.
const maxMessage = 16 << 20

// render returns the message about all faults.
func render(faults []*fault) string {
	var r renderer
	for _, f := range faults {
		if r.Len() > maxMessage {
			break
		}
		r.fault(f)
	}
	return r.String()
}

// renderer writes faults as toml11 does: the lines of each mark with carets
// under it, to the right of a bar.
type renderer struct {
	strings.Builder
	width int // of line numbers
}

func (r *renderer) fault(f *fault) {
	r.WriteString("[error] " + f.title + "\n")
	r.width = 0
	for _, m := range f.marks {
		r.width = max(r.width, len(strconv.Itoa(m.at.src.line(m.at.end))))
	}
	for i, m := range f.marks {
		if i == 0 {
			r.WriteString(" --> " + m.at.src.name + "\n")
			r.bar("\n")
		} else {
			r.bar(" ...\n")
			r.bar("\n")
		}
		r.mark(m)
	}
	r.WriteString(f.hint)
}

// bar begins a line that shows no text.
func (r *renderer) bar(rest string) {
	r.WriteString(strings.Repeat(" ", r.width+1) + " |" + rest)
}

func (r *renderer) mark(m mark) {
	first, last := m.at.src.line(m.at.first), m.at.src.line(m.at.end)
	if first == last {
		x := m.at.excerpt(m.at.first, m.at.last-1)
		r.line(first, x.text)
		r.carets(x.offset, max(1, min(len(x.text)-x.offset, m.at.last-m.at.first)), m.msg)
		return
	}
	top, bottom := m.at.borders()
	r.line(first, top.text)
	between := last > first+1
	if between {
		r.carets(top.offset, len(top.text)-top.offset, "and")
		r.line(first+1, "...")
		r.carets(0, len("..."), "and")
	} else {
		r.carets(top.offset, len(top.text)-top.offset, "")
	}
	r.line(last, bottom.text)
	r.carets(0, bottom.offset+1, m.msg)
}

// line writes a line of text, with all that is not printable ASCII as numbers.
func (r *renderer) line(number int, text string) {
	fmt.Fprintf(&r.Builder, " %*d | ", r.width, number)
	for i := range len(text) {
		if c := text[i]; c == ' ' {
			r.WriteByte(c)
		} else {
			r.WriteString(showByte(c))
		}
	}
	r.WriteByte('\n')
}

func (r *renderer) carets(offset, n int, msg string) {
	r.bar(" " + strings.Repeat(" ", offset) + strings.Repeat("^", n) + "-- " + msg + "\n")
}

// excerpt is a part of a text, with the offset in it that a message is about.
type excerpt struct {
	text   string
	offset int
}

const around = 30 // bytes of a line that are shown before and after a spot

// excerpt returns the line from which the bytes first to last are, or so much
// of it as is near them.
func (sp spot) excerpt(first, last int) excerpt {
	s := sp.src.s
	begin := max(0, first-around)
	if feed := strings.LastIndexByte(s[begin:first], '\n'); feed >= 0 {
		begin += feed + 1
	}
	end := min(len(s), last+around)
	if feed := strings.IndexByte(s[last:end], '\n'); feed >= 0 {
		end = last + feed
	}
	x := excerpt{s[begin:end], first - begin}
	if begin > 0 && s[begin-1] != '\n' {
		x.text = "... " + x.text
		x.offset += 4
	}
	if end < len(s) && s[end] != '\n' {
		x.text += " ..."
	}
	return x
}

// borders returns what is shown of the first and of the last line of a spot. Of
// the latter, that is not the begin of the line in which the spot ends, but
// that of the first line near it.
func (sp spot) borders() (top, bottom excerpt) {
	const far, near = 60, 50
	s, last := sp.src.s, sp.last-1
	end, begin := len(s), 0
	if len(s)-sp.first > far {
		end = sp.first + near
	}
	if last > far {
		begin = last - near
	}
	if feed := strings.IndexByte(s[sp.first:end], '\n'); feed >= 0 {
		end = sp.first + feed
	}
	if feed := strings.IndexByte(s[begin:last], '\n'); feed >= 0 {
		begin += feed
	} else {
		begin = last
	}
	return sp.excerpt(sp.first, end), sp.excerpt(begin, last)
}

var byteNames = map[byte]string{
	0: "NUL", ' ': "SPACE", '\n': "LINE FEED", '\r': "CARRIAGE RETURN", '\t': "TAB",
	'\v': "VERTICAL TAB", '\f': "FORM FEED", 0x1b: "ESCAPE",
}

// showByte returns a byte as messages show it.
func showByte(c byte) string {
	if c > ' ' && c < 0x7f {
		return string(c)
	}
	text := fmt.Sprintf("0x%02x", c)
	if name, ok := byteNames[c]; ok {
		text += "(" + name + ")"
	}
	return text
}
