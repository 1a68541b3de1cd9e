package cursor

import (
	"slices"

	"firn/parser"
)

// context sums up where the scan ended.
func (s *scanner) context() Context {
	c := Context{Place: s.place, Word: s.around, Behind: uint32(s.last), Frames: s.frames}
	for i := range c.Frames {
		end := len(s.items)
		if i+1 < len(c.Frames) {
			end = c.Frames[i+1].base
		}
		c.Frames[i].Items = s.items[c.Frames[i].base:end]
	}
	top := &c.Frames[len(c.Frames)-1]
	if c.Place == Expr {
		c.place(top)
	}
	if c.Place == Binding && !top.begun && s.isLambdaHead() {
		top.Formals, c.Place = true, Formal
	}
	return c
}

func (c *Context) place(f *Frame) {
	switch f.state {
	case atStart:
		c.atStart(f)
	case inPath:
		c.inPath(f)
	case inInherit:
		c.Place, c.Path = Inherit, f.Items
		if len(f.Items) > 0 && f.Items[0].Kind == parser.KindParen {
			c.Base, c.Path = f.Items[:1], f.Items[1:]
		}
	case inValue:
		c.inValue(f)
	}
}

func (c *Context) atStart(f *Frame) {
	switch {
	case f.Formals:
		c.Place = Formal
	default:
		c.Place = Binding
		if f.Kind == Let {
			c.Keyword = parser.KindInKw
		}
	}
}

func (c *Context) inPath(f *Frame) {
	c.Place = None
	if n := len(f.Items); n > 0 && f.Items[n-1].Kind == parser.KindDot && !f.Formals {
		c.Place, c.Path = Binding, f.Items[:n-1]
	}
}

func (c *Context) inValue(f *Frame) {
	c.Keyword = pendingKeyword(f.Items)
	n := len(f.Items)
	if n == 0 {
		return
	}
	switch last := f.Items[n-1].Kind; {
	case last == parser.KindQuestion, last == parser.KindDot:
		c.attribute(f.Items)
	case last == parser.KindAt, last == parser.KindRecKw:
		c.Place = None
	case last == parser.KindOrKw, isBoundary(last):
	case f.Kind == List:
		c.Place = Expr
	default:
		c.Place = Operand
	}
}

// attribute is called behind a dot or the operator ?.
func (c *Context) attribute(items []Item) {
	c.Place = Attr
	operand := lastOperand(items)
	before := items[:len(items)-len(operand)]
	if n := len(before); n > 0 && before[n-1].Kind == parser.KindQuestion {
		c.Base = lastOperand(before[:n-1])
		c.Path = operand[:max(len(operand)-1, 0)]
		return
	}
	c.Base = operand[:max(len(operand)-1, 0)]
}

// pendingKeyword returns what has to follow the last if that is not complete.
func pendingKeyword(items []Item) parser.Kind {
	var open []parser.Kind
	for _, item := range items {
		n := len(open)
		switch {
		case item.Kind == parser.KindIfKw:
			open = append(open, parser.KindThenKw)
		case item.Kind == parser.KindThenKw && n > 0:
			open[n-1] = parser.KindElseKw
		case item.Kind == parser.KindElseKw && n > 0:
			open = open[:n-1]
		}
	}
	if len(open) == 0 {
		return parser.KindInvalid
	}
	return open[len(open)-1]
}

// isBoundary reports whether an operand cannot go on beyond a token: operators,
// keywords and most punctuation.
func isBoundary(k parser.Kind) bool {
	return k.IsToken() && k != parser.KindDot && k != parser.KindOrKw
}

// lastOperand returns the items at the end that make one operand, as in
// a.b or c, a dot behind it included.
func lastOperand(items []Item) []Item {
	i := len(items)
	for i > 0 {
		if joins(items[i-1].Kind) {
			i--
		}
		if i == 0 || isBoundary(items[i-1].Kind) || joins(items[i-1].Kind) {
			break
		}
		i--
		if i == 0 || !joins(items[i-1].Kind) {
			break
		}
	}
	return items[i:]
}

func joins(k parser.Kind) bool { return k == parser.KindDot || k == parser.KindOrKw }

// Operands splits the items at the end that are no operators into operands: a
// function and its arguments.
func Operands(items []Item) [][]Item {
	var list [][]Item
	for len(items) > 0 && !isBoundary(items[len(items)-1].Kind) {
		operand := lastOperand(items)
		list = append(list, operand)
		items = items[:len(items)-len(operand)]
	}
	slices.Reverse(list)
	return list
}

// Call returns the function and the arguments that stand before the cursor, or
// before the next frame, in frame i. In lists, in names of bindings and in
// inherits nothing is called.
func (c Context) Call(i int) [][]Item {
	f := c.Frames[i]
	if f.Kind == List || !f.InValue() {
		return nil
	}
	return Operands(f.Items)
}

// afterOperand reports whether an operator can follow what precedes the scan.
func (s *scanner) afterOperand() bool {
	f := s.top()
	n := len(s.items)
	return n > f.base && !isBoundary(s.items[n-1].Kind) && !joins(s.items[n-1].Kind)
}

// maxLookahead is how far behind the cursor the end of braces is looked for.
const maxLookahead = 4096

// isLambdaHead reports whether the braces at the cursor are those of formals:
// a colon or @ follows their end.
func (s *scanner) isLambdaHead() bool {
	ahead := *s
	ahead.done, ahead.pos = false, s.off
	ahead.off = min(len(s.src), s.off+maxLookahead)
	ahead.frames, ahead.items = slices.Clone(s.frames), slices.Clone(s.items)
	for i := range ahead.frames {
		ahead.frames[i].Path, ahead.frames[i].Names = nil, nil
	}
	depth := len(s.frames)
	for !ahead.done && ahead.pos < ahead.off && len(ahead.frames) >= depth {
		if ahead.top().Kind == quote {
			ahead.text()
		} else if ahead.trivia(); !ahead.done && ahead.pos < ahead.off {
			ahead.token()
		}
	}
	if len(ahead.frames) >= depth {
		return false
	}
	ahead.trivia()
	return !ahead.done && ahead.pos < len(s.src) && (s.src[ahead.pos] == ':' || s.src[ahead.pos] == '@')
}

// Bound returns the names that are bound around the cursor as far as the tokens
// before it tell, the innermost frame first: those of let, of recursive sets,
// and the arguments of lambdas in whose bodies the cursor is.
func (c Context) Bound(src string) []string {
	var names []string
	add := func(items []Item) {
		for _, item := range items {
			if item.Kind == parser.KindVar {
				names = append(names, item.Span.In(src))
			}
		}
	}
	for _, f := range slices.Backward(c.Frames) {
		add(arguments(src, f))
		add(f.Names)
		if f.Rec {
			add(f.Path[:min(len(f.Path), 1)])
		}
	}
	return names
}

// arguments returns the names of the arguments of the lambdas that begin in a
// frame and reach up to its end.
func arguments(src string, f Frame) []Item {
	var names []Item
	for i, item := range f.Items {
		if item.Kind != parser.KindColon {
			continue
		}
		for j := i - 1; j >= 0 && !isBoundary(f.Items[j].Kind) || j >= 0 && f.Items[j].Kind == parser.KindAt; j-- {
			names = append(names, f.Items[j])
			if f.Items[j].Kind == parser.KindAttrSet {
				names = append(names, formals(src, f.Items[j])...)
			}
		}
	}
	return names
}

// formals returns the names between the braces of an item.
func formals(src string, item Item) []Item {
	s := newScanner(src, int(item.Span.End)-1)
	s.pos = int(item.Span.Start)
	s.run()
	if len(s.frames) < 2 {
		return nil
	}
	top := s.frames[1]
	top.Formals = true // of a single name nothing else tells
	s.bind(&top)
	return top.Names
}
