package usage

import (
	"firn/lsp/feature/infer"
	"firn/parser"
	"firn/parser/scope"
)

// Target returns the binding that a name stands for: the one that it refers
// to, and if there is none that can be seen, the one that it defines. An
// attribute in a call is the formal that it is passed for.
func Target(info *scope.Info, n parser.Node) scope.BindingID {
	if id := Referred(info, n); id != scope.NoBinding {
		return id
	}
	id := info.Defines(n.ID())
	if formal := passedFor(info, id); formal != scope.NoBinding {
		return formal
	}
	return id
}

// Referred returns the binding that a name refers to, or NoBinding.
func Referred(info *scope.Info, n parser.Node) scope.BindingID {
	switch kind, id := info.Ref(n.ID()); kind {
	case scope.Bound:
		return id
	case scope.With:
		for _, c := range Candidates(info, n) {
			if c.Attr.Name != "" {
				return c.Attr.Binding
			}
		}
		return scope.NoBinding
	}
	if k := n.Parent().Kind(); k != parser.KindAttrPath && k != parser.KindInherit {
		return scope.NoBinding
	}
	if a, _, ok := resolve(info, n); ok {
		return a.Binding
	}
	return scope.NoBinding
}

// passedFor returns the formal of the file that an attribute of a call's set
// becomes.
func passedFor(info *scope.Info, id scope.BindingID) scope.BindingID {
	if x, ok := PassedFor(infer.Alone(info), id); ok {
		return x.Binding
	}
	return scope.NoBinding
}

// PassedFor returns the formal that an attribute of a call's set becomes, a binding
// of the file in question of a space. Its path is "" if it is of that file, too.
func PassedFor(s *infer.Space, id scope.BindingID) (Export, bool) {
	info := s.Root()
	if id == scope.NoBinding || info.Binding(id).Set == scope.NoSet {
		return Export{}, false
	}
	node := info.Set(info.Binding(id).Set).Node
	if node == parser.NoNode {
		return Export{}, false
	}
	arg := info.Tree().Node(node)
	for arg.Parent().Kind() == parser.KindParen {
		arg = arg.Parent()
	}
	call := arg.Parent()
	if call.Kind() != parser.KindApply || arg == call.FirstChild() {
		return Export{}, false
	}
	f := s.Of(call.FirstChild()).Lambda
	if !f.Has(parser.KindFormals) {
		return Export{}, false
	}
	x := Export{Path: s.PathOf(f), Info: s.Info(f)}
	x.Binding = x.Info.Find(scope.Scope{Set: scope.NoSet, Lambda: f.ID()}, info.Name(id))
	return x, x.Binding != scope.NoBinding && x.Info.Binding(x.Binding).Kind == scope.Formal
}

// Selected returns the expression that n selects from, and the names from there
// up to n, which is an element of the path of a selection or has-attribute
// test, or a name in an inherit with a source. If n is nothing of the kind, or
// a name is not static, there is no expression.
func Selected(n parser.Node) (base parser.Node, names []string) {
	if k := n.Parent().Kind(); k != parser.KindAttrPath && k != parser.KindInherit {
		return parser.Node{}, nil
	}
	base, path := pathTo(n)
	for _, e := range path {
		name, ok := e.AttrName()
		if !ok {
			return parser.Node{}, nil
		}
		names = append(names, name)
	}
	return base, names
}
