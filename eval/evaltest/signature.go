package evaltest

import (
	"slices"
	"strings"
	"sync"

	"firn/eval/builtin"
)

// kind says what sort of type a typ is.
type kind uint8

const (
	basic  kind = iota // name says which: Int, Float, Bool, Null, String, Path, Text, Derivation
	free               // name is a variable of a signature; Number is one
	list               // of elem
	attrs              // each attribute is an elem
	record             // fields
	fn                 // from elem to result
	either             // one of choices
)

// typ is a type, as the signatures of builtins have it.
type typ struct {
	kind    kind
	name    string
	elem    *typ
	result  *typ
	fields  []field
	choices []*typ
}

// field is an attribute of a record.
type field struct {
	name     string
	typ      *typ
	optional bool
}

func named(name string) *typ        { return &typ{kind: basic, name: name} }
func listOf(elem *typ) *typ         { return &typ{kind: list, elem: elem} }
func attrsOf(elem *typ) *typ        { return &typ{kind: attrs, elem: elem} }
func recordOf(fields ...field) *typ { return &typ{kind: record, fields: fields} }
func from(arg, result *typ) *typ    { return &typ{kind: fn, elem: arg, result: result} }

var (
	integer    = named("Int")
	float      = named("Float")
	boolean    = named("Bool")
	null       = named("Null")
	text       = named("String")
	path       = named("Path")
	derivation = named("Derivation")
)

// is reports whether t is the basic type called name.
func (t *typ) is(name string) bool { return t.kind == basic && t.name == name }

// signature is a builtin with its type.
type signature struct {
	*builtin.Builtin
	typ *typ
}

// signatures are the builtins that programs call by their types.
var signatures = sync.OnceValue(func() []signature {
	var list []signature
	for i := range builtin.Table {
		b := &builtin.Table[i]
		if !worldly(b) {
			list = append(list, signature{b, parseType(b.Type)})
		}
	}
	return list
})

// worldly reports whether b reads something that differs between two machines,
// or has to be turned on, or gives away what an evaluator has evaluated so far:
// in Nix the result of break may be a thunk.
func worldly(b *builtin.Builtin) bool {
	return b.Feature != "" || b.Setting != "" || slices.Contains([]string{
		"break", "builtins", "currentSystem", "currentTime", "fetchGit", "fetchMercurial", "fetchTarball", "fetchTree",
		"fetchurl", "getEnv", "nixPath", "nixVersion", "storePath",
	}, b.Name)
}

// notation reads types in the notation of package builtin.
type notation struct{ words []string }

func parseType(s string) *typ {
	for _, mark := range []string{"(", ")", "[", "]", "{", "}", ":", ";", "?", "|"} {
		s = strings.ReplaceAll(s, mark, " "+mark+" ")
	}
	n := notation{strings.Fields(s)}
	return n.typ()
}

func (n *notation) take() string {
	w := n.words[0]
	n.words = n.words[1:]
	return w
}

func (n *notation) accept(w string) bool {
	if len(n.words) == 0 || n.words[0] != w {
		return false
	}
	n.take()
	return true
}

func (n *notation) typ() *typ {
	t := n.atom()
	if choices := []*typ{t}; n.accept("|") {
		choices = append(choices, n.atom())
		t = &typ{kind: either, choices: choices}
	}
	if n.accept("->") {
		return from(t, n.typ())
	}
	return t
}

func (n *notation) atom() *typ {
	switch w := n.take(); {
	case w == "(":
		t := n.typ()
		n.take()
		return t
	case w == "[":
		t := n.typ()
		n.take()
		return listOf(t)
	case w == "{":
		return n.record()
	case w == "AttrsOf":
		return attrsOf(n.atom())
	case w == "Number" || w[0] >= 'a':
		return &typ{kind: free, name: w}
	default:
		return named(w)
	}
}

func (n *notation) record() *typ {
	t := recordOf()
	for !n.accept("}") {
		f := field{name: n.take()}
		if f.name == "..." {
			continue
		}
		f.optional = n.accept("?")
		n.take() // the colon
		f.typ = n.typ()
		n.take() // the semicolon
		t.fields = append(t.fields, f)
	}
	return t
}

// binding says what the variables of a signature stand for.
type binding map[string]*typ

// fits reports whether a value of the type have can stand where want is wanted,
// and binds variables on both sides so that it can.
func (b binding) fits(want, have *typ) bool {
	want, have = b.known(want), b.known(have)
	switch {
	case want.kind == free || have.kind == free:
		return b.bind(want, have)
	case have.kind == either:
		return !slices.ContainsFunc(have.choices, func(t *typ) bool { return !b.fits(want, t) })
	case want.kind == either:
		return slices.ContainsFunc(want.choices, func(t *typ) bool { return b.fits(t, have) })
	case want.kind != have.kind:
		return want.is("Text") && have.kind == record && len(have.fields) == 1 && have.fields[0].name == "outPath"
	}
	switch want.kind {
	case basic:
		return want.name == have.name || want.name == "Text" && slices.Contains([]string{"String", "Path", "Derivation"}, have.name)
	case fn:
		return b.fits(have.elem, want.elem) && b.fits(want.result, have.result)
	case record:
		return slices.EqualFunc(want.fields, have.fields, func(w, h field) bool { return w.name == h.name && b.fits(w.typ, h.typ) })
	}
	return b.fits(want.elem, have.elem)
}

func (b binding) known(t *typ) *typ {
	for t.kind == free && b[t.name] != nil {
		t = b[t.name]
	}
	return t
}

func (b binding) bind(want, have *typ) bool {
	if have.kind == free {
		want, have = have, want
	}
	if want == have || have.kind == free && have.name == want.name {
		return true
	}
	if want.name == "Number" && have.kind != free && !have.is("Int") && !have.is("Float") {
		return false
	}
	b[want.name] = have
	return true
}

// resolve returns t with the variables replaced by what they stand for, and
// those that stand for nothing yet by what choose returns.
func (b binding) resolve(t *typ, choose func(name string) *typ) *typ {
	u := *b.known(t)
	switch u.kind {
	case free:
		b[u.name] = choose(u.name)
		return b[u.name]
	case list, attrs:
		u.elem = b.resolve(u.elem, choose)
	case fn:
		u.elem, u.result = b.resolve(u.elem, choose), b.resolve(u.result, choose)
	case record:
		u.fields = slices.Clone(u.fields)
		for i := range u.fields {
			u.fields[i].typ = b.resolve(u.fields[i].typ, choose)
		}
	case either:
		u.choices = slices.Clone(u.choices)
		for i := range u.choices {
			u.choices[i] = b.resolve(u.choices[i], choose)
		}
	}
	return &u
}
