package usage

import (
	"cmp"
	"slices"

	"firn/lsp/feature/infer"
	"firn/parser"
	"firn/parser/scope"
)

// Export is a binding of a file as other files see it.
type Export struct {
	Path    string // of the file
	Info    *scope.Info
	Binding scope.BindingID
}

// is reports whether an attribute of another file is the binding. That file may
// have been read a second time.
func (x *Export) is(s *infer.Space, a infer.Attr) bool {
	return a.Info != nil && a.Binding == x.Binding && a.Name == x.Info.Name(x.Binding) && s.Path(a.Info) == x.Path
}

// Abroad returns the places of the file in question of a space that name a binding
// of another file, in source order. If that is a formal, they are the attributes
// that are passed for it.
func Abroad(s *infer.Space, x Export) []Place {
	f := look(s)
	f.name, f.export = x.Info.Name(x.Binding), &x
	if b := x.Info.Binding(x.Binding); b.Kind == scope.Formal {
		f.passed(func(lambda parser.Node) bool { return lambda.ID() == b.Owner && s.PathOf(lambda) == x.Path })
	}
	f.others()
	slices.SortStableFunc(f.places, func(a, b Place) int { return cmp.Compare(a.Node, b.Node) })
	return slices.CompactFunc(f.places, func(a, b Place) bool { return a.Node == b.Node })
}
