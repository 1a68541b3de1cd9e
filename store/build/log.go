package build

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"firn/store"
	"firn/store/path"
)

// log takes what a builder prints: it is kept in a file, told line by line, and its
// end is remembered.
type log struct {
	to     store.Events
	id     store.Activity
	file   string // "" if it cannot be kept
	keep   io.WriteCloser
	line1  []byte // a line that has not ended yet
	phase  string
	tail   []string
	broken error // of the file
}

const (
	maxLine  = 1 << 16 // bytes of a line; a longer one is told in pieces
	tailSize = 25      // lines that are remembered
)

func (b *Builder) newLog(id store.Activity, p path.Path) (*log, error) {
	keep, err := b.o.Store.CreateLog(p)
	if err != nil {
		return nil, err
	}
	return &log{to: b.o.Events, id: id, file: b.o.Store.LogFile(p), keep: keep}, nil
}

// Write implements [io.Writer]. It never fails: that a disk is full ends no build.
func (l *log) Write(p []byte) (int, error) {
	if l.broken == nil {
		_, l.broken = l.keep.Write(p)
	}
	for rest := p; len(rest) > 0; {
		line, after, ended := bytes.Cut(rest, []byte("\n"))
		l.line1 = append(l.line1, line...)
		if ended || len(l.line1) > maxLine {
			l.end()
		}
		rest = after
	}
	return len(p), nil
}

// end tells the line that has come.
func (l *log) end() {
	text := string(l.line1)
	l.line1 = l.line1[:0]
	if phase, ok := PhaseOf(text); ok {
		l.phase = phase
		l.to.Send(store.Phase{Activity: l.id, Name: phase})
		return
	}
	// What a terminal would show of a line that is written over.
	text = strings.TrimSuffix(text, "\r")
	text = text[strings.LastIndexByte(text, '\r')+1:]
	l.tail = append(l.tail, text)
	if len(l.tail) > tailSize {
		l.tail = l.tail[len(l.tail)-tailSize:]
	}
	l.to.Send(store.Line{Activity: l.id, Text: text})
}

// PhaseOf returns the phase that a builder enters by a line that it prints for programs:
// @nix, and JSON with an action.
func PhaseOf(line string) (phase string, ok bool) {
	rest, ok := strings.CutPrefix(line, "@nix ")
	if !ok {
		return "", false
	}
	var m struct{ Action, Phase string }
	if err := json.Unmarshal([]byte(rest), &m); err != nil || m.Action != "setPhase" {
		return "", false
	}
	return m.Phase, m.Phase != ""
}

// line adds a line of firn's own.
func (l *log) line(text string) {
	_, _ = l.Write([]byte(text + "\n")) // which never fails
}

// close ends the log. That it cannot be kept fails no build.
func (l *log) close() {
	if len(l.line1) > 0 {
		l.end()
	}
	if err := errors.Join(l.broken, l.keep.Close()); err != nil {
		l.to.Send(store.Warning{Activity: l.id, Text: "the log cannot be kept: " + err.Error()})
		l.file = ""
	}
}
