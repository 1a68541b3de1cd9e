// Package regex holds the regular expressions of builtins.match and
// builtins.split: those of std::regex with the grammar "extended" in the C++
// library of GNU, on bytes.
//
// What that library accepts and finds is not what POSIX says, nor what package
// regexp finds. A repetition takes another turn if that leads to any match at
// all, whereas of the choices around a bar the one that leads to the longest
// match is taken, the first of them if several do: "a*(ab)?" finds "aa" in
// "aab". A turn that matches nothing is taken up to twice.
//
// The library tries all ways, one after the other, and can need ages. Here a
// pattern becomes a program without circles, in which turns that match nothing
// are unrolled, and its ways are followed side by side. A match takes time in
// proportion to the text, and to the square of the pattern at worst; memory is
// bounded by constants of the package, behind which there is an error of the
// kind [TooLarge].
package regex

import (
	"context"
	"iter"
	"sync"
)

// Regexp is a compiled pattern. It may be used by several goroutines at once.
type Regexp struct {
	pattern string
	prog    *program

	mu   sync.Mutex
	idle []*machine // guarded by mu
}

// Error says that a pattern cannot be used.
type Error struct {
	Kind    ErrorKind
	Pattern string
}

// ErrorKind says why a pattern cannot be used.
type ErrorKind uint8

// The kinds of errors. [Regexp.Match] and [Regexp.All] can fail with the second,
// too.
const (
	Invalid  ErrorKind = iota // not a pattern
	TooLarge                  // too many states, or too many ways to follow at once
)

// Error is worded like the error of Nix 2.34.
func (e *Error) Error() string {
	if e.Kind == TooLarge {
		return "memory limit exceeded by regular expression '" + e.Pattern + "'"
	}
	return "invalid regular expression '" + e.Pattern + "'"
}

// Compile reads a pattern. Its error is an [*Error].
//
// Patterns that the library takes for too large are TooLarge; so are, beyond it,
// those with loops in loops in loops, ten or so deep, all of whose turns can be
// empty.
func Compile(pattern string) (*Regexp, error) {
	tree, err := parse(pattern)
	if err != nil {
		return nil, err
	}
	prog := compile(tree)
	if prog == nil {
		return nil, &Error{Kind: TooLarge, Pattern: pattern}
	}
	return &Regexp{pattern: pattern, prog: prog}, nil
}

// Groups returns the number of groups of the pattern.
func (re *Regexp) Groups() int { return re.prog.groups }

// Match tells whether the pattern matches all of text. It appends to dst where
// the match and then each group begin and end, as offsets of bytes; these are -1
// for a group that took no part.
//
// It fails if ctx ends, or with an [*Error].
func (re *Regexp) Match(ctx context.Context, text string, dst []int) ([]int, bool, error) {
	if re.prog.isLiteral {
		if text != re.prog.literal {
			return dst, false, nil
		}
		return append(dst, 0, len(text)), true, nil
	}
	m := re.machine()
	defer re.release(m)
	return m.match(ctx, text, dst)
}

// All returns the matches in text that do not overlap, from left to right, each
// as [Regexp.Match] does. The next one overwrites it. An empty match may follow
// another match at once.
//
// An error, as from Match, comes with a nil slice and is the last element.
func (re *Regexp) All(ctx context.Context, text string) iter.Seq2[[]int, error] {
	return func(yield func([]int, error) bool) {
		if re.prog.isLiteral && re.prog.literal != "" {
			re.prog.allLiterals(text, yield)
			return
		}
		m := re.machine()
		defer re.release(m)
		m.all(ctx, text, yield)
	}
}

// machine returns a machine that nobody else uses.
func (re *Regexp) machine() *machine {
	re.mu.Lock()
	defer re.mu.Unlock()
	n := len(re.idle)
	if n == 0 {
		return newMachine(re)
	}
	m := re.idle[n-1]
	re.idle = re.idle[:n-1]
	return m
}

func (re *Regexp) release(m *machine) {
	re.mu.Lock()
	defer re.mu.Unlock()
	re.idle = append(re.idle, m)
}
