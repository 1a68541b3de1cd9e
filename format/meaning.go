package format

import (
	"hash/maphash"

	"firn/parser"
)

// meaning is a sum of all that a layout must keep: the tokens, and what is in the
// strings.
type meaning struct{ maphash.Hash }

// SameMeaning reports whether two files differ in their layout only. Which quotes
// a string has, and whether there is a comma behind the last argument, is a part
// of that.
func SameMeaning(a, b *parser.Tree) bool {
	var x, y meaning
	y.SetSeed(x.Seed())
	x.node(a.Root())
	y.node(b.Root())
	return x.Sum64() == y.Sum64()
}

func (m *meaning) node(n parser.Node) {
	switch n.Kind() {
	case parser.KindString, parser.KindIndString:
		m.pieces(n)
		return
	case parser.KindURI:
		m.begin(parser.KindString)
		m.piece(n.Text())
		m.begin(parser.KindQuote)
		return
	case parser.KindComma:
		return
	}
	m.begin(n.Kind())
	if first := n.FirstChild(); !first.Valid() {
		m.piece(n.Text())
		return
	}
	for c := range n.Children() {
		m.node(c)
	}
}

func (m *meaning) pieces(n parser.Node) {
	m.begin(parser.KindString)
	text := "" // of pieces that follow one another
	for _, p := range n.Pieces() {
		if !p.Inter.Valid() {
			text += p.Text
			continue
		}
		if text != "" {
			m.piece(text)
			text = ""
		}
		m.node(p.Inter)
	}
	if text != "" {
		m.piece(text)
	}
	m.begin(parser.KindQuote)
}

// begin counts the beginning of a node.
func (m *meaning) begin(k parser.Kind) { m.WriteByte(byte(k)) }

// piece counts a text, with its end.
func (m *meaning) piece(s string) {
	m.WriteString(s)
	m.WriteByte(0)
}
