package session

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"firn/parser/text"
)

func at(line, column uint32) text.Position { return text.Position{Line: line, Column: column} }

func between(startLine, startColumn, endLine, endColumn uint32) *Range {
	return &Range{Start: at(startLine, startColumn), End: at(endLine, endColumn)}
}

func TestChanges(t *testing.T) {
	const most = math.MaxUint32
	tests := []struct {
		name, src string
		enc       text.Encoding
		changes   []Change
		want      string
	}{
		{"nothing", "abc", text.UTF16, nil, "abc"},
		{"insert", "abc", text.UTF16, []Change{{between(0, 1, 0, 1), "x"}}, "axbc"},
		{"replace lines", "a\nb\nc\n", text.UTF16, []Change{{between(0, 1, 2, 0), ""}}, "ac\n"},
		{"whole", "abc", text.UTF16, []Change{{nil, "x"}}, "x"},
		{"whole and more", "abc", text.UTF16, []Change{{between(0, 0, 0, 1), "z"}, {nil, "xy\nz"}, {between(1, 0, 1, 1), "w"}}, "xy\nw"},
		{"past the end of the line", "ab\ncd", text.UTF16, []Change{{between(0, 9, 0, 99), "x"}}, "abx\ncd"},
		{"past the end", "ab\ncd", text.UTF16, []Change{{between(7, 0, 9, 3), "x"}}, "ab\ncdx"},
		{"largest numbers", "ab\ncd", text.UTF16, []Change{{between(most, most, most, most), "x"}, {between(0, most, 0, most), "y"}}, "aby\ncdx"},
		{"backwards", "abcd", text.UTF16, []Change{{between(0, 3, 0, 1), "x"}}, "axd"},
		{"backwards over lines", "ab\ncd", text.UTF16, []Change{{between(1, 1, 0, 1), "x"}}, "axd"},
		{"inside a surrogate pair", "a😀b", text.UTF16, []Change{{between(0, 2, 0, 2), "x"}}, "ax😀b"},
		{"half of a surrogate pair", "a😀b", text.UTF16, []Change{{between(0, 2, 0, 3), "x"}}, "axb"},
		{"inside bytes of a character", "aéb", text.UTF8, []Change{{between(0, 2, 0, 2), "x"}}, "axéb"},
		{"characters", "a😀b", text.UTF32, []Change{{between(0, 1, 0, 2), "x"}}, "axb"},
		{"line breaks of all kinds", "a\r\nb\rc\nd", text.UTF16, []Change{{between(1, 0, 1, 1), "B"}, {between(2, 0, 3, 0), "-"}}, "a\r\nB\r-d"},
		{"between CR and LF", "a\r\nb", text.UTF16, []Change{{between(0, 5, 0, 5), "x"}}, "ax\r\nb"},
		{"bottom up", "a\nb\nc", text.UTF16, []Change{{between(2, 0, 2, 1), "C"}, {between(1, 0, 1, 1), "B"}, {between(0, 0, 0, 1), "A"}}, "A\nB\nC"},
		{"bottom up on one line", "a b c", text.UTF16, []Change{{between(0, 4, 0, 5), "CC"}, {between(0, 2, 0, 3), "BB"}, {between(0, 0, 0, 1), "AA"}}, "AA BB CC"},
		{"top down", "a\nb\nc", text.UTF16, []Change{{between(0, 0, 0, 1), "A\nA"}, {between(2, 0, 2, 1), "B"}, {between(3, 0, 3, 1), "C"}}, "A\nA\nB\nC"},
		{"up and down", "a\nb\nc", text.UTF16, []Change{{between(2, 0, 2, 1), "C"}, {between(0, 0, 0, 1), "A\nA"}, {between(3, 1, 3, 1), "!"}}, "A\nA\nb\nC!"},
		{"in an empty text", "", text.UTF16, []Change{{between(0, 0, 0, 0), "x"}, {between(0, 1, 0, 1), "y"}}, "xy"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := applyAll(t, tt.src, tt.enc, tt.changes); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// applyAll applies changes and checks that the edits say the same.
func applyAll(t *testing.T, src string, enc text.Encoding, changes []Change) string {
	t.Helper()
	got, err := apply(src, linesOf(src), enc, changes)
	if err != nil {
		t.Fatal(err)
	}
	if !got.whole {
		edited := src
		for _, e := range got.edits {
			edited = e.Apply(edited)
		}
		if edited != got.src {
			t.Errorf("the edits %v make %q of %q, want %q", got.edits, edited, src, got.src)
		}
	}
	return got.src
}

// FuzzChanges compares with an implementation that does one change after
// another. The input decides which.
func FuzzChanges(f *testing.F) {
	f.Add("a\r\nb\rc\n", "x\ny", []byte{0, 1, 0, 1, 1, 0, 2, 0, 0, 0, 1, 1})
	f.Fuzz(func(t *testing.T, src, added string, places []byte) {
		var changes []Change
		want := src
		for ; len(places) >= 4 && len(changes) < 20; places = places[4:] {
			c := Change{between(uint32(places[0]), uint32(places[1]), uint32(places[2]), uint32(places[3])), added}
			changes = append(changes, c)
			want = naive(want, text.UTF16, c)
		}
		if got := applyAll(t, src, text.UTF16, changes); got != want {
			t.Errorf("%q with %+v is %q, want %q", src, changes, got, want)
		}
	})
}

// TestRandomChanges is FuzzChanges with inputs that are likely to matter.
func TestRandomChanges(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	alphabet := []string{"a", "b ", "\n", "\r\n", "\r", "é", "😀", "\xff", ""}
	word := func() string {
		var b strings.Builder
		for range r.IntN(6) {
			b.WriteString(alphabet[r.IntN(len(alphabet))])
		}
		return b.String()
	}
	for range 20_000 {
		src := word() + word() + word()
		enc := text.Encoding(r.IntN(3))
		var changes []Change
		want := src
		for range r.IntN(5) {
			c := Change{between(uint32(r.IntN(5)), uint32(r.IntN(6)), uint32(r.IntN(5)), uint32(r.IntN(6))), word()}
			if r.IntN(20) == 0 {
				c.Range = nil
			}
			changes = append(changes, c)
			want = naive(want, enc, c)
		}
		if got := applyAll(t, src, enc, changes); got != want {
			t.Fatalf("%q with %+v is %q, want %q", src, changes, got, want)
		}
	}
}

func naive(src string, enc text.Encoding, c Change) string {
	if c.Range == nil {
		return c.Text
	}
	lines := text.NewLines(src)
	start, end := lines.Offset(c.Range.Start, enc), lines.Offset(c.Range.End, enc)
	return text.Edit{Span: text.Span{Start: min(start, end), End: max(start, end)}, New: c.Text}.Apply(src)
}

func TestTooLarge(t *testing.T) {
	defer func(n int) { maxText = n }(maxText)
	maxText = 100
	big := strings.Repeat("x", 60)
	insert := Change{between(0, 0, 0, 0), big}
	none := func() *text.Lines { return text.NewLines("") }
	for name, changes := range map[string][]Change{
		"one":   {insert},
		"two":   {{between(0, 0, 0, 0), ""}, insert},
		"whole": {{nil, big}, insert},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := apply(big, none, text.UTF8, changes); !errors.Is(err, errTooLarge) {
				t.Errorf("apply has error %v, want %v", err, errTooLarge)
			}
		})
	}
}

func BenchmarkManyCursors(b *testing.B) {
	src := strings.Repeat("  name = value;\n", 40_000)
	orders := map[string]func(i uint32) uint32{
		"bottom up": func(i uint32) uint32 { return 39_999 - i*40 },
		"top down":  func(i uint32) uint32 { return i * 40 },
		"scattered": func(i uint32) uint32 { return i * 7919 % 40_000 },
	}
	for order, line := range orders {
		b.Run(order, func(b *testing.B) {
			changes := make([]Change, 1000)
			for i := range changes {
				l := line(uint32(i))
				changes[i] = Change{between(l, 3, l, 3), "x"}
			}
			for b.Loop() {
				if _, err := apply(src, linesOf(src), text.UTF16, changes); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
