package regex

import (
	"math/rand/v2"
	"strings"
)

// generator makes patterns, nearly all of them valid, and texts that they may
// match.
type generator struct{ *rand.Rand }

func newGenerator(seed uint64) generator {
	return generator{rand.New(rand.NewPCG(seed, 0))}
}

func (g generator) pick(from ...string) string { return from[g.IntN(len(from))] }

func (g generator) pattern() string { return g.choices(1 + g.IntN(3)) }

func (g generator) text() string {
	var b strings.Builder
	for range g.IntN(8) {
		b.WriteString(g.pick("a", "a", "a", "b", "b", "c", ".", "1", "\n", "é"))
	}
	return b.String()
}

func (g generator) choices(depth int) string {
	parts := make([]string, max(1, g.IntN(6)-2))
	for i := range parts {
		parts[i] = g.sequence(depth)
	}
	return strings.Join(parts, "|")
}

func (g generator) sequence(depth int) string {
	var b strings.Builder
	for range g.IntN(4) {
		if g.IntN(16) == 0 {
			b.WriteString(g.pick("^", "$"))
			continue
		}
		b.WriteString(g.atom(depth))
		if g.IntN(2) == 0 {
			b.WriteString(g.pick("*", "*", "+", "?", "{0,2}", "{2}", "{1,}", "{0}", "{1,2}", "{0,}", "{1,3}", "**", "*?", "+?", "{2}*"))
		}
	}
	return b.String()
}

func (g generator) atom(depth int) string {
	switch n := g.IntN(20); {
	case n < 7 && depth > 0:
		return "(" + g.choices(depth-1) + ")"
	case n < 16:
		return g.pick("a", "a", "a", "b", "b", "c", "é")
	}
	return g.pick(".", "[ab]", "[^a]", "[a-c]", "[[:alpha:]]", `\.`, "[[:digit:]b]", "[[=a=]c]", "[]é]", "[b\n-]")
}

// scraps makes a pattern out of what means something somewhere in one. Most are
// not valid.
func (g generator) scraps() string {
	var b strings.Builder
	inside := g.IntN(2) == 0
	if inside {
		b.WriteString("[")
	}
	for range g.IntN(6) {
		b.WriteString(g.pick(`\`, "[", "]", "^", "-", ":", ".", "=", "{", "}", ",", "0", "1", "2", "(", ")", "|", "*", "+", "?", "$",
			"a", "b", "z", "A", "é", "\n", " ", "_", "[:alpha:]", "[:DIGIT:]", "[:w:]", "[:s:]", "[:d:]", "[:foo:]", "[.a.]", "[.hyphen.]",
			"[.ab.]", "[.1.]", "[=a=]", "[=Z=]", "[=one=]", "[.space.]", "[[", "[^", "a-z", "a-", "-]", "{1}", "{1,2}", "{0}", "{2,1}",
			"{,1}", "[]", "[^]", "(|", "[:punct:]", "[:blank:]", "[:cntrl:]", "[:graph:]", "[:print:]", "[:xdigit:]", "[:lower:]",
			"[:upper:]", "[:space:]", "[:alnum:]"))
	}
	if inside {
		b.WriteString("]")
	}
	return b.String()
}

func (g generator) scrapsText() string {
	var b strings.Builder
	for range g.IntN(7) {
		b.WriteString(g.pick("a", "b", "c", "z", "A", "Z", "1", "2", "-", "]", "[", `\`, "^", ".", "é", "\n", " ", "_", ":", "=", "\t", "\x7f", "{", "}", ",", "~"))
	}
	return b.String()
}
