package convert

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.lsp.dev/protocol"

	"firn/parser/text"
)

func pos(line, character uint32) protocol.Position {
	return protocol.Position{Line: line, Character: character}
}

func TestMapper(t *testing.T) {
	const src = "aé😀b\r\n\nend"
	tests := []struct {
		name string
		enc  text.Encoding
		off  uint32
		pos  protocol.Position
	}{
		{"start", text.UTF16, 0, pos(0, 0)},
		{"UTF-16", text.UTF16, 7, pos(0, 4)},
		{"UTF-8", text.UTF8, 7, pos(0, 7)},
		{"UTF-32", text.UTF32, 7, pos(0, 3)},
		{"end of the line", text.UTF16, 8, pos(0, 5)},
		{"empty line", text.UTF16, 10, pos(1, 0)},
		{"end", text.UTF16, 14, pos(2, 3)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := Mapper{Lines: text.NewLines(src), Encoding: tt.enc}
			if got := m.Position(tt.off); got != tt.pos {
				t.Errorf("Position(%d) = %v, want %v", tt.off, got, tt.pos)
			}
			if got := m.Offset(tt.pos); got != tt.off {
				t.Errorf("Offset(%v) = %d, want %d", tt.pos, got, tt.off)
			}
		})
	}
}

func TestSpan(t *testing.T) {
	m := Mapper{Lines: text.NewLines("ab\ncd"), Encoding: text.UTF16}
	tests := []struct {
		name string
		r    protocol.Range
		want text.Span
	}{
		{"forwards", protocol.Range{Start: pos(0, 1), End: pos(1, 1)}, text.Span{Start: 1, End: 4}},
		{"backwards", protocol.Range{Start: pos(1, 1), End: pos(0, 1)}, text.Span{Start: 1, End: 4}},
		{"beyond", protocol.Range{Start: pos(0, 99), End: pos(99, 0)}, text.Span{Start: 2, End: 5}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := m.Span(tt.r); got != tt.want {
				t.Errorf("Span(%v) = %s, want %s", tt.r, got, tt.want)
			}
		})
	}
}

func TestEncodings(t *testing.T) {
	for _, enc := range []text.Encoding{text.UTF8, text.UTF16, text.UTF32} {
		if got := Encoding(EncodingKind(enc)); got != enc {
			t.Errorf("%s becomes %s", EncodingKind(enc), EncodingKind(got))
		}
	}
	if got := Encoding("utf-7"); got != text.UTF16 {
		t.Errorf("an unknown encoding is %s", EncodingKind(got))
	}
}

func TestDocumentEdit(t *testing.T) {
	version := int32(7)
	m := Mapper{URI: "file:///a.nix", Version: &version, Lines: text.NewLines("ab\ncd")}
	got := m.DocumentEdit([]text.Edit{{Span: text.Span{Start: 1, End: 4}, New: "x"}})
	raw, err := protocol.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"textDocument":{"uri":"file:///a.nix","version":7},"edits":[{"range":{"start":{"line":0,"character":1},"end":{"line":1,"character":1}},"newText":"x"}]}`
	if diff := cmp.Diff(want, string(raw)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
