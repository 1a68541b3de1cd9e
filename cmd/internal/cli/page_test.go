package cli

import (
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
)

func TestPage(t *testing.T) {
	tests := []struct{ name, markdown, want string }{
		{"words are filled", "one two\nthree four five", "one two three four\nfive\n"},
		{"paragraphs", "one\n\n\n\ntwo", "one\n\ntwo\n"},
		{"a hard break", "one  \ntwo", "one\ntwo\n"},
		{"a list", "- one two three four five\n- six", "- one two three four\n  five\n- six\n"},
		{"a numbered list", "1. one\n2. two", "1. one\n2. two\n"},
		{"a list behind a paragraph", "one\n- two", "one\n- two\n"},
		{"a nested list", "- one\n  - two three four five", "- one\n  - two three four\n    five\n"},
		{"a quote", "> one two three four five", "│ one two three four\n│ five\n"},
		{"a heading", "## One\ntwo", "One\ntwo\n"},
		{"code", "```nix\na  b\n\n- c\n```\nd", "    a  b\n\n    - c\nd\n"},
		{"a longer fence", "````\n```\n````", "    ```\n"},
		{"an open fence", "```\na", "    a\n"},
		{"code in a line", "a `b *c*` d", "a `b *c*` d\n"},
		{"code with a mark in it", "a `` b`c ``", "a `` b`c ``\n"},
		{"emphasis", "a **b c** *d* (*e*)", "a b c d (e)\n"},
		{"no emphasis", "2 * 3 * 4, a*b*c", "2 * 3 * 4, a*b*c\n"},
		{"links", "[a](b) <https://c> <d>", "a (b) https://c <d>\n"},
		{"escapes", "a\x1b[2Jb\ac", "abc\n"},
		{"a long word", "- abcdefghijklmnopqrstuvwxyz a", "- abcdefghijklmnopqrstuvwxyz\n  a\n"},
		{"nothing", "", "\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := (page{width: 20}).render(tt.markdown); got != tt.want {
				t.Errorf("render(%q) = %q, want %q", tt.markdown, got, tt.want)
			}
		})
	}
}

func TestPageColours(t *testing.T) {
	got := page{width: 80, colours: true}.render("# A\n\n`b c` **d** *e*\n\n```\nf\n```")
	want := "\x1b[1mA\x1b[0m\n\n\x1b[36mb\x1b[0m \x1b[36mc\x1b[0m \x1b[1md\x1b[0m \x1b[4me\x1b[0m\n\n    \x1b[36mf\x1b[0m\n"
	if got != want {
		t.Errorf("render = %q, want %q", got, want)
	}
}

// Whatever the text, a page ends, does nothing to the terminal, keeps to its width
// as far as words do, and has all words of a text without marks.
func FuzzPage(f *testing.F) {
	for _, s := range []string{"a `b` **c**", "- a\n  b\n> c\n# d", "```\na", "1. a  \nb", "`` ` ``", "~~~\n", "\xff\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, markdown string) {
		got := page{width: 20}.render(markdown)
		if strings.ContainsAny(got, "\x1b\a\r") || !strings.HasSuffix(got, "\n") {
			t.Errorf("render(%q) = %q", markdown, got)
		}
		for line := range strings.Lines(got) {
			if runewidth.StringWidth(line) > 20 && strings.Contains(strings.TrimLeft(strings.TrimRight(line, "\n"), " -│*+0123456789.)"), " ") && !strings.HasPrefix(line, "    ") && !strings.ContainsAny(markdown, "`#") {
				t.Errorf("render(%q) has a line of more than the width: %q", markdown, line)
			}
		}
		plain := strings.Map(func(r rune) rune {
			if 'a' <= r && r <= 'z' || r == ' ' || r == '\n' {
				return r
			}
			return -1
		}, markdown)
		if got := (page{width: 20}).render(plain); strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(plain), " ") {
			t.Errorf("render(%q) = %q", plain, got)
		}
	})
}
