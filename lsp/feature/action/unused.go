package action

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"firn/lsp/feature/layout"
	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// finding is something that can go without a change of meaning.
type finding struct {
	span  text.Span     // where that is offered
	title string        // of the action that removes it
	says  string        // what it is
	gone  []parser.Node // see removal
	risky bool          // only if somebody asks for it in particular
}

// Dispensable is something in a file that nothing needs.
type Dispensable struct {
	Span text.Span
	Text string // says what it is
}

// Unused returns what nothing needs in a file without errors, in the order of the
// source. Arguments are among it that callers may pass all the same.
func Unused(info *scope.Info) []Dispensable {
	f := &finder{Query: Query{Info: info}, tree: info.Tree(), src: info.Tree().Source(), valid: true}
	var list []Dispensable
	for _, u := range f.findings() {
		u.span.End -= uint32(len(f.src[u.span.Start:u.span.End]) - len(strings.TrimRight(f.src[u.span.Start:u.span.End], " \t\r\n")))
		list = append(list, Dispensable{u.span, u.says})
	}
	slices.SortStableFunc(list, func(a, b Dispensable) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	return list
}

// unused offers to remove what is unused at the cursor.
func unused(f *finder) []Action {
	if f.Span.Empty() && !f.mayBeUnused() {
		return nil // most places cost nothing
	}
	const most = 20
	var list []Action
	for _, u := range f.findings() {
		named := func(a Action) bool { return a.Title == u.title }
		if len(list) < most && f.touches(u.span) && !slices.ContainsFunc(list, named) {
			list = append(list, Action{Title: u.title, edits: func() []text.Edit { return f.remove(u.gone) }})
		}
	}
	return list
}

// allUnused offers to remove all that is unused in the file: where something is,
// or if somebody asks for actions on the source.
func allUnused(f *finder) []Action {
	asked := slices.ContainsFunc(f.Only, func(k Kind) bool { return k != "" && RemoveUnused.Is(k) })
	if !asked && f.Span.Empty() && !f.mayBeUnused() {
		return nil
	}
	here, sure := false, 0
	for _, u := range f.findings() {
		here = here || f.touches(u.span)
		if !u.risky {
			sure++
		}
	}
	if sure == 0 || !asked && (!here || sure == 1) {
		return nil
	}
	return []Action{{Title: "Remove all that is unused", edits: f.withoutUnused}}
}

// withoutUnused removes what is unused until there is nothing: what only that
// used is unused then, too.
func (f *finder) withoutUnused() []text.Edit {
	const most = 20
	src := f.src
	at := f
	for range most {
		var gone []parser.Node
		for _, u := range at.findings() {
			if !u.risky {
				gone = append(gone, u.gone...)
			}
		}
		next := Apply(src, at.remove(gone))
		tree, err := f.Parse(next)
		if next == src || err != nil {
			break
		}
		src, at = next, &finder{Query: Query{Info: scope.Resolve(tree), Parse: f.Parse}, tree: tree, src: next, valid: true}
	}
	var edits []text.Edit
	for _, e := range udiff.Strings(f.src, src) {
		edits = append(edits, text.Edit{Span: text.Span{Start: uint32(e.Start), End: uint32(e.End)}, New: e.New})
	}
	return edits
}

// mayBeUnused reports whether something could be unused at the cursor.
func (f *finder) mayBeUnused() bool {
	if id := f.Info.Defines(usage.At(f.tree, f.Span.Start).ID()); id != scope.NoBinding {
		b := f.Info.Binding(id)
		return b.Kind == scope.Formal || b.Kind == scope.Argument || f.tree.Node(b.Owner).Kind() == parser.KindLet
	}
	before := f.tree.At(max(f.Span.Start, 1) - 1)
	for _, n := range []parser.Node{f.leaf, before} {
		switch n.Kind() {
		case parser.KindWithKw, parser.KindRecKw, parser.KindLetKw, parser.KindInKw, parser.KindInherit, parser.KindInheritKw:
			return true
		}
		for child, p := n, n.Parent(); p.Valid(); child, p = p, p.Parent() {
			if k := p.Kind(); k == parser.KindWith || k == parser.KindInherit || k == parser.KindLet {
				return child != p.LastExpr()
			}
		}
	}
	return false
}

// findings returns all that is unused in the file.
func (f *finder) findings() []finding {
	if f.found == nil {
		list := append(f.deadBindings(), f.needless()...)
		f.found = &list
	}
	return *f.found
}

func (f *finder) deadBindings() []finding {
	var list []finding
	l := look(f.Info)
	for _, id := range l.dead() {
		u := finding{risky: l.risky[id]}
		// Elsewhere the others are worked out when they are wanted.
		ids := []scope.BindingID{id}
		if f.atBinding(l, id) {
			all, ok := l.closure(id)
			if ids = all; !ok {
				continue
			}
		}
		for _, id := range ids {
			for _, part := range l.of[id] {
				u.gone = append(u.gone, f.tree.Node(part))
			}
		}
		name := f.tree.Node(f.Info.Binding(id).Name)
		u.span, u.title = name.Span(), f.deadTitle(ids)
		u.says = fmt.Sprintf("the %s '%s' is unused", f.sort(id), f.Info.Name(id))
		list = append(list, u)
	}
	return list
}

// atBinding reports whether the cursor is on a name of a binding.
func (f *finder) atBinding(l *liveness, id scope.BindingID) bool {
	return slices.ContainsFunc(l.of[id], func(part parser.NodeID) bool {
		return f.touches(f.tree.Span(part))
	})
}

func (f *finder) deadTitle(ids []scope.BindingID) string {
	what := f.sort(ids[0])
	if len(ids) == 1 {
		return fmt.Sprintf("Remove the unused %s '%s'", what, f.Info.Name(ids[0]))
	}
	names := make([]string, len(ids)-1)
	for i, id := range ids[1:] {
		names[i] = "'" + f.Info.Name(id) + "'"
	}
	return fmt.Sprintf("Remove the unused %s '%s', and %s, which need it", what, f.Info.Name(ids[0]), strings.Join(names, ", "))
}

// sort says what a binding is.
func (f *finder) sort(id scope.BindingID) string {
	if k := f.Info.Binding(id).Kind; k == scope.Formal || k == scope.Argument {
		return "argument"
	}
	return "binding"
}

// needless returns what says nothing: a with that brings no name, a rec whose
// names nothing uses, an inherit or let without anything in it.
func (f *finder) needless() []finding {
	var list []finding
	use := f.used()
	for n := range f.tree.Nodes() {
		u := finding{gone: []parser.Node{n}}
		switch n.Kind() {
		case parser.KindWith:
			if use.withs[n.ID()] || layout.HasComment(f.tree, head(n), text.Span{}) {
				continue
			}
			u.span, u.title = head(n), fmt.Sprintf("Remove the unused 'with %s'", excerpt(n.FirstExpr().Text()))
			u.says = "no name comes from this 'with'"
		case parser.KindAttrSet:
			if !n.Has(parser.KindRecKw) || !use.plain(n) || layout.HasComment(f.tree, text.Span{Start: n.Start(), End: n.Child(parser.KindLeftBrace).End()}, text.Span{}) {
				continue
			}
			u.span, u.title = n.FirstChild().Span(), "Remove 'rec', which nothing needs"
			u.says = "nothing needs this 'rec'"
		case parser.KindInherit:
			if len(layout.Items(n)) > 0 || n.Parent().Kind() == parser.KindError {
				continue
			}
			u.span, u.title = n.Span(), "Remove the empty 'inherit'"
			u.says = "this 'inherit' is empty"
		case parser.KindLet:
			if len(statements(n)) > 0 || layout.HasComment(f.tree, head(n), text.Span{}) {
				continue
			}
			u.span, u.title = head(n), "Remove the empty 'let … in'"
			u.says = "this 'let' is empty"
		default:
			continue
		}
		list = append(list, u)
	}
	return list
}

// head returns what stands before the body of a let or with.
func head(n parser.Node) text.Span { return text.Span{Start: n.Start(), End: n.LastExpr().Start()} }

// uses tells what variables a file has for.
type uses struct {
	info  *scope.Info
	withs map[parser.NodeID]bool // that may bring in a name
	above map[parser.NodeID]bool // nodes from which all withs around are noted
	sets  map[scope.SetID]bool   // recursive ones with a name that is used
	nodes map[scope.SetID]int    // how many nodes make a set
	defs  map[scope.BindingID]int
}

func (f *finder) used() uses {
	u := uses{f.Info, map[parser.NodeID]bool{}, map[parser.NodeID]bool{}, map[scope.SetID]bool{}, map[scope.SetID]int{}, map[scope.BindingID]int{}}
	for n := range f.tree.Nodes() {
		switch kind, b := f.Info.Ref(n.ID()); kind {
		case scope.With:
			u.from(n)
		case scope.Bound:
			u.sets[f.Info.Binding(b).Set] = true
		default:
		}
		if n.Kind() == parser.KindAttrSet {
			u.nodes[f.Info.SetOf(n.ID())]++
		}
		if id := f.Info.Defines(n.ID()); id != scope.NoBinding {
			u.defs[id]++
		}
	}
	return u
}

// from notes the withs that a variable may come from.
func (u uses) from(n parser.Node) {
	for p := range n.Ancestors() {
		if p.Kind() == parser.KindWith && n == p.LastExpr() {
			u.withs[p.ID()] = true
		}
		if u.above[p.ID()] {
			break
		}
		u.above[p.ID()] = true
		n = p
	}
}

// plain reports whether a recursive set would mean the same without rec.
func (u uses) plain(n parser.Node) bool {
	set := u.info.SetOf(n.ID())
	if set == scope.NoSet || u.sets[set] || u.nodes[set] > 1 || u.info.Set(set).Node != n.ID() {
		return false
	}
	// A definition beside it may refer to its names, and Nix lets __overrides
	// of recursive sets alone replace others.
	if path := n.Parent().FirstChild(); path.Kind() == parser.KindAttrPath && u.defs[u.info.Defines(path.LastChild().ID())] > 1 {
		return false
	}
	return u.info.Attr(set, "__overrides") == scope.NoBinding
}
