package format

import (
	"slices"

	"firn/parser"
)

// binding writes a binding or an inherit.
func (w *writer) binding(b *binding) {
	w.group(plainGroup, func() {
		if b.inherit != nil {
			w.inherit(b)
			return
		}
		w.path(b.path)
		w.nest(func() {
			w.space(hardSpace)
			w.token(&b.assign)
			const shortPath = 4
			if len(b.path) <= shortPath && areNames(b.path) {
				w.value(b.value)
				return
			}
			w.space(lineBreak)
			w.group(priorityGroup, func() { w.value(b.value) })
		})
		w.token(&b.semi)
	})
}

func (w *writer) inherit(b *binding) {
	const few = 4
	between, end := hardLine, hardLine
	if b.inherit.line == b.semi.line && len(b.names) < few {
		between, end = spaceBreak, lineBreak
	}
	w.token(b.inherit)
	names := func() {
		for i := range b.names {
			if i > 0 {
				w.space(between)
			}
			w.selector(&b.names[i])
		}
		w.space(end)
		w.token(&b.semi)
	}
	if b.source == nil {
		w.space(between)
		w.nest(names)
		return
	}
	w.nest(func() {
		w.group(plainGroup, func() {
			w.space(spaceBreak)
			w.expr(b.source)
		})
		w.space(between)
		names()
	})
}

// value writes what a binding or an argument is set to, behind the sign for that.
func (w *writer) value(e expr) {
	after := func(space elementKind, body func()) {
		w.nest(func() {
			w.space(space)
			body()
		})
	}
	grouped := func(body func()) func() { return func() { w.group(plainGroup, body) } }
	switch {
	case inheritsOnly(e):
		after(hardSpace, grouped(func() { w.absorbed(e, false) }))
		return
	case isAbsorbableExpr(e):
		after(hardSpace, grouped(func() { w.absorbed(e, true) }))
		return
	}
	switch e := e.(type) {
	case *paren:
		after(hardSpace, func() { w.absorbedParen(e) })
	case *str:
		after(hardSpace, grouped(func() { w.expr(e) }))
	case *apply:
		w.nest(func() { w.apply(application{fn: e.fn, arg: e.arg, before: spaceBreak}) })
	case *operation:
		w.operationValue(e)
	case *leaf, *list, *set, *selection, *with:
		w.nest(func() {
			w.group(plainGroup, func() {
				w.space(spaceBreak)
				w.expr(e)
			})
		})
	default:
		after(spaceBreak, grouped(func() { w.expr(e) }))
	}
}

// inheritsOnly reports whether an expression is a set that has one inherit.
func inheritsOnly(e expr) bool {
	s, ok := e.(*set)
	return ok && len(s.items) == 1 && s.items[0].bind != nil && s.items[0].bind.inherit != nil
}

// operationValue is value for operations.
func (w *writer) operationValue(e *operation) {
	joins := e.kind == parser.KindUpdate || e.kind == parser.KindConcat || e.kind == parser.KindPlus
	switch {
	case joins && isAbsorbable(e.left) && len(e.left.first().lead()) == 0:
		w.space(hardSpace)
		w.chain(e, true)
	case joins && e.op.isLone() && isAbsorbable(e.right):
		w.nest(func() {
			w.group(plainGroup, func() {
				w.space(spaceBreak)
				w.expr(e.left)
				w.space(spaceBreak)
				w.group(transparentGroup, func() {
					w.token(&e.op)
					w.space(hardSpace)
					w.group(priorityGroup, func() { w.termWide(e.right) })
				})
			})
		})
	default:
		w.nest(func() {
			w.space(spaceBreak)
			w.group(plainGroup, func() { w.expr(e) })
		})
	}
}

func (w *writer) with(e *with) {
	w.group(plainGroup, func() {
		w.token(&e.with)
		w.space(hardSpace)
		w.nest(func() { w.group(plainGroup, func() { w.expr(e.set) }) })
		w.token(&e.semi)
	})
	w.space(spaceBreak)
	w.expr(e.body)
}

func (w *writer) let(e *let) {
	w.group(plainGroup, func() {
		w.token(&e.let)
		w.space(hardLine)
		w.nest(func() { w.items(e.items, hardLine, func(it *item) { w.binding(it.bind) }) })
	})
	w.space(hardLine)
	// The comments around in are those of the body.
	e.in.lift()
	first := e.body.first()
	first.setLead(slices.Concat(e.in.lead(), first.lead()))
	e.in.setLead(nil)
	w.group(plainGroup, func() {
		w.token(&e.in)
		w.space(hardLine)
		w.expr(e.body)
	})
}

func (w *writer) assert(e *assert) {
	w.group(plainGroup, func() {
		// As if assert were a function, with what the condition is applied to.
		var fn expr = &leaf{e.assert, parser.KindVar}
		arg := e.cond
		var args []expr
		for {
			a, ok := arg.(*apply)
			if !ok {
				break
			}
			args = append(args, a.arg)
			arg = a.fn
		}
		for _, next := range slices.Backward(args) {
			fn, arg = &apply{fn, arg}, next
		}
		w.apply(application{fn: fn, arg: arg})
		w.token(&e.semi)
		w.space(hardLine)
		w.expr(e.body)
	})
}

func (w *writer) conditional(e *conditional) {
	e.ifKw.lift()
	w.group(plainGroup, func() { w.branches(e, spaceBreak) })
}

// branches writes a conditional and those behind its else.
func (w *writer) branches(e *conditional, around elementKind) {
	w.group(plainGroup, func() {
		w.token(&e.ifKw)
		w.space(spaceBreak)
		w.nest(func() { w.expr(e.cond) })
		w.space(spaceBreak)
		w.token(&e.thenKw)
	})
	w.surround(around, func() {
		w.nest(func() { w.group(plainGroup, func() { w.expr(e.then) }) })
	})
	e.elseKw.lift()
	w.token(&e.elseKw)
	w.space(hardSpace)
	if other, ok := e.other.(*conditional); ok {
		w.branches(other, hardLine)
		return
	}
	w.space(spaceBreak)
	w.nest(func() { w.group(plainGroup, func() { w.expr(e.other) }) })
}

func (w *writer) lambda(e *lambda) {
	if e.param.set == nil {
		w.group(plainGroup, func() {
			w.space(lineBreak)
			w.token(e.param.name)
			w.token(&e.colon)
			w.lambdaBody(e.body, 1)
		})
		return
	}
	f := e.param.set
	plain := e.param.name == nil
	sameLine := e.colon.line == e.body.first().line
	absorbs := plain && sameLine && f.isFlat() && isAbsorbableExpr(e.body)
	absorbsTerm := isTerm(e.body) && isAbsorbable(e.body)
	w.parameter(&e.param)
	w.token(&e.colon)
	switch {
	case absorbs:
		w.space(hardSpace)
		w.group(priorityGroup, func() { w.expr(e.body) })
	case plain && !sameLine:
		w.space(hardLine)
		w.expr(e.body)
	case absorbsTerm:
		w.space(spaceBreak)
		w.group(plainGroup, func() { w.termWide(e.body) })
	default:
		w.space(spaceBreak)
		w.expr(e.body)
	}
}

// lambdaBody writes what is behind some arguments that are names.
func (w *writer) lambdaBody(e expr, args int) {
	if l, ok := e.(*lambda); ok && l.param.set == nil {
		w.space(hardSpace)
		w.token(l.param.name)
		w.token(&l.colon)
		w.lambdaBody(l.body, args+1)
		return
	}
	if isAbsorbableExpr(e) {
		w.space(hardSpace)
		w.group(priorityGroup, func() { w.absorbed(e, false) })
		return
	}
	const few = 2
	w.space(hardOr(args > few, spaceBreak))
	w.expr(e)
}

func (w *writer) parameter(p *parameter) {
	if p.name != nil && p.setLast {
		w.token(p.name)
		w.token(p.at)
	}
	w.formals(p.set)
	if p.name != nil && !p.setLast {
		w.token(p.at)
		w.token(p.name)
	}
}

func (w *writer) formals(f *formals) {
	flat := f.isFlat()
	f.open.lift()
	if len(f.list) == 0 {
		w.group(plainGroup, func() {
			w.token(&f.open)
			w.space(hardOr(f.open.line != f.end.line, hardSpace))
			w.token(&f.end)
		})
		return
	}
	f.moveComments()
	between := hardOr(!flat, spaceBreak)
	lead := f.end.lead()
	f.end.setLead(nil)
	w.group(plainGroup, func() {
		w.token(&f.open)
		w.surround(between, func() {
			w.nest(func() {
				for i := range f.list {
					if i > 0 {
						w.space(between)
					}
					w.formal(&f.list[i], i == len(f.list)-1)
				}
			})
		})
		w.nest(func() { w.trivia(lead) })
		w.token(&f.end)
	})
}

func (w *writer) formal(a *formal, isLast bool) {
	comma := func() {
		switch {
		case a.comma == nil:
		case isLast && a.comma.isLone():
			w.put(expandedText, ",")
		default:
			w.token(a.comma)
		}
	}
	if a.value == nil {
		w.token(&a.name)
		comma()
		return
	}
	body := func() {
		w.token(&a.name)
		w.space(hardSpace)
		w.nest(func() {
			w.token(a.question)
			w.value(a.value)
		})
	}
	// A comma that may not be there is no part of the argument.
	if isLast && a.comma != nil && a.comma.isLone() {
		w.group(plainGroup, body)
		comma()
		return
	}
	w.group(plainGroup, func() {
		body()
		comma()
	})
}

// moveComments gives commas that begin lines their places at the ends of lines: the
// comments before one are those of the next argument, and the one behind an
// argument goes behind its comma. The last argument gets a comma.
func (f *formals) moveComments() {
	for i := range f.list {
		a := &f.list[i]
		if a.comma == nil || a.comma.trail() != "" || i+1 == len(f.list) || hasDirective(a.comma.lead()) {
			continue
		}
		next := &f.list[i+1]
		if next.ellipsis && i+2 != len(f.list) {
			continue
		}
		next.name.setLead(slices.Concat(a.comma.lead(), next.name.lead()))
		a.comma.setLead(nil)
	}
	if last := &f.list[len(f.list)-1]; !last.ellipsis && last.comma == nil {
		last.comma = &token{text: ",", line: last.name.line}
	}
	for i := range f.list {
		a := &f.list[i]
		if a.comma == nil || !a.comma.isLone() {
			continue
		}
		from := &a.name
		if a.value != nil {
			from = a.value.last()
		}
		a.comma.setTrail(from.trail())
		from.setTrail("")
	}
}

func hasDirective(list []trivium) bool {
	return slices.ContainsFunc(list, func(t trivium) bool { return t.kind >= disable })
}

// operation writes an operation with two operands.
func (w *writer) operation(e *operation) {
	switch e.kind {
	case parser.KindLess, parser.KindGreater, parser.KindLessEqual, parser.KindGreaterEqual, parser.KindEqual, parser.KindNotEqual:
		w.expr(e.left)
		w.space(softSpace)
		w.token(&e.op)
		w.space(hardSpace)
		w.expr(e.right)
	default:
		w.chain(e, false)
	}
}

// operand is one of a chain, with the operator before it.
type operand struct {
	op *token
	e  expr
}

// operands lists those of operations with one operator.
func operands(list []operand, op *token, e expr, kind parser.Kind) []operand {
	if o, ok := e.(*operation); ok && o.kind == kind {
		return operands(operands(list, op, o.left, kind), &o.op, o.right, kind)
	}
	return append(list, operand{op, e})
}

// chain writes operations with one operator, one below the other if need be.
func (w *writer) chain(e *operation, wide bool) {
	list := operands(nil, nil, e, e.kind)
	const manyPipes = 3
	between := spaceBreak
	if (e.kind == parser.KindPipeInto || e.kind == parser.KindPipeFrom) && len(list) > manyPipes {
		between = hardLine
	}
	w.group(plainGroup, func() {
		for _, o := range list {
			switch {
			case o.op != nil:
				w.space(between)
				o.op.lift()
				w.token(o.op)
				w.nest(func() { w.operand(o.e) })
			case wide && isAbsorbable(o.e):
				w.termWide(o.e)
			default:
				w.expr(o.e)
			}
		}
	})
}

// operand writes one behind its operator.
func (w *writer) operand(e expr) {
	switch e := e.(type) {
	case *operation:
		w.group(plainGroup, func() {
			w.space(spaceBreak)
			w.expr(e)
		})
	case *apply:
		w.group(plainGroup, func() {
			w.space(hardSpace)
			w.apply(application{fn: e.fn, arg: e.arg, before: spaceBreak})
		})
	default:
		w.space(hardSpace)
		w.expr(e)
	}
}
