package format

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// trivium is something between tokens that is kept.
type trivium struct {
	kind  triviumKind
	text  string   // of a comment in one line, of an annotation, of a region
	lines []string // of a block comment
}

type triviumKind uint8

const (
	emptyLine    triviumKind = iota // one or more
	lineComment                     // # text
	blockComment                    // /* lines */
	docComment                      // /** lines */
	annotation                      // /* text */ before a string: its language
	disable                         // the beginning of a region that stays as it is
	enable                          // its end; text is all of it
	loneEnable                      // one without a beginning
	disabledRest                    // a region without an end; text is all of it
)

// found is something between tokens as it stands in the source.
type found struct {
	kind   foundKind
	text   string
	lines  []string
	column int // where it begins, from 0
	off    int // likewise, in the source
	end    int // of a directive: the end of its line
}

type foundKind uint8

const (
	newline foundKind = iota
	newlines
	foundLine
	foundBlock
	foundDoc
	foundAnnotation
	foundDisable
	foundEnable
)

// isSpace reports whether a character is one that does not end a line.
func isSpace(r rune) bool { return r != '\n' && r != '\r' && unicode.IsSpace(r) }

func (b *builder) skipSpace(at int) int {
	for at < len(b.src) {
		r, size := rune(b.src[at]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(b.src[at:])
		}
		if !isSpace(r) {
			break
		}
		at += size
	}
	return at
}

// between reads what is between tokens from a place on, and returns where the
// next token begins.
func (b *builder) between(at int) ([]found, int) {
	list := b.room[:0]
	for at = b.skipSpace(at); at < len(b.src); at = b.skipSpace(at) {
		f := found{off: at}
		switch c := b.src[at]; {
		case c == '\n' || c == '\r':
			at = b.newlines(&f, at)
		case c == '#':
			f.kind, f.column = foundLine, b.column(at)
			end := at + len(untilNewline(b.src[at:]))
			f.text = strings.TrimRightFunc(b.src[at+1:end], unicode.IsSpace)
			at = end
		case strings.HasPrefix(b.src[at:], "/*"):
			at = b.block(&f, at)
		default:
			b.room = list
			return list, at
		}
		list = append(list, f)
	}
	b.room = list
	return list, at
}

func untilNewline(s string) string {
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		return s[:i]
	}
	return s
}

func (b *builder) newlines(f *found, at int) int {
	for n := 0; ; n++ {
		next := b.skipSpace(at)
		switch {
		case strings.HasPrefix(b.src[next:], "\r\n"):
			at = next + len("\r\n")
		case strings.HasPrefix(b.src[next:], "\n"), strings.HasPrefix(b.src[next:], "\r"):
			at = next + 1
		default:
			f.kind = newlines
			if n == 1 {
				f.kind = newline
			}
			return at
		}
	}
}

// column returns the column of a place, from 0, with tabs to the next multiple of
// eight.
func (b *builder) column(at int) int {
	line := b.src[strings.LastIndexByte(b.src[:at], '\n')+1 : at]
	n := 0
	for _, r := range line {
		if n++; r == '\t' {
			n = (n + 7) / 8 * 8
		}
	}
	return n
}

// block reads a comment of the form /* */ and returns its end.
func (b *builder) block(f *found, at int) int {
	f.column = b.column(at)
	end := at + len("/*") + strings.Index(b.src[at+len("/*"):], "*/") + len("*/")
	if on, ok := directive(b.src[at:end]); ok {
		rest := untilNewline(b.src[end:])
		if strings.TrimFunc(rest, isSpace) == "" {
			f.kind, f.end = foundDisable, end+len(rest)
			if on {
				f.kind = foundEnable
			}
			return f.end
		}
	}
	body := b.src[at+len("/*") : end-len("*/")]
	f.kind = foundBlock
	if strings.HasPrefix(body, "*") {
		f.kind, body = foundDoc, body[1:]
	}
	f.lines = commentLines(body, f.column)
	if f.kind == foundBlock && len(f.lines) == 1 && isLanguage(f.lines[0]) && b.stringFollows(end) {
		f.kind, f.text = foundAnnotation, strings.TrimFunc(f.lines[0], unicode.IsSpace)
	}
	return end
}

func directive(comment string) (on, ok bool) {
	return comment == "/*nixfmt:enable*/", comment == "/*nixfmt:enable*/" || comment == "/*nixfmt:disable*/"
}

// commentLines returns the lines of a block comment, without the indentation that
// they share.
func commentLines(body string, column int) []string {
	lines := strings.Split(strings.ReplaceAll(body, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRightFunc(l, unicode.IsSpace)
	}
	lines = trimLast(lines)
	if len(lines) == 0 {
		return nil
	}
	removeStars(lines[1:], column)
	for i, l := range lines {
		lines[i] = strings.TrimRightFunc(l, unicode.IsSpace)
	}
	lines = trimLast(lines)
	if len(lines) == 0 {
		return nil
	}
	indent := column + len("/*")
	if strings.HasPrefix(lines[0], " ") {
		indent++
	}
	for _, l := range lines[1:] {
		if strings.Trim(l, " ") != "" {
			indent = min(indent, leading(l))
		}
	}
	lines[0] = strings.TrimFunc(lines[0], unicode.IsSpace)
	for i, l := range lines[1:] {
		if leading(l) >= indent {
			lines[i+1] = l[indent:]
		} else {
			lines[i+1] = strings.TrimLeftFunc(l, unicode.IsSpace)
		}
	}
	for len(lines) > 0 && lines[0] == "" {
		lines = lines[1:]
	}
	return lines
}

func leading(s string) int { return len(s) - len(strings.TrimLeft(s, " ")) }

func trimLast(lines []string) []string {
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// removeStars takes off the stars below the one of the beginning, if there is one
// in each line.
func removeStars(lines []string, column int) {
	prefix := strings.Repeat(" ", column)
	for _, l := range lines {
		if !strings.HasPrefix(l, prefix+" *") {
			return
		}
	}
	for i, l := range lines {
		lines[i] = prefix + l[len(prefix)+len(" *"):]
	}
}

// isLanguage reports whether a comment can name the language of a string.
func isLanguage(s string) bool {
	const most = 30
	s = strings.TrimFunc(s, unicode.IsSpace)
	return s != "" && utf8.RuneCountInString(s) <= most && strings.IndexFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !strings.ContainsRune("-+._", r)
	}) < 0
}

func (b *builder) stringFollows(at int) bool {
	rest := b.src[b.skipSpace(at):]
	if next, ok := strings.CutPrefix(rest, "\r\n"); ok {
		rest = next
	} else {
		rest = strings.TrimPrefix(rest, "\n")
	}
	rest = strings.TrimLeftFunc(rest, isSpace)
	return strings.HasPrefix(rest, `"`) || strings.HasPrefix(rest, "''")
}

func (f *found) isTrailing() bool {
	switch f.kind {
	case foundLine, foundDisable, foundEnable:
		return true
	case foundBlock:
		return len(f.lines) <= 1
	}
	return false
}

// split divides what is behind a token: the comment that ends its line, and what
// comes before the next token, which begins at a place.
func (b *builder) split(list []found, next int) (trail string, lead []trivium) {
	n := 0
	for n < len(list) && list[n].isTrailing() {
		n++
	}
	if n == 1 && list[0].kind == foundLine && b.isBlock(list, next) {
		n = 0 // it is the first line of the comment below
	}
	var words []string
	for _, f := range list[:n] {
		word := f.text
		switch f.kind {
		case foundBlock:
			word = strings.Join(f.lines, "")
		case foundDisable:
			word = "nixfmt:disable"
		case foundEnable:
			word = "nixfmt:enable"
		}
		if word = strings.TrimFunc(word, unicode.IsSpace); word != "" {
			words = append(words, word)
		}
	}
	return strings.Join(words, " "), b.leading(list[n:])
}

// isBlock reports whether a comment at the end of a line goes on in the next one,
// in the same column, or stands above the next token there.
func (b *builder) isBlock(list []found, next int) bool {
	if len(list) < 2 || list[1].kind != newline {
		return false
	}
	if len(list) > 2 {
		return list[2].kind == foundLine && list[2].column == list[0].column
	}
	return b.column(next) == list[0].column
}

// leading returns what comes before a token.
func (b *builder) leading(list []found) []trivium {
	var lead []trivium
	for _, f := range list {
		switch f.kind {
		case newlines:
			lead = append(lead, trivium{kind: emptyLine})
		case foundLine:
			lead = append(lead, trivium{kind: lineComment, text: f.text})
		case foundBlock, foundDoc:
			lead = append(lead, blockTrivia(f)...)
		case foundAnnotation:
			lead = append(lead, trivium{kind: annotation, text: f.text})
		case foundDisable, foundEnable:
			lead = append(lead, b.region(f))
		}
	}
	return lead
}

func blockTrivia(f found) []trivium {
	switch {
	case len(f.lines) == 0:
		return nil
	case f.kind == foundDoc:
		return []trivium{{kind: docComment, lines: f.lines}}
	case len(f.lines) == 1:
		return []trivium{{kind: lineComment, text: " " + strings.TrimFunc(f.lines[0], unicode.IsSpace)}}
	}
	return []trivium{{kind: blockComment, lines: f.lines}}
}

// region begins or ends a region that stays as it is. A directive behind
// something else is a comment.
func (b *builder) region(f found) trivium {
	start := strings.LastIndexByte(b.src[:f.off], '\n') + 1
	switch {
	case strings.TrimFunc(b.src[start:f.off], isSpace) != "":
		word := " nixfmt:disable"
		if f.kind == foundEnable {
			word = " nixfmt:enable"
		}
		return trivium{kind: lineComment, text: word}
	case f.kind == foundDisable:
		if b.disabled < 0 {
			b.disabled = start
		}
		return trivium{kind: disable}
	case b.disabled < 0:
		return trivium{kind: loneEnable}
	}
	whole := b.src[b.disabled:f.end]
	b.disabled = -1
	return trivium{kind: enable, text: whole}
}

// line returns the line of a place, as far as it counts. Places come in their order.
func (b *builder) line(off int) int32 {
	if b.strict && b.depth == 0 {
		return 0
	}
	if off >= b.lineEnd {
		lines := b.tree.Lines()
		b.lineAt = int32(lines.Line(uint32(off)))
		b.lineEnd = len(b.src) + 1
		if next := uint32(b.lineAt + 1); next < lines.Count() {
			b.lineEnd = int(lines.Span(next).Start)
		}
	}
	return b.lineAt
}
