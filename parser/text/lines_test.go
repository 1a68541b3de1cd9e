package text_test

import (
	"testing"
	"unicode/utf8"

	"firn/parser/text"
)

func TestPosition(t *testing.T) {
	const src = "ab\nc\r\nd\re𝄞f\n" // the clef takes 4 bytes, 2 UTF-16 units
	tests := []struct {
		name string
		off  uint32
		enc  text.Encoding
		want text.Position
	}{
		{"start", 0, text.UTF16, text.Position{}},
		{"before a newline", 2, text.UTF16, text.Position{Column: 2}},
		{"after a newline", 3, text.UTF16, text.Position{Line: 1}},
		{"between carriage return and newline", 5, text.UTF16, text.Position{Line: 1, Column: 2}},
		{"after both", 6, text.UTF16, text.Position{Line: 2}},
		{"after a lone carriage return", 8, text.UTF16, text.Position{Line: 3}},
		{"before the clef", 9, text.UTF16, text.Position{Line: 3, Column: 1}},
		{"inside the clef", 11, text.UTF16, text.Position{Line: 3, Column: 1}},
		{"behind the clef, UTF-16", 13, text.UTF16, text.Position{Line: 3, Column: 3}},
		{"behind the clef, UTF-32", 13, text.UTF32, text.Position{Line: 3, Column: 2}},
		{"behind the clef, UTF-8", 13, text.UTF8, text.Position{Line: 3, Column: 5}},
		{"end", 15, text.UTF16, text.Position{Line: 4}},
		{"past the end", 99, text.UTF16, text.Position{Line: 4}},
	}
	lines := text.NewLines(src)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := lines.Position(tt.off, tt.enc); got != tt.want {
				t.Errorf("Position(%d) = %v, want %v", tt.off, got, tt.want)
			}
		})
	}
}

func TestOffset(t *testing.T) {
	const src = "ab\ne𝄞f\r\nx"
	tests := []struct {
		name string
		pos  text.Position
		enc  text.Encoding
		want uint32
	}{
		{"start", text.Position{}, text.UTF16, 0},
		{"past the end of a line", text.Position{Column: 9}, text.UTF16, 2},
		{"past the last line", text.Position{Line: 9, Column: 9}, text.UTF16, 12},
		{"largest numbers", text.Position{Line: 1<<32 - 1, Column: 1<<32 - 1}, text.UTF8, 12},
		{"behind a surrogate pair", text.Position{Line: 1, Column: 3}, text.UTF16, 8},
		{"inside a surrogate pair", text.Position{Line: 1, Column: 2}, text.UTF16, 4},
		{"inside a character of UTF-8", text.Position{Line: 1, Column: 3}, text.UTF8, 4},
		{"behind the clef, UTF-32", text.Position{Line: 1, Column: 2}, text.UTF32, 8},
		{"before the line break", text.Position{Line: 1, Column: 99}, text.UTF16, 9},
	}
	lines := text.NewLines(src)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := lines.Offset(tt.pos, tt.enc); got != tt.want {
				t.Errorf("Offset(%v) = %d, want %d", tt.pos, got, tt.want)
			}
		})
	}
}

func TestExcerpt(t *testing.T) {
	tests := []struct {
		name, src string
		off       uint32
		want      string
	}{
		{"only line", "a b", 2, "            1| a b\n             |   ^"},
		{"in the middle", "a\nbc\n\nd", 3, "            1| a\n            2| bc\n             |  ^\n            3|"},
		{"end of the text", "a\n", 2, "            1| a\n            2|\n             | ^"},
		{"empty text", "", 0, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := text.NewLines(tt.src).Excerpt(tt.off); got != tt.want {
				t.Errorf("Excerpt:\n%s\nwant:\n%s", got, tt.want)
			}
		})
	}
}

// FuzzLines checks that an offset at a character's start survives the way to
// a position and back, and that no position leads out of the text.
func FuzzLines(f *testing.F) {
	f.Add("ab\nc\r\nd\re𝄞f\n", uint32(3), uint32(2), uint32(1))
	f.Add("\xff\r\r\n", uint32(1), uint32(0), uint32(7))
	f.Fuzz(func(t *testing.T, src string, off, line, column uint32) {
		lines := text.NewLines(src)
		for _, enc := range []text.Encoding{text.UTF8, text.UTF16, text.UTF32} {
			if got := lines.Offset(text.Position{Line: line, Column: column}, enc); int(got) > len(src) {
				t.Fatalf("offset %d of %d", got, len(src))
			}
			if !utf8.ValidString(src) || int(off) > len(src) || int(off) < len(src) && !utf8.RuneStart(src[off]) {
				continue
			}
			p := lines.Position(off, enc)
			if p.Column > lines.Span(p.Line).Len() {
				continue // in a line break
			}
			if got := lines.Offset(p, enc); got != off && off <= lines.Span(p.Line).End {
				t.Fatalf("offset %d becomes %v becomes %d", off, p, got)
			}
		}
	})
}
