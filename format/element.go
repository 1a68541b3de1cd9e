package format

import (
	"slices"
	"unicode/utf8"
)

// element is a piece of a document: a text, a space, or a group of elements.
type element struct {
	kind  elementKind
	level int32 // of nesting, of a text
	off   int32 // of a text: how many blanks are before it at the beginning of a line
	width int32 // of a text, in characters; of lineBreaks, how many
	text  string
	group int32 // of a group: the place of its elements in room.lists
}

type elementKind uint8

const (
	// Texts.
	plainText    elementKind = iota
	commentText              // takes no room in a line
	trailingText             // a comment that ends a line
	expandedText             // a comma that is only there if its group is expanded
	disableText              // where a region begins that stays as it is
	verbatimText             // the whole of that region
	restText                 // such a region to the end of the file
	indentedText             // stands as it is, indentation included

	// Spaces, from the least to the most. The first two and softSpace and space
	// become line breaks if there is no room, or nothing or a blank if there is.
	softBreak  // alone
	lineBreak  // together with all of the group
	hardSpace  // always a blank
	softSpace  // alone
	spaceBreak // together with all of the group
	hardLine   // always a line break
	blankLine  // always two
	lineBreaks // always so many as its width

	// Groups.
	plainGroup       // its spaces become line breaks together
	priorityGroup    // is expanded before the group around it
	transparentGroup // leaves its priority groups to the group around it
)

func (k elementKind) isText() bool  { return k <= indentedText }
func (k elementKind) isSpace() bool { return k >= softBreak && k <= lineBreaks }
func (k elementKind) isGroup() bool { return k >= plainGroup }

// isHard reports whether a space is the same whatever room there is.
func (k elementKind) isHard() bool { return k == hardSpace || k >= hardLine && k <= lineBreaks }

func textWidth(s string) int32 {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return int32(utf8.RuneCountInString(s))
		}
	}
	return int32(len(s))
}

// merged returns the space that two of them become that follow one another.
func merged(a, b element) element {
	if b.kind < a.kind {
		a, b = b, a
	}
	switch {
	case a.kind == lineBreak && (b.kind == softSpace || b.kind == hardSpace):
		return element{kind: spaceBreak}
	case a.kind == softBreak && b.kind == hardSpace:
		return element{kind: softSpace}
	case b.kind == lineBreaks && a.kind == lineBreaks:
		return element{kind: lineBreaks, width: a.width + b.width}
	case b.kind == lineBreaks && a.kind == blankLine:
		return element{kind: lineBreaks, width: b.width + 2}
	case b.kind == lineBreaks && a.kind != hardSpace:
		return element{kind: lineBreaks, width: b.width + 1}
	}
	return b
}

// room is where the elements of a document are kept, in large pieces that are used
// for one file after the other.
type room struct {
	lists  [][]element // of groups
	pieces [][]element
	piece  int // which is being filled
	used   int // of it
}

const pieceSize = 4096

// of returns the elements of a group.
func (r *room) of(e *element) []element { return r.lists[e.group] }

// take returns an empty list with room for n elements.
func (r *room) take(n int) []element {
	for ; r.piece < len(r.pieces); r.piece, r.used = r.piece+1, 0 {
		if p := r.pieces[r.piece]; r.used+n <= len(p) {
			list := p[r.used : r.used : r.used+n]
			r.used += n
			return list
		}
	}
	r.pieces = append(r.pieces, make([]element, max(pieceSize, n)))
	r.used = n
	return r.pieces[r.piece][:0:n]
}

func (r *room) clone(list []element) []element { return append(r.take(len(list)), list...) }

// filled is how much room is taken.
type filled struct{ piece, used int }

func (r *room) filled() filled { return filled{r.piece, r.used} }

// release makes all room free that was taken since.
func (r *room) release(f filled) { r.piece, r.used = f.piece, f.used }

// reset makes all room free for another file. What only a large one needs is given
// back.
func (r *room) reset() {
	const keep = 64 // pieces
	r.pieces = slices.DeleteFunc(r.pieces[:min(keep, len(r.pieces))], func(p []element) bool { return len(p) > pieceSize })
	if clear(r.lists); cap(r.lists) > keep*pieceSize {
		r.lists = nil
	}
	r.lists = r.lists[:0]
	r.piece, r.used = 0, 0
}

// group makes a group of elements, which are in order.
func (r *room) group(kind elementKind, list []element) element {
	r.lists = append(r.lists, list)
	return element{kind: kind, group: int32(len(r.lists) - 1)}
}

// fixer brings the elements of a group in order: it joins spaces, and moves those
// and comments out of groups that have nothing to do with whether a group is
// expanded.
type fixer struct {
	*room
	stack []element // of the list that is being made
	joins bool      // whether the next text can join the one on the stack
}

// fix returns a list in order. The groups in it are.
func (f *fixer) fix(list []element) []element {
	f.stack, f.joins = f.stack[:0], false
	for i := range list {
		f.add(&list[i])
	}
	return f.clone(f.stack)
}

func (f *fixer) add(e *element) {
	top := len(f.stack) - 1
	switch {
	case e.kind.isGroup():
		f.addGroup(e)
	case e.kind.isSpace():
		f.joins = false
		if top >= 0 && f.stack[top].kind.isSpace() {
			f.stack[top] = merged(f.stack[top], *e)
			return
		}
		f.stack = append(f.stack, *e)
	case top >= 0 && f.joins && f.stack[top].kind == e.kind:
		f.stack[top].text += e.text
		f.stack[top].width += e.width
	default:
		f.joins = true
		f.stack = append(f.stack, *e)
	}
}

func (f *fixer) addGroup(e *element) {
	body := f.of(e)
	// A hard space before it belongs to a space that it begins with.
	if top := len(f.stack) - 1; top >= 0 && f.stack[top].kind == hardSpace {
		if first := f.first(body); first != nil && first.kind.isSpace() {
			f.stack = f.stack[:top]
			*first = merged(*first, element{kind: hardSpace})
		}
	}
	n := 0
	for n < len(body) && f.movesOut(&body[n]) {
		n++
	}
	before, body := body[:n], body[n:]
	n = len(body)
	for n > 0 && body[n-1].kind.isHard() {
		n--
	}
	body, behind := body[:n], body[n:]
	f.joins = false
	for i := range before {
		f.add(&before[i])
	}
	switch {
	case len(body) == 1 && body[0].kind == e.kind:
		f.joins = false
		f.stack = append(f.stack, body[0])
	case len(body) > 0:
		f.joins = false
		f.lists[e.group] = body
		f.stack = append(f.stack, *e)
	}
	for i := range behind {
		f.add(&behind[i])
	}
}

// first returns the first element of a list that is no group, or of that group, or
// nil.
func (r *room) first(list []element) *element {
	for len(list) > 0 {
		if !list[0].kind.isGroup() {
			return &list[0]
		}
		list = r.of(&list[0])
	}
	return nil
}

// movesOut reports whether an element at the beginning of a group does not belong
// to it.
func (r *room) movesOut(e *element) bool {
	return e.kind.isHard() || e.kind == verbatimText || e.kind == restText || r.isComment(e)
}

func (r *room) isComment(e *element) bool {
	switch e.kind {
	case commentText, trailingText:
		return true
	case plainGroup, priorityGroup, transparentGroup:
		list := r.of(e)
		for i := range list {
			if !r.isComment(&list[i]) && !list[i].kind.isHard() {
				return false
			}
		}
		return true
	}
	return false
}

// compacted returns elements in one line, without groups, if they fit into the
// given width, or nil.
func (r *room) compacted(list []element, width int32) []element {
	var out []element
	var walk func(list []element) bool
	walk = func(list []element) bool {
		for i := range list {
			e := &list[i]
			switch k := e.kind; {
			case k == disableText || k == verbatimText || k == restText || k == indentedText || k.isSpace() && k.isHard() && k != hardSpace:
				return false
			case k.isText():
				out = append(out, *e)
				width -= e.width
			case k == hardSpace || k == spaceBreak || k == softSpace:
				out = append(out, element{kind: hardSpace})
				width--
			case k.isGroup():
				if !walk(r.of(e)) {
					return false
				}
			}
			if width < 0 {
				return false
			}
		}
		return true
	}
	if !walk(list) {
		return nil
	}
	return out
}
