package cli

import (
	"cmp"
	"slices"
	"strings"

	"firn/lsp/feature/fuzzy"
)

// search is what somebody looks for: words that all have to be found, each in the
// name or the description.
type search []word

type word struct {
	text    string // in lower case
	matcher *fuzzy.Matcher
}

func newSearch(args []string) search {
	var s search
	for _, arg := range args {
		for text := range strings.FieldsSeq(arg) {
			s = append(s, word{strings.ToLower(text), fuzzy.New(text)})
		}
	}
	return s
}

// How well a word is found. A better way counts more than all scores of a worse.
const (
	inDescription = (iota + 1) << 12 // anywhere
	asDescribed                      // at the beginning of a word of the description
	inInitials                       // in the name, with a few characters left out
	inName                           // in the name as it is written
	beginsPart                       // at the beginning of a part of the name
	isPart                           // as a part of the name
	isName
)

// rank says how well a thing fits, and whether it does. Its description may be
// dear, and is asked for only if its name does not do.
func (s search) rank(name string, description func() string) (score int, ok bool) {
	for _, w := range s {
		n := w.inName(name)
		if n == 0 {
			n = w.inDescription(description())
		}
		if n == 0 {
			return 0, false
		}
		score += n
	}
	return score, true
}

// named reports whether all words are in a name.
func (s search) named(name string) bool {
	return !slices.ContainsFunc(s, func(w word) bool { return w.inName(name) == 0 })
}

// inName returns how well a word fits a name, 0 for not at all.
func (w word) inName(name string) int {
	score, ok := w.matcher.Score(name)
	if !ok {
		return 0
	}
	name = strings.ToLower(name)
	switch {
	case name == w.text:
		return isName
	case strings.Contains("."+name+".", "."+w.text+"."):
		return isPart
	case strings.Contains("."+name, "."+w.text):
		return beginsPart
	case strings.Contains(name, w.text):
		return inName
	case len(w.text) >= leastInitials && score+min(len(name)-len(w.text), 40) >= len(w.text)*compact-slack:
		return inInitials + score
	}
	return 0
}

const (
	// leastInitials is how long a word has to be for characters to be left out of
	// it: a short one has its characters, in their order, in every long name.
	leastInitials = 4
	// compact is the score of a character, on average, that begins a word or follows
	// another one of the search; see package fuzzy.
	compact, slack = 26, 12
)

// inDescription returns how well a word fits a description, 0 for not at all.
func (w word) inDescription(text string) int {
	text = strings.ToLower(text)
	i := strings.Index(text, w.text)
	if i < 0 {
		return 0
	}
	for ; i >= 0; i = next(text, w.text, i) {
		if i == 0 || !isLetter(text[i-1]) {
			return asDescribed
		}
	}
	return inDescription
}

// next returns where a word begins behind another place in a text, or -1.
func next(text, word string, i int) int {
	n := strings.Index(text[i+1:], word)
	if n < 0 {
		return -1
	}
	return i + 1 + n
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || c >= 0x80 }

// hit is something that was found.
type hit[T any] struct {
	name  string
	score int
	thing T
}

// sortHits brings the best to the front, and those that are as good as another
// into the order of their names.
func sortHits[T any](list []hit[T]) {
	slices.SortStableFunc(list, func(a, b hit[T]) int { return cmp.Or(b.score-a.score, strings.Compare(a.name, b.name)) })
}

// limited returns at most so many, all for 0.
func limited[T any](list []T, limit int) []T {
	if limit > 0 {
		list = list[:min(limit, len(list))]
	}
	return list
}
