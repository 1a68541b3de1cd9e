package json

import (
	stdjson "encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParse holds Parse against the decoder of the standard library: both
// accept the same texts, but for what Nix alone rejects or accepts.
func FuzzParse(f *testing.F) {
	for _, tt := range values {
		f.Add(tt.src)
	}
	for _, tt := range failures {
		if len(tt.src) < 1000 {
			f.Add(tt.src)
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		_, err := parse(src)
		if strings.Contains(src, "\x00") || strings.HasPrefix(src, "\xef") || !utf8.ValidString(src) || strings.Contains(src, `\u`) {
			return
		}
		valid := stdjson.Valid([]byte(src))
		if err == nil && !valid {
			t.Fatalf("Parse(%q) has no error", src)
		}
		if err != nil && valid && !strings.Contains(err.Error(), "number") {
			t.Fatalf("Parse(%q) = %v", src, err)
		}
	})
}

// FuzzAppendString reads back what it wrote.
func FuzzAppendString(f *testing.F) {
	for _, s := range []string{"", "a\"b\\", "\x01\n\x7f", "é😀", "\xff", "a\xe2\x82"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		text, err := AppendString(nil, s)
		if (err == nil) != utf8.ValidString(s) {
			t.Fatalf("AppendString(%q): error %v", s, err)
		}
		if err != nil || strings.Contains(s, "\x00") {
			return
		}
		if got, err := parse(string(text)); err != nil || got != quote(s) {
			t.Fatalf("Parse(%s) = %q, %v, want %q", text, got, err, s)
		}
	})
}
