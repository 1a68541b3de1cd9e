// Package hint finds what an editor can show between the words of a file: which
// version a package has, what value an option gets in the end, which parameter
// an argument is for, and what a brace far below ends.
//
// What the text does not tell comes from whoever has evaluated it. What is not
// known in time is left out.
package hint

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"

	"firn/lsp/feature/infer"
	"firn/lsp/feature/option"
	"firn/parser"
	"firn/parser/text"
)

// Kind says what a hint is about.
type Kind uint8

// The kinds of hints.
const (
	End       Kind = iota // what a brace ends
	Version               // of a package
	Final                 // the value that an option has in the end
	Parameter             // what an argument is for
)

// Hint is a short text to show at a place.
type Hint struct {
	Kind   Kind
	Offset uint32
	Label  string
	tip    func() string
}

// Tooltip returns Markdown that says more, "" if there is no more to say. It may
// have to evaluate something.
func (h Hint) Tooltip() string {
	if h.tip == nil {
		return ""
	}
	return h.tip()
}

// Query is what hints are looked for in.
type Query struct {
	Space  *infer.Space
	Path   string      // of the file, "" for none
	Config option.View // the options that the file can set
	// Final returns the value that the configuration has at a path. It may be nil.
	Final func(path []string) (infer.Brief, bool)
	Span  text.Span // hints outside of it are left out
	Kinds []Kind    // the others are left out
	// Stop reports whether there is no time for more.
	Stop func() bool
	// Skip reports whether what begins at an offset is not worth being evaluated.
	// It may be nil.
	Skip func(off uint32) bool
}

// Hints are what is found.
type Hints struct {
	List []Hint // in the order of the text
	// Late says that the time ended while what begins at Where was evaluated, so
	// that more may be missing.
	Late  bool
	Where uint32
}

// All returns all hints. What the text tells alone comes whatever time there is.
func (q Query) All() Hints {
	w := &walk{Query: q, withs: map[parser.NodeID]infer.Value{}}
	for _, find := range []struct {
		kind Kind
		in   func()
	}{
		{End, func() { w.each(w.end) }},
		{Version, func() { w.each(w.version) }},
		{Final, w.finals},
		{Parameter, func() { w.each(w.parameters) }},
	} {
		if slices.Contains(q.Kinds, find.kind) {
			find.in()
		}
	}
	slices.SortStableFunc(w.List, func(a, b Hint) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Kind, b.Kind))
	})
	return w.Hints
}

func (w *walk) each(find func(parser.Node)) {
	for n := range w.nodes() {
		find(n)
	}
}

// evaluating does something for what begins at an offset that may take long,
// unless there is no time for it.
func (w *walk) evaluating(off uint32, do func()) {
	if w.Late || w.Stop() || w.Skip != nil && w.Skip(off) {
		return
	}
	do()
	if w.Stop() {
		w.Late, w.Where = true, off
	}
}

// walk collects hints.
type walk struct {
	Query
	Hints
	withs map[parser.NodeID]infer.Value // the sets of with, by the node of that
}

// nodes yields the nodes that touch the span, each before those below it.
func (w *walk) nodes() iter.Seq[parser.Node] {
	return func(yield func(parser.Node) bool) {
		t := w.Space.Root().Tree()
		for id := t.Root().ID(); int(id) < t.Len(); {
			n := t.Node(id)
			if n.Start() > w.Span.End {
				return
			}
			if n.End() < w.Span.Start {
				id = n.SubtreeEnd()
				continue
			}
			if !yield(n) {
				return
			}
			id++
		}
	}
}

func (w *walk) add(h Hint) {
	if w.Span.Touches(h.Offset) {
		w.List = append(w.List, h)
	}
}

// minLines is how many lines a binding has at least for its end to be told.
const minLines = 25

// end tells what a long binding is at its end, where its name may be out of
// sight.
func (w *walk) end(n parser.Node) {
	if n.Kind() != parser.KindBinding || !w.Span.Touches(n.End()) {
		return
	}
	lines := n.Tree().Lines()
	if lines.Line(n.End())-lines.Line(n.Start()) < minLines-1 {
		return
	}
	if name := short(n.FirstChild().Text()); name != "" {
		w.add(Hint{Kind: End, Offset: n.End(), Label: name})
	}
}

// maxLabel is how long a label may be, in characters.
const maxLabel = 40

// short returns a text in one line that is short enough for a label.
func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= maxLabel {
		return s
	}
	return string([]rune(s)[:maxLabel-1]) + "…"
}
