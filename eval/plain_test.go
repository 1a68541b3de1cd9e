package eval_test

import (
	"errors"
	"strings"
	"testing"

	"firn/eval"
)

func TestPlain(t *testing.T) {
	const red, off = "\x1b[31m", "\x1b[0m"
	for _, tt := range []struct{ name, text, want, coloured string }{
		{"nothing", "plain text\nof two lines", "plain text\nof two lines", ""},
		{"colours", red + "x" + off, "x", red + "x" + off},
		{"clearing the screen", "a\x1b[2Jb", "ab", ""},
		{"title of the window", "a\x1b]0;title\ab", "ab", ""},
		{"link", "\x1b]8;;http://x\x1b\\text\x1b]8;;\x1b\\", "text", ""},
		{"command without an end", "a\x1b]0;title", "a", ""},
		{"sequence without an end", "a\x1b[31", "a", ""},
		{"escape at the end", "a\x1b", "a", ""},
		{"single function", "a\x1bMb", "ab", ""},
		{"carriage return and bell", "a\r\nb\a", "a\nb", ""},
		{"tab", "a\tb", "a       b", ""},
		{"tab at a stop", "12345678\tb", "12345678        b", ""},
		{"tab in another line", "123\n45\tb", "123\n45   b", ""},
		{"tab behind wide characters", "漢字\tb", "漢字    b", ""},
		{"tab behind a mark", "e\u0301\tb", "e\u0301       b", ""},
		{"tab behind colours", red + "a\t" + off, "a       ", red + "a       " + off},
		{"no text", "\xff\t\xfe", "\xff       \xfe", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := eval.Plain(tt.text, false); got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
			want := tt.coloured
			if want == "" {
				want = tt.want
			}
			if got := eval.Plain(tt.text, true); got != want {
				t.Errorf("%q with colours, want %q", got, want)
			}
		})
	}
}

// FuzzPlain checks that nothing stays that does something to a terminal, and that
// a plain text is plain.
func FuzzPlain(f *testing.F) {
	f.Add("a\x1b[31mb\x1b]0;t\x1b\\\tc\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		plain := eval.Plain(text, false)
		if strings.ContainsAny(plain, "\x1b\t\r\a") || eval.Plain(plain, false) != plain {
			t.Errorf("%q becomes %q", text, plain)
		}
		if coloured := eval.Plain(text, true); strings.ContainsAny(coloured, "\t\r\a") {
			t.Errorf("%q becomes %q with colours", text, coloured)
		}
	})
}

// TestColoured checks that the colours of an error change nothing else.
func TestColoured(t *testing.T) {
	e := eval.New(eval.Options{Host: eval.OS{}})
	_, err := e.Text(t.Context(), "«string»", "/", "let f = x: x + { }; in\n map f [ (f 1) ] ++ f 1")
	bad, ok := errors.AsType[*eval.Error](err)
	if !ok {
		t.Fatal(err)
	}
	for _, trace := range []bool{false, true} {
		plain, coloured := bad.Text(trace), bad.Coloured(trace)
		if eval.Plain(coloured, false) != plain || coloured == plain || !strings.Contains(coloured, "\x1b[31;1merror:\x1b[0m") {
			t.Errorf("%s\n%q", plain, coloured)
		}
	}
}
