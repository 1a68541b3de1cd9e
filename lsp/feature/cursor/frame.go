package cursor

import (
	"strings"

	"firn/parser"
	"firn/parser/text"
)

// open begins a frame with the token of n bytes at hand.
func (s *scanner) open(kind FrameKind, n int) {
	f := Frame{Kind: kind, Start: uint32(s.pos), state: inValue}
	switch kind {
	case Braces, Let:
		f.state = atStart
		f.Rec = kind == Let || s.takeRec(&f)
	default:
	}
	f.base = len(s.items)
	s.pos += n
	if top := s.top(); kind == Braces && top.Kind == Let && !top.begun {
		f.Start, f.Rec = top.Start, true // the old let { ... }
		*top = f
		return
	}
	s.frames = append(s.frames, f)
}

// takeRec takes the rec before a brace, which belongs to it.
func (s *scanner) takeRec(f *Frame) bool {
	if n := len(s.items); n > s.top().base && s.items[n-1].Kind == parser.KindRecKw {
		f.Start = s.items[n-1].Span.Start
		s.items = s.items[:n-1]
		return true
	}
	return false
}

// close ends the innermost frame of one of some kinds, and with it what was
// left open in it. It does not reach out of what holds.
func (s *scanner) close(kind parser.Kind) {
	i := len(s.frames) - 1
	for i > 0 && !closes(kind, s.frames[i].Kind) {
		if s.frames[i].Kind == quote || kind != parser.KindRightBrace && holds(s.frames[i].Kind) {
			return
		}
		i--
	}
	if i == 0 {
		return
	}
	s.leave(i)
}

func closes(kind parser.Kind, f FrameKind) bool {
	switch kind {
	case parser.KindRightParen:
		return f == Paren
	case parser.KindRightBracket:
		return f == List
	}
	return f == Braces || f == Interp
}

// holds reports whether a missing bracket inside of a frame is made up for at
// its end at the latest.
func holds(k FrameKind) bool { return k == Braces || k == Interp || k == quote }

// leave ends frame i with the token that ends at s.pos, and makes an item of it.
func (s *scanner) leave(i int) {
	f := s.frames[i]
	s.items, s.frames = s.items[:f.base], s.frames[:i]
	item := Item{groups[f.Kind], text.Span{Start: f.Start, End: uint32(s.pos)}}
	switch top := s.top(); {
	case f.Kind == Interp && top.Kind == quote:
	case f.Kind == Interp && s.continuesPath(f.Start):
		s.items[len(s.items)-1].Span.End = uint32(s.pos)
		s.restOfPath()
	default:
		s.take(item)
	}
}

var groups = [...]parser.Kind{
	Braces: parser.KindAttrSet, Let: parser.KindLet, Paren: parser.KindParen,
	List: parser.KindList, Interp: parser.KindInterp, quote: parser.KindString,
}

func (s *scanner) continuesPath(start uint32) bool {
	n := len(s.items)
	return n > s.top().base && s.items[n-1].Kind == parser.KindPath && s.items[n-1].Span.End == start
}

// restOfPath takes what follows an interpolation in a path.
func (s *scanner) restOfPath() {
	end := s.pos
	for end < len(s.src) && (classes[s.src[end]]&isPathByte != 0 || s.src[end] == '/') {
		end++
	}
	if end >= s.off {
		s.stop(None, s.off)
		return
	}
	s.pos = end
	s.items[len(s.items)-1].Span.End = uint32(end)
}

// text reads the inside of a string.
func (s *scanner) text() {
	rest := s.src[s.pos:]
	indented := s.src[s.top().Start] == '\''
	switch {
	case strings.HasPrefix(rest, "${"):
		s.open(Interp, 2)
	case !indented && rest[0] == '"':
		s.pos++
		s.leave(len(s.frames) - 1)
	case !indented && rest[0] == '\\', rest[0] == '$' && len(rest) > 1 && rest[1] == '$':
		s.pos += 2
	case indented && (strings.HasPrefix(rest, "'''") || strings.HasPrefix(rest, "''$")):
		s.pos += 3
	case indented && strings.HasPrefix(rest, `''\`):
		s.pos += 4
	case indented && strings.HasPrefix(rest, "''"):
		s.pos += 2
		s.leave(len(s.frames) - 1)
	default:
		s.pos += plain(rest)
	}
}

// plain returns the length of text that needs no look, one byte at least.
func plain(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '$', '"', '\\', '\'':
			return i
		}
	}
	return len(s)
}
