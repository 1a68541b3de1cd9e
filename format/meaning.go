package format

import "firn/parser"

// SameMeaning reports whether two files differ in their layout only: they have the
// same tokens, and strings with the same text. Which quotes a string has is a part
// of the layout, and so is a comma behind the last argument.
func SameMeaning(a, b *parser.Tree) bool {
	return same(span{a, 0, parser.NodeID(a.Len())}, span{b, 0, parser.NodeID(b.Len())})
}

// span is the nodes from one to before another.
type span struct {
	*parser.Tree
	at, end parser.NodeID
}

func below(n parser.Node) span { return span{n.Tree(), n.ID(), n.SubtreeEnd()} }

func same(a, b span) bool {
	for {
		a.skipCommas()
		b.skipCommas()
		if a.at == a.end || b.at == b.end {
			return a.at == a.end && b.at == b.end
		}
		x, y := a.Kind(a.at), b.Kind(b.at)
		switch {
		case isString(x) && isString(y):
			if !sameString(a.Node(a.at), b.Node(b.at)) {
				return false
			}
			a.at, b.at = a.SubtreeEnd(a.at), b.SubtreeEnd(b.at)
			continue
		case x != y:
			return false
		case a.SubtreeEnd(a.at) == a.at+1 && a.Text(a.at) != b.Text(b.at):
			return false // a leaf
		}
		a.at++
		b.at++
	}
}

func (s *span) skipCommas() {
	for s.at < s.end && s.Kind(s.at) == parser.KindComma {
		s.at++
	}
}

func isString(k parser.Kind) bool {
	return k == parser.KindString || k == parser.KindIndString || k == parser.KindURI
}

// sameString reports whether two strings have the same text and the same
// interpolations.
func sameString(a, b parser.Node) bool {
	if a.Kind() == b.Kind() && a.Text() == b.Text() {
		return true
	}
	x, y := pieces(a), pieces(b)
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if x[i].Text != y[i].Text || x[i].Inter.Valid() != y[i].Inter.Valid() {
			return false
		}
		if x[i].Inter.Valid() && !same(below(x[i].Inter), below(y[i].Inter)) {
			return false
		}
	}
	return true
}

// pieces returns the texts of a string and the interpolations between them.
func pieces(n parser.Node) []parser.Piece {
	if n.Kind() == parser.KindURI {
		return []parser.Piece{{Text: n.Text()}}
	}
	var list []parser.Piece
	for _, p := range n.Pieces() {
		last := len(list) - 1
		switch {
		case p.Inter.Valid():
			list = append(list, p)
		case last >= 0 && !list[last].Inter.Valid():
			list[last].Text += p.Text
		default:
			list = append(list, p)
		}
	}
	return list
}
