// Package fuzzy matches what somebody types with names: the characters of the
// pattern have to occur in the name in their order, and the name scores the
// higher the more they look like what was meant. A pattern in lower case
// matches both cases; one with a capital matches as it is written.
package fuzzy

import "strings"

// The weights of a score. The start of a word is worth as much as standing right
// behind the character before: people type initials as well as beginnings.
const (
	matched     = 16 // a character
	consecutive = 12 // right behind the one before
	wordStart   = 12 // at the start of a word
	nameStart   = 8  // at the start of the name, on top
	sameCase    = 1  // as it is written
	skipped     = 1  // less, for each character skipped between two matches
	leftOver    = 1  // less, for each character of the name that is not matched
	maxLeftOver = 40 // ... up to this
	whole       = 40 // the name is the pattern
	wholeFolded = 20 // ... but for the case
)

// maxPattern and maxName are the lengths in bytes that are compared; nobody
// types more, and a hostile name costs no more.
const (
	maxPattern = 64
	maxName    = 256
)

// Matcher matches names with one pattern. It is immutable.
type Matcher struct {
	pattern string
	folded  string // pattern, in lower case unless exact
	exact   bool
	set     Set
}

// New returns a matcher for pattern; blanks around and in it do not count.
func New(pattern string) *Matcher {
	pattern = strings.Join(strings.Fields(pattern), "")
	pattern = pattern[:min(len(pattern), maxPattern)]
	lower := asciiLower(pattern)
	m := &Matcher{pattern: pattern, folded: lower, exact: lower != pattern, set: SetOf(pattern)}
	if m.exact {
		m.folded = pattern
	}
	return m
}

// Empty reports whether the pattern is empty and so matches every name.
func (m *Matcher) Empty() bool { return m.folded == "" }

// Set returns the characters of the pattern. A name matches only if its own set
// contains them.
func (m *Matcher) Set() Set { return m.set }

// Score returns how well name matches, and whether it does. Scores of one
// pattern can be compared, those of different ones cannot.
func (m *Matcher) Score(name string) (int, bool) {
	if m.Empty() {
		return 0, true
	}
	name = name[:min(len(name), maxName)]
	if !m.occurs(name) {
		return 0, false
	}
	score := m.best(name)
	score -= leftOver * min(len(name)-len(m.folded), maxLeftOver)
	switch {
	case name == m.pattern:
		score += whole
	case len(name) == len(m.pattern):
		score += wholeFolded
	}
	return score, true
}

// occurs reports whether the characters of the pattern are in name in their
// order.
func (m *Matcher) occurs(name string) bool {
	i := 0
	for j := 0; j < len(name) && i < len(m.folded); j++ {
		if m.fold(name[j]) == m.folded[i] {
			i++
		}
	}
	return i == len(m.folded)
}

func (m *Matcher) fold(c byte) byte {
	if m.exact {
		return c
	}
	return lower(c)
}

// never is the score of an alignment that does not exist.
const never = -1 << 20

// best returns the score of the best alignment of the pattern with name. Row i
// holds at j the best score of the first i+1 characters of the pattern if the
// last of them stands at j.
func (m *Matcher) best(name string) int {
	var rows [2][maxName]int
	for i := range len(m.folded) {
		row, above := rows[i%2][:len(name)], rows[(i+1)%2][:len(name)]
		reach := never // the best end of the pattern before i, less what is skipped
		for j := range row {
			row[j] = never
			if m.fold(name[j]) == m.folded[i] {
				row[j] = m.character(name, j, i) + m.before(i, j, reach, above)
			}
			reach -= skipped
			if i > 0 {
				reach = max(reach, above[j])
			}
		}
	}
	top := never
	for _, score := range rows[(len(m.folded)-1)%2][:len(name)] {
		top = max(top, score)
	}
	return top
}

// before returns the best score of the pattern before i if i stands at j.
func (m *Matcher) before(i, j, reach int, above []int) int {
	switch {
	case i == 0:
		return 0
	case j > 0 && above[j-1] > never:
		return max(reach, above[j-1]+consecutive)
	default:
		return reach
	}
}

func (m *Matcher) character(name string, j, i int) int {
	score := matched
	if name[j] == m.pattern[i] {
		score += sameCase
	}
	if startsWord(name, j) {
		score += wordStart
	}
	if j == 0 {
		score += nameStart
	}
	return score
}

func startsWord(name string, j int) bool {
	if j == 0 {
		return true
	}
	before, c := classOf(name[j-1]), classOf(name[j])
	return c != punctuation && before != c && (before != capital || c == digit)
}

type class uint8

const (
	punctuation class = iota
	small
	capital
	digit
)

func classOf(c byte) class {
	switch {
	case 'a' <= c && c <= 'z', c >= 0x80:
		return small
	case 'A' <= c && c <= 'Z':
		return capital
	case '0' <= c && c <= '9':
		return digit
	default:
		return punctuation
	}
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		b[i] = lower(c)
	}
	return string(b)
}

// Set says which characters occur in a name, without regard to case. It is a
// cheap first test for many names.
type Set uint64

// SetOf returns the characters of s. Those that are no letters or digits share
// the bits that are left.
func SetOf(s string) Set {
	var set Set
	for i := range len(s) {
		set |= 1 << bit(s[i])
	}
	return set
}

// Contains reports whether every character of sub may be in s.
func (s Set) Contains(sub Set) bool { return s&sub == sub }

func bit(c byte) uint8 {
	switch c = lower(c); {
	case 'a' <= c && c <= 'z':
		return c - 'a'
	case '0' <= c && c <= '9':
		return 26 + c - '0'
	default:
		return 36 + c%28
	}
}
