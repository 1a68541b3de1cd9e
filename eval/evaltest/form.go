package evaltest

import (
	"slices"
	"strings"

	"firn/parser/scope"
)

// variable returns a variable of type t, an attribute of one, or the result of
// one that is a function.
func (g *generator) variable(t *typ) string {
	var found []string
	for _, v := range g.visible() {
		if (binding{}).fits(t, v.typ) {
			found = append(found, v.name)
		}
		switch v.typ.kind {
		case record:
			for _, f := range v.typ.fields {
				if !f.optional && (binding{}).fits(t, f.typ) {
					found = append(found, "("+v.name+"."+scope.AttrName(f.name)+")")
				}
			}
		case fn:
			if (binding{}).fits(t, v.typ.result) {
				found = append(found, "("+v.name+" "+g.expr(v.typ.elem)+")")
			}
		}
	}
	if len(found) == 0 {
		return ""
	}
	return g.pick(found...)
}

// visible returns the variables in scope that can be named and used.
func (g *generator) visible() []variable {
	var list []variable
	hidden := map[string]bool{}
	see := func(vars []variable) {
		for _, v := range slices.Backward(vars) {
			if !hidden[v.name] && v.typ != nil && isIdentifier(v.name) {
				list = append(list, v)
			}
			hidden[v.name] = true
		}
	}
	see(g.vars)
	see(g.withs)
	return list
}

func (g *generator) conditional(t *typ) string {
	return "(if " + g.expr(boolean) + g.space() + "then " + g.expr(t) + g.space() + "else " + g.expr(t) + ")"
}

func (g *generator) let(t *typ) string {
	mark := len(g.vars)
	s := "(let" + g.group(g.bindings())
	s += "in" + g.space() + g.expr(t) + ")"
	g.vars = g.vars[:mark]
	return s
}

// bindings returns some names with types.
func (g *generator) bindings() []field {
	var fields []field
	for _, name := range g.names(1+g.IntN(3), identifiers) {
		fields = append(fields, field{name: name, typ: g.typ(2)})
	}
	return fields
}

// legacyLet returns a let whose value is its attribute body.
func (g *generator) legacyLet(t *typ) string {
	if !g.one(4) {
		return ""
	}
	mark := len(g.vars)
	s := "(let {" + g.group(append(g.bindings(), field{name: "body", typ: t})) + "})"
	g.vars = g.vars[:mark]
	return s
}

func (g *generator) with(t *typ) string {
	fields := g.bindings()
	s := "(with" + g.space() + g.set(slices.Clone(fields)) + ";" + g.space()
	mark := len(g.withs)
	for _, f := range fields {
		g.withs = append(g.withs, variable{f.name, f.typ})
	}
	s += g.expr(t) + ")"
	g.withs = g.withs[:mark]
	return s
}

// application returns a function applied to an argument.
func (g *generator) application(t *typ) string {
	arg := g.typ(1)
	if g.one(2) {
		arg = recordOf(g.bindings()...)
		for i := range arg.fields {
			arg.fields[i].optional = g.one(3)
		}
	}
	f := from(arg, t)
	if g.one(3) {
		return "(" + g.expr(f) + " " + g.expr(arg) + ")"
	}
	return "(" + g.function(f) + g.space() + g.literal(arg) + ")"
}

// selection returns an attribute of a set.
func (g *generator) selection(t *typ) string {
	name := g.pick(attributes...)
	set := recordOf(field{name: name, typ: t})
	if g.one(2) {
		set.fields = append(set.fields, field{name: "other", typ: g.typ(1)})
	}
	path := "." + g.attrName(name)
	if g.one(5) {
		path = ".${" + g.dynamic(name) + "}"
	}
	if inner := g.pick(attributes...); g.one(4) {
		set = recordOf(field{name: inner, typ: set})
		path = "." + g.attrName(inner) + path
	}
	switch g.IntN(8) {
	case 0:
		return "(" + g.expr(set) + path + " or " + g.expr(t) + ")"
	case 1:
		return "(" + g.expr(g.typ(1)) + path + " or " + g.expr(t) + ")"
	case 2:
		return "(" + g.expr(set) + ".none or " + g.expr(t) + ")"
	case 3:
		if t == text {
			return g.expr(derivation) + g.pick(".name", ".drvPath", ".outPath", ".type", ".outputName", ".out.outPath", ".drvAttrs.name")
		}
	}
	return g.expr(set) + path
}

// guarded returns an expression behind an assertion.
func (g *generator) guarded(t *typ) string {
	condition := g.expr(boolean)
	if !g.one(8) {
		condition = "(" + condition + " || true)"
	}
	return "(assert " + condition + "; " + g.expr(t) + ")"
}

// countdown returns a function that calls itself a few times.
func (g *generator) countdown(t *typ) string {
	mark := len(g.vars)
	g.vars = append(g.vars, variable{name: "loop"}, variable{"n", integer})
	base := g.expr(t)
	g.vars = append(g.vars, variable{"rest", t})
	step := g.expr(t)
	g.vars = g.vars[:mark]
	return "(let loop = n: if n < 1 then " + base + " else let rest = loop (n - 1); in " + step + "; in loop " + g.count() + ")"
}

// roundTrip returns an expression that goes through JSON.
func (g *generator) roundTrip(t *typ) string {
	if !t.isData() {
		return ""
	}
	return "(builtins.fromJSON (builtins.toJSON " + g.expr(t) + "))"
}

// failure returns an expression that has no value.
func (g *generator) failure() string {
	switch g.IntN(12) {
	case 0:
		return "(abort " + g.expr(text) + ")"
	case 1:
		return g.pick("(let a = a; in a)", "(rec { a = b; b = a; }).a", "(let x = { a = x.a; }; in x.a)", "(let x = x + 1; in x)",
			"(let f = { a ? b, b ? a }: a; in f { })", "(let x = builtins.head [ x ]; in x)", `(let x = "${x}"; in x)`, "(with x: x; nowhere)")
	case 2:
		return "(assert false; " + g.expr(g.typ(1)) + ")"
	case 3:
		return "(assert " + g.expr(g.typ(0)) + " == " + g.expr(g.typ(0)) + "; null)"
	case 4:
		return "{ }." + g.attrName(g.pick(attributes...))
	case 5:
		return "(" + g.literal(g.typ(1)) + " " + g.expr(g.typ(0)) + ")"
	case 6:
		if g.one(20) {
			return "(let f = x: f (x + 1); in f 0)"
		}
		return "(with { }; nowhere)"
	case 7:
		return "((" + g.formals(nil) + ": null) { unexpected = 1; })"
	}
	return "(throw " + g.expr(text) + ")"
}

// operation returns an expression with an operator.
func (g *generator) operation(t *typ) string {
	switch t.kind {
	case list:
		return g.binary(t, "++", t)
	case attrs:
		return g.binary(t, "//", t)
	case record:
		half := recordOf(t.fields[:len(t.fields)/2]...)
		return g.binary(t, "//", half)
	case basic:
		return g.basicOperation(t)
	}
	return ""
}

func (g *generator) binary(left *typ, op string, right *typ) string {
	return "(" + g.expr(left) + g.space() + op + " " + g.expr(right) + ")"
}

func (g *generator) basicOperation(t *typ) string {
	switch t {
	case integer:
		if g.one(8) {
			return "(-" + g.expr(t) + ")"
		}
		return g.binary(t, g.pick("+", "-", "*", "/", "+", "-"), t)
	case float:
		if g.one(8) {
			return "(-" + g.expr(t) + ")"
		}
		other := g.choose("Number")
		op := g.pick("+", "-", "*", "/")
		if g.one(2) {
			return g.binary(t, op, other)
		}
		return g.binary(other, op, t)
	case boolean:
		return g.condition()
	case text:
		return g.binary(t, "+", t)
	case path:
		return g.binary(t, "+", text)
	}
	return ""
}

func (g *generator) condition() string {
	switch g.IntN(8) {
	case 0:
		return "(!" + g.expr(boolean) + ")"
	case 1, 2:
		return g.binary(boolean, g.pick("&&", "||", "->"), boolean)
	case 3:
		names := g.names(1+g.IntN(2), attributes)
		for i := range names {
			names[i] = g.attrName(names[i])
		}
		return "(" + g.expr(g.typ(2)) + " ? " + strings.Join(names, ".") + ")"
	case 4:
		t := g.typ(2)
		return g.binary(t, g.pick("==", "!="), t)
	case 5:
		return g.binary(g.typ(1), g.pick("==", "!="), g.typ(1))
	}
	t := g.comparable()
	return g.binary(t, g.pick("<", "<=", ">", ">="), t)
}
