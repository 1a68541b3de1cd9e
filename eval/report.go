package eval

import (
	"fmt"
	"slices"
	"strings"

	"firn/eval/value"
)

// Error is why an evaluation has no value. Its text is what Nix prints.
type Error struct {
	Kind        ErrorKind `json:"kind"`
	Msg         string    `json:"message"`
	Pos         *Position `json:"position,omitempty"` // nil if there is no place
	Frames      []Frame   `json:"frames"`             // the outermost first
	Suggestions []string  `json:"suggestions,omitempty"`
}

// Frame is what was going on when an error came up.
type Frame struct {
	Msg    string    `json:"message"`
	Pos    *Position `json:"position,omitempty"`
	Always bool      `json:"always,omitempty"` // Nix shows it in a short trace, too
}

// Position is a place in a text that was read.
type Position struct {
	File   string `json:"file"`   // its path, or what it is called between « and »
	Line   uint32 `json:"line"`   // from 1
	Column uint32 `json:"column"` // from 1, in bytes

	origin *origin // of the excerpt; nil if there is none
	off    uint32
}

// String returns file, line and column with colons between.
func (p *Position) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// report makes an error of a failure.
func (m *machine) report(f *failure) *Error {
	e := &Error{Kind: f.kind, Msg: f.msg, Pos: m.resolve(f.pos), Frames: []Frame{}, Suggestions: f.suggestions}
	for ; f.inner != nil; f = f.inner {
		e.Frames = append(e.Frames, Frame{f.frame.String(), m.resolve(f.frame.pos), f.frame.always})
	}
	return e
}

func (m *machine) resolve(pos value.Pos) *Position {
	o, off := m.originOf(pos)
	if o == nil {
		return nil
	}
	line, column := o.lineColumn(off)
	p := &Position{File: o.name, Line: line, Column: column}
	if !o.internal {
		p.origin, p.off = o, off
	}
	return p
}

// excerpt returns the lines around a place, or nothing.
func (p *Position) excerpt() string {
	if p.origin == nil {
		return ""
	}
	return outdent(p.origin.index().Excerpt(p.off))
}

// outdent takes the indentation off an excerpt that it has in a message without
// a trace.
func outdent(s string) string {
	const margin = "       "
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, margin)
	}
	return strings.Join(lines, "\n")
}

// Error returns the message with as much of the trace as Nix shows without
// --show-trace.
func (e *Error) Error() string { return e.Text(false) }

// Text returns the message as Nix prints it (showErrorInfo in its error.cc),
// with the whole trace or the part that comes by default.
func (e *Error) Text(trace bool) string {
	return e.block("error: ", trace)
}

// Coloured is Text with the colours of Nix.
func (e *Error) Coloured(trace bool) string {
	return e.painted(paints, paints.alarm+"error:"+paints.off+" ", trace)
}

// palette has what switches colours on and off in an error; nothing, if there are
// none.
type palette struct{ alarm, at, place, off string }

var paints = palette{alarm: red, at: blue, place: magenta, off: plain}

// block returns the message with its place and its trace, behind a prefix.
func (e *Error) block(prefix string, trace bool) string {
	return e.painted(palette{}, prefix, trace)
}

func (e *Error) painted(p palette, prefix string, trace bool) string {
	var b strings.Builder
	if len(e.Frames) > 0 {
		t := tracer{b: &b, palette: p}
		t.frames(e.Frames, trace)
		b.WriteString("\n" + prefix)
	}
	b.WriteString(e.Msg + "\n")
	p.write(&b, e.Pos, "")
	if len(e.Suggestions) > 0 {
		b.WriteString("Did you mean " + oneOf(e.Suggestions) + "?\n")
	}
	return block(prefix, b.String())
}

func oneOf(names []string) string {
	switch n := len(names); n {
	case 1:
		return names[0]
	case 2:
		return "one of " + names[0] + " or " + names[1]
	default:
		return "one of " + strings.Join(names[:n-1], ", ") + " or " + names[n-1]
	}
}

// write writes a place with the lines around it. It reports whether there is
// one.
func (p palette) write(b *strings.Builder, at *Position, indent string) bool {
	if at == nil {
		return false
	}
	b.WriteString(indent + p.at + "at " + p.place + at.String() + p.off + ":")
	if e := at.excerpt(); e != "" {
		b.WriteString("\n" + e)
	}
	b.WriteByte('\n')
	return true
}

// tracer writes the frames of an error, but for those that repeat.
type tracer struct {
	palette
	b       *strings.Builder
	count   int // how long the trace is: a frame counts once more for its place
	seen    []Frame
	skipped []Frame
}

const (
	shortTrace = 3 // a short trace ends when it is longer than this
	fewFrames  = 5 // so many repeated frames are written all the same
)

func (t *tracer) frames(list []Frame, all bool) {
	cut := false
	for _, f := range list {
		if f.Msg == "" {
			continue
		}
		cut = cut || !all && t.count > shortTrace
		if cut && !f.Always {
			continue
		}
		if slices.ContainsFunc(t.seen, f.same) {
			t.skipped = append(t.skipped, f)
			continue
		}
		t.seen = append(t.seen, f)
		t.flush()
		t.count++
		t.frame(f)
	}
	t.flush()
	if cut {
		t.b.WriteString("\n(stack trace truncated; use '--show-trace' to show the full, detailed trace)\n")
	}
}

func (f Frame) same(g Frame) bool {
	if f.Msg != g.Msg || (f.Pos == nil) != (g.Pos == nil) {
		return false
	}
	return f.Pos == nil || f.Pos.String() == g.Pos.String()
}

func (t *tracer) frame(f Frame) {
	t.b.WriteString("\n… " + f.Msg + "\n")
	if t.palette.write(t.b, f.Pos, "  ") {
		t.count++
	}
}

func (t *tracer) flush() {
	if len(t.skipped) > fewFrames {
		fmt.Fprintf(t.b, "\n(%d duplicate frames omitted)\n", len(t.skipped))
	} else {
		for _, f := range t.skipped {
			t.frame(f)
		}
	}
	t.skipped = nil
}
