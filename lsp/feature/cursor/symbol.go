package cursor

import (
	"slices"
	"strings"

	"firn/parser"
	"firn/parser/text"
)

// sign is punctuation or an operator.
type sign struct {
	text string
	kind parser.Kind
}

// signs holds them by their first byte, those of several characters first.
var signs = func() (by [256][]sign) {
	for k := parser.KindAssign; k.IsToken(); k++ {
		first := k.String()[0]
		by[first] = append(by[first], sign{k.String(), k})
	}
	for _, list := range by {
		slices.SortFunc(list, func(a, b sign) int { return len(b.text) - len(a.text) })
	}
	return by
}()

// symbol reads punctuation or an operator. What is none is skipped.
func (s *scanner) symbol(start int) {
	kind, n := symbolAt(s.src[start:])
	switch {
	case start+n > s.off:
		s.stop(None, start)
	case kind == parser.KindLeftBrace:
		s.open(Braces, n)
	case kind == parser.KindDollarBrace:
		s.open(Interp, n)
	case kind == parser.KindLeftParen:
		s.open(Paren, n)
	case kind == parser.KindLeftBracket:
		s.open(List, n)
	default:
		s.pos += n
		s.punctuation(kind, start)
	}
}

func symbolAt(src string) (parser.Kind, int) {
	for _, sign := range signs[src[0]] {
		if len(sign.text) == 1 || strings.HasPrefix(src, sign.text) {
			return sign.kind, len(sign.text)
		}
	}
	return parser.KindInvalid, 1
}

func (s *scanner) punctuation(kind parser.Kind, start int) {
	switch kind {
	case parser.KindRightBrace, parser.KindRightParen, parser.KindRightBracket:
		s.close(kind)
	case parser.KindSemicolon:
		s.semicolon(start)
	case parser.KindComma:
		s.comma(start)
	case parser.KindAssign:
		s.assign(start)
	case parser.KindQuestion:
		s.question(start)
	case parser.KindInvalid:
	default:
		s.push(kind, start)
	}
}

func (s *scanner) push(kind parser.Kind, start int) {
	s.items = append(s.items, Item{kind, text.Span{Start: uint32(start), End: uint32(s.pos)}})
	f := s.top()
	if f.Kind == Braces && kind == parser.KindEllipsis {
		f.Formals, f.state = true, inPath
	}
}

// restart begins the next binding or formal.
func (s *scanner) restart() {
	f := s.top()
	s.bind(f)
	s.items = s.items[:f.base]
	f.state, f.Path, f.pending, f.begun = atStart, f.Path[:0], 0, true
}

// bind takes down the names of a binding, an inherit or a formal that is done.
func (s *scanner) bind(f *Frame) {
	if f.Kind == Braces && !f.Rec && !f.Formals {
		return
	}
	switch items := s.items[f.base:]; {
	case f.state == inInherit:
		f.Names = append(f.Names, items...)
	case f.state == inValue && len(f.Path) > 0:
		f.Names = append(f.Names, f.Path[0])
	case f.state == inPath && f.Formals && len(items) > 0:
		f.Names = append(f.Names, items[0])
	}
}

// semicolon ends a binding or the head of with and assert. Behind a bracket
// that was never closed it ends the binding around.
func (s *scanner) semicolon(start int) {
	f := s.top()
	switch {
	case f.pending > 0:
		f.pending--
		s.push(parser.KindSemicolon, start)
		return
	case f.Kind == Paren || f.Kind == List:
		if !s.unwind() {
			s.push(parser.KindSemicolon, start)
			return
		}
	}
	if f = s.top(); f.Kind == Braces || f.Kind == Let {
		s.restart()
	}
}

// unwind gives up what is open inside the innermost bindings.
func (s *scanner) unwind() bool {
	for i := len(s.frames) - 1; i > 0; i-- {
		switch s.frames[i].Kind {
		case Braces, Let:
			s.items, s.frames = s.items[:s.frames[i+1].base], s.frames[:i+1]
			return true
		case Interp, quote:
			return false
		}
	}
	return false
}

func (s *scanner) comma(start int) {
	if f := s.top(); f.Kind == Braces {
		f.Formals = true
		s.restart()
		return
	}
	s.push(parser.KindComma, start)
}

// assign begins the value of a binding. If the one before was not ended, the
// names right before the sign are those of the next.
func (s *scanner) assign(start int) {
	f := s.top()
	if f.Kind != Braces && f.Kind != Let {
		s.push(parser.KindAssign, start)
		return
	}
	operand := lastOperand(s.items[f.base:])
	if f.state == inValue {
		s.bind(f)
	}
	f.Path = append(f.Path[:0], operand...)
	s.items = s.items[:f.base]
	f.state, f.pending, f.begun = inValue, 0, true
}

// question begins the default of a formal, or is the operator.
func (s *scanner) question(start int) {
	f := s.top()
	if f.Kind != Braces || f.state != inPath {
		s.push(parser.KindQuestion, start)
		return
	}
	f.Path = append(f.Path[:0], s.items[f.base:]...)
	s.items = s.items[:f.base]
	f.Formals, f.state = true, inValue
}

// take adds a name, a keyword, a literal or a group to the frame at hand.
func (s *scanner) take(item Item) {
	f := s.top()
	bindings := f.Kind == Braces || f.Kind == Let
	switch {
	case item.Kind == parser.KindOrKw && s.isName(f):
		item.Kind = parser.KindVar
	case item.Kind == parser.KindLetKw:
		s.openLet(item)
		return
	case item.Kind == parser.KindInKw && s.closeLet(item):
		return
	case item.Kind == parser.KindInheritKw && bindings:
		s.restart()
		s.top().state = inInherit
		return
	case item.Kind == parser.KindWithKw, item.Kind == parser.KindAssertKw:
		f.pending++
	}
	s.items = append(s.items, item)
	if bindings && f.state == atStart {
		f.state, f.begun = inPath, true
	}
}

// isName reports whether or is a name where it stands.
func (s *scanner) isName(f *Frame) bool {
	n := len(s.items)
	return f.state != inValue || n == f.base || s.items[n-1].Kind == parser.KindDot || isBoundary(s.items[n-1].Kind)
}

func (s *scanner) openLet(item Item) {
	s.pos = int(item.Span.Start)
	s.open(Let, int(item.Span.Len()))
}

// closeLet ends the innermost let, and what was left open in it.
func (s *scanner) closeLet(item Item) bool {
	for i := len(s.frames) - 1; i > 0; i-- {
		switch f := s.frames[i]; f.Kind {
		case Let:
			s.items, s.frames = append(s.items[:f.base], item), s.frames[:i]
			return true
		case Interp, quote:
			return false
		}
	}
	return false
}
