package rename

import (
	"cmp"
	"slices"
	"strings"

	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// plan is a renaming in the making.
type plan struct {
	Query
	from, to string
	places   []usage.Place
	changes  []change // in the end in source order
	names    []change // those that put the new name in the place of the old one
}

// change is an edit that knows where names of the old text end up in its new
// text. A name in an inherit becomes two: the one it defines, and the one it
// refers to.
type change struct {
	text.Edit
	note  Note
	moved []moved
}

type moved struct {
	node parser.NodeID
	def  bool
	at   uint32 // in New
}

// write makes the changes, in source order.
func (p *plan) write() {
	var lists []usage.Place
	for _, place := range p.places {
		if n := p.Info.Tree().Node(place.Node); n.Parent().Kind() == parser.KindInherit {
			lists = append(lists, place)
		} else {
			p.replace(n, place)
		}
	}
	p.sort()
	p.names = slices.Clone(p.changes) // for what the rest copies of the source
	for _, place := range lists {
		p.inherit(place)
	}
	p.sort()
}

func (p *plan) sort() {
	slices.SortStableFunc(p.changes, func(a, b change) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
}

func (p *plan) replace(n parser.Node, place usage.Place) {
	name := p.to
	if n.Parent().Kind() == parser.KindList && n.Kind() == parser.KindString {
		name = scope.Quote(p.to) // it is the name of an option
	}
	if n.Kind() != parser.KindVar && n.Parent().Kind() == parser.KindAttrPath {
		name = scope.AttrName(p.to)
	}
	p.changes = append(p.changes, change{
		Edit:  text.Edit{Span: n.Span(), New: name},
		note:  note(place),
		moved: []moved{{n.ID(), false, 0}, {n.ID(), true, 0}},
	})
	p.keepLambda(n)
}

// keepLambda puts a blank behind the colon of `_:x`, which with a letter before
// it would be read as a URL.
func (p *plan) keepLambda(n parser.Node) {
	colon := n.NextSibling()
	if n.Parent().Kind() != parser.KindLambda || colon.Kind() != parser.KindColon || colon.End() != colon.NextSibling().Start() ||
		!strings.ContainsAny(p.from, "_'") || strings.ContainsAny(p.to, "_'") {
		return
	}
	at := text.Span{Start: colon.End(), End: colon.End()}
	p.changes = append(p.changes, change{Edit: text.Edit{Span: at, New: " "}})
}

func note(place usage.Place) Note {
	if place.Maybe {
		return Guess
	}
	return Sure
}

// edits returns the plan as others see it. The binding decides whether files
// elsewhere may be concerned.
func (p *plan) edits(id scope.BindingID) []Edit {
	if usage.Public(p.Info, id) {
		return p.noted(Interface)
	}
	return p.noted(Sure)
}

// noted returns the edits, each with a note that is no less than whole.
func (p *plan) noted(whole Note) []Edit {
	list := make([]Edit, len(p.changes))
	for i, c := range p.changes {
		list[i] = Edit{c.Edit, max(whole, c.note)}
	}
	return list
}

// apply returns the text with the changes carried out.
func (p *plan) apply() string {
	var b strings.Builder
	src, at := p.Info.Tree().Source(), uint32(0)
	for _, c := range p.changes {
		b.WriteString(src[at:c.Start])
		b.WriteString(c.New)
		at = c.End
	}
	b.WriteString(src[at:])
	return b.String()
}

// renamed returns the source of a node with the new name in it.
func (p *plan) renamed(n parser.Node) string {
	var b strings.Builder
	src, at := p.Info.Tree().Source(), n.Start()
	first, _ := slices.BinarySearchFunc(p.names, at, func(c change, off uint32) int { return cmp.Compare(c.Start, off) })
	for _, c := range p.names[first:] {
		if c.Start >= n.End() {
			break
		}
		b.WriteString(src[at:c.Start])
		b.WriteString(c.New)
		at = c.End
	}
	b.WriteString(src[at:n.End()])
	return b.String()
}
