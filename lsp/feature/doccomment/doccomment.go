// Package doccomment finds the comment that documents a piece of syntax and
// turns it into Markdown.
//
// A comment `/** ... */` is Markdown already (RFC 145). Others count too when
// they stand directly before a binding, since most existing code has only
// those; in them the sections "Type:" and "Example:" that nixpkgs long used
// become code.
package doccomment

import (
	"slices"
	"strings"

	"firn/parser"
	"firn/parser/text"
)

// Of returns the Markdown that documents n, a binding, inherited name, formal
// or function, or the empty string.
//
// The comment stands before n; for the value of a binding also before the
// binding. Behind n it may stand only on n's last line.
func Of(n parser.Node) string {
	if doc := before(n); doc != "" {
		return doc
	}
	if n.Kind() == parser.KindBinding {
		if doc := inner(n.LastExpr()); doc != "" {
			return doc
		}
	}
	if n.Kind() == parser.KindLambda || n.Kind() == parser.KindParen {
		return outer(n)
	}
	return trailing(n)
}

// inner returns the documentation comment in front of the value of a binding.
// Only one that says it is one: another belongs to the implementation.
func inner(n parser.Node) string {
	if !n.Valid() {
		return ""
	}
	if c, ok := commentBefore(n); ok && isDoc(c.In(n.Tree().Source())) {
		return Markdown(c.In(n.Tree().Source()))
	}
	if n.Kind() == parser.KindParen && n.Unparen() != n {
		return inner(n.Unparen())
	}
	return ""
}

// outer returns the documentation of the binding that n is the value of.
func outer(n parser.Node) string {
	p := n.Parent()
	for p.Kind() == parser.KindParen {
		p = p.Parent()
	}
	if p.Kind() == parser.KindBinding {
		return Of(p)
	}
	return ""
}

func before(n parser.Node) string {
	c, ok := commentBefore(n)
	if !ok {
		return ""
	}
	src := n.Tree().Source()
	first := c.In(src)
	switch {
	case isDoc(first):
		return Markdown(first)
	case !ownLine(src, c.Start) && !afterComma(n, c.Start):
		return ""
	case strings.HasPrefix(first, "/*"):
		return Markdown(first)
	}
	return Markdown(lineBlock(n.Tree(), c).In(src))
}

// commentBefore returns the comment that ends where n begins, with only white
// space and no blank line between.
func commentBefore(n parser.Node) (text.Span, bool) {
	comments := n.Tree().Comments()
	i, _ := slices.BinarySearchFunc(comments, n.Start(), func(c text.Span, start uint32) int {
		return int(c.Start) - int(start)
	})
	if i == 0 {
		return text.Span{}, false
	}
	c := comments[i-1]
	return c, c.End <= n.Start() && isGap(n.Tree().Source()[c.End:n.Start()])
}

// isGap reports whether s is white space without a blank line.
func isGap(s string) bool {
	return strings.TrimSpace(s) == "" && strings.Count(s, "\n") <= 1
}

// ownLine reports whether only white space stands before off on its line. What
// does not begin its line belongs to what does.
func ownLine(src string, off uint32) bool {
	line := src[strings.LastIndexByte(src[:off], '\n')+1 : off]
	return strings.TrimSpace(line) == ""
}

// afterComma reports whether n is a formal and off behind the comma that begins
// its line, where nixpkgs puts the comments on arguments.
func afterComma(n parser.Node, off uint32) bool {
	src := n.Tree().Source()
	line := src[strings.LastIndexByte(src[:off], '\n')+1 : off]
	return n.Kind() == parser.KindFormal && strings.TrimSpace(line) == ","
}

// lineBlock returns the span of the comments of one line each that end with
// last and follow one another directly.
func lineBlock(tree *parser.Tree, last text.Span) text.Span {
	comments := tree.Comments()
	i := slices.Index(comments, last)
	block := last
	for ; i > 0; i-- {
		c := comments[i-1]
		src := tree.Source()
		if !strings.HasPrefix(c.In(src), "#") || !isGap(src[c.End:block.Start]) || !ownLine(src, c.Start) {
			break
		}
		block.Start = c.Start
	}
	return block
}

// trailing returns the comment that follows n on its last line.
func trailing(n parser.Node) string {
	src := n.Tree().Source()
	comments := n.Tree().Comments()
	i, _ := slices.BinarySearchFunc(comments, n.End(), func(c text.Span, end uint32) int {
		return int(c.Start) - int(end)
	})
	if i == len(comments) {
		return ""
	}
	c := comments[i]
	gap := src[n.End():c.Start]
	if strings.ContainsAny(gap, "\n\r") || strings.Trim(gap, " \t,") != "" {
		return ""
	}
	return Markdown(c.In(src))
}

func isDoc(comment string) bool {
	return strings.HasPrefix(comment, "/**") && comment != "/**/"
}
