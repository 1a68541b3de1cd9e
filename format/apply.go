package format

import (
	"slices"

	"firn/parser"
)

// application is a function with its last argument, and how it is written.
type application struct {
	fn, arg         expr
	indentsFunction bool        // if the function takes a line of its own
	before          elementKind // a space inside of the group; the zero value is none
	breaks          bool        // there is a line break behind
}

// apply writes an application. As many arguments as possible stay in the first
// line; the last one may go on below, and if that is not enough, each has a line.
func (w *writer) apply(a application) {
	simple := isSimple(&apply{a.fn, a.arg})
	first := a.fn.first()
	first.lift()
	var hoisted []trivium
	if !onlyAnnotations(first.lead()) {
		hoisted = slices.DeleteFunc(slices.Clone(first.lead()), func(t trivium) bool { return t.kind == annotation })
		first.setLead(slices.DeleteFunc(slices.Clone(first.lead()), func(t trivium) bool { return t.kind != annotation }))
	}
	w.trivia(hoisted)
	s := spine{writer: w, indents: a.indentsFunction && len(hoisted) == 0}
	last := func() {
		w.lastArgument(a.arg)
		if a.breaks {
			w.space(lineBreak)
		}
	}
	fn, isApply := a.fn.(*apply)
	switch {
	case isApply && isList(fn.arg) && isList(a.arg):
		w.group(plainGroup, func() {
			a.begin(w)
			w.group(transparentGroup, func() { s.function(fn.fn) })
			for _, l := range []expr{fn.arg, a.arg} {
				w.space(spaceBreak)
				w.nest(func() { w.group(plainGroup, func() { w.argument(l) }) })
			}
			if a.breaks {
				w.space(lineBreak)
			}
		})
	default:
		head := w.capture(func() {
			a.begin(w)
			w.group(transparentGroup, func() { s.function(a.fn) })
		})
		var flat []element
		if simple {
			flat = w.compacted(head, anyWidth)
		}
		w.group(plainGroup, func() {
			if flat != nil {
				w.list = append(w.list, flat...)
				w.space(hardSpace)
				w.lastArgument(a.arg)
				return
			}
			w.list = append(w.list, head...)
			w.space(spaceBreak)
			last()
		})
	}
	if a.breaks && len(hoisted) > 0 {
		w.space(hardLine)
	}
}

func (a *application) begin(w *writer) {
	if a.before != plainText {
		w.space(a.before)
	}
}

func isList(e expr) bool {
	_, ok := e.(*list)
	return ok
}

// spine writes a function with all but its last argument.
type spine struct {
	*writer
	indents bool
}

func (w *spine) function(e expr) {
	a, ok := e.(*apply)
	if !ok {
		if !w.indents {
			w.expr(e)
			return
		}
		w.nest(func() {
			w.group(plainGroup, func() {
				w.space(lineBreak)
				w.expr(e)
			})
		})
		return
	}
	inner, isApply := a.fn.(*apply)
	_, isSelection := a.arg.(*selection)
	switch {
	case isSelection:
		w.group(transparentGroup, func() { w.function(a.fn) })
		w.space(spaceBreak)
		w.nest(func() { w.group(plainGroup, func() { w.argument(a.arg) }) })
	case isApply && isList(inner.arg) && isList(a.arg):
		w.group(transparentGroup, func() {
			w.group(transparentGroup, func() { w.function(inner.fn) })
			w.nest(func() {
				w.group(plainGroup, func() {
					for _, l := range []expr{inner.arg, a.arg} {
						w.space(spaceBreak)
						w.group(plainGroup, func() { w.argument(l) })
					}
				})
			})
		})
	default:
		w.group(transparentGroup, func() { w.function(a.fn) })
		w.space(spaceBreak)
		w.nest(func() { w.group(priorityGroup, func() { w.argument(a.arg) }) })
	}
}

// argument writes one that is not the last. A short list of simple elements may
// be in one line.
func (w *writer) argument(e expr) {
	const few = 6
	if l, ok := e.(*list); ok && len(l.items) <= few && !slices.ContainsFunc(l.items, func(it item) bool { return it.isComment() || !isSimple(it.expr) }) {
		w.listWith(l, spaceBreak)
		return
	}
	w.expr(e)
}

func (w *writer) lastArgument(e expr) {
	p, isParen := e.(*paren)
	switch {
	case isAbsorbable(e):
		w.group(priorityGroup, func() { w.nest(func() { w.term(e) }) })
	case isParen && w.lastParen(p):
	case isParen:
		w.absorbedParen(p)
	default:
		w.group(plainGroup, func() { w.nest(func() { w.expr(e) }) })
	}
}

// lastParen writes a function of one name, or a name that is applied, whose body or
// argument is absorbable, in parentheses. It reports whether that is what they
// hold.
func (w *writer) lastParen(p *paren) bool {
	var begin []*token
	var body expr
	switch e := p.in.(type) {
	case *lambda:
		if e.param.set != nil || !isAbsorbable(e.body) || !p.open.isLone() || !e.param.name.isLone() || !e.colon.isLone() {
			return false
		}
		begin, body = []*token{e.param.name, &e.colon}, e.body
	case *apply:
		name, ok := e.fn.(*leaf)
		if !ok || name.kind != parser.KindVar || !isAbsorbable(e.arg) || !p.open.isLone() || !name.isLone() || !p.end.isLone() {
			return false
		}
		begin, body = []*token{&name.token}, e.arg
	default:
		return false
	}
	w.group(priorityGroup, func() {
		w.nest(func() {
			w.token(&p.open)
			for _, t := range begin {
				w.token(t)
			}
			w.space(hardSpace)
			w.termWide(body)
			w.token(&p.end)
		})
	})
	return true
}
