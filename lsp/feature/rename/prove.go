package rename

import (
	"slices"
	"sort"

	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
)

// proof compares the file before and after a plan.
type proof struct {
	*plan
	after  *scope.Info
	moved  map[parser.NodeID][2]int64 // where changed names are: use and definition, or -1
	mine   map[parser.NodeID]bool     // the places of the plan
	shifts []int64                    // of the text behind so many changes
}

// prove reads the file with the changes carried out and compares what all
// names refer to.
func (p *plan) prove() error {
	pr := proof{
		plan: p, after: scope.Resolve(p.Parse(p.apply())), moved: p.destinations(),
		mine: map[parser.NodeID]bool{}, shifts: []int64{0},
	}
	for i, c := range p.changes {
		pr.shifts = append(pr.shifts, pr.shifts[i]+int64(len(c.New))-int64(c.Len()))
	}
	for _, place := range p.places {
		pr.mine[place.Node] = true
	}
	if broken(pr.after.Tree()) && !broken(p.Info.Tree()) {
		return refuse("the file could not be read with '%s' in its place", p.to)
	}
	for n := range p.Info.Tree().Nodes() {
		if err := pr.name(n); err != nil {
			return err
		}
	}
	if len(pr.after.Errors()) > len(p.Info.Errors()) {
		return refuse("%s", pr.after.Errors()[0].Msg)
	}
	return nil
}

func broken(t *parser.Tree) bool {
	for id := range parser.NodeID(t.Len()) {
		if k := t.Kind(id); k == parser.KindError || k == parser.KindMissing {
			return true
		}
	}
	return false
}

// destinations returns where the names in the changes end up.
func (p *plan) destinations() map[parser.NodeID][2]int64 {
	to := map[parser.NodeID][2]int64{}
	shift := int64(0)
	for _, c := range p.changes {
		for _, m := range c.moved {
			at, ok := to[m.node]
			if !ok {
				at = [2]int64{-1, -1}
			}
			role := 0
			if m.def {
				role = 1
			}
			at[role] = int64(c.Start) + shift + int64(m.at)
			to[m.node] = at
		}
		shift += int64(len(c.New)) - int64(c.Len())
	}
	return to
}

// destination returns the node after the plan that stands for n as a use or a
// definition.
func (pr *proof) destination(n parser.NodeID, def bool) parser.Node {
	role := 0
	if def {
		role = 1
	}
	if at, ok := pr.moved[n]; ok {
		return nameAt(pr.after.Tree(), at[role])
	}
	start := pr.Info.Tree().Span(n).Start
	i := sort.Search(len(pr.changes), func(i int) bool { return pr.changes[i].Start > start })
	return nameAt(pr.after.Tree(), int64(start)+pr.shifts[i])
}

// nameAt returns the name that begins at off.
func nameAt(t *parser.Tree, off int64) parser.Node {
	first := sort.Search(t.Len(), func(i int) bool { return int64(t.Span(parser.NodeID(i)).Start) >= off })
	for id := parser.NodeID(first); int(id) < t.Len() && int64(t.Span(id).Start) == off; id++ {
		switch n := t.Node(id); n.Kind() {
		case parser.KindVar, parser.KindName:
			return n
		case parser.KindString, parser.KindInterp:
			if k := n.Parent().Kind(); k == parser.KindAttrPath || k == parser.KindInherit {
				return n
			}
		}
	}
	return parser.Node{}
}

// name refuses the plan if a name changes its meaning.
func (pr *proof) name(n parser.Node) error {
	kind, before := pr.Info.Ref(n.ID())
	selects := kind == scope.NoRef && selection(n)
	if kind == scope.NoRef && !selects {
		return nil
	}
	m := pr.destination(n.ID(), false)
	if !m.Valid() {
		return refuse("the file could not be read with '%s' in its place", pr.to)
	}
	if kindAfter, after := pr.after.Ref(m.ID()); !selects && (kind != kindAfter || !pr.same(before, after)) {
		return pr.conflict(n, after)
	}
	if name := usage.Name(n); (selects || kind == scope.With) && (name == pr.from || name == pr.to) {
		after := usage.Referred(pr.after, m)
		if !pr.same(usage.Referred(pr.Info, n), after) {
			return pr.conflict(n, after)
		}
	}
	return nil
}

// selection reports whether n names an attribute that is selected or inherited.
func selection(n parser.Node) bool {
	switch parent := n.Parent(); parent.Kind() {
	case parser.KindAttrPath:
		return n.Kind() != parser.KindDot && parent.Parent().Kind() != parser.KindBinding
	case parser.KindInherit:
		k := n.Kind()
		return k == parser.KindName || k == parser.KindString || k == parser.KindInterp
	}
	return false
}

// same reports whether a binding is what has become of another.
func (pr *proof) same(before, after scope.BindingID) bool {
	if before == scope.NoBinding || after == scope.NoBinding {
		return before == after
	}
	want := pr.destination(pr.Info.Binding(before).Name, true)
	return want.Valid() && pr.after.Defines(want.ID()) == after
}

// conflict says what the name n would mean.
func (pr *proof) conflict(n parser.Node, after scope.BindingID) error {
	line := pr.line(n.Start())
	switch other := pr.binding(after); {
	case pr.mine[n.ID()] && other != scope.NoBinding:
		return refuse("in line %d '%s' would mean the one that is defined in line %d", line, pr.to,
			pr.line(pr.Info.Tree().Span(pr.Info.Binding(other).Name).Start))
	case pr.mine[n.ID()]:
		return refuse("in line %d '%s' would mean something else", line, pr.to)
	default:
		return refuse("'%s' in line %d would mean what is renamed", usage.Name(n), line)
	}
}

// binding returns what a binding was before the plan.
func (pr *proof) binding(after scope.BindingID) scope.BindingID {
	group := pr.group()
	for id := range scope.BindingID(pr.Info.Bindings()) {
		if after != scope.NoBinding && !slices.Contains(group, id) && pr.same(id, after) {
			return id
		}
	}
	return scope.NoBinding
}
