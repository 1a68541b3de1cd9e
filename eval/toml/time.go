package toml

import (
	"fmt"
	"strings"
)

// shapeEnd passes what has such a shape, in which d is a digit. If it has not,
// the end is where it differs.
func (src *source) shapeEnd(i int, shape string) (end int, ok bool) {
	for at := range len(shape) {
		c := src.byteAt(i + at)
		if shape[at] == 'd' && !isDigit(c) || shape[at] != 'd' && shape[at] != c {
			return i + at, false
		}
	}
	return i + len(shape), true
}

const (
	dateShape   = "dddd-dd-dd"
	clockShape  = "dd:dd:dd"
	offsetShape = "dd:dd"
)

// wanted is what is missing where a shape that begins at i is left.
func wanted(shape string, i, end int) string {
	if shape[end-i] == 'd' {
		return "digit [0-9]"
	}
	return string(shape[end-i])
}

// clockEnd passes a time of day.
func (src *source) clockEnd(i int) int {
	end, ok := src.shapeEnd(i, clockShape)
	if !ok {
		return -1
	}
	if src.byteAt(end) == '.' && isDigit(src.byteAt(end+1)) {
		for end++; isDigit(src.byteAt(end)); {
			end++
		}
	}
	return end
}

func (src *source) offsetEnd(i int) int {
	if src.byteAt(i)|0x20 == 'z' {
		return i + 1
	}
	if i != src.sign(i) {
		if end, ok := src.shapeEnd(i+1, offsetShape); ok {
			return end
		}
	}
	return -1
}

// time reads a date or a time at the position, if there is one.
func (p *parser) time() (v Value, found bool, f *fault) {
	start := p.pos
	day, ok := p.shapeEnd(start, dateShape)
	if !ok {
		if end := p.clockEnd(start); end >= 0 {
			v, f = p.clock(Value{Kind: LocalTime}, end)
			return v, true, f
		}
		return Value{}, false, nil
	}
	end := -1
	if c := p.byteAt(day); c|0x20 == 't' || c == ' ' {
		end = p.clockEnd(day + 1)
	}
	if end < 0 {
		if f := p.afterDate(day); f != nil {
			return Value{}, false, f
		}
		v, f := p.date(Value{Kind: LocalDate})
		return v, true, f
	}
	v.Kind = LocalDateTime
	offset := p.offsetEnd(end)
	if offset >= 0 {
		v.Kind = OffsetDateTime
	} else if c := p.byteAt(end); c == '+' || c == '-' {
		at, _ := p.shapeEnd(end+1, offsetShape)
		return Value{}, false, newFault("bad offset: must be [+-]HH:MM or Z", p.at(at), "expected z or Z or "+wanted(offsetShape, end+1, at)).
			hinted("Hint: valid  : +09:00, -05:30\nHint: invalid: +9:00,  -5:30\n")
	}
	if v, f = p.date(v); f != nil {
		return Value{}, false, f
	}
	p.pos++ // the delimiter
	v.Text += "T"
	if v, f = p.clock(v, end); f == nil && offset >= 0 {
		v, f = p.offset(v, start, offset)
	}
	v.first = start
	return v, true, f
}

// afterDate looks at what may not follow a date that ends at end.
func (p *parser) afterDate(end int) *fault {
	c := p.byteAt(end)
	switch {
	case c|0x20 == 't' || c == ' ' && isDigit(p.byteAt(end+1)):
		at, _ := p.shapeEnd(end+1, clockShape)
		return newFault("bad time: must be HH:MM:SS.subsec", p.at(at), "expected "+wanted(clockShape, end+1, at)).hinted(timeHint)
	case isDigit(c):
		return newFault("bad datetime: missing T or space", p.at(end), "expected T, t, or 0x20(SPACE)").hinted(timeHint)
	}
	return nil
}

// date reads the date at the position and adds it to the text of v.
func (p *parser) date(v Value) (Value, *fault) {
	start := p.pos
	text := p.s[start : start+len(dateShape)]
	p.pos += len(text)
	year, month, day := decimal(text[:4]), decimal(text[5:7]), decimal(text[8:])
	if month < 1 || month > 12 || day < 1 || day > daysOf(month, year) {
		return v, newFault("toml::parse_local_date: invalid date.", p.at(start),
			"month must be 01-12, day must be any of 01-28,29,30,31 depending on the month/year.")
	}
	v.Text += text
	v.first, v.last = start, p.pos
	return v, nil
}

func daysOf(month, year int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// clock reads the time of day from the position to end and adds it to the text
// of v, with as many groups of three digits after the second as are needed, up
// to three.
func (p *parser) clock(v Value, end int) (Value, *fault) {
	start := p.pos
	text := p.s[start:end]
	p.pos = end
	if decimal(text[:2]) > 23 || decimal(text[3:5]) > 59 {
		return v, newFault("toml::parse_local_time: invalid time.", p.at(start), "hour must be 00-23, minute must be 00-59.")
	}
	if decimal(text[6:8]) > 60 {
		return v, newFault("toml::parse_local_time: invalid time.", p.at(start), "second must be 00-60.")
	}
	v.Text += text[:8]
	if len(text) > 8 {
		const group, most = 3, 9
		digits := strings.TrimRight(text[9:min(len(text), 9+most)], "0")
		if digits != "" {
			missing := (group - len(digits)%group) % group
			v.Text += "." + digits + strings.Repeat("0", missing)
		}
	}
	v.first, v.last = start, end
	return v, nil
}

// offset reads the offset from the position to end and adds it to the text of
// v, which begins at start.
func (p *parser) offset(v Value, start, end int) (Value, *fault) {
	text := p.s[p.pos:end]
	p.pos = end
	v.last = end
	if len(text) == 1 {
		v.Text += "Z"
		return v, nil
	}
	hours, minutes := decimal(text[1:3]), decimal(text[4:])
	if hours > 24 || minutes > 60 {
		return v, newFault("toml::parse_offset_datetime: too large offset: |hour| <= 24, |minute| <= 60", p.between(start, end), "here")
	}
	minutes += hours * 60
	if minutes == 0 {
		v.Text += "Z"
	} else {
		v.Text += fmt.Sprintf("%c%02d:%02d", text[0], minutes/60, minutes%60)
	}
	return v, nil
}

// decimal returns the value of a few digits.
func decimal(digits string) int {
	n := 0
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}
