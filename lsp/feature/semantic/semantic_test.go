package semantic_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/feature/semantic"
	"firn/parser"
	"firn/parser/grammar"
	"firn/parser/scope"
	"firn/parser/text"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestOf(t *testing.T) {
	files, err := filepath.Glob("testdata/*.nix")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			info := resolve(string(src))
			golden(t, strings.TrimSuffix(file, ".nix")+".golden", render(info.Tree(), semantic.Of(info, whole(info))))
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func render(tree *parser.Tree, tokens []semantic.Token) string {
	var b strings.Builder
	for _, t := range tokens {
		fmt.Fprintf(&b, "%-4d %-20s %s%s\n", tree.Lines().Line(t.Span.Start)+1, quote(t.Span.In(tree.Source())), t.Type, names(t.Modifiers))
	}
	return b.String()
}

func quote(s string) string { return strings.ReplaceAll(s, "\n", `\n`) }

func names(mods semantic.Modifiers) string {
	var s strings.Builder
	for i, name := range semantic.ModifierNames {
		if mods&(1<<i) != 0 {
			s.WriteString("." + name)
		}
	}
	return s.String()
}

// resolve takes any text, also a broken one.
func resolve(src string) *scope.Info {
	tree, err := parser.Parse(src)
	if err != nil {
		tree = grammar.Parse(src)
	}
	return scope.Resolve(tree)
}

func whole(info *scope.Info) text.Span { return info.Tree().Root().Span() }

func TestLegend(t *testing.T) {
	if n := len(semantic.Types); n != int(semantic.Variable)+1 {
		t.Errorf("%d types have names, want %d", n, semantic.Variable+1)
	}
	if n := len(semantic.ModifierNames); semantic.WithAttribute != 1<<(n-1) {
		t.Errorf("%d modifiers have names, and the last one's bit is %b", n, semantic.WithAttribute)
	}
}

// TestWithin checks that a part of a file is coloured as it is in the whole.
func TestWithin(t *testing.T) {
	src, err := os.ReadFile("testdata/all.nix")
	if err != nil {
		t.Fatal(err)
	}
	info := resolve(string(src))
	all := paint(len(src), semantic.Of(info, whole(info)))
	for range 500 {
		a, b := rand.Uint32N(uint32(len(src))), rand.Uint32N(uint32(len(src)))
		within := text.Span{Start: min(a, b), End: max(a, b)}
		part := paint(len(src), semantic.Of(info, within))
		if diff := cmp.Diff(all[within.Start:within.End], part[within.Start:within.End]); diff != "" {
			t.Fatalf("%v (-want +got):\n%s", within, diff)
		}
	}
}

// paint returns what each byte of a text of n bytes is.
func paint(n int, tokens []semantic.Token) []string {
	colours := make([]string, n)
	for _, t := range tokens {
		for i := t.Span.Start; i < t.Span.End; i++ {
			colours[i] = t.Type.String() + names(t.Modifiers)
		}
	}
	return colours
}

func TestEncode(t *testing.T) {
	const src = "/* ä\n😀 */ x\r\n\n  😀y"
	spans := []text.Span{{Start: 0, End: 13}, {Start: 14, End: 15}, {Start: 24, End: 25}}
	tests := []struct {
		name string
		enc  semantic.Encoding
		want []uint32
	}{
		{"whole tokens in UTF-16", semantic.Encoding{Multiline: true}, []uint32{
			0, 0, 10, 1, 0,
			1, 6, 1, 1, 0,
			2, 4, 1, 1, 0,
		}},
		{"lines in UTF-16", semantic.Encoding{}, []uint32{
			0, 0, 4, 1, 0,
			1, 0, 5, 1, 0,
			0, 6, 1, 1, 0,
			2, 4, 1, 1, 0,
		}},
		{"lines in UTF-8", semantic.Encoding{Columns: text.UTF8}, []uint32{
			0, 0, 5, 1, 0,
			1, 0, 7, 1, 0,
			0, 8, 1, 1, 0,
			2, 6, 1, 1, 0,
		}},
		{"lines in UTF-32", semantic.Encoding{Columns: text.UTF32}, []uint32{
			0, 0, 4, 1, 0,
			1, 0, 4, 1, 0,
			0, 5, 1, 1, 0,
			2, 3, 1, 1, 0,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var tokens []semantic.Token
			for _, s := range spans {
				tokens = append(tokens, semantic.Token{Span: s, Type: semantic.Comment})
			}
			if diff := cmp.Diff(tt.want, semantic.Encode(src, tokens, tt.enc)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestEncodeAgrees compares the running count of columns with the line index.
func TestEncodeAgrees(t *testing.T) {
	info := resolve("{ \"ä😀\" = \"é\\n\"; /* ß\n\r\n ü */ b =\r1; \"x\ny\" = 2; }")
	tokens := semantic.Of(info, whole(info))
	for _, columns := range []text.Encoding{text.UTF8, text.UTF16, text.UTF32} {
		data := semantic.Encode(info.Tree().Source(), tokens, semantic.Encoding{Columns: columns, Multiline: true})
		var at text.Position
		for i, tok := range tokens {
			if data[5*i] > 0 {
				at.Column = 0
			}
			at = text.Position{Line: at.Line + data[5*i], Column: at.Column + data[5*i+1]}
			if want := info.Tree().Lines().Position(tok.Span.Start, columns); at != want {
				t.Errorf("encoding %d: token %d is at %v, want %v", columns, i, at, want)
			}
		}
	}
}

func TestDelta(t *testing.T) {
	token := func(n ...uint32) []uint32 {
		var data []uint32
		for _, n := range n {
			data = append(data, n, n, n, n, n)
		}
		return data
	}
	tests := []struct {
		name string
		a, b []uint32
		want semantic.Edit
		ok   bool
	}{
		{"equal", token(1, 2), token(1, 2), semantic.Edit{}, false},
		{"both empty", nil, nil, semantic.Edit{}, false},
		{"from nothing", nil, token(1), semantic.Edit{Data: token(1)}, true},
		{"to nothing", token(1), nil, semantic.Edit{Delete: 5}, true},
		{"in the middle", token(1, 2, 3), token(1, 4, 3), semantic.Edit{Start: 5, Delete: 5, Data: token(4)}, true},
		{"inserted", token(1, 3), token(1, 2, 3), semantic.Edit{Start: 5, Data: token(2)}, true},
		{"repeated", token(1, 1), token(1, 1, 1), semantic.Edit{Start: 10, Data: token(1)}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := semantic.Delta(tt.a, tt.b)
			if diff := cmp.Diff(tt.want, got); diff != "" || ok != tt.ok {
				t.Errorf("changed %v, want %v (-want +got):\n%s", ok, tt.ok, diff)
			}
		})
	}
}

// TestDeltaApplies checks random pairs of lists: the edit makes one of the other.
func TestDeltaApplies(t *testing.T) {
	for range 2000 {
		a, b := randomTokens(), randomTokens()
		got := a
		if e, ok := semantic.Delta(a, b); ok {
			got = append(append(append([]uint32{}, a[:e.Start]...), e.Data...), a[e.Start+e.Delete:]...)
		}
		if diff := cmp.Diff(b, got); diff != "" {
			t.Fatalf("%v to %v (-want +got):\n%s", a, b, diff)
		}
	}
}

func randomTokens() []uint32 {
	data := make([]uint32, 5*rand.IntN(6))
	for i := range data {
		data[i] = rand.Uint32N(2)
	}
	return data
}

func TestCache(t *testing.T) {
	var c semantic.Cache
	old := c.Put("a", []uint32{1})
	id := c.Put("a", []uint32{2})
	if _, ok := c.Get("a", old); ok {
		t.Error("an older list is remembered")
	}
	if _, ok := c.Get("b", id); ok {
		t.Error("a list is found under another document")
	}
	if data, ok := c.Get("a", id); !ok || data[0] != 2 {
		t.Errorf("Get = %v, %v", data, ok)
	}
	for i := range 100 {
		c.Put(fmt.Sprint("doc", i), nil)
	}
	if _, ok := c.Get("a", id); ok {
		t.Error("the oldest list is remembered after a hundred others")
	}
	id = c.Put("a", nil)
	c.Drop("a")
	if _, ok := c.Get("a", id); ok {
		t.Error("a dropped list is remembered")
	}
}

func BenchmarkOf(b *testing.B) {
	info := resolve("{ pkgs }: with pkgs; { " + strings.Repeat("\n  # what\n  name = callPackage ../path/to {\n    inherit (x) y;\n    z = 1;\n  };", 10_000) + "}")
	src := info.Tree().Source()
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		semantic.Encode(src, semantic.Of(info, whole(info)), semantic.Encoding{})
	}
}
