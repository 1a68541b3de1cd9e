package action

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"firn/lsp/feature/layout"
	"firn/parser"
	"firn/parser/text"
)

// The limits of what is tried out to mend one error.
const (
	maxTries  = 60
	maxParsed = 8 << 20 // bytes that are read again in all
	maxFixes  = 3
)

// missingTokens offers to insert what a syntax error lacks, or to remove what is
// too much. Each is tried out: it is offered if the whole file can be read with
// it, or if no other does that and the next error comes later.
func missingTokens(f *finder) []Action {
	i := slices.IndexFunc(f.Errors, func(e *parser.Error) bool { return e.Code == parser.SyntaxError })
	if i < 0 {
		return nil
	}
	m := mender{finder: f, err: f.Errors[i]}
	m.leaves = m.leavesBefore(m.err.Span.Start)
	first := f.lines().Span(f.lines().Line(slices.Min(m.places())))
	if !f.touches(text.Span{Start: first.Start, End: m.err.Span.End}) {
		return nil
	}
	m.thin = m.thinned()
	m.tryAll()
	return m.offers()
}

// mender tries edits out.
type mender struct {
	*finder
	err    *parser.Error
	thin   thin          // what edits are tried on
	leaves []parser.Node // those before the error, the last one first
	tried  []attempt     // those that help
	tries  int
	parsed int // bytes
}

// attempt is an edit that helps.
type attempt struct {
	title string
	edits []text.Edit
	whole bool   // the file can be read
	left  uint32 // what comes behind the next error, in bytes
}

// maxLeaves is how far back in the text, in tokens, something may be missing.
const maxLeaves = 2000

func (m *mender) leavesBefore(off uint32) []parser.Node {
	var list []parser.Node
	for id := m.tree.Len() - 1; id > 0 && len(list) < maxLeaves; id-- {
		n := m.tree.Node(parser.NodeID(id))
		if n.End() <= off && !n.Span().Empty() && !n.FirstChild().Valid() {
			list = append(list, n)
		}
	}
	return list
}

// end returns where the leaf ends that is so many before the error.
func (m *mender) end(back int) uint32 {
	if back >= len(m.leaves) {
		return 0
	}
	return m.leaves[back].End()
}

// try notes an edit if it helps.
func (m *mender) try(title string, edits ...text.Edit) {
	if a, ok := m.attempt(title, edits); ok {
		m.tried = append(m.tried, a)
	}
}

// attempt reports whether an edit moves the next error further to the end.
func (m *mender) attempt(title string, edits []text.Edit) (attempt, bool) {
	src := m.thin.with(edits)
	m.tries++
	if m.parsed += len(src); m.tries > maxTries || m.parsed > maxParsed {
		return attempt{}, false
	}
	a := attempt{title: title, edits: edits}
	_, err := m.Parse(src)
	if err == nil {
		a.whole = true
		return a, true
	}
	a.left = uint32(len(src)) - err.Span.Start
	return a, a.left < uint32(len(m.thin.src))-m.thin.offset(m.err.Span.Start)
}

// words are what may be missing where the error does not say.
var words = []string{";", "}", ")", "]", "=", "in", "then", ",", ":"}

func (m *mender) tryAll() {
	if m.err.Unexpected == "end of file" {
		m.close()
	}
	m.closeStrings()
	for _, at := range m.places() {
		for _, word := range m.candidates() {
			m.try(fmt.Sprintf("Insert missing '%s'", word), m.insertion(at, word))
		}
	}
	m.tryRemoval()
}

// tryRemoval tries the file without the token at the error. That the next error
// is at the next token is no success.
func (m *mender) tryRemoval() {
	s := m.err.Span
	if s.Empty() {
		return
	}
	next := m.src[s.End:]
	next = strings.TrimLeft(next, " \t\r\n")
	e := text.Edit{Span: text.Span{Start: layout.EndBefore(m.tree, s.Start), End: s.End}}
	a, ok := m.attempt(fmt.Sprintf("Remove '%s'", excerpt(s.In(m.src))), []text.Edit{e})
	if ok && (a.whole || int(a.left) < len(next)) {
		m.tried = append(m.tried, a)
	}
}

// candidates returns the tokens to try, those first that the error names.
func (m *mender) candidates() []string {
	var list []string
	for _, e := range m.err.Expected {
		if word := strings.Trim(e, "'"); slices.Contains(words, word) {
			list = append(list, word)
		}
	}
	for _, word := range words {
		if !slices.Contains(list, word) {
			list = append(list, word)
		}
	}
	return list
}

// places returns where something may be missing: before the error, at the end
// of the line before, before the last word, and before the attribute path that
// ends at the error.
func (m *mender) places() []uint32 {
	list := []uint32{m.end(0)}
	add := func(back int) {
		if at := m.end(back); at > 0 && !slices.Contains(list, at) {
			list = append(list, at)
		}
	}
	path := 0
	for path < len(m.leaves) && isPathPart(m.leaves[path]) {
		path++
	}
	if path > 0 && path < 20 {
		add(path)
	}
	add(1)
	for back := 1; back < len(m.leaves); back++ {
		if m.lines().Line(m.end(back)) < m.lines().Line(m.leaves[0].Start()) {
			add(back)
			break
		}
	}
	return list
}

func isPathPart(n parser.Node) bool {
	switch n.Kind() {
	case parser.KindVar, parser.KindName, parser.KindDot, parser.KindQuote, parser.KindText, parser.KindOrKw:
		return true
	}
	return false
}

// insertion puts a token behind what ends at a place.
func (m *mender) insertion(at uint32, word string) text.Edit {
	switch word {
	case "=", "in", "then":
		word = " " + word
	}
	if int(at) < len(m.src) && isWord(m.src[at]) {
		word += " "
	}
	return insert(at, word)
}

// offers returns actions for what is best: what makes the file whole, or if
// there is nothing what comes furthest.
func (m *mender) offers() []Action {
	slices.SortStableFunc(m.tried, func(a, b attempt) int {
		if a.whole != b.whole {
			return cmp.Compare(b.rank(), a.rank())
		}
		return cmp.Compare(a.left, b.left)
	})
	var list []Action
	for _, a := range m.tried {
		if len(list) == maxFixes || a.rank() < m.tried[0].rank() || a.left > m.tried[0].left {
			break
		}
		if slices.ContainsFunc(list, func(b Action) bool { return b.Title == a.title }) || !m.holds(a) {
			continue // the same word in a place that is less likely
		}
		action := fixing(m.err, edit(a.title, a.edits...))
		action.Preferred = a.whole && len(list) == 0
		list = append(list, action)
	}
	return list
}

// holds reports whether what makes the thinned text whole does so with all of
// it.
func (m *mender) holds(a attempt) bool {
	if !a.whole || len(m.thin.cuts) == 0 {
		return true
	}
	_, err := m.Parse(Apply(m.src, a.edits))
	return err == nil
}

func (a attempt) rank() int {
	if a.whole {
		return 1
	}
	return 0
}
