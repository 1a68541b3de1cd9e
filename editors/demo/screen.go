package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"firn/parser/text"
)

// style is a way to print text on a terminal (ECMA-48, SGR).
type style string

const (
	bold  style = "1"
	dim   style = "2"
	red   style = "31"
	green style = "32"
	cyan  style = "36"
)

// screen prints what an editor would show.
type screen struct {
	out    io.Writer
	colour bool
}

// paint returns s in a style, if there is colour.
func (s *screen) paint(as style, text string) string {
	if !s.colour || text == "" {
		return text
	}
	return "\x1b[" + string(as) + "m" + text + "\x1b[0m"
}

func (s *screen) line(parts ...string) {
	fmt.Fprintln(s.out, strings.TrimRight("  "+strings.Join(parts, " "), " "))
}

// title begins a scene.
func (s *screen) title(text string) {
	fmt.Fprintf(s.out, "\n%s\n", s.paint(bold, "── "+text+" "+strings.Repeat("─", max(0, 70-len(text)))))
}

// does tells what the user does.
func (s *screen) does(format string, args ...any) {
	s.line(s.paint(cyan, "› "+fmt.Sprintf(format, args...)))
}

// window prints a text that the editor shows in a window of its own.
func (s *screen) window(text string) {
	for line := range strings.Lines(strings.TrimSpace(text)) {
		s.line("  │", strings.TrimRight(line, "\n"))
	}
}

// shows prints the line in which the cursor is, and marks the cursor.
func (s *screen) shows(d *document, off uint32) {
	lines := text.NewLines(d.src)
	n := lines.Line(off)
	s.line(s.paint(dim, fmt.Sprintf("%4d │", n+1)), lines.Span(n).In(d.src))
	s.underline(d, lines.Span(n), text.Span{Start: off, End: off}, "")
}

// code prints the lines around a span, which is underlined, with a remark.
func (s *screen) code(d *document, span text.Span, remark string) {
	lines := text.NewLines(d.src)
	first := lines.Line(span.Start)
	for n := max(first, 1) - 1; n <= min(first+1, lines.Count()-1); n++ {
		src := lines.Span(n)
		s.line(s.paint(dim, fmt.Sprintf("%4d │", n+1)), src.In(d.src))
		if n == first {
			s.underline(d, src, span, remark)
		}
	}
}

// underline marks the part of a line that belongs to a span.
func (s *screen) underline(d *document, line, span text.Span, remark string) {
	width := max(1, int(min(span.End, line.End))-int(span.Start))
	before := text.Span{Start: line.Start, End: span.Start}.In(d.src)
	s.line(s.paint(dim, "     │"), strings.Repeat(" ", utf8.RuneCountInString(before))+
		s.paint(red, strings.Repeat("▔", width)+" "+remark))
}

// problems prints diagnostics in their places.
func (s *screen) problems(d *document, list []diagnostic) {
	if len(list) == 0 {
		s.line(s.paint(green, "✓ no problems in "+d.path))
	}
	for _, p := range list {
		s.code(d, d.span(p.Range), p.Message+" ["+p.Code+"]")
	}
}
