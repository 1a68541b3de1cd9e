// Package rename plans the renaming of a binding within its file.
//
// A plan is made from the places that name the binding, then proved: the file
// is read again with the edits, and every name in it must refer to what it
// referred to before. What would change a meaning is refused with the reason.
package rename

import (
	"fmt"
	"slices"
	"strings"

	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// Query is what a question is asked about.
type Query struct {
	Info *scope.Info
	// Parse reads the text of such a file, broken or not.
	Parse func(src string) *parser.Tree
}

// Refusal is the error that something cannot be renamed.
type Refusal struct {
	Reason string
}

// Error returns the reason.
func (r *Refusal) Error() string { return r.Reason }

func refuse(format string, args ...any) error {
	return &Refusal{fmt.Sprintf(format, args...)}
}

// Note says what somebody should know who looks at an edit.
type Note uint8

// The notes.
const (
	Sure      Note = iota // nothing
	Interface             // files elsewhere may use the name
	Guess                 // it may be something else that goes by the name here
)

// Edit is a part of a plan.
type Edit struct {
	text.Edit
	Note Note
}

// Target is what would be renamed.
type Target struct {
	Span    text.Span // the name that was asked about
	Name    string
	Binding scope.BindingID
}

// Target returns what is renamed at off. It is a [Refusal] if that is nothing,
// or something that has its name from elsewhere.
func (q Query) Target(off uint32) (Target, error) {
	return q.fresh().target(off)
}

// fresh returns q for a tree that does not depend on how a broken file came
// about, so that it can be compared with another.
func (q Query) fresh() Query {
	if broken(q.Info.Tree()) {
		q.Info = scope.Resolve(q.Parse(q.Info.Tree().Source()))
	}
	return q
}

func (q Query) target(off uint32) (Target, error) {
	n := usage.At(q.Info.Tree(), off)
	if !n.Valid() {
		return Target{}, refuse("there is no name here")
	}
	id := bindingOf(q.Info, n)
	if id == scope.NoBinding {
		return Target{}, refuse("%s", why(q.Info, n))
	}
	if q.Info.Name(id) == "body" && q.owner(id).Kind() == parser.KindLegacyLet {
		return Target{}, refuse("'body' is the value of this let")
	}
	return Target{n.Span(), usage.Name(n), id}, q.sound(id)
}

// bindingOf returns the binding that is meant. A name in an inherit is the one
// that is inherited if that can be renamed; with a source it is the one that
// is defined.
func bindingOf(info *scope.Info, n parser.Node) scope.BindingID {
	if kind, id := info.Ref(n.ID()); kind == scope.Bound {
		return id
	}
	inherited := n.Parent().Kind() == parser.KindInherit
	if id := info.Defines(n.ID()); inherited && id != scope.NoBinding {
		return id
	}
	return usage.Target(info, n)
}

// why says why a name cannot be renamed that has no binding in the file.
func why(info *scope.Info, n parser.Node) string {
	name := usage.Name(n)
	switch kind, _ := info.Ref(n.ID()); kind {
	case scope.Global:
		return fmt.Sprintf("'%s' is a builtin", name)
	case scope.With:
		for _, c := range usage.Candidates(info, n) {
			set := c.With.FirstChild().NextSibling()
			return fmt.Sprintf("'%s' comes from 'with %s'", name, excerpt(set.Text()))
		}
	case scope.Undefined:
		return fmt.Sprintf("'%s' is not defined", name)
	}
	return fmt.Sprintf("the attribute '%s' is not defined in this file", name)
}

func excerpt(s string) string {
	const most = 40
	s = strings.Join(strings.Fields(s), " ")
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

func (q Query) owner(id scope.BindingID) parser.Node {
	return q.Info.Tree().Node(q.Info.Binding(id).Owner)
}

// sound refuses a binding whose uses are not all to be seen since the file is
// broken. A let or argument is used in its scope alone.
func (q Query) sound(id scope.BindingID) error {
	t, b := q.Info.Tree(), q.Info.Binding(id)
	region := t.Root()
	if owner := q.owner(id); b.Kind == scope.Argument || owner.Kind() == parser.KindLet {
		region = owner
		for p := range owner.Ancestors() {
			if p.Kind() == parser.KindError {
				region = t.Root()
			}
		}
	}
	return q.readable(region)
}

// readable refuses what has a syntax error in it.
func (q Query) readable(region parser.Node) error {
	t := q.Info.Tree()
	for n := region.ID(); n < region.SubtreeEnd(); n++ {
		if k := t.Kind(n); k == parser.KindError || k == parser.KindMissing {
			return refuse("the syntax error in line %d has to be corrected first", q.line(t.Span(n).Start))
		}
	}
	return nil
}

func (q Query) line(off uint32) uint32 { return q.Info.Tree().Lines().Line(off) + 1 }

// Rename returns the edits, in source order, that give what stands at off
// another name. A name in quotes can be anything, if it is an attribute's.
func (q Query) Rename(off uint32, to string) ([]Edit, error) {
	q = q.fresh()
	target, err := q.target(off)
	if err != nil {
		return nil, err
	}
	return q.rename(target.Binding, to)
}

// TargetOf returns what is renamed with a binding. It is a [Refusal] if the file
// is broken.
func (q Query) TargetOf(id scope.BindingID) (Target, error) {
	if err := q.readable(q.Info.Tree().Root()); err != nil {
		return Target{}, err
	}
	return Target{q.Info.Tree().Span(q.Info.Binding(id).Name), q.Info.Name(id), id}, nil
}

// Binding returns the edits, in source order, that give a binding of the file
// another name.
func (q Query) Binding(id scope.BindingID, to string) ([]Edit, error) {
	if _, err := q.TargetOf(id); err != nil {
		return nil, err
	}
	return q.rename(id, to)
}

func (q Query) rename(id scope.BindingID, to string) ([]Edit, error) {
	p, err := q.plan(q.Info.Name(id), to, usage.Of(q.Info, id))
	if err != nil || p == nil {
		return nil, err
	}
	return p.edits(id), nil
}

// Places returns the edits, in source order, that give the places another name
// which name a binding of another file.
func (q Query) Places(from, to string, places []usage.Place) ([]Edit, error) {
	if err := q.readable(q.Info.Tree().Root()); err != nil {
		return nil, err
	}
	p, err := q.plan(from, to, places)
	if err != nil || p == nil {
		return nil, err
	}
	return p.noted(Interface), nil
}

// plan returns the proved plan to give places another name, nil if they have it.
func (q Query) plan(from, to string, places []usage.Place) (*plan, error) {
	name, err := q.newName(to, places)
	if err != nil || name == from {
		return nil, err
	}
	p := &plan{Query: q, from: from, to: name, places: places}
	if err := p.taken(); err != nil {
		return nil, err
	}
	p.write()
	return p, p.prove()
}

// newName reads the name that somebody typed for what stands at places.
func (q Query) newName(typed string, places []usage.Place) (string, error) {
	name, err := ReadName(typed)
	if err != nil || scope.IsIdentifier(name) && name != "__curPos" {
		return name, err
	}
	for _, p := range places {
		n := q.Info.Tree().Node(p.Node)
		if p.Role == usage.Variable || p.Role == usage.Brought || p.Role != usage.Source && !isAttr(n) {
			return "", refuse("'%s' cannot be the name of a variable, as it is in line %d", name, q.line(n.Start()))
		}
	}
	return name, nil
}

// ReadName reads the name that somebody typed. In quotes it can be any that an
// attribute can have.
func ReadName(typed string) (string, error) {
	name, quoted := unquote(strings.TrimSpace(typed))
	switch {
	case name == "" && !quoted:
		return "", refuse("the new name is empty")
	case isKeyword(name) && !quoted:
		return "", refuse("'%s' is a keyword", name)
	case strings.ContainsRune(name, 0):
		return "", refuse("a name cannot contain a null byte")
	}
	return name, nil
}

// isKeyword reports whether only its meaning keeps a word from being an
// identifier.
func isKeyword(name string) bool {
	return name != "" && !scope.IsIdentifier(name) && scope.IsIdentifier("_"+name) && name[0]|0x20 >= 'a'
}

// unquote returns what a string literal means, if s is one.
func unquote(s string) (name string, quoted bool) {
	if tree, err := parser.Parse(s); err == nil && strings.HasPrefix(s, `"`) {
		if n := tree.Root().FirstChild(); n.Kind() == parser.KindString {
			if value, ok := n.Static(); ok {
				return value, true
			}
		}
	}
	return s, false
}

// isAttr reports whether a name is an attribute's, which can be in quotes; one
// of a let is read as a variable.
func isAttr(n parser.Node) bool {
	parent := n.Parent()
	if parent.Kind() == parser.KindAttrPath && n == parent.FirstChild() && parent.Parent().Kind() == parser.KindBinding {
		return parent.Parent().Parent().Kind() != parser.KindLet
	}
	switch parent.Kind() {
	case parser.KindInherit:
		return parent.Parent().Kind() != parser.KindLet
	case parser.KindList:
		return true // of names
	}
	return parent.Kind() == parser.KindAttrPath
}

// taken refuses a name that the same set or function has already.
func (p *plan) taken() error {
	for _, id := range p.group() {
		b := p.Info.Binding(id)
		other := scope.NoBinding
		if b.Set != scope.NoSet {
			other = p.Info.Attr(b.Set, p.to)
		} else if s, ok := p.Info.ScopeOf(id); ok {
			other = p.Info.Find(s, p.to)
		}
		if other != scope.NoBinding {
			at := p.Info.Tree().Span(p.Info.Binding(other).Name)
			return refuse("'%s' is already defined beside it, in line %d", p.to, p.line(at.Start))
		}
	}
	return nil
}

// group returns the bindings that are renamed together.
func (p *plan) group() []scope.BindingID {
	var list []scope.BindingID
	for _, place := range p.places {
		if place.Role != usage.Definition && place.Role != usage.Passed {
			continue
		}
		if id := p.Info.Defines(place.Node); !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	return list
}
