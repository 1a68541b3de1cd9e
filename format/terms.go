package format

import (
	"strings"
	"unicode"

	"firn/parser"
)

// expr writes an expression.
func (w *writer) expr(e expr) {
	switch e := e.(type) {
	case *list:
		w.group(plainGroup, func() { w.term(e) })
	case *with:
		w.with(e)
	case *let:
		w.let(e)
	case *assert:
		w.assert(e)
	case *conditional:
		w.conditional(e)
	case *lambda:
		w.lambda(e)
	case *apply:
		w.apply(application{fn: e.fn, arg: e.arg})
	case *operation:
		w.operation(e)
	case *hasAttr:
		w.expr(e.of)
		w.space(softSpace)
		w.token(&e.question)
		w.space(hardSpace)
		w.path(e.path)
	case *unary:
		w.token(&e.op)
		w.expr(e.of)
	default:
		w.term(e)
	}
}

// term writes a term without a group around it.
func (w *writer) term(e expr) {
	switch e := e.(type) {
	case *leaf:
		w.token(&e.token)
	case *str:
		w.str(e)
	case *list:
		w.bracketed(e)
	case *set:
		w.set(e, false)
	case *selection:
		w.selection(e)
	case *paren:
		w.paren(e)
	}
}

// termWide is term, but for a set, which takes several lines if there is anything
// in it.
func (w *writer) termWide(e expr) {
	if s, ok := e.(*set); ok {
		w.set(s, true)
		return
	}
	w.term(e)
}

func (w *writer) bracketed(e *list) {
	if len(e.items) == 0 && e.open.trail() == "" && len(e.end.lead()) == 0 {
		w.token(&e.open)
		w.space(hardOr(e.open.line != e.end.line, hardSpace))
		w.token(&e.end)
		return
	}
	w.listWith(e, hardLine)
}

// hardOr returns a line break if there is to be one for sure, or another space.
func hardOr(broken bool, other elementKind) elementKind {
	if broken {
		return hardLine
	}
	return other
}

// listWith writes a list with a space between its elements.
func (w *writer) listWith(e *list, between elementKind) {
	inside := spaceBreak
	switch {
	case e.open.line != e.end.line || onlyComments(e.items) || !e.open.isLone() && len(e.items) == 0:
		inside = hardLine
	case len(e.items) == 0:
		inside = hardSpace
	}
	w.enclosed(&e.open, &e.end, inside, func() {
		w.items(e.items, between, func(it *item) { w.expr(it.expr) })
	})
}

// enclosed writes what is between two brackets. The comment behind the first one is
// a part of that.
func (w *writer) enclosed(open, end *token, inside elementKind, body func()) {
	trail := open.trail()
	open.setTrail("")
	w.token(open)
	open.setTrail(trail)
	w.surround(inside, func() {
		w.nest(func() {
			w.trail(trail)
			body()
		})
	})
	w.token(end)
}

func (w *writer) set(e *set, wide bool) {
	if e.rec != nil {
		w.token(e.rec)
		w.space(hardSpace)
	}
	if len(e.items) == 0 && e.open.isLone() && len(e.end.lead()) == 0 {
		w.token(&e.open)
		w.space(hardOr(e.open.line != e.end.line, hardSpace))
		w.token(&e.end)
		return
	}
	inside := hardOr(wide && len(e.items) > 0 || e.open.line != e.end.line, spaceBreak)
	w.enclosed(&e.open, &e.end, inside, func() {
		w.items(e.items, hardLine, func(it *item) { w.binding(it.bind) })
	})
}

func (w *writer) selection(e *selection) {
	w.expr(e.of)
	switch of := e.of.(type) {
	case *leaf:
		if of.kind == parser.KindInt || of.kind == parser.KindFloat {
			w.space(hardSpace)
		}
	case *paren:
		w.space(softBreak)
	case *str:
		if of.kind == parser.KindPath {
			w.space(hardSpace) // it would be a part of the path
		} else {
			w.space(lineBreak)
		}
	default:
		w.space(lineBreak)
	}
	w.path(e.path)
	if e.or != nil {
		w.space(softSpace)
		w.nest(func() {
			w.token(e.or)
			w.space(hardSpace)
			w.expr(e.other)
		})
	}
}

func (w *writer) path(path []selector) {
	for i := range path {
		w.selector(&path[i])
	}
}

func (w *writer) selector(s *selector) {
	if s.dot != nil {
		w.token(s.dot)
	}
	switch s.kind {
	case parser.KindInterp:
		w.tokenAs(&s.name, func() { w.part(&s.text[0][0]) })
	case parser.KindString:
		w.tokenAs(&s.name, func() { w.quoted(s.text) })
	default:
		w.token(&s.name)
	}
}

func (w *writer) paren(e *paren) {
	e.open.lift()
	lead := e.end.lead()
	e.end.setLead(nil)
	w.group(plainGroup, func() {
		w.token(&e.open)
		w.nest(func() {
			w.inner(e.in)
			w.trivia(lead)
		})
		w.token(&e.end)
	})
}

// inner writes what is in parentheses, or in an interpolation that has a line of
// its own.
func (w *writer) inner(e expr) {
	if isAbsorbableExpr(e) {
		w.group(plainGroup, func() { w.absorbed(e, false) })
		return
	}
	switch e := e.(type) {
	case *apply:
		w.apply(application{fn: e.fn, arg: e.arg, indentsFunction: true, breaks: true})
	case *selection:
		if isAbsorbable(e.of) {
			w.space(lineBreak)
		}
		w.group(plainGroup, func() { w.expr(e) })
		w.space(lineBreak)
	default:
		w.surround(lineBreak, func() { w.group(plainGroup, func() { w.expr(e) }) })
	}
}

// absorbed writes an expression that begins in the line of something else.
func (w *writer) absorbed(e expr, wide bool) {
	with, ok := e.(*with)
	switch {
	case isAbsorbable(e) && wide:
		w.termWide(e)
	case isAbsorbable(e):
		w.term(e)
	case ok && isAbsorbable(with.body):
		w.group(plainGroup, func() {
			w.space(lineBreak)
			w.token(&with.with)
			w.space(hardSpace)
			w.nest(func() { w.group(plainGroup, func() { w.expr(with.set) }) })
			w.token(&with.semi)
			w.space(hardSpace)
			w.group(priorityGroup, func() { w.termWide(with.body) })
		})
	default:
		w.expr(e)
	}
}

// absorbedParen writes parentheses that begin in the line of something else.
func (w *writer) absorbedParen(e *paren) {
	if e.open.trail() != "" {
		first := e.in.first()
		first.setLead(append([]trivium{{kind: lineComment, text: " " + e.open.trail()}}, first.lead()...))
		e.open.setTrail("")
	}
	lead := e.end.lead()
	e.end.setLead(nil)
	w.group(priorityGroup, func() {
		w.nest(func() {
			w.token(&e.open)
			w.surround(lineBreak, func() {
				w.group(plainGroup, func() {
					w.nest(func() {
						w.expr(e.in)
						w.trivia(lead)
					})
				})
			})
			w.token(&e.end)
		})
	})
}

// str writes a string or a path.
func (w *writer) str(e *str) {
	w.tokenAs(&e.token, func() {
		switch e.kind {
		case parser.KindPath:
			w.line(e.lines[0])
		case parser.KindString:
			w.quoted(e.lines)
		default:
			w.indented(e)
		}
	})
}

func (w *writer) quoted(lines [][]part) {
	w.group(plainGroup, func() {
		w.text(`"`)
		for i, line := range lines {
			if i > 0 {
				w.text("\n")
			}
			w.line(line)
		}
		w.text(`"`)
	})
}

func (w *writer) indented(e *str) {
	w.group(plainGroup, func() {
		w.text("''")
		if len(e.lines) > 1 {
			w.space(lineBreak)
		}
		w.nest(func() {
			for i, line := range e.lines {
				if i > 0 {
					w.list = append(w.list, element{kind: lineBreaks, width: 1})
				}
				if e.cut {
					w.cutLine(line, e.strip)
				} else {
					w.line(line)
				}
			}
		})
		w.text("''")
	})
}

// cutLine writes a line of a string, part of which is in a region that stays as it
// is, where it was.
func (w *writer) cutLine(line []part, strip string) {
	switch {
	case len(line) == 0:
	case line[0].in != nil:
		w.put(indentedText, strip)
		w.line(line)
	default:
		blanks, text := cutBlanks(line[0].text)
		w.put(indentedText, strip+blanks)
		w.offset(textWidth(blanks), func() { w.line(append([]part{{text: text}}, line[1:]...)) })
	}
}

func cutBlanks(s string) (blanks, text string) {
	text = strings.TrimLeftFunc(s, unicode.IsSpace)
	return s[:len(s)-len(text)], text
}

// line writes a line of a string.
func (w *writer) line(line []part) {
	blanks, rest := "", line
	if len(rest) > 1 && rest[0].in == nil && strings.Trim(rest[0].text, " ") == "" {
		blanks, rest = rest[0].text, rest[1:]
	}
	switch {
	case len(rest) == 1 && rest[0].in != nil && len(rest[0].in.rest) == 0:
		w.text(blanks)
		w.offset(textWidth(blanks), func() {
			w.group(plainGroup, func() {
				w.text("${")
				w.nest(func() { w.inner(rest[0].in.expr) })
				w.text("}")
			})
		})
	case len(line) == 1 && line[0].in != nil:
		w.group(plainGroup, func() {
			w.text("${")
			w.surround(lineBreak, func() { w.nest(func() { w.whole(line[0].in) }) })
			w.text("}")
		})
	case len(line) > 0 && line[0].in == nil:
		blanks, _ := cutBlanks(line[0].text)
		w.text(line[0].text)
		w.offset(textWidth(blanks), func() { w.parts(line[1:]) })
	default:
		w.parts(line)
	}
}

func (w *writer) parts(list []part) {
	for i := range list {
		w.part(&list[i])
	}
}

// shortInterpolation is how wide an interpolation in a line may be to stay in that
// line, whatever room there is.
const (
	shortInterpolation = 30
	anyWidth           = 1 << 30
)

func (w *writer) part(p *part) {
	switch {
	case p.in == nil:
		w.text(p.text)
	case len(p.in.rest) == 0 && isAbsorbable(p.in.expr):
		w.group(plainGroup, func() {
			w.text("${")
			w.term(p.in.expr)
			w.text("}")
		})
	case len(p.in.rest) == 0 && isSimple(p.in.expr):
		w.text("${")
		in := w.capture(func() { w.expr(p.in.expr) })
		if flat := w.compacted(in, anyWidth); flat != nil {
			in = flat
		}
		w.list = append(w.list, in...)
		w.text("}")
	default:
		w.group(plainGroup, func() {
			w.text("${")
			in := w.capture(func() { w.whole(p.in) })
			if flat := w.compacted(in, shortInterpolation); flat != nil {
				w.list = append(w.list, flat...)
			} else {
				w.nestAll(in)
				w.surround(lineBreak, func() { w.list = append(w.list, in...) })
			}
			w.text("}")
		})
	}
}

// nestAll makes texts belong to a deeper level.
func (r *room) nestAll(list []element) {
	for i := range list {
		switch e := &list[i]; {
		case e.kind.isText():
			e.level++
		case e.kind.isGroup():
			r.nestAll(r.of(e))
		}
	}
}

// whole writes an expression and the comments behind it.
func (w *writer) whole(e *whole) {
	w.group(plainGroup, func() {
		w.expr(e.expr)
		w.trivia(e.rest)
	})
}
