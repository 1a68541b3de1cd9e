// Package evaltest makes programs in nixlang to test evaluators with.
//
// A program comes of a type: an expression of that type is made, of expressions
// of other types, down to literals. Now and then one is of a wrong type, fails
// on purpose, or takes numbers to their limits, so that most programs have a
// value and the others have errors of all kinds. Every program ends: the only
// recursion is one that counts down, or that is an error. Programs may read
// [Files], and nothing else of the world.
package evaltest

import (
	"math/rand/v2"
	"strings"
)

// Program returns a program that the choices of src make.
func Program(src rand.Source) string {
	g := generator{Rand: rand.New(src)}
	g.fuel = 10 + g.IntN(60)
	if g.IntN(2) == 0 {
		return g.root()
	}
	return g.expr(g.typ(2))
}

// Files are what programs may read: texts by their paths relative to the
// program's directory.
var Files = map[string]string{
	"f":         "some text\n",
	"d/g":       "",
	"lib.nix":   "{ a = 1; f = x: x + 1; rest = [ \"s\" 2.5 ]; }\n",
	"scope.nix": "[ x (x + 1) ]\n",
}

// Choices returns a source whose choices are the bytes of b, one byte a choice,
// and when they are used up those of a fixed seed.
func Choices(b []byte) rand.Source {
	return &choices{bytes: b, rest: rand.NewPCG(0, 0)}
}

type choices struct {
	bytes []byte
	rest  rand.Source
}

// Uint64 implements [rand.Source]. The byte is in all bits, since some functions
// of a generator look at the highest and others at the lowest.
func (c *choices) Uint64() uint64 {
	if len(c.bytes) == 0 {
		return c.rest.Uint64()
	}
	const everywhere = 0x0101010101010101
	b := c.bytes[0]
	c.bytes = c.bytes[1:]
	return uint64(b) * everywhere
}

const (
	deepest = 12 // nesting of expressions, those aside that only have literals in them
	wrong   = 60
	failing = 70
)

// generator makes expressions. What its methods return can stand as an argument
// or an element of a list.
type generator struct {
	*rand.Rand
	fuel  int // how many expressions may be more than literals
	depth int
	vars  []variable
	withs []variable // what a with puts in scope
}

// variable is a name in scope. Without a type it only hides others.
type variable struct {
	name string
	typ  *typ
}

func (g *generator) one(in int) bool { return g.IntN(in) == 0 }

func (g *generator) pick(from ...string) string { return from[g.IntN(len(from))] }

// expr returns an expression of type t.
func (g *generator) expr(t *typ) string {
	g.fuel--
	if g.fuel < 0 || g.depth > deepest {
		return g.literal(t)
	}
	g.depth++
	defer func() { g.depth-- }()
	if g.one(wrong) {
		t = g.typ(1)
	}
	if g.one(failing) {
		return g.failure()
	}
	for {
		if s := g.form(t); s != "" {
			return s
		}
	}
}

// form returns an expression of type t in one of the forms that there are, or
// nothing if that form has no such expression.
func (g *generator) form(t *typ) string {
	switch n := g.IntN(100); {
	case n < 22:
		return g.literal(t)
	case n < 44:
		return g.variable(t)
	case n < 58:
		return g.operation(t)
	case n < 74:
		return g.call(t)
	case n < 77:
		return g.conditional(t)
	case n < 83:
		return g.let(t)
	case n < 86:
		return g.with(t)
	case n < 91:
		return g.application(t)
	case n < 96:
		return g.selection(t)
	case n < 97:
		return g.countdown(t)
	case n < 98:
		return g.roundTrip(t)
	case n < 99:
		return g.guarded(t)
	}
	return g.legacyLet(t)
}

// typ returns a type that nests at most so deep.
func (g *generator) typ(depth int) *typ {
	n := 14
	if depth == 0 {
		n = 8
	}
	switch g.IntN(n) {
	case 0, 1:
		return integer
	case 2:
		return float
	case 3:
		return boolean
	case 4:
		return null
	case 5, 6:
		return text
	case 7:
		return g.rare()
	case 8, 9:
		return listOf(g.typ(depth - 1))
	case 10:
		return attrsOf(g.typ(depth - 1))
	case 11, 12:
		return g.record(depth - 1)
	}
	return from(g.typ(depth-1), g.typ(depth-1))
}

func (g *generator) rare() *typ {
	if g.one(3) {
		return derivation
	}
	return path
}

// record returns the type of a set with some attributes.
func (g *generator) record(depth int) *typ {
	t := recordOf()
	for _, name := range g.names(g.IntN(4), attributes) {
		t.fields = append(t.fields, field{name: name, typ: g.typ(depth)})
	}
	return t
}

// data returns a type that has a form in JSON and one as a string.
func (g *generator) data(depth int) *typ {
	for {
		if t := g.typ(depth); t.isData() {
			return t
		}
	}
}

func (t *typ) isData() bool {
	switch t.kind {
	case basic:
		return t.name != "Derivation"
	case list, attrs:
		return t.elem.isData()
	case record:
		for _, f := range t.fields {
			if !f.typ.isData() {
				return false
			}
		}
		return true
	}
	return false
}

// comparable returns a type that has an order.
func (g *generator) comparable() *typ {
	t := [...]*typ{integer, float, text, path, integer}[g.IntN(5)]
	if g.one(4) {
		return listOf(t)
	}
	return t
}

var (
	// identifiers name variables.
	identifiers = []string{"a", "b", "c", "d", "x", "y", "f", "g", "key", "value", "name", "x'", "a-b", "_u", "builtins'"}
	// attributes name attributes; not all of them can stand without quotes.
	attributes = append([]string{"with space", "", "1a", "é", "a.b", "if", "or", "${", `"`, "$x"}, identifiers...)
)

// names returns n names of a list, each another one.
func (g *generator) names(n int, list []string) []string {
	var names []string
	for _, i := range g.Perm(len(list))[:min(n, len(list))] {
		names = append(names, list[i])
	}
	return names
}

// space returns what separates two words.
func (g *generator) space() string {
	if g.one(12) {
		return g.pick("\n", "\n  ", " # a comment\n", " /* a comment */ ", "\t")
	}
	return " "
}

// join joins parts with spaces, and puts one at the start and at the end.
func (g *generator) join(parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(g.space() + p)
	}
	b.WriteString(g.space())
	return b.String()
}
