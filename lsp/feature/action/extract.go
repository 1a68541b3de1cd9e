package action

import (
	"fmt"
	"slices"
	"strconv"

	"firn/lsp/feature/layout"
	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// extract offers to bind the selected expression in a let: in the innermost
// one around it if there the expression means the same, else in a new one.
func extract(f *finder) []Action {
	n := f.selected()
	if !n.Valid() || n.Kind() == parser.KindVar {
		return nil
	}
	name := f.fresh(n)
	title := fmt.Sprintf("Extract to the variable '%s'", name)
	if let := f.letFor(n); let.Valid() {
		return []Action{{Title: title, edits: func() []text.Edit { return f.addTo(let, n, name) }}}
	}
	return []Action{{Title: title, edits: func() []text.Edit { return f.newLet(f.bodyAround(n), n, name) }}}
}

// selected returns the expression that is selected, blanks around it aside.
func (f *finder) selected() parser.Node {
	s := f.Span
	for s.Start < s.End && isBlank(f.src[s.Start]) {
		s.Start++
	}
	for s.Start < s.End && isBlank(f.src[s.End-1]) {
		s.End--
	}
	n := f.tree.Innermost(s)
	if s.Empty() || n.Span() != s || !n.Kind().IsExpr() || n.Parent().Kind() == parser.KindAttrPath || n.Parent().Kind() == parser.KindInherit {
		return parser.Node{}
	}
	return n
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// fresh returns a name that the file does not use, after what the expression
// gets or calls if that has a name.
func (f *finder) fresh(n parser.Node) string {
	base := "value"
	if last := lastPart(n); scope.IsIdentifier(usage.Name(last)) {
		base = usage.Name(last)
	}
	taken := map[string]bool{}
	for m := range f.tree.Nodes() {
		id := f.Info.Defines(m.ID())
		kind, _ := f.Info.Ref(m.ID())
		if kind != scope.NoRef || id != scope.NoBinding && f.Info.IsVariable(id) {
			taken[usage.Name(m)] = true
		}
	}
	for _, name := range scope.Globals() {
		taken[name] = true
	}
	name := base
	for i := 2; taken[name]; i++ {
		name = base + strconv.Itoa(i)
	}
	return name
}

// lastPart returns the last name of a selection, if n is one.
func lastPart(n parser.Node) parser.Node {
	n = n.Unparen()
	if n.Kind() == parser.KindSelect {
		return n.Child(parser.KindAttrPath).LastChild()
	}
	return parser.Node{}
}

// letFor returns the innermost let around n if n means the same among its
// bindings.
func (f *finder) letFor(n parser.Node) parser.Node {
	for p := range n.Ancestors() {
		if p.Kind() == parser.KindLet {
			if keyword := p.FirstChild(); f.sameAt(n, keyword, f.lookup(keyword)) {
				return p
			}
			break
		}
	}
	return parser.Node{}
}

// lookup returns what names mean that stand at a place.
func (f *finder) lookup(place parser.Node) func(name string) scope.BindingID {
	return func(name string) scope.BindingID { return f.Info.Lookup(place.ID(), name) }
}

// lookupBefore returns what names mean in an expression that takes the place
// of another, which may bind names itself.
func (f *finder) lookupBefore(body parser.Node) func(name string) scope.BindingID {
	own := f.Info.SetOf(body.ID())
	return func(name string) scope.BindingID {
		for s := range f.Info.Scopes(body.ID()) {
			if s.Lambda == body.ID() || own != scope.NoSet && s.Set == own {
				continue
			}
			if id := f.Info.Find(s, name); id != scope.NoBinding {
				return id
			}
		}
		return scope.NoBinding
	}
}

// sameAt reports whether all names in n mean the same at another place, where
// lookup tells what they mean.
func (f *finder) sameAt(n, place parser.Node, lookup func(string) scope.BindingID) bool {
	for id := n.ID(); id < n.SubtreeEnd(); id++ {
		kind, b := f.Info.Ref(id)
		switch kind {
		case scope.NoRef:
			continue
		case scope.Bound:
			if owner := f.Info.Binding(b).Owner; n.ID() <= owner && owner < n.SubtreeEnd() {
				continue // it goes along
			}
		case scope.With:
			if !slices.Equal(f.Info.Withs(place.ID()), f.withsOutside(id, n)) {
				return false
			}
		}
		if lookup(usage.Name(f.tree.Node(id))) != b {
			return false
		}
	}
	return true
}

// withsOutside returns the withs around a variable that are not in n.
func (f *finder) withsOutside(id parser.NodeID, n parser.Node) []parser.Node {
	return slices.DeleteFunc(f.Info.Withs(id), func(w parser.Node) bool {
		return n.ID() <= w.ID() && w.ID() < n.SubtreeEnd()
	})
}

// addTo adds the expression to the bindings of a let.
func (f *finder) addTo(let, n parser.Node, name string) []text.Edit {
	before := let.FirstChild()
	at, gap := before.End(), " "
	for _, stmt := range statements(let) {
		if stmt.ID() <= n.ID() && n.ID() < stmt.SubtreeEnd() {
			break // above the binding that uses it
		}
		before = stmt
	}
	if before != let.FirstChild() {
		at, gap = layout.Below(f.tree, before)
	} else if stmts := statements(let); len(stmts) > 0 {
		if indent, alone := layout.Indent(f.tree, stmts[0].Start()); alone {
			gap = "\n" + indent
		}
	}
	return []text.Edit{insert(at, gap+name+" = "+n.Text()+";"), f.put(n, name)}
}

// put replaces an expression and the parentheses around it by a variable, with
// blanks where it would touch another word.
func (f *finder) put(n parser.Node, name string) text.Edit {
	for n.Parent().Kind() == parser.KindParen {
		n = n.Parent()
	}
	if n.Start() > 0 && isWord(f.src[n.Start()-1]) {
		name = " " + name
	}
	if int(n.End()) < len(f.src) && (isWord(f.src[n.End()]) || f.src[n.End()] == ':') {
		name += " "
	}
	return replace(n, name)
}

func isWord(c byte) bool {
	return c == '_' || c == '\'' || c == '-' || c == '.' || c == '/' ||
		'0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// bodyAround returns the expression that becomes the body of a let: the
// innermost one around n that is the value of a binding, the body of a function
// or the like, and else one in brackets, if n means the same there.
func (f *finder) bodyAround(n parser.Node) parser.Node {
	inner := parser.Node{}
	for p := range n.Ancestors() {
		if !p.Kind().IsExpr() || !isOpen(p) || f.merged(p) {
			continue
		}
		if !f.sameAt(n, p, f.lookupBefore(p)) {
			break
		}
		if isBody(p) {
			return p
		}
		if !inner.Valid() {
			inner = p
		}
	}
	if inner.Valid() {
		return inner
	}
	for !isOpen(n) {
		n = n.Parent() // nothing is bound on the way
	}
	return n
}

// merged reports whether a set is merged with other definitions of the same
// attribute, which only a literal set is.
func (f *finder) merged(set parser.Node) bool {
	path := set.Parent().FirstChild()
	if set.Kind() != parser.KindAttrSet || path.Kind() != parser.KindAttrPath {
		return false
	}
	defs := 0
	if id := f.Info.Defines(path.LastChild().ID()); id != scope.NoBinding {
		for _, o := range f.Info.Occurrences(id) {
			if o.Def {
				defs++
			}
		}
	}
	return defs > 1
}

// isBody reports whether people write a let in the place of n.
func isBody(n parser.Node) bool {
	switch p := n.Parent(); p.Kind() {
	case parser.KindFile, parser.KindBinding, parser.KindLambda, parser.KindLet, parser.KindFormal:
		return true
	case parser.KindWith, parser.KindAssert:
		return n == p.LastChild()
	}
	return false
}

// newLet makes an expression the body of a let with one binding.
func (f *finder) newLet(body, n parser.Node, name string) []text.Edit {
	gap, inner := " ", " "
	if indent, alone := layout.Indent(f.tree, body.Start()); alone {
		gap, inner = "\n"+indent, "\n"+indent+"  "
	}
	head := "let" + inner + name + " = " + n.Text() + ";" + gap + "in" + gap
	put := f.put(n, name)
	if put.Start <= body.Start() {
		return []text.Edit{{Span: put.Span, New: head + put.New}}
	}
	return []text.Edit{insert(body.Start(), head), put}
}
