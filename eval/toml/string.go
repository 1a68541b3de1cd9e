package toml

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// basic returns where the string in double quotes at i ends, or where the
// closing quote is missing.
func (src *source) basic(i int) (end int, ok bool) {
	if src.byteAt(i) != '"' {
		return i, false
	}
	end = i + 1
	for {
		next := src.basicEnd(end)
		if next < 0 {
			break
		}
		end = next
	}
	if src.byteAt(end) != '"' {
		return end, false
	}
	return end + 1, true
}

// basicEnd is about one character of a string in double quotes.
func (src *source) basicEnd(i int) int {
	c := src.byteAt(i)
	switch {
	case c == '\\':
		return src.escapeEnd(i)
	case c == '\t' || c >= ' ' && c < 0x7f && c != '"':
		return i + 1
	}
	return src.runeEnd(i)
}

// escapeEnd is about the backslash and what belongs to it.
func (src *source) escapeEnd(i int) int {
	digits := 0
	switch src.byteAt(i + 1) {
	case '"', '\\', 'b', 'f', 'n', 'r', 't':
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	default:
		return -1
	}
	i += 2
	for range digits {
		if !isHex(src.byteAt(i)) {
			return -1
		}
		i++
	}
	return i
}

// literal is basic for a string in single quotes.
func (src *source) literal(i int) (end int, ok bool) {
	if src.byteAt(i) != '\'' {
		return i, false
	}
	end = i + 1
	for next := end; next >= 0; next = src.literalEnd(end) {
		end = next
	}
	if src.byteAt(end) != '\'' {
		return end, false
	}
	return end + 1, true
}

// literalEnd is about one character of a string in single quotes.
func (src *source) literalEnd(i int) int {
	if c := src.byteAt(i); c == '\t' || c >= ' ' && c < 0x7f && c != '\'' {
		return i + 1
	}
	return src.runeEnd(i)
}

// multiline is basic for a string in three of the quotes.
func (src *source) multiline(i int, quote byte) (end int, ok bool) {
	end = i + 3
	for {
		if next := src.multilineEnd(end, quote); next >= 0 {
			end = next
			continue
		}
		quotes := 0
		for quotes < 5 && src.byteAt(end+quotes) == quote {
			quotes++
		}
		if quotes >= 3 { // up to two belong to the text
			return end + quotes, true
		}
		if quotes == 0 || src.multilineEnd(end+quotes, quote) < 0 {
			return end, false
		}
		end += quotes
	}
}

// multilineEnd is about one character of a string of several lines, but not a
// quote.
func (src *source) multilineEnd(i int, quote byte) int {
	var end int
	if quote == '\'' {
		end = src.literalEnd(i)
	} else {
		end = src.basicEnd(i)
	}
	if end < 0 {
		end = src.newlineEnd(i)
	}
	if end < 0 && quote == '"' {
		end = src.continuationEnd(i)
	}
	return end
}

// continuationEnd is about a backslash at the end of a line, and all blanks and
// empty lines after it.
func (src *source) continuationEnd(i int) int {
	if src.byteAt(i) != '\\' {
		return -1
	}
	i = src.newlineEnd(src.blanks(i + 1))
	for next := i; next >= 0; next = src.newlineEnd(i) {
		i = src.blanks(next)
	}
	return i
}

// stringValue reads a string of any form at the position.
func (p *parser) stringValue() (string, *fault) {
	quote := p.byteAt(p.pos)
	if !p.hasAt(p.pos, strings.Repeat(string(quote), 3)) {
		return p.quoted()
	}
	end, ok := p.multiline(p.pos, quote)
	if !ok {
		name := map[byte]string{'"': "ml_basic_string", '\'': "ml_literal_string"}[quote]
		return "", p.invalidString(name, p.s[p.pos:p.pos+3], end)
	}
	body := p.s[p.pos+3 : end-3]
	p.pos = end
	if after := (&source{s: body}).newlineEnd(0); after >= 0 {
		body = body[after:]
	}
	if quote == '\'' {
		return body, nil
	}
	return unescape(body)
}

// quoted reads a string of one line.
func (p *parser) quoted() (string, *fault) {
	start := p.pos
	if p.byteAt(start) == '\'' {
		end, ok := p.literal(start)
		if !ok {
			return "", p.invalidString("literal_string", "'", end)
		}
		p.pos = end
		return p.s[start+1 : end-1], nil
	}
	end, ok := p.basic(start)
	if !ok {
		return "", p.invalidString("basic_string", `"`, end)
	}
	p.pos = end
	return unescape(p.s[start+1 : end-1])
}

func (p *parser) invalidString(kind, missing string, at int) *fault {
	return newFault("toml::parse_"+kind+": invalid string format", p.at(at), "expected "+missing)
}

// unescape returns what the inside of a string in double quotes stands for.
func unescape(body string) (string, *fault) {
	i := strings.IndexByte(body, '\\')
	if i < 0 {
		return body, nil
	}
	src := source{s: body}
	out := make([]byte, 0, len(body))
	for {
		out = append(out, body[:i]...)
		body = body[i:]
		src.s = body
		end := src.escapeEnd(0)
		if end >= 0 {
			var f *fault
			out, f = appendEscaped(out, body, end)
			if f != nil {
				return "", f
			}
		} else {
			end = src.continuationEnd(0)
		}
		body = body[end:]
		if i = strings.IndexByte(body, '\\'); i < 0 {
			return string(append(out, body...)), nil
		}
	}
}

// appendEscaped appends what the escape before end at the begin of rest stands
// for. A fault shows nothing but rest, since toml11 reads it from a copy.
func appendEscaped(out []byte, rest string, end int) ([]byte, *fault) {
	const letters, meanings = `"\bfnrt`, "\"\\\b\f\n\r\t"
	if i := strings.IndexByte(letters, rest[1]); i >= 0 {
		return append(out, meanings[i]), nil
	}
	r, _ := strconv.ParseUint(rest[2:end], 16, 32) // the digits have been looked at
	at := (&source{name: "internal temporary", s: rest}).between(1, end)
	switch {
	case r >= 0xd800 && r <= 0xdfff:
		return nil, newFault("toml::parse_utf8_codepoint: [0xD800, 0xDFFF] is not a valid UTF-8", at, "here")
	case r > utf8.MaxRune:
		return nil, newFault("toml::parse_utf8_codepoint: input codepoint is too large.", at, "must be in range [0x00, 0x10FFFF]")
	}
	return utf8.AppendRune(out, rune(r)), nil
}
