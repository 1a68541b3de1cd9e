package navigate

import (
	"firn/eval/builtin"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/usage"
	"firn/parser"
)

// imported returns what the value of an expression is made of in other files,
// when it is applied to args arguments.
func (s *search) imported(p place, args int) []place {
	defer s.leave()
	if !s.enter() {
		return nil
	}
	n := p.node.Unparen()
	switch n.Kind() {
	case parser.KindVar, parser.KindSelect:
		return s.importedBy(p.to(n), args)
	case parser.KindApply:
		if file := s.importedFile(p.to(n)); file.node.Valid() {
			return s.result(file, args)
		}
		return s.imported(p.to(n.FirstChild()), args+1)
	case parser.KindLambda:
		if args > 0 {
			return s.imported(p.to(lastExpr(n)), args-1)
		}
	case parser.KindLet, parser.KindWith, parser.KindAssert, parser.KindFile:
		return s.imported(p.to(lastExpr(n)), args)
	case parser.KindBinary, parser.KindIf:
		return s.importedByAny(p.to(n), args)
	}
	return nil
}

// to returns another node of the same file.
func (p place) to(n parser.Node) place { return place{p.info, n, p.path} }

// importedBy goes on from the bindings that a variable or selection refers to.
func (s *search) importedBy(p place, args int) []place {
	var list []place
	for _, b := range s.names(p.to(lastName(p.node))) {
		for _, v := range s.values(b) {
			if v.path == p.path {
				list = append(list, s.imported(v, args)...)
			} else {
				list = append(list, s.result(v, args)...)
			}
		}
	}
	return list
}

// importedByAny goes on from the sets of an update, the one that counts first,
// or from the branches of a conditional.
func (s *search) importedByAny(p place, args int) []place {
	first, last := firstExpr(p.node), lastExpr(p.node)
	switch {
	case p.node.Has(parser.KindUpdate):
		return append(s.imported(p.to(last), args), s.imported(p.to(first), args)...)
	case p.node.Kind() == parser.KindIf:
		var list []place
		for e := range p.node.Exprs() {
			if e != first {
				list = append(list, s.imported(p.to(e), args)...)
			}
		}
		return list
	}
	return nil
}

// importedFile returns the root of the file that a call imports. By convention
// callPackage does it, too: it calls the function in a file with what the
// function asks for, and with the set that follows.
func (s *search) importedFile(p place) place {
	if p.node.Kind() != parser.KindApply {
		return place{}
	}
	f, arg := p.node.FirstChild().Unparen(), lastExpr(p.node).Unparen()
	v := infer.Of(p.info, f)
	isImport := v.Builtin != nil && v.Builtin == builtin.Lookup("import") && v.Applied == 0
	if !isImport && usage.Name(lastName(f)) != "callPackage" {
		return place{}
	}
	path, ok := s.target(p.to(arg))
	if s.files++; !ok || s.Load == nil || s.files > maxFiles {
		return place{}
	}
	if stat, err := s.World.Stat(path); err != nil || stat.Size() > maxSize {
		return place{}
	}
	info := s.Load(path)
	if info == nil {
		return place{}
	}
	return place{info, info.Tree().Root(), path}
}

// lastName returns the name that a variable or the end of a selection is.
func lastName(f parser.Node) parser.Node {
	if f.Kind() == parser.KindSelect {
		return f.Child(parser.KindAttrPath).LastChild()
	}
	return f
}

// result returns what an expression of another file makes of args arguments.
func (s *search) result(p place, args int) []place {
	n := p.node
	for args > 0 && n.Valid() {
		switch n.Kind() {
		case parser.KindLambda:
			args--
			n = lastExpr(n)
		case parser.KindFile, parser.KindParen, parser.KindLet, parser.KindWith, parser.KindAssert:
			n = lastExpr(n)
		default:
			f := infer.Of(p.info, n).Lambda
			if !f.Valid() {
				return s.imported(p.to(n), args)
			}
			n = f
		}
	}
	return []place{p.to(n)}
}
