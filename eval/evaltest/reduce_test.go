package evaltest

import (
	"cmp"
	"slices"

	"firn/parser"
)

// reduce returns a difference with the smallest program that it finds. Each of
// the outcomes stays a value, an error or none.
func (c *comparison) reduce(d difference) difference {
	for {
		smaller := c.smaller(d)
		if smaller == nil {
			return d
		}
		d = *smaller
	}
}

// smaller returns a smaller difference like d, or nil.
func (c *comparison) smaller(d difference) *difference {
	tally := c.tally
	c.tally = map[string]int{}
	defer func() { c.tally = tally }()
	const batch = 200
	for some := range slices.Chunk(shorter(d.text), batch) {
		for _, s := range c.differing(some) {
			if s := c.alone(s.text); !s.same() && s.like(d) {
				return &s
			}
		}
	}
	return nil
}

func (d difference) like(e difference) bool {
	return d.got.failed == e.got.failed && d.want.failed == e.want.failed && d.got.lost == e.got.lost && d.want.lost == e.want.lost
}

// shorter returns texts like a program with a part replaced or removed, the
// shortest first.
func shorter(src string) []string {
	tree, err := parser.Parse(src)
	if err != nil {
		return nil
	}
	seen := map[string]bool{}
	var list []string
	add := func(n parser.Node, by string) {
		s := src[:n.Start()] + by + src[n.End():]
		if _, err := parser.Parse(s); err == nil && len(s) < len(src) && !seen[s] {
			seen[s] = true
			list = append(list, s)
		}
	}
	for n := range tree.Nodes() {
		for _, by := range parts(n) {
			add(n, by)
		}
	}
	slices.SortStableFunc(list, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	return list
}

// parts returns what may stand in the place of a node.
func parts(n parser.Node) []string {
	switch {
	case n.Kind() == parser.KindParen:
		inner := n.FirstChild().NextSibling()
		return []string{"1", "null", `""`, "{ }", "[ ]", "(x: x)", inner.Text()}
	case n.Kind().IsExpr():
		list := []string{"1", "null", `""`, "{ }", "[ ]", "(x: x)"}
		if n.Parent().Kind() == parser.KindList {
			list = append(list, "")
		}
		for c := range n.Children() {
			for _, e := range inside(c) {
				list = append(list, "("+e.Text()+")", e.Text())
			}
		}
		return list
	case n.Kind() == parser.KindBinding || n.Kind() == parser.KindInherit || n.Kind() == parser.KindInterp || n.Kind() == parser.KindText || n.Kind() == parser.KindEscape || n.Kind() == parser.KindFormal:
		return []string{""}
	}
	return nil
}

// inside returns the nearest expressions in a node, itself included, but for the
// set of all builtins, which is large and is not the same everywhere.
func inside(n parser.Node) []parser.Node {
	if n.Kind() == parser.KindVar && n.Text() == "builtins" {
		return nil
	}
	if n.Kind().IsExpr() {
		return []parser.Node{n}
	}
	var list []parser.Node
	for c := range n.Children() {
		list = append(list, inside(c)...)
	}
	return list
}
