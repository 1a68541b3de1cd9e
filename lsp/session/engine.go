package session

import (
	"firn/parser"
	"firn/parser/text"
)

// buffer is the incremental parser of one text.
type buffer interface {
	Edit(edits ...text.Edit)
	Tree() *parser.Tree
	Close()
}

type freshBuffer struct{ src string }

func (b *freshBuffer) Edit(edits ...text.Edit) {
	for _, e := range edits {
		b.src = e.Apply(b.src)
	}
}
func (b *freshBuffer) Tree() *parser.Tree { return parseBroken(b.src) }
func (b *freshBuffer) Close()             {}

func newBuffer(src string) buffer { return &freshBuffer{src} }

func parseBroken(src string) *parser.Tree {
	t, err := parser.Parse(src, parser.PipeOperators(true))
	if err == nil {
		return t
	}
	n := uint32(len(src))
	t, e := parser.FromFlat(src, []parser.Flat{{End: n, Kind: parser.KindFile}, {End: n, Depth: 1, Kind: parser.KindError}}, nil)
	if e != nil {
		panic(e)
	}
	return t
}
