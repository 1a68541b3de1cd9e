package doccomment

import (
	"strings"
	"testing"

	"firn/parser"
)

func TestOf(t *testing.T) {
	tests := []struct {
		name, src, want string
		kind            parser.Kind
		nth             int
	}{
		{name: "doc comment", src: "{\n  /** The `a`. */\n  a = 1;\n}", kind: parser.KindBinding, want: "The `a`."},
		{
			name: "doc comment of several lines", kind: parser.KindBinding,
			src:  "{\n  /**\n    Adds.\n\n    # Inputs\n      x\n  */\n  a = x: x;\n}",
			want: "Adds.\n\n# Inputs\n  x",
		},
		{name: "doc comment on the line", src: "{ a = 1; /** b */ b = 2; }", kind: parser.KindBinding, nth: 1, want: "b"},
		{name: "before the value", src: "{ a = /** id */ x: x; }", kind: parser.KindBinding, want: "id"},
		{name: "before the value in parentheses", src: "{ a = (/** id */ x: x); }", kind: parser.KindBinding, want: "id"},
		{name: "plain comment before the value", src: "{ a = /* todo */ x: x; }", kind: parser.KindBinding},
		{name: "function of a binding", src: "{\n  # Adds.\n  a = x: x;\n}", kind: parser.KindLambda, want: "Adds."},
		{name: "lines", src: "{\n  # One.\n  # Two.\n  a = 1;\n}", kind: parser.KindBinding, want: "One.\nTwo."},
		{name: "lines after a blank one", src: "{\n  # One.\n\n  # Two.\n  a = 1;\n}", kind: parser.KindBinding, want: "Two."},
		{name: "blank line between", src: "{\n  # Section.\n\n  a = 1;\n}", kind: parser.KindBinding},
		{name: "comment of the binding before", src: "{\n  a = 1; # one\n  b = 2;\n}", kind: parser.KindBinding, nth: 1},
		{name: "behind the binding", src: "{\n  a = 1; # one\n  b = 2;\n}", kind: parser.KindBinding, want: "one"},
		{name: "behind a formal", src: "{ a # one\n, b ? 2 # two\n}: a", kind: parser.KindFormal, nth: 1, want: "two"},
		{name: "behind a formal's comma", src: "{ a, # one\n b }: a", kind: parser.KindFormal, want: "one"},
		{name: "behind the brace", src: "{ # one\n  a\n}: a", kind: parser.KindFormal},
		{name: "between comma and formal", src: "{ a\n, # two\n  b ? 2\n}: a", kind: parser.KindFormal, nth: 1, want: "two"},
		{name: "rule", src: "{\n  ### Tools ###\n  # ------\n  # Text.\n  a = 1;\n}", kind: parser.KindBinding, want: "Tools\nText."},
		{
			name: "sections", kind: parser.KindBinding,
			src:  "{\n  /* Concat.\n\n     Type:\n       f :: a -> b\n\n     Example:\n       f 1\n       => 2\n     More.\n  */\n  a = 1;\n}",
			want: "Concat.\n\nType:\n\n```\nf :: a -> b\n```\n\nExample:\n\n```nix\nf 1\n=> 2\n```\n\nMore.",
		},
		{name: "nothing", src: "{ a = 1; }", kind: parser.KindBinding},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := Of(nth(t, test.src, test.kind, test.nth)); got != test.want {
				t.Errorf("Of(%s) of\n%s\n is %q\nwant %q", test.kind, test.src, got, test.want)
			}
		})
	}
}

func nth(t *testing.T, src string, kind parser.Kind, i int) parser.Node {
	t.Helper()
	tree, err := parser.Parse(src)
	if err != nil {
		t.Fatal(err)
	}
	for n := range tree.Nodes() {
		if n.Kind() == kind {
			if i == 0 {
				return n
			}
			i--
		}
	}
	t.Fatalf("no such %s in %s", kind, src)
	return parser.Node{}
}

func FuzzMarkdown(f *testing.F) {
	for _, seed := range []string{"/**/", "/** a */", "/* Type: a\n b */", "# a\n# b", "#", "/**\n\ta\n b*/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, comment string) {
		if got := Markdown(comment); strings.HasPrefix(got, "\n") {
			t.Errorf("Markdown(%q) begins with a line break: %q", comment, got)
		}
	})
}
