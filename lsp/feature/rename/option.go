package rename

import (
	"cmp"
	"slices"

	"firn/lsp/feature/module"
	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
)

// Option returns the edits, in source order, that give an option another name where
// the file mentions it.
func (q Query) Option(from, to string, mentions []module.Mention) ([]Edit, error) {
	if len(mentions) == 0 {
		return nil, nil
	}
	if err := q.readable(q.Info.Tree().Root()); err != nil {
		return nil, err
	}
	var places []usage.Place
	for _, m := range mentions {
		places = append(places, q.mentioned(m)...)
	}
	slices.SortStableFunc(places, func(a, b usage.Place) int { return cmp.Compare(a.Node, b.Node) })
	places = slices.CompactFunc(places, func(a, b usage.Place) bool { return a.Node == b.Node })
	p, err := q.plan(from, to, places)
	if err != nil || p == nil {
		return nil, err
	}
	return p.noted(Sure), nil
}

// mentioned returns the places of the file that are renamed with a mention: the
// attribute that it defines may also be used in the file.
func (q Query) mentioned(m module.Mention) []usage.Place {
	place := usage.Place{Node: m.Name.ID(), Role: usage.Selection, Maybe: m.Maybe}
	switch {
	case m.Role != module.Reads && q.Info.Defines(m.Name.ID()) != scope.NoBinding:
		return usage.Of(q.Info, q.Info.Defines(m.Name.ID()))
	case m.Name.Kind() == parser.KindVar:
		place.Role = usage.Brought
	case m.Name.Parent().Kind() == parser.KindInherit:
		place.Role = usage.Source
	}
	return []usage.Place{place}
}
