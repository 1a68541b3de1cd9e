package cursor_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"firn/lsp/feature/cursor"
	"firn/parser"
)

func TestAt(t *testing.T) {
	tests := []struct {
		name, src, want string
	}{
		{"empty file", "^", "Expr"},
		{"word", "fo^o", "Expr word=foo"},
		{"behind a word", "foo ^", "Operand"},
		{"argument", "foo ba^", "Operand word=ba"},
		{"behind an operator", "1 + ^", "Expr"},
		{"behind a colon", "x: ^", "Expr"},
		{"line comment", "# foo^\nbar", "None"},
		{"block comment", "/* foo^ */ bar", "None"},
		{"behind a block comment", "/* foo */^ bar", "Expr"},
		{"number", "12^", "None word=12"},
		{"string", `"foo^"`, "Text"},
		{"interpolation", `"a ${fo^}"`, "Expr word=fo in=${"},
		{"behind an interpolation", `"a ${b} ^"`, "Text"},
		{"escaped interpolation", `"a \${b^}"`, "Text"},
		{"doubled dollar", `"a $${b^}"`, "Text"},
		{"indented string", "''\n  ''${ ''' ^''", "Text"},
		{"behind an indented string", "'' ''\\n '' ^", "Operand"},
		{"nested strings", `"${"${a^}"}"`, "Expr word=a in=${ ${"},
		{"string without end", `{ a = "b^`, "Text"},

		{"attribute", "a.^", "Attr base=a"},
		{"attribute with a word", "a.b.c^", "Attr word=c base=a.b"},
		{"attribute of an argument", "f a.^", "Attr base=a"},
		{"attribute in a list", "[ a b.^ ]", "Attr base=b in=["},
		{"attribute of parentheses", "(f x).^", "Attr base=(f x)"},
		{"attribute of a set", "{ a = 1; }.^", "Attr base={ a = 1; }"},
		{"attribute of a default", "a.b or c.^", "Attr base=a.b or c"},
		{"dynamic attribute", "a.${b}.^", "Attr base=a.${b}"},
		{"has-attribute test", "a ? ^", "Attr base=a"},
		{"deeper has-attribute test", "x && a.b ? c.d^", "Attr word=d base=a.b path=c"},
		{"before another binding", "{ a = b.^\n  c = 1; }", "Attr base=b in={a}"},

		{"binding", "{ ^ }", "Binding in={}"},
		{"second binding", "{ a = 1; b^ }", "Binding word=b in={}"},
		{"nested path", "{ a.b.^ }", "Binding path=a.b in={}"},
		{"behind a name", "{ a ^ }", "None in={}"},
		{"value", "{ a.b = ^ }", "Expr in={a.b}"},
		{"value behind one without semicolon", "{ a = 1\n b = ^ }", "Expr in={b}"},
		{"value behind a call without semicolon", "{ a = f x\n b.c = ^ }", "Expr in={b.c}"},
		{"binding behind an open parenthesis", "{ a = (f x; ^ }", "Binding in={}"},
		{"binding of a recursive set", "rec { a = 1; ^", "Binding in=rec {}"},
		{"nested sets", "{ a = { b = { c = ^", "Expr in={a} {b} {c}"},
		{"behind a nested set", "{ a = { b = 1; }; ^", "Binding in={}"},
		{"with in a value", "{ a = with b; ^ }", "Expr in={a}"},
		{"behind with", "{ a = with b; c; ^ }", "Binding in={}"},
		{"nested with and assert", "{ a = assert x; with b; ^", "Expr in={a}"},
		{"with in a list", "with pkgs; [ a ^ ]", "Expr in=["},
		{"with itself", "with ^", "Expr"},

		{"let", "let ^", "Binding in=let{} keyword=in"},
		{"let, second binding", "let a = 1; ^", "Binding in=let{} keyword=in"},
		{"let value", "let a = ^", "Expr in=let{a}"},
		{"let body", "let a = 1; in ^", "Expr"},
		{"let in a value", "{ a = let b = 1; in ^ }", "Expr in={a}"},
		{"let with a broken value", "let a = { b = 1; in ^", "Expr"},
		{"old let", "let { a = 1; ^", "Binding in=rec {}"},
		{"let in parentheses", "(let a = 1; in a) ^", "Operand"},

		{"if", "if ^", "Expr keyword=then"},
		{"if condition", "if a ^", "Operand keyword=then"},
		{"then", "if a then b ^", "Operand keyword=else"},
		{"else", "if a then b else c ^", "Operand"},
		{"nested if", "if a then if b then c else d ^", "Operand keyword=else"},
		{"if in parentheses", "if a then (b ^", "Operand in=("},

		{"inherit", "{ inherit ^ }", "Inherit in={}"},
		{"inherit, second name", "{ inherit a b^; }", "Inherit word=b path=a in={}"},
		{"inherit from", "{ inherit (x.y) a ^; }", "Inherit base=(x.y) path=a in={}"},
		{"inherit source", "{ inherit (x.^) a; }", "Attr base=x in={} ("},
		{"inherit without semicolon before", "{ a = b inherit ^ }", "Inherit in={}"},
		{"let inherit", "let inherit (x) ^; in 1", "Inherit base=(x) in=let{}"},

		{"formal", "{ a, ^ }: a", "Formal in={,}"},
		{"first formal", "{ ^ }: a", "Formal in={,}"},
		{"first formal before others", "{ ^, b }: a", "Formal in={,}"},
		{"formal with @", "{ a, b^ }@args: a", "Formal word=b in={,}"},
		{"default", "{ a ? ^ }: a", "Expr in={a,}"},
		{"behind a default", "{ a ? b, ^ }: a", "Formal in={,}"},
		{"behind formals", "{ a }: ^", "Expr"},
		{"behind @", "{ a }@^", "None"},

		{"call with a set", "f { ^ }", "Binding in={}"},
		{"path", "./fo^o", "Path word=./foo"},
		{"path after a dot and slash", "import ./^", "Path word=./"},
		{"path of the parent", "[ ../^ ]", "Path word=../ in=["},
		{"home", "~/^", "Path word=~/"},
		{"absolute path", "import /etc/^", "Path word=/etc/"},
		{"root", "x = /^", "Path word=/"},
		{"division", "a /^", "Expr"},
		{"update", "a //^ b", "Expr"},
		{"path without dot", "foo/ba^", "Path word=foo/ba"},
		{"behind a path", "./foo ^", "Operand"},
		{"path with interpolation", "./a/${b}/c ^", "Operand"},
		{"interpolation of a path", "./a/${b^}", "Expr word=b in=${"},
		{"rest of a path", "./a/${b}/c^", "None"},
		{"search path", "import <nix^", "Search word=nix"},
		{"closed search path", "import <nix^>", "Search word=nix"},
		{"behind a search path", "<nixpkgs> ^", "Operand"},
		{"comparison", "a < b && ^", "Expr"},
		{"url", "https://exa^", "None word=https://exa"},
		{"lambda without space", "x:^", "Expr"},
		{"inside an operator", "a =^= b", "None word=="},
		{"stray brackets", ") ] } ^", "Expr"},
		{"rec", "rec ^", "None"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before, after, _ := strings.Cut(test.src, "^")
			src := before + after
			c := cursor.At(src, uint32(len(before)))
			if got := show(src, c); got != test.want {
				t.Errorf("At(%s)\n is %s\nwant %s", test.src, got, test.want)
			}
		})
	}
}

func show(src string, c cursor.Context) string {
	var b strings.Builder
	b.WriteString(c.Place.String())
	if !c.Word.Empty() && c.Place != cursor.Text {
		fmt.Fprintf(&b, " word=%s", c.Word.In(src))
	}
	if len(c.Base) > 0 {
		fmt.Fprintf(&b, " base=%s", cursor.Span(c.Base).In(src))
	}
	if len(c.Path) > 0 {
		fmt.Fprintf(&b, " path=%s", cursor.Span(c.Path).In(src))
	}
	if frames := showFrames(src, c.Frames[1:]); frames != "" && c.Place != cursor.Text {
		fmt.Fprintf(&b, " in=%s", frames)
	}
	if c.Keyword != parser.KindInvalid {
		fmt.Fprintf(&b, " keyword=%s", c.Keyword)
	}
	return b.String()
}

func showFrames(src string, frames []cursor.Frame) string {
	var list []string
	for _, f := range frames {
		mark := ""
		switch f.Kind {
		case cursor.Braces, cursor.Let:
			mark = cursor.Span(f.Path).In(src)
			if f.Formals {
				mark += ","
			}
			mark = "{" + mark + "}"
		case cursor.Paren:
			mark = "("
		case cursor.List:
			mark = "["
		case cursor.Interp:
			mark = "${"
		}
		switch {
		case f.Kind == cursor.Let:
			mark = "let" + mark
		case f.Rec:
			mark = "rec " + mark
		}
		if mark != "" {
			list = append(list, mark)
		}
	}
	return strings.Join(list, " ")
}

func TestOperands(t *testing.T) {
	src := "x + f a.b (c d) [ 1 ] e.g or h "
	c := cursor.At(src, uint32(len(src)))
	var got []string
	for _, o := range cursor.Operands(c.Frames[0].Items) {
		got = append(got, cursor.Span(o).In(src))
	}
	if got, want := strings.Join(got, "|"), "f|a.b|(c d)|[ 1 ]|e.g or h"; got != want {
		t.Errorf("Operands are %s, want %s", got, want)
	}
}

// TestCorpus scans valid files to their ends: nothing is open there, and what
// precedes is an expression.
func TestCorpus(t *testing.T) {
	dirs := filepath.SplitList(os.Getenv("FIRN_CORPUS"))
	if len(dirs) == 0 {
		t.Skip("FIRN_CORPUS names no directories")
	}
	for _, dir := range dirs {
		err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".nix") {
				return err
			}
			return scanFile(t, path)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func scanFile(t *testing.T, path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	if _, perr := parser.Parse(string(data)); perr != nil {
		return nil
	}
	src := string(data) + "\n"
	if c := cursor.At(src, uint32(len(src))); c.Place != cursor.Operand || len(c.Frames) != 1 {
		t.Errorf("%s: %s in %d frames", path, c.Place, len(c.Frames))
	}
	return nil
}

// TestHostile scans long texts of one thing, none of which may take more than
// time in their length.
func TestHostile(*testing.T) {
	for _, unit := range []string{
		"a.", "a+", "x: ", "{", "(", "[", "\"${", "a ? ", "a: b:c ", "inherit ", "let ", "if ", "a or ", "''$", "${",
		"a@", "{a,", "~/", "<a", "a.b ", "x=", "\\", "$", "-", "a.b:", "1.", "./a${b}", "/*", "#\n", "a/",
	} {
		src := strings.Repeat(unit, 100_000)
		c := cursor.At(src, uint32(len(src))) // whose time must not be quadratic
		c.Bound(src)
		c.Call(len(c.Frames) - 1)
	}
}

func FuzzAt(f *testing.F) {
	f.Add("let a = { b = \"${c}\"; }; in a.b", uint32(20))
	f.Add("{ x ? ./a/${b}, ... }@y: ''$${''", uint32(25))
	f.Add("rec { inherit (a) b; c = with d; [ <e> ]; }", uint32(40))
	f.Fuzz(func(t *testing.T, src string, off uint32) {
		c := cursor.At(src, off)
		if c.Word.End < c.Word.Start || int(c.Word.End) > len(src) {
			t.Errorf("word %s of %d bytes", c.Word, len(src))
		}
		for _, frame := range c.Frames {
			if s := cursor.Span(frame.Items); int(s.End) > len(src) || s.Start > s.End {
				t.Errorf("items %s of %d bytes", s, len(src))
			}
		}
	})
}

func BenchmarkAt(b *testing.B) {
	src := strings.Repeat("  foo = callPackage ../tools/foo { inherit (bar) baz; };\n", 10_000)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		cursor.At("{\n"+src, uint32(len(src)))
	}
}
