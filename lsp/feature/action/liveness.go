package action

import (
	"strings"

	"firn/parser"
	"firn/parser/scope"
)

// liveness tells the bindings of let and the arguments that nothing needs from
// the others. What stands in a value counts only if that is needed itself; but
// what is found in code that is not needed does not depend on that, so that all
// that is found can be taken out, and any of it alone.
type liveness struct {
	info *scope.Info
	tree *parser.Tree
	// parts are the nodes that go with bindings: a binding of a let, a name or
	// the source of an inherit there, an argument. Any of the bindings needs it.
	parts map[parser.NodeID][]scope.BindingID
	of    map[scope.BindingID][]parser.NodeID // the parts of a binding
	uses  map[scope.BindingID][]parser.NodeID // what refers to a binding, needed or not
	// risky are the arguments that callers may pass all the same, so that they
	// can go only if somebody says so.
	risky map[scope.BindingID]bool
	live  map[scope.BindingID]bool

	waits        []parser.NodeID // parts that were met before they were needed
	waiting      map[parser.NodeID]bool
	jobs         []parser.NodeID // parts to look into
	begin, limit parser.NodeID   // owners of the bindings that are marked
}

// look finds out what in a file is needed.
func look(info *scope.Info) *liveness {
	l := &liveness{
		info: info, tree: info.Tree(),
		parts: map[parser.NodeID][]scope.BindingID{}, of: map[scope.BindingID][]parser.NodeID{},
		uses: map[scope.BindingID][]parser.NodeID{}, risky: map[scope.BindingID]bool{}, live: map[scope.BindingID]bool{},
		waiting: map[parser.NodeID]bool{},
	}
	for id := range parser.NodeID(l.tree.Len()) {
		if kind, b := info.Ref(id); kind == scope.Bound {
			l.uses[b] = append(l.uses[b], id)
		}
	}
	for n := range l.tree.Nodes() {
		switch n.Kind() {
		case parser.KindLet:
			l.let(n)
		case parser.KindLambda:
			l.lambda(n)
		}
	}
	l.limit = parser.NodeID(l.tree.Len())
	l.visit(0, l.limit)
	l.work()
	for len(l.waits) > 0 { // what is found on the way is added
		id := l.waits[0]
		l.waits = l.waits[1:]
		if l.waiting[id] {
			delete(l.waiting, id)
			l.begin, l.limit = id, l.tree.SubtreeEnd(id)
			l.enter(id)
			l.work()
		}
	}
	return l
}

// let adds the parts of a let.
func (l *liveness) let(let parser.Node) {
	for _, stmt := range statements(let) {
		if stmt.Kind() == parser.KindBinding {
			l.part(stmt, l.info.Defines(stmt.FirstChild().FirstChild().ID()))
			continue
		}
		from := stmt.Child(parser.KindInheritFrom)
		for c := range stmt.Children() {
			if id := l.info.Defines(c.ID()); id != scope.NoBinding {
				l.part(c, id)
				if from.Valid() {
					l.parts[from.ID()] = append(l.parts[from.ID()], id)
				}
			}
		}
	}
}

// part says that a node goes with a binding. A name that begins with _ says that
// its binding is wanted.
func (l *liveness) part(n parser.Node, id scope.BindingID) {
	if id == scope.NoBinding || strings.HasPrefix(l.info.Name(id), "_") {
		l.live[id] = true
		return
	}
	l.parts[n.ID()] = append(l.parts[n.ID()], id)
	l.of[id] = append(l.of[id], n.ID())
}

// lambda adds the arguments of a function that can be dropped.
func (l *liveness) lambda(lambda parser.Node) {
	formals := lambda.Child(parser.KindFormals)
	if !formals.Valid() || isOutputs(lambda) {
		return
	}
	risky := !formals.Has(parser.KindEllipsis)
	if name := lambda.Child(parser.KindName); name.Valid() {
		id := l.info.Defines(name.ID())
		l.part(name, id)
		if len(l.uses[id]) > 0 {
			return // what it has depends on the others
		}
	}
	if risky && !isPackage(lambda) {
		return
	}
	for c := range formals.Children() {
		id := l.info.Defines(c.FirstChild().ID())
		if c.Kind() != parser.KindFormal || id == scope.NoBinding {
			continue
		}
		if l.part(c, id); risky {
			l.risky[id] = true
		}
	}
}

// isOutputs reports whether a function is that of the outputs of a flake, whose
// arguments are inputs.
func isOutputs(lambda parser.Node) bool {
	b := lambda.Parent()
	name, ok := b.FirstChild().FirstChild().AttrName()
	return ok && b.Kind() == parser.KindBinding && name == "outputs" && b.Parent().Parent().Kind() == parser.KindFile
}

// isPackage reports whether a function is the whole of a file and makes a
// derivation. It is callPackage that calls it then, with what it asks for.
func isPackage(lambda parser.Node) bool {
	if lambda.Parent().Kind() != parser.KindFile {
		return false
	}
	body := lambda.LastExpr()
	for k := body.Kind(); k == parser.KindLet || k == parser.KindWith || k == parser.KindAssert; k = body.Kind() {
		body = body.LastExpr()
	}
	if body.Kind() != parser.KindApply {
		return false
	}
	for body.Kind() == parser.KindApply {
		body = body.FirstExpr().Unparen()
	}
	name := body.Text()
	if last := lastPart(body); last.Valid() {
		name = last.Text()
	}
	return strings.Contains(name, "Derivation") || strings.HasPrefix(name, "build") || strings.HasPrefix(name, "runCommand")
}

// visit looks for what a range of nodes needs. What is in a part that is not
// needed waits.
func (l *liveness) visit(from, to parser.NodeID) {
	for id := from; id < to; {
		if ids, ok := l.parts[id]; ok && !l.needed(ids) {
			l.waits = append(l.waits, id)
			l.waiting[id] = true
			id = l.tree.SubtreeEnd(id)
			continue
		}
		l.mark(id)
		id++
	}
}

func (l *liveness) needed(ids []scope.BindingID) bool {
	for _, id := range ids {
		if l.live[id] || l.risky[id] {
			return true // the default of what is risky stays
		}
	}
	return false
}

// mark takes down what a node refers to.
func (l *liveness) mark(n parser.NodeID) {
	kind, b := l.info.Ref(n)
	if kind != scope.Bound || l.live[b] {
		return
	}
	if owner := l.info.Binding(b).Owner; owner < l.begin || owner >= l.limit {
		return
	}
	l.live[b] = true
	for _, id := range l.of[b] {
		l.wake(id)
		if from := l.tree.Node(id).Parent().Child(parser.KindInheritFrom); from.Valid() {
			l.wake(from.ID())
		}
	}
}

func (l *liveness) wake(id parser.NodeID) {
	if l.waiting[id] {
		delete(l.waiting, id)
		l.jobs = append(l.jobs, id)
	}
}

func (l *liveness) work() {
	for len(l.jobs) > 0 {
		id := l.jobs[len(l.jobs)-1]
		l.jobs = l.jobs[:len(l.jobs)-1]
		l.enter(id)
	}
}

// enter looks into a part.
func (l *liveness) enter(id parser.NodeID) {
	l.mark(id)
	l.visit(id+1, l.tree.SubtreeEnd(id))
}

// dead returns the bindings that nothing needs, in source order.
func (l *liveness) dead() []scope.BindingID {
	var list []scope.BindingID
	for id := range scope.BindingID(l.info.Bindings()) {
		if len(l.of[id]) > 0 && !l.live[id] {
			list = append(list, id)
		}
	}
	return list
}

// maxNeeded is how many bindings are taken out at once for one of them. For more
// there is the action for the whole file.
const maxNeeded = 8

// closure returns a dead binding and those that need it, which are dead, too. It
// is false if they are many.
func (l *liveness) closure(id scope.BindingID) ([]scope.BindingID, bool) {
	list := []scope.BindingID{id}
	seen := map[scope.BindingID]bool{id: true}
	for i := 0; i < len(list); i++ {
		for _, use := range l.uses[list[i]] {
			for _, by := range l.holders(use, list[i]) {
				if !seen[by] {
					seen[by] = true
					list = append(list, by)
				}
			}
		}
		if len(list) > maxNeeded {
			return nil, false
		}
	}
	return list, true
}

// holders returns the dead bindings in whose part a use of another one stands.
func (l *liveness) holders(use parser.NodeID, of scope.BindingID) []scope.BindingID {
	owner := l.info.Binding(of).Owner
	for n := l.tree.Node(use); n.Valid() && n.ID() > owner; n = n.Parent() {
		if ids, ok := l.parts[n.ID()]; ok && !l.needed(ids) {
			return ids
		}
	}
	return nil
}
