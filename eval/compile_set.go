package eval

import (
	"slices"

	"firn/eval/value"
	"firn/parser"
	"firn/parser/scope"
)

// attribute is one static attribute of a set or name of a let, compiled.
type attribute struct {
	cell  delayed
	where where
}

// where says in which environment a cell is delayed.
type where uint8

const (
	inside     where = iota // that of the set, if it is recursive
	outside                 // that around the set
	fromSource              // that of the sources of inherit (…)
)

// bindings is the static part of a set or let.
type bindings struct {
	shape *value.Shape
	attrs []attribute
	from  []delayed // the sources of inherit (…)
	rec   bool
	over  int // the number of __overrides, or -1
}

// order returns the attributes of a set, sorted by symbol.
func (u *unit) order(set scope.SetID) ([]scope.BindingID, []value.Attr) {
	ids := u.info.Attrs(set)
	list := make([]value.Attr, len(ids))
	for i, b := range ids {
		list[i] = value.Attr{Sym: u.sym(u.info.Name(b)), Pos: u.at(u.info.DefinedAt(b))}
	}
	sorted, attrs := make([]scope.BindingID, len(ids)), make([]value.Attr, len(ids))
	for at, i := range sortedBySymbol(list) {
		sorted[at], attrs[at] = ids[i], list[i]
	}
	return sorted, attrs
}

// sortedBySymbol returns the numbers of the attributes in the order of their
// symbols.
func sortedBySymbol(list []value.Attr) []int {
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return int(list[a].Sym) - int(list[b].Sym) })
	return order
}

// bindings compiles the static attributes of a set, and returns the level of
// what is in it.
func (u *unit) bindings(set scope.SetID, lv *level) (*bindings, *level) {
	s := u.info.Set(set)
	ids, attrs := u.order(set)
	b := &bindings{rec: s.Rec, over: -1}
	inner := lv
	if s.Rec {
		inner = &level{up: lv, set: set, lambda: parser.NoNode, with: parser.NoNode}
	}
	syms, pos := make([]value.Symbol, len(ids)), make([]value.Pos, len(ids))
	for i, id := range ids {
		u.slots[id] = int32(i)
		syms[i], pos[i] = attrs[i].Sym, attrs[i].Pos
		if s.Rec && attrs[i].Sym == u.m.sym.overrides {
			b.over = i
		}
	}
	b.shape = value.NewShape(syms, pos)
	sources := &level{up: inner, set: scope.NoSet, lambda: parser.NoNode, with: parser.NoNode}
	number := map[parser.NodeID]int{}
	for i, from := range s.From {
		for e := range u.tree.Node(from).Exprs() {
			number[e.ID()] = i
			b.from = append(b.from, u.delay(e.ID(), inner))
		}
	}
	for i, id := range ids {
		a := u.attribute(id, attrs[i], u.levels(lv, inner, sources), number)
		if bound := u.info.Binding(id); b.over >= 0 && bound.Kind == scope.Plain && bound.Sub == scope.NoSet {
			// What __overrides replaces must not have been taken for a value yet.
			a.cell = u.codeThunk(u.named(bound.Value, inner, attrs[i].Sym, true))
		}
		b.attrs = append(b.attrs, a)
	}
	return b, inner
}

// levels are those that a binding may be in, by [where].
func (u *unit) levels(lv, inner, sources *level) [3]*level {
	return [3]*level{inside: inner, outside: lv, fromSource: sources}
}

func (u *unit) attribute(id scope.BindingID, at value.Attr, lv [3]*level, number map[parser.NodeID]int) attribute {
	b := u.info.Binding(id)
	switch {
	case b.Kind == scope.Inherited:
		return attribute{u.inherited(id, lv[outside]), outside}
	case b.Kind == scope.InheritedFrom:
		return attribute{u.inheritedFrom(b, at, number[b.Value]), fromSource}
	case b.Sub != scope.NoSet:
		return attribute{u.subset(b.Sub, at.Pos, lv[inside]), inside}
	}
	return attribute{u.delayNamed(b.Value, lv[inside], at.Sym, true), inside}
}

// subset delays a set that attribute paths make, or make together with braces.
func (u *unit) subset(set scope.SetID, pos value.Pos, lv *level) delayed {
	if n := u.info.Set(set).Node; n != parser.NoNode {
		pos = u.pos(n)
	}
	t := &thunk{unit: u, level: lv, plain: u.isStatic(set)}
	t.run = func(m *machine, e *value.Env) value.Value {
		t.run = u.attrSet(set, pos, lv)
		return t.run(m, e)
	}
	return u.thunk(t)
}

func (u *unit) inherited(id scope.BindingID, lv *level) delayed {
	node, name := u.info.Binding(id).Name, u.info.Name(id)
	if d := u.delayVariable(node, name, lv); d != nil {
		return d
	}
	return u.codeThunk(u.variableNamed(node, name, lv))
}

// inheritedFrom delays the selection of an attribute from the source with the
// given number.
func (u *unit) inheritedFrom(b *scope.Binding, at value.Attr, number int) delayed {
	sel := &selector{pos: at.Pos, names: []attrName{{sym: at.Sym}}, exprPos: u.pos(b.Value)}
	return u.codeThunk(func(m *machine, e *value.Env) value.Value {
		return sel.one(m, m.force(e.At(number), sel.exprPos), e)
	})
}

// fill makes the cells of b in the environment around it.
func (b *bindings) fill(m *machine, e *value.Env) (*value.Env, []*value.Value) {
	inner := e
	var cells []*value.Value
	if b.rec {
		inner = m.Env(e, len(b.attrs))
		cells = inner.Cells(len(b.attrs))
	} else {
		cells = m.Slice(len(b.attrs))
	}
	envs := [3]*value.Env{inside: inner, outside: e}
	if len(b.from) > 0 {
		from := m.Env(inner, len(b.from))
		for i, d := range b.from {
			from.Put(i, d(m, inner))
		}
		envs[fromSource] = from
	}
	for i := range b.attrs {
		a := &b.attrs[i]
		cells[i] = a.cell(m, envs[a.where])
	}
	return inner, cells
}

func (u *unit) let(n parser.Node, lv *level) code {
	b, inner := u.bindings(u.info.SetOf(n.ID()), lv)
	body := u.expr(n.LastChild().ID(), inner)
	return func(m *machine, e *value.Env) value.Value {
		in, _ := b.fill(m, e)
		return body(m, in)
	}
}

// legacyLet compiles let { … }, which is (rec { … }).body.
func (u *unit) legacyLet(n parser.Node, lv *level) code {
	set := u.attrSet(u.info.SetOf(n.ID()), u.pos(n.ID()), lv)
	sel := &selector{pos: u.pos(n.ID()), names: []attrName{{sym: u.sym("body")}}, exprPos: u.pos(n.ID())}
	return func(m *machine, e *value.Env) value.Value { return sel.one(m, set(m, e), e) }
}

// attrSet compiles a set.
func (u *unit) attrSet(set scope.SetID, pos value.Pos, lv *level) code {
	b, inner := u.bindings(set, lv)
	dynamic := u.dynamics(set, inner)
	switch {
	case b.over >= 0 || len(dynamic) > 0:
		return func(m *machine, e *value.Env) value.Value { return b.complete(m, e, dynamic, pos) }
	case len(b.attrs) == 0:
		return func(*machine, *value.Env) value.Value { return value.MakeSet(value.Empty) }
	}
	return func(m *machine, e *value.Env) value.Value {
		_, cells := b.fill(m, e)
		return value.MakeSet(m.Attrs(b.shape, cells, pos))
	}
}

// dynamicAttr is an attribute whose name has to be evaluated.
type dynamicAttr struct {
	name    code
	pos     value.Pos
	namePos value.Pos
	cell    func(sym value.Symbol) delayed
}

func (u *unit) dynamics(set scope.SetID, lv *level) []dynamicAttr {
	var list []dynamicAttr
	for _, d := range u.info.Set(set).Dynamic {
		pos := u.pos(u.tree.Parent(d.Name))
		var cell func(value.Symbol) delayed
		switch {
		case d.Sub != scope.NoSet:
			sub := u.subset(d.Sub, pos, lv)
			cell = func(value.Symbol) delayed { return sub }
		case u.tree.Node(d.Value).Unparen().Kind() == parser.KindLambda:
			cell = func(sym value.Symbol) delayed { return u.delayNamed(d.Value, lv, sym, true) }
		default:
			unnamed := u.delay(d.Value, lv)
			cell = func(value.Symbol) delayed { return unnamed }
		}
		list = append(list, dynamicAttr{name: u.nameCode(d.Name, lv), pos: pos, namePos: u.pos(d.Name), cell: cell})
	}
	return list
}

// nameCode compiles an element of an attribute path that is not static: ${…},
// or a string with interpolations.
func (u *unit) nameCode(id parser.NodeID, lv *level) code {
	n := u.tree.Node(id)
	if n.Kind() == parser.KindInterp {
		for e := range n.Exprs() {
			return u.expr(e.ID(), lv)
		}
	}
	return u.expr(id, lv)
}

// complete makes a set with all that a literal can have: attributes that
// __overrides replaces, and names that are evaluated.
func (b *bindings) complete(m *machine, e *value.Env, dynamic []dynamicAttr, pos value.Pos) value.Value {
	inner, cells := b.fill(m, e)
	var list []value.Attr
	for i, c := range cells {
		list = append(list, value.Attr{Sym: b.shape.Sym(i), Pos: b.shape.Pos(i), V: c})
	}
	if b.over >= 0 {
		var bad *failure
		if list, bad = b.override(m, inner, list); bad != nil {
			return bad.value()
		}
	}
	seen := make(map[value.Symbol]value.Pos, len(list)+len(dynamic))
	for _, a := range list {
		seen[a.Sym] = a.Pos
	}
	for i := range dynamic {
		d := &dynamic[i]
		v := d.name(m, inner)
		if v.Kind() == value.Null {
			continue
		}
		name, bad := m.stringNoContext(v, d.pos, "while evaluating the name of a dynamic attribute")
		if bad != nil {
			return bad.value()
		}
		sym := m.symbols.Intern(name)
		if at, ok := seen[sym]; ok {
			return fail(EvalError, d.pos, "dynamic attribute '%s' already defined at %s", m.symName(sym), m.place(at)).value()
		}
		seen[sym] = d.pos
		list = append(list, value.Attr{Sym: sym, Pos: d.pos, V: d.cell(sym)(m, inner)})
	}
	return value.MakeSet(m.FromAttrs(list, pos))
}

// override lets the attributes of __overrides take the place of others, also
// for what refers to those.
func (b *bindings) override(m *machine, inner *value.Env, list []value.Attr) ([]value.Attr, *failure) {
	over, bad := m.forceSet(list[b.over].V, 0, "while evaluating the `__overrides` attribute")
	if bad != nil {
		return nil, bad
	}
	flat := over.Flat()
	for i, c := range flat.Cells() {
		sym, pos := flat.Shape().Sym(i), flat.Shape().Pos(i)
		if k := b.shape.Find(sym); k >= 0 {
			list[k] = value.Attr{Sym: sym, Pos: pos, V: c}
			inner.Put(k, c)
			continue
		}
		list = append(list, value.Attr{Sym: sym, Pos: pos, V: c})
	}
	return list, nil
}
