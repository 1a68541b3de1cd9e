package format

import "firn/parser"

// What can begin in the line of something else, although it takes several.

// isAbsorbable reports whether an expression is a term that can: a string of
// several lines, a set or list with something in it, or one of those in
// parentheses.
func isAbsorbable(e expr) bool {
	switch e := e.(type) {
	case *str:
		return e.kind == parser.KindIndString && len(e.lines) > 1
	case *set:
		return len(e.items) > 0 || e.open.line != e.end.line || !e.open.isLone()
	case *list:
		return len(e.items) > 0 || e.open.line != e.end.line || !e.open.isLone()
	case *paren:
		return e.open.isLone() && isTerm(e.in) && onlyAnnotations(e.in.first().lead()) && isAbsorbable(e.in)
	}
	return false
}

func onlyAnnotations(list []trivium) bool {
	for _, t := range list {
		if t.kind != annotation {
			return false
		}
	}
	return true
}

// isTerm reports whether an expression needs no parentheses wherever it stands.
func isTerm(e expr) bool {
	switch e.(type) {
	case *leaf, *str, *list, *set, *selection, *paren:
		return true
	}
	return false
}

// isAbsorbableExpr reports whether an expression ends in something absorbable that
// it only says little about.
func isAbsorbableExpr(e expr) bool {
	switch e := e.(type) {
	case *with:
		return isAbsorbable(e.body)
	case *lambda:
		if e.param.set == nil {
			if _, ok := e.body.(*lambda); ok {
				return isAbsorbableExpr(e.body)
			}
			return isAbsorbable(e.body)
		}
		f := e.param.set
		return e.param.name == nil && f.isFlat() && f.open.isLone() && e.colon.line == e.body.first().line && isAbsorbableExpr(e.body)
	}
	return isAbsorbable(e)
}

// isFlat reports whether the arguments of a function are so few that they can be
// in one line.
func (f *formals) isFlat() bool {
	const most = 2
	if f.open.line != f.end.line || !f.end.isLone() {
		return false
	}
	n := 0
	for i := range f.list {
		a := &f.list[i]
		if !a.name.isLone() || a.comma != nil && !a.comma.isLone() || a.value != nil {
			return false
		}
		if !a.ellipsis {
			n++
		}
	}
	return n <= most
}

// isSimple reports whether an expression is so small that it should stay in one
// line.
func isSimple(e expr) bool {
	switch e := e.(type) {
	case *str:
		return e.isLone()
	case *leaf:
		return e.isLone()
	case *selection:
		return isSimple(e.of) && e.other == nil && areNames(e.path)
	case *paren:
		return e.open.isLone() && e.end.isLone() && isSimple(e.in)
	case *apply:
		if f, ok := e.fn.(*apply); ok {
			if _, ok := f.fn.(*apply); ok {
				return false
			}
		}
		return isSimple(e.fn) && isSimple(e.arg)
	}
	return false
}

// areNames reports whether all elements of a path are plain names.
func areNames(path []selector) bool {
	for i := range path {
		if path[i].kind != parser.KindName {
			return false
		}
	}
	return true
}
