package format

import (
	"errors"
	"strings"
	"sync"
	"unicode"

	"firn/parser"
	"firn/parser/text"
)

// Options say how a file is laid out. The zero value is the official style.
type Options struct {
	Width  int  // of a line in characters, without its indentation; 0 for [DefaultWidth]
	Indent int  // blanks for a level of nesting; 0 for [DefaultIndent]
	Strict bool // line breaks in the source count less
}

// What the official style has.
const (
	DefaultWidth  = 100
	DefaultIndent = 2
)

// ErrChanged says that a layout would have changed what a text means, and so is
// not one: there is an error in this package.
var ErrChanged = errors.New("the layout would change what the file means; this is a bug in firn, please report it")

// Source returns a text in the official style. If it is not valid the error is a
// [*parser.Error].
//
// Where lines are as wide and indented as in that style, the result is that of
// nixfmt. With other options nixfmt's own would be laid out in another way the
// next time; here such a text is laid out until it stays what it is.
func Source(src string, o Options) (string, error) {
	tree, bad := Parse(src)
	if bad != nil {
		return "", bad
	}
	o = o.full()
	out := Tree(tree, o)
	if out == src {
		return src, nil
	}
	after, err := reread(tree, out)
	if err != nil {
		return "", err
	}
	if o.Width == DefaultWidth && o.Indent == DefaultIndent {
		return out, nil
	}
	const most = 8 // two are enough mostly
	for range most {
		next := Tree(after, o)
		if next == out {
			break
		}
		out = next
		if after, err = reread(tree, out); err != nil {
			return "", err
		}
	}
	return out, nil
}

// reread reads what was laid out, and compares it with what it was made of.
func reread(tree *parser.Tree, out string) (*parser.Tree, error) {
	after, bad := Parse(out)
	if bad != nil || !SameMeaning(tree, after) {
		return nil, ErrChanged
	}
	return after, nil
}

// full returns options without zeros.
func (o Options) full() Options {
	if o.Width == 0 {
		o.Width = DefaultWidth
	}
	if o.Indent == 0 {
		o.Indent = DefaultIndent
	}
	return o
}

// Parse reads a text that is to be laid out. All that nixfmt lays out is valid,
// too: also numbers that are too large, and operators that are experimental.
func Parse(src string) (*parser.Tree, *parser.Error) {
	tree, bad := parser.Parse(src, parser.PipeOperators(true), parser.AnyNumber())
	if bad != nil {
		return nil, bad
	}
	for n := range tree.Nodes() {
		if n.Kind() != parser.KindInterp || n.Parent().Kind() != parser.KindInherit {
			continue
		}
		if _, ok := n.AttrName(); !ok {
			return nil, &parser.Error{
				Code: parser.DynamicInInherit, Msg: "dynamic attributes not allowed in inherit",
				Span: text.Span{Start: n.Start(), End: n.End()},
			}
		}
	}
	return tree, nil
}

// Tree returns the text of a tree of [Parse] in the official style.
func Tree(tree *parser.Tree, o Options) string {
	o = o.full()
	file := build(tree, o.Strict)
	first := file.expr.first()
	for len(first.lead()) > 0 && first.lead()[0].kind == emptyLine {
		first.setLead(first.lead()[1:])
	}
	k := kits.Get().(*kit)
	defer kits.Put(k)
	list := k.document(&file)
	k.printer.start(o)
	k.printer.document(list)
	rest := k.room.endsInRegion(list)
	k.room.reset()
	out := string(k.printer.out)
	if rest {
		return strings.TrimLeftFunc(out, unicode.IsSpace)
	}
	return strings.TrimFunc(out, unicode.IsSpace) + "\n"
}

// kit is what a layout needs room for, which is used for one file after the other.
type kit struct {
	room    room
	writer  writer
	printer printer
}

var kits = sync.Pool{New: func() any { return new(kit) }}

// document returns the document of a file, in order.
func (k *kit) document(file *whole) []element {
	k.printer.room = &k.room
	w := &k.writer
	*w = writer{room: &k.room, list: w.list[:0], fixer: fixer{room: &k.room, stack: w.fixer.stack[:0]}}
	w.whole(file)
	return w.fixer.fix(w.list)
}

// endsInRegion reports whether a document ends in a region without an end.
func (r *room) endsInRegion(list []element) bool {
	for i := len(list) - 1; i >= 0; i-- {
		switch e := &list[i]; {
		case e.kind.isSpace():
		case e.kind.isGroup():
			return r.endsInRegion(r.of(e))
		default:
			return e.kind == restText
		}
	}
	return false
}
