package evaltest

import (
	"strings"

	"firn/parser/scope"
)

// literal returns a literal of type t, or a constructor with expressions in it.
func (g *generator) literal(t *typ) string {
	switch t.kind {
	case list:
		var parts []string
		for range g.IntN(4) {
			parts = append(parts, g.expr(t.elem))
		}
		return "[" + g.join(parts...) + "]"
	case attrs:
		var fields []field
		for _, name := range g.names(g.IntN(4), attributes) {
			fields = append(fields, field{name: name, typ: t.elem})
		}
		return g.set(fields)
	case record:
		return g.set(g.present(t.fields))
	case fn:
		return g.function(t)
	case either:
		return g.expr(t.choices[g.IntN(len(t.choices))])
	case free:
		return g.expr(binding{}.resolve(t, g.choose))
	}
	return g.basic(t.name)
}

// choose returns a type for a variable of a signature.
func (g *generator) choose(name string) *typ {
	if name == "Number" {
		return [...]*typ{integer, float}[g.IntN(2)]
	}
	return g.typ(1)
}

func (g *generator) basic(name string) string {
	switch name {
	case "Int":
		return g.int()
	case "Float":
		return g.pick("0.0", "1.0", "2.5", "(-1.5)", "0.1", "1.0e3", "3.14159265", "1.0e-7", "(-0.0)", "9007199254740993.0", ".5", "1.", "1.0e15", "123456789.0", "9223372036854775807.0", "1.0e308")
	case "Bool":
		return g.pick("true", "false")
	case "Null":
		return "null"
	case "String":
		return g.string()
	case "Path":
		return g.path()
	case "Derivation":
		return "(derivation " + g.recipe() + ")"
	}
	return g.textLike()
}

func (g *generator) int() string {
	if g.one(16) {
		return g.pick("9223372036854775807", "(-9223372036854775807)", "4611686018427387904", "4294967296", "9007199254740993", "(-9223372036854775807 - 1)", "2147483647", "1000000", "007")
	}
	return g.small()
}

func (g *generator) small() string {
	return g.pick("0", "1", "1", "2", "2", "3", "3", "4", "5", "7", "10", "42", "(-1)", "(-2)", "100")
}

func (g *generator) count() string { return g.pick("0", "1", "2", "3", "4") }

// string returns a literal of a string, with expressions in it.
func (g *generator) string() string {
	if g.one(10) {
		return g.indented()
	}
	if g.one(40) {
		return g.pick("https://example.org/x?y=z", "a:b", "mailto:x@y.z")
	}
	var b strings.Builder
	b.WriteByte('"')
	for range g.IntN(4) {
		b.WriteString(g.piece(g.pick("a", "b", "foo", "x", " ", "1", ".", "-", "é", "/", "\n", `\n`, `\t`, `\"`, `\\`, `\${`, "$", "$$", "''", `\a`, "é"), `\$`))
	}
	b.WriteByte('"')
	return b.String()
}

// piece returns s, or an expression in its place. A dollar before such would
// escape it, so that gets escaped itself.
func (g *generator) piece(s, dollar string) string {
	if g.fuel > 0 && g.one(5) {
		return "${" + g.expr(named("Text")) + "}"
	}
	if s == "$" {
		return dollar
	}
	return s
}

// indented returns a literal of a string in double apostrophes.
func (g *generator) indented() string {
	var b strings.Builder
	b.WriteString("''")
	for range g.IntN(5) {
		b.WriteString(g.piece(g.pick("a", "foo", "  ", "\n", "\n    ", "\n  ", "\n\n", "\t", "'''", `''\n`, "''${", "\"", `\n`, "é", "\n      bar", "$"), "''$"))
		b.WriteString(g.pick("", "", " ", "\n"))
	}
	b.WriteString("''")
	return b.String()
}

func (g *generator) path() string {
	if g.one(6) && g.fuel > 0 {
		return g.pick("./d/${", "./${", "/x${") + g.pick(`"g"`, `"f"`, g.expr(text)) + "}"
	}
	return g.pick("./f", "./f", "./d", "./d/g", "./lib.nix", "/a/b", "/a/b/c.d", "./d/../d", "../x", "/a/../b", "f/g", "./missing", "<missing>", "~/x")
}

// textLike returns what can stand in a string.
func (g *generator) textLike() string {
	switch g.IntN(12) {
	case 0:
		return g.expr(path)
	case 1:
		return g.expr(derivation)
	case 2:
		return "{ outPath = " + g.expr(text) + "; }"
	case 3:
		return "{ __toString = " + g.expr(from(recordOf(), text)) + "; }"
	case 4:
		return "{ __toString = self: self.a; outPath = null; a = " + g.expr(text) + "; }"
	}
	return g.expr(text)
}

// present returns the fields of a set: all that are required and some others.
func (g *generator) present(fields []field) []field {
	var list []field
	for _, f := range fields {
		if !f.optional || g.one(2) {
			list = append(list, f)
		}
	}
	return list
}

// set returns a set with such attributes.
func (g *generator) set(fields []field) string {
	if g.one(5) {
		g.Shuffle(len(fields), func(i, j int) { fields[i], fields[j] = fields[j], fields[i] })
		mark := len(g.vars)
		defer func() { g.vars = g.vars[:mark] }()
		return "rec {" + g.group(fields) + "}"
	}
	var parts []string
	for _, f := range fields {
		parts = append(parts, g.attribute(f))
	}
	g.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	return "{" + g.join(parts...) + "}"
}

// attribute returns the definition of an attribute of a set that is not
// recursive.
func (g *generator) attribute(f field) string {
	switch n := g.IntN(8); {
	case n < 2 && g.reaches(f):
		return "inherit " + g.attrName(f.name) + ";"
	case n == 2:
		return "inherit (" + g.set([]field{f}) + ") " + g.attrName(f.name) + ";"
	case n < 5 && f.typ.kind == record && len(f.typ.fields) > 0:
		var parts []string
		for _, inner := range f.typ.fields {
			parts = append(parts, g.attrName(f.name)+"."+g.attrName(inner.name)+" = "+g.expr(inner.typ)+";")
		}
		return strings.Join(parts, " ")
	case n == 5:
		return "${" + g.dynamic(f.name) + "} = " + g.expr(f.typ) + ";"
	}
	return g.attrName(f.name) + " =" + g.space() + g.expr(f.typ) + ";"
}

// reaches reports whether a variable has the name of a field and its type.
func (g *generator) reaches(f field) bool {
	for _, v := range g.visible() {
		if v.name == f.name {
			return binding{}.fits(f.typ, v.typ)
		}
	}
	return false
}

// dynamic returns an expression whose value is the string s.
func (g *generator) dynamic(s string) string {
	q := scope.Quote(s)
	return g.pick(q, "("+q+` + "")`, "(if true then "+q+" else null)", "(toString "+q+")")
}

// attrName returns a name as it stands in a set.
func (g *generator) attrName(name string) string {
	if g.one(6) {
		return scope.Quote(name)
	}
	return scope.AttrName(name)
}

// group puts attributes in scope that see one another, and returns their
// definitions. Each sees those that come before it in the list; in the text they
// come in any order.
func (g *generator) group(fields []field) string {
	mark := len(g.vars)
	for _, f := range fields {
		g.vars = append(g.vars, variable{name: f.name})
	}
	var parts []string
	for i, f := range fields {
		if g.one(8) {
			parts = append(parts, "inherit ("+g.set([]field{f})+") "+g.attrName(f.name)+";")
		} else {
			parts = append(parts, g.attrName(f.name)+" ="+g.space()+g.expr(f.typ)+";")
		}
		g.vars[mark+i].typ = f.typ
	}
	g.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	return g.join(parts...)
}

// function returns a function of type t.
func (g *generator) function(t *typ) string {
	mark := len(g.vars)
	defer func() { g.vars = g.vars[:mark] }()
	if g.one(16) {
		return "{ __functor = self: " + g.lambda(t) + "; }"
	}
	return g.lambda(t)
}

func (g *generator) lambda(t *typ) string {
	if t.elem.kind == record && !g.one(4) && allIdentifiers(t.elem.fields) {
		return "(" + g.formals(t.elem.fields) + ": " + g.expr(t.result) + ")"
	}
	name := g.pick(identifiers...)
	g.vars = append(g.vars, variable{name, t.elem})
	return "(" + name + ":" + g.space() + g.expr(t.result) + ")"
}

// allIdentifiers reports whether all fields have names that formals may have.
func allIdentifiers(fields []field) bool {
	for _, f := range fields {
		if !isIdentifier(f.name) {
			return false
		}
	}
	return true
}

func isIdentifier(name string) bool {
	return name != "or" && name != "" && scope.AttrName(name) == name
}

// formals puts the formals of a function in scope, and returns them.
func (g *generator) formals(fields []field) string {
	mark := len(g.vars)
	for _, name := range g.names(g.IntN(2), identifiers) {
		fields = append(fields[:len(fields):len(fields)], field{name: name, optional: true, typ: g.typ(1)})
	}
	seen := map[string]bool{}
	for _, f := range fields {
		g.vars = append(g.vars, variable{name: f.name})
	}
	whole := ""
	var parts []string
	for i, f := range fields {
		if seen[f.name] {
			continue
		}
		seen[f.name] = true
		if f.optional || g.one(6) {
			parts = append(parts, f.name+" ? "+g.expr(f.typ))
		} else {
			parts = append(parts, f.name)
		}
		g.vars[mark+i].typ = f.typ
	}
	if g.one(3) {
		parts = append(parts, "...")
	}
	if name := g.pick(identifiers...); g.one(4) && !seen[name] {
		whole = name
		g.vars = append(g.vars, variable{name: name})
	}
	s := "{ " + strings.Join(parts, ", ") + " }"
	switch {
	case whole == "":
		return s
	case g.one(2):
		return s + "@" + whole
	}
	return whole + "@" + s
}
