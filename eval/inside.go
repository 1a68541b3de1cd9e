package eval

import (
	"context"
	gopath "path"

	"firn/eval/value"
	"firn/parser"
	"firn/parser/scope"
)

// Given says what a function of a file is called with: the value of a formal, or
// that of the whole argument under its name. It returns false for what is not known.
// It is called while the evaluator is busy, and must not use it.
//
// A formal that is not given has its default in the outermost function of a file,
// and is otherwise not known, since the function may be called in several ways.
type Given func(lambda parser.NodeID, name string) (Value, bool)

// Inside evaluates expressions of a file where they stand, in the environments in
// which the file itself would: names have the values that they have there.
type Inside struct {
	e     *Evaluator
	unit  *unit
	given Given
	envs  map[parser.NodeID]surroundings
}

// surroundings is an environment, and how the compiler knows it.
type surroundings struct {
	level *level
	env   *value.Env
}

// Inside returns the inside of a file that is there or, if it is to be another
// one, of a text that would be at its path. Nothing is evaluated yet.
func (e *Evaluator) Inside(ctx context.Context, path, src string, given Given) (*Inside, error) {
	in := &Inside{e: e, given: given, envs: map[parser.NodeID]surroundings{}}
	err := e.run(ctx, func(m *machine) *failure {
		path = cleanPath(path)
		if u := m.units[path]; u != nil && u.tree.Source() == src {
			in.unit = u
			return nil
		}
		var bad *failure
		in.unit, bad = m.unitOf(source{name: path, dir: gopath.Dir(path), src: src})
		return bad
	})
	return in, err
}

// Info returns what the names of the file mean. Its tree is the one whose nodes
// Value takes.
func (in *Inside) Info() *scope.Info { return in.unit.info }

// Value returns the value of an expression, not evaluated. What depends on
// arguments that are not given fails with an error of the kind [Unknown].
func (in *Inside) Value(ctx context.Context, expr parser.NodeID) (Value, error) {
	out := Value{e: in.e}
	err := in.e.run(ctx, func(m *machine) *failure {
		at := in.around(m, in.unit.tree.Node(expr))
		out.cell = in.unit.delay(expr, at.level)(m, at.env)
		return nil
	})
	return out, err
}

// around returns the environment that an expression is evaluated in. It makes
// those around it that nobody has asked for.
func (in *Inside) around(m *machine, n parser.Node) surroundings {
	var chain []parser.Node // what makes environments, the innermost first
	var at surroundings
	for p := n; p.Parent().Valid(); p = p.Parent() {
		if !in.opens(p.Parent(), p) {
			continue
		}
		if known, ok := in.envs[p.Parent().ID()]; ok {
			at = known
			break
		}
		chain = append(chain, p.Parent())
	}
	for i := len(chain) - 1; i >= 0; i-- {
		at = in.enter(m, chain[i], at)
		in.envs[chain[i].ID()] = at
	}
	return at
}

// opens reports whether a node makes an environment for one of its children.
func (in *Inside) opens(n, child parser.Node) bool {
	switch n.Kind() {
	case parser.KindLambda:
		return true
	case parser.KindWith:
		_, body := operands(n)
		return body.ID() == child.ID()
	case parser.KindLet, parser.KindLegacyLet, parser.KindAttrSet:
		set := in.unit.info.SetOf(n.ID())
		if set == scope.NoSet || !in.unit.info.Set(set).Rec {
			return false
		}
		return child.Kind() != parser.KindInherit || child.Has(parser.KindInheritFrom)
	}
	return false
}

// enter makes the environment of a node in the one around it.
func (in *Inside) enter(m *machine, n parser.Node, at surroundings) surroundings {
	u := in.unit
	switch n.Kind() {
	case parser.KindLambda:
		return in.call(m, n, at)
	case parser.KindWith:
		set, _ := operands(n)
		env := m.Env(at.env, 1)
		env.Put(0, u.delay(set.ID(), at.level)(m, at.env))
		return surroundings{&level{up: at.level, set: scope.NoSet, lambda: parser.NoNode, with: n.ID()}, env}
	}
	b, inner := u.bindings(u.info.SetOf(n.ID()), at.level)
	env, _ := b.fill(m, at.env)
	return surroundings{inner, env}
}

// call makes the environment of a function that is called with what is given.
func (in *Inside) call(m *machine, n parser.Node, at surroundings) surroundings {
	l := in.unit.lambda(n, at.level, 0, false)
	inner := in.unit.lambdaLevel(l)
	env := m.Env(at.env, l.size)
	if l.formals == nil {
		env.Put(0, in.argument(m, l, n.Child(parser.KindName)))
		return surroundings{inner, env}
	}
	first := l.size - len(l.formals.syms)
	attrs := make([]value.Attr, 0, len(l.formals.syms))
	for i, sym := range l.formals.syms {
		name := m.symbols.Name(sym)
		v, ok := in.given(n.ID(), name)
		switch {
		case ok:
			env.Put(first+i, v.cell)
		case l.formals.optional[i] && isOutermost(n):
			env.Put(first+i, l.formals.defaults[i](m, env))
			continue
		default:
			env.Put(first+i, m.unknown(l.formals.pos[i], name))
		}
		attrs = append(attrs, value.Attr{Sym: sym, V: env.At(first + i), Pos: l.formals.pos[i]})
	}
	if l.bound {
		env.Put(0, in.whole(m, l, n, attrs))
	}
	return surroundings{inner, env}
}

// whole returns the argument of a function that names it besides taking it apart.
// If more can be in it than is taken, it is not known unless it is given.
func (in *Inside) whole(m *machine, l *lambda, n parser.Node, attrs []value.Attr) *value.Value {
	name := n.Child(parser.KindName)
	if v, ok := in.given(n.ID(), name.Text()); ok {
		return v.cell
	}
	if n.Child(parser.KindFormals).Has(parser.KindEllipsis) {
		return m.unknown(in.unit.pos(name.ID()), name.Text())
	}
	return m.Cell(value.MakeSet(m.FromAttrs(attrs, l.pos)))
}

// isOutermost reports whether a function is in no other.
func isOutermost(n parser.Node) bool {
	for p := n.Parent(); p.Valid(); p = p.Parent() {
		if p.Kind() == parser.KindLambda {
			return false
		}
	}
	return true
}

// argument returns what a function that takes nothing apart is called with.
func (in *Inside) argument(m *machine, l *lambda, name parser.Node) *value.Value {
	if v, ok := in.given(l.node, name.Text()); ok {
		return v.cell
	}
	return m.unknown(in.unit.pos(name.ID()), name.Text())
}

// Unknown returns a value that fails with an error of the kind [Unknown], for what
// [Given] cannot tell though there is a default.
func (e *Evaluator) Unknown(name string) Value {
	v := unknownArgument(0, name).value()
	return Value{e: e, cell: &v}
}

func unknownArgument(pos value.Pos, name string) *failure {
	return fail(Unknown, pos, "what '%s' stands for depends on who calls the function", name)
}

// unknown returns a cell that fails, since nobody can tell what is in it.
func (m *machine) unknown(pos value.Pos, name string) *value.Value {
	return m.Cell(unknownArgument(pos, name).value())
}
