package cli

import (
	"bufio"
	"io"
	"os"
	"strings"

	"github.com/mattn/go-runewidth"
	"golang.org/x/term"

	"firn/eval"
)

// table is a list for people: a row is a name, a note and a text, each in its
// column. On a terminal a row takes one line.
type table struct {
	rows    []row
	width   int // of the terminal in columns; 0 for none
	colours bool
}

type row struct {
	name, note, text string
	bad              bool     // the note is a warning
	more             []string // lines below
}

func newTable(w io.Writer) *table { return &table{width: terminalWidth(w), colours: colours(w)} }

// terminalWidth returns how many columns a terminal has, 0 for what is none.
func terminalWidth(w io.Writer) int {
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// The most columns that names and notes take. Longer ones move what is behind them.
const (
	maxNames = 48
	maxNotes = 28
)

func (t *table) write(w *bufio.Writer) error {
	names, notes := 0, 0
	for _, r := range t.rows {
		names = max(names, min(runewidth.StringWidth(r.name), maxNames))
		notes = max(notes, min(runewidth.StringWidth(r.note), maxNotes))
	}
	for _, r := range t.rows {
		if _, err := w.WriteString(t.line(r, names, notes) + "\n"); err != nil {
			return err
		}
		for _, line := range r.more {
			if _, err := w.WriteString("    " + strings.ReplaceAll(eval.Plain(line, false), "\n", "\n    ") + "\n"); err != nil {
				return err
			}
		}
	}
	return nil
}

// line returns a row without a line break.
func (t *table) line(r row, names, notes int) string {
	name, note := plainLine(r.name), plainLine(r.note)
	s := t.colour(bold, name)
	used := runewidth.StringWidth(name)
	pad := func(to int) {
		n := max(1, to-used)
		s, used = s+strings.Repeat(" ", n), used+n
	}
	if note != "" {
		pad(names + 2)
		if room := t.width - used - 1; t.width > 0 && room > 0 {
			note = runewidth.Truncate(note, min(room, 2*maxNotes), "…")
		}
		s += t.colour(map[bool]string{false: cyan, true: red}[r.bad], note)
		used += runewidth.StringWidth(note)
	}
	text := plainLine(r.text)
	if text == "" {
		return s
	}
	pad(names + 2 + notes + 2)
	if t.width > 0 {
		text = runewidth.Truncate(text, max(0, t.width-used), "…")
	}
	return s + text
}

// plainLine returns a text in one line that does nothing to a terminal.
func plainLine(s string) string {
	return strings.Join(strings.Fields(eval.Plain(s, false)), " ")
}

// The codes of text attributes and colours (ECMA-48, 8.3.117).
const (
	bold  = "1"
	dim   = "2"
	under = "4"
	red   = "31"
	cyan  = "36"
)

func (t *table) colour(code, s string) string {
	if !t.colours || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}
