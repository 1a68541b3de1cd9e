package action

import "firn/parser"

// ambiguousOr puts the parentheses that keep the meaning of a call of or.
func ambiguousOr(f *finder) []Action {
	var list []Action
	for _, e := range f.Errors {
		if e.Code == parser.AmbiguousOr && f.touches(e.Span) {
			a := edit("Wrap in parentheses", insert(e.Span.Start, "("), insert(e.Span.End, ")"))
			a.Preferred = true
			list = append(list, fixing(e, a))
		}
	}
	return list
}
