package markup

import (
	"strings"
	"testing"

	"firn/eval/builtin"
	"firn/lsp/feature/manual"
)

func TestNix(t *testing.T) {
	tests := []struct {
		name, code, want string
	}{
		{"nothing", "", ""},
		{"plain", "x", "```nix\nx\n```"},
		{"fence in the code", "''\n  ```\n''", "````nix\n''\n  ```\n''\n````"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Nix(test.code); got != test.want {
				t.Errorf("Nix(%q) = %q, want %q", test.code, got, test.want)
			}
		})
	}
}

func TestCode(t *testing.T) {
	tests := []struct {
		name, text, want string
	}{
		{"nothing", "", ""},
		{"plain", "x", "`x`"},
		{"several lines", "a\n  b", "`a b`"},
		{"backquote", "a`b", "`` a`b ``"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Code(test.text); got != test.want {
				t.Errorf("Code(%q) = %q, want %q", test.text, got, test.want)
			}
		})
	}
}

func TestExcerpt(t *testing.T) {
	tests := []struct {
		name, src, want string
	}{
		{"one line", "x = 1;", "x = 1;"},
		{"indentation", "x = {\n    a = 1;\n  };", "x = {\n  a = 1;\n};"},
		{"blank line", "[\n\n    1\n  ]", "[\n\n  1\n]"},
		{"carriage returns", "[\r\n  1\r\n]", "[\n  1\n]"},
		{"long line", strings.Repeat("é", 600), strings.Repeat("é", 500) + " …"},
		{"many lines", strings.Repeat("a\n", 20), strings.Repeat("a\n", 10) + "…"},
		{"long later line", "a\n" + strings.Repeat("b", 2000), "a\n…"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Excerpt(test.src); got != test.want {
				t.Errorf("Excerpt(%q) = %q, want %q", test.src, got, test.want)
			}
		})
	}
}

// TestEverythingIsShown writes all there is: no text is empty or breaks out of
// its code.
func TestEverythingIsShown(t *testing.T) {
	texts := map[string]string{}
	for i := range builtin.Table {
		texts[builtin.Table[i].Name] = Builtin(&builtin.Table[i])
	}
	for _, word := range []string{"let", "if", "with", "inherit", "or", "->", "//"} {
		texts[word] = Entry(manual.Named(word))
	}
	for name, text := range texts {
		if !strings.HasPrefix(text, "```nix\n") || strings.Count(text, "```")%2 != 0 {
			t.Errorf("%s is shown as %q", name, text)
		}
	}
}
