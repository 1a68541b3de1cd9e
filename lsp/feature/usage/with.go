package usage

import (
	"firn/lsp/feature/infer"
	"firn/parser"
	"firn/parser/scope"
)

// Candidate is a with that a variable may come from.
type Candidate struct {
	With parser.Node
	// Attr is the attribute that the variable is then, if the with names a set
	// that can be seen; else its name is empty.
	Attr infer.Attr
	// Open says that the set may not be what it looks like.
	Open bool
}

// Candidates returns the withs that a variable may come from, the innermost
// first. Sets that are known to lack the name are left out, and so is what
// stands behind a set that has it.
func Candidates(info *scope.Info, n parser.Node) []Candidate {
	f := look(infer.Alone(info))
	return f.candidates(n)
}

func (f *finder) candidates(n parser.Node) []Candidate {
	var list []Candidate
	for _, with := range f.info.Withs(n.ID()) {
		v := f.value(with.FirstExpr())
		a, ok := v.Attr(Name(n))
		if ok || v.Open {
			list = append(list, Candidate{with, a, v.Open})
		}
		if ok {
			break
		}
	}
	return list
}

// OfWith returns the variables that may come from a with, in source order.
func OfWith(info *scope.Info, with parser.Node) []Place {
	f := look(infer.Alone(info))
	t := info.Tree()
	for id := with.ID(); id < with.SubtreeEnd(); id++ {
		if kind, _ := info.Ref(id); kind == scope.With {
			f.from(with, t.Node(id))
		}
	}
	return f.places
}

func (f *finder) from(with, n parser.Node) {
	list := f.candidates(n)
	for _, c := range list {
		if c.With == with {
			f.places = append(f.places, Place{n.ID(), Brought, len(list) > 1})
		}
	}
}
