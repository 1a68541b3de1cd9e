package cli

import (
	"io"
	"regexp"
	"strings"

	"github.com/mattn/go-runewidth"

	"firn/eval"
)

// page lays out Markdown for a terminal. It understands what the documentation of
// options and functions uses: paragraphs, lists, quotes, headings, blocks of code,
// and code, emphasis and links within a line.
type page struct {
	width   int // in columns
	colours bool
}

// The widths of pages in columns.
const (
	usualWidth = 80 // where there is no terminal
	mostWidth  = 100
)

func newPage(w io.Writer) page {
	width := terminalWidth(w)
	if width == 0 {
		width = usualWidth
	}
	return page{min(width, mostWidth), colours(w)}
}

// render returns the text for a Markdown document. It has no escape sequences but
// those of colours, and ends with a line break.
func (p page) render(markdown string) string {
	var b strings.Builder
	lines := strings.Split(eval.Plain(markdown, false), "\n")
	for i := 0; i < len(lines); {
		n := p.block(&b, lines[i:])
		i += max(1, n)
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

var (
	fence   = regexp.MustCompile("^ {0,3}(```+|~~~+)")
	bullet  = regexp.MustCompile(`^( *)([-*+]|\d+[.)]) +`)
	heading = regexp.MustCompile(`^#{1,6} +`)
)

// block writes the block that begins with the first line, and returns how many
// lines it has.
func (p page) block(b *strings.Builder, lines []string) int {
	line := lines[0]
	if m := fence.FindStringSubmatch(line); m != nil {
		return p.code(b, lines, m[1])
	}
	switch {
	case strings.TrimSpace(line) == "":
		if s := b.String(); s != "" && !strings.HasSuffix(s, "\n\n") {
			b.WriteString("\n")
		}
		return 1
	case heading.MatchString(line):
		b.WriteString(p.colour(bold, p.inline(heading.ReplaceAllString(line, ""))) + "\n")
		return 1
	case strings.HasPrefix(line, "> "):
		return p.paragraph(b, lines, "│ ", "│ ")
	}
	if m := bullet.FindString(line); m != "" {
		return p.paragraph(b, lines, m, strings.Repeat(" ", len(m)))
	}
	return p.paragraph(b, lines, "", "")
}

// code writes a block of code, indented.
func (p page) code(b *strings.Builder, lines []string, mark string) int {
	n := 1
	for ; n < len(lines); n++ {
		if strings.HasPrefix(strings.TrimSpace(lines[n]), mark) {
			n++
			break
		}
		if lines[n] == "" {
			b.WriteString("\n")
			continue
		}
		b.WriteString("    " + p.colour(cyan, lines[n]) + "\n")
	}
	return n
}

// paragraph writes lines up to the next block, filled, the first behind one prefix
// and the others behind another.
func (p page) paragraph(b *strings.Builder, lines []string, first, rest string) int {
	n := 0
	text := ""
	for ; n < len(lines); n++ {
		line := lines[n]
		if n > 0 && (strings.TrimSpace(line) == "" || fence.MatchString(line) || bullet.MatchString(line) || heading.MatchString(line)) {
			break
		}
		line = strings.TrimPrefix(line, "> ")
		if n == 0 && !strings.HasPrefix(first, "│") {
			line = line[len(first):]
		}
		text += strings.TrimLeft(line, " ")
		if strings.HasSuffix(line, "  ") {
			b.WriteString(p.fill(text, first, rest))
			text, first = "", rest
			continue
		}
		text += " "
	}
	if strings.TrimSpace(text) != "" {
		b.WriteString(p.fill(text, first, rest))
	}
	return n
}

// fill breaks a text into lines of the width of the page.
func (p page) fill(text, first, rest string) string {
	var b strings.Builder
	b.WriteString(first)
	room := p.width - runewidth.StringWidth(first)
	for i, w := range strings.Fields(p.inline(text)) {
		width := runewidth.StringWidth(colourCode.ReplaceAllString(w, ""))
		if i > 0 && width+1 > room {
			b.WriteString("\n" + rest)
			room = p.width - runewidth.StringWidth(rest)
		} else if i > 0 {
			b.WriteString(" ")
			room--
		}
		b.WriteString(w)
		room -= width
	}
	b.WriteString("\n")
	return b.String()
}

var colourCode = regexp.MustCompile("\x1b\\[[0-9;]*m")

var (
	inlineCode = regexp.MustCompile("(`+)(.+?)(`+)")
	strong     = regexp.MustCompile(`\*\*(\S(?:.*?\S)?)\*\*`)
	emphasis   = regexp.MustCompile(`(^|[\s(])\*(\S(?:[^*]*?\S)?)\*`)
	link       = regexp.MustCompile(`\[([^\]]+)\]\(([^)\s]+)\)`)
	address    = regexp.MustCompile(`<((?:https?|ftp|mailto):[^>\s]+)>`)
)

// inline lays out what is within a line. Code keeps its marks where there are no
// colours to tell it by.
func (p page) inline(text string) string {
	var b strings.Builder
	for text != "" {
		at := inlineCode.FindStringSubmatchIndex(text)
		if at == nil {
			break
		}
		code := strings.TrimSpace(text[at[4]:at[5]])
		b.WriteString(p.prose(text[:at[0]]))
		if p.colours {
			b.WriteString(p.words(cyan, code))
		} else {
			b.WriteString(text[at[0]:at[1]])
		}
		text = text[at[1]:]
	}
	b.WriteString(p.prose(text))
	return b.String()
}

// prose lays out a text without code in it.
func (p page) prose(text string) string {
	text = link.ReplaceAllString(text, "$1 ($2)")
	text = address.ReplaceAllString(text, "$1")
	text = strong.ReplaceAllStringFunc(text, func(s string) string { return p.words(bold, strings.Trim(s, "*")) })
	return emphasis.ReplaceAllStringFunc(text, func(s string) string {
		m := emphasis.FindStringSubmatch(s)
		return m[1] + p.words(under, m[2])
	})
}

// words colours each word, so that lines can be broken between them.
func (p page) words(code, text string) string {
	if !p.colours {
		return text
	}
	list := strings.Fields(text)
	for i, w := range list {
		list[i] = p.colour(code, w)
	}
	return strings.Join(list, " ")
}

func (p page) colour(code, s string) string {
	return (&table{colours: p.colours}).colour(code, s)
}
