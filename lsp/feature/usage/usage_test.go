package usage_test

import (
	"strings"
	"testing"

	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
)

// cursor marks the place of the name in a test's source.
const cursor = "‸"

func resolve(t *testing.T, src string) (*scope.Info, uint32) {
	t.Helper()
	before, after, ok := strings.Cut(src, cursor)
	if !ok {
		t.Fatalf("no cursor in %q", src)
	}
	tree, err := parser.Parse(before + after)
	if err != nil {
		t.Fatal(err)
	}
	return scope.Resolve(tree), uint32(len(before))
}

// show marks places in the source by their roles.
func show(info *scope.Info, places []usage.Place) string {
	var b strings.Builder
	src, at := info.Tree().Source(), uint32(0)
	for _, p := range places {
		span := info.Tree().Span(p.Node)
		b.WriteString(src[at:span.Start] + "⟦" + p.Role.String())
		if p.Maybe {
			b.WriteString("?")
		}
		b.WriteString(":" + span.In(src) + "⟧")
		at = span.End
	}
	return b.String() + src[at:]
}

func TestOf(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{
			"let", "let ‸a = 1; b = a; in a + (let a = 2; in a)",
			"let ⟦definition:a⟧ = 1; b = ⟦variable:a⟧; in ⟦variable:a⟧ + (let a = 2; in a)",
		},
		{
			"several definitions", "let a.b = 1; ‸a.c = 2; in a.b",
			"let ⟦definition:a⟧.b = 1; ⟦definition:a⟧.c = 2; in ⟦variable:a⟧.b",
		},
		{
			"recursive set", "let s = rec { ‸x = 1; y = x; }; in s.x + s.y",
			"let s = rec { ⟦definition:x⟧ = 1; y = ⟦variable:x⟧; }; in s.⟦selection:x⟧ + s.y",
		},
		{
			"plain set by selections", `let s = { x = 1; "y" = 2; }; in s.y + s."‸y" + (s ? y) + (s.y or 1) + y.y`,
			`let s = { x = 1; ⟦definition:"y"⟧ = 2; }; in s.⟦selection:y⟧ + s.⟦selection:"y"⟧ + (s ? ⟦selection:y⟧) + (s.⟦selection:y⟧ or 1) + y.y`,
		},
		{
			"interpolated name", `let s = { ${"x"} = 1; }; in s.${"‸x"}`,
			`let s = { ⟦definition:${"x"}⟧ = 1; }; in s.⟦selection:${"x"}⟧`,
		},
		{
			"path", "let s.a.b.c = 1; in s.a.‸b.c",
			"let s.a.⟦definition:b⟧.c = 1; in s.a.⟦selection:b⟧.c",
		},
		{
			"inherit of a variable", "‸x: { inherit x y; z = x; }",
			"⟦definition:x⟧: { inherit ⟦variable:x⟧ y; z = ⟦variable:x⟧; }",
		},
		{
			"what inherit defines", "x: let inherit x; in ‸x",
			"x: let inherit ⟦definition:x⟧; in ⟦variable:x⟧",
		},
		{
			"inherit from a set", "let s = { ‸x = 1; }; inherit (s) x; in x",
			"let s = { ⟦definition:x⟧ = 1; }; inherit (s) ⟦source:x⟧; in x",
		},
		{
			"formal", "let f = { ‸x ? 1, y }@args: x + args.x; in f { x = 2; y = 3; } + f (rec { inherit x; z = x; })",
			"let f = { ⟦definition:x⟧ ? 1, y }@args: ⟦variable:x⟧ + args.⟦selection:x⟧; in f { ⟦passed:x⟧ = 2; y = 3; } + f (rec { inherit ⟦passed:x⟧; z = ⟦variable:x⟧; })",
		},
		{
			"formal from a call", "let f = a: { x, ... }: x; in f 1 { ‸x = 2; }",
			"let f = a: { ⟦definition:x⟧, ... }: ⟦variable:x⟧; in f 1 { ⟦passed:x⟧ = 2; }",
		},
		{
			"function that may be another", "c: let f = { ‸x }: x; g = a: a; in (if c then f else g) { x = 1; }",
			"c: let f = { ⟦definition:x⟧ }: ⟦variable:x⟧; g = a: a; in (if c then f else g) { ⟦passed?:x⟧ = 1; }",
		},
		{
			"argument of a call is no formal", "let f = x: x; in f { ‸x = 1; }",
			"let f = x: x; in f { ⟦definition:x⟧ = 1; }",
		},
		{
			"with", "let s = { ‸x = 1; }; in with s; [ x y { inherit x; } (with {}; x) (with { x = 2; }; x) ]",
			"let s = { ⟦definition:x⟧ = 1; }; in with s; [ ⟦brought:x⟧ y { inherit ⟦brought:x⟧; } (with {}; ⟦brought:x⟧) (with { x = 2; }; x) ]",
		},
		{
			"with in a with that is not seen", "p: with { ‸x = 1; }; with p; [ x ]",
			"p: with { ⟦definition:x⟧ = 1; }; with p; [ ⟦brought?:x⟧ ]",
		},
		{
			"default of a formal", "{ s ? { x = 1; } }: s.‸x",
			"{ s ? { ⟦definition:x⟧ = 1; } }: s.⟦selection?:x⟧",
		},
		{
			"update", "o: let a = { x = 1; }; b = { x = 2; }; in (a // b).x + (b // a.‸x) + (b // a).x + (a // o).x",
			"o: let a = { ⟦definition:x⟧ = 1; }; b = { x = 2; }; in (a // b).x + (b // a.⟦selection:x⟧) + (b // a).⟦selection:x⟧ + (a // o).⟦selection?:x⟧",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			info, off := resolve(t, tt.src)
			n := usage.At(info.Tree(), off)
			id := usage.Target(info, n)
			if id == scope.NoBinding {
				t.Fatalf("%s %q has no target", n.Kind(), n.Text())
			}
			if got := show(info, usage.Of(info, id)); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestOfWith(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{
			"unknown set", "p: with‸ p; [ a map (with p; b) (c: c) { inherit d; } ]",
			"p: with p; [ ⟦brought:a⟧ map (with p; ⟦brought?:b⟧) (c: c) { inherit ⟦brought:d⟧; } ]",
		},
		{
			"seen set", "p: with p; with‸ { a = 1; }; [ a b ]",
			"p: with p; with { a = 1; }; [ ⟦brought:a⟧ b ]",
		},
		{
			"behind one that has it", "p: with‸ p; with { a = 1; }; [ a b ]",
			"p: with p; with { a = 1; }; [ a ⟦brought:b⟧ ]",
		},
		{
			"names in the set itself", "p: with‸ (with p; x); y",
			"p: with (with p; x); ⟦brought:y⟧",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			info, off := resolve(t, tt.src)
			with := info.Tree().At(off).Parent()
			if with.Kind() != parser.KindWith {
				t.Fatalf("cursor on %s", with.Kind())
			}
			if got := show(info, usage.OfWith(info, with)); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestAt(t *testing.T) {
	tests := []struct{ src, want string }{
		{"‸foo.bar", "foo"},
		{"foo‸.bar", "foo"},
		{"foo.‸bar", "bar"},
		{"[ a ‸ b ]", ""},
		{"1 +‸ 2", ""},
		{`a."b c‸"`, `"b c"`},
		{`a."‸"`, `""`},
		{`a.${"b‸"}`, `${"b"}`},
		{`a.${"b"}‸`, `${"b"}`},
		{`a.${b‸}`, "b"},
		{`a.${b}‸`, ""},
		{`"b‸"`, ""},
		{`"b${c‸}"`, "c"},
		{"{ inherit \"a\\nb‸\"; }", `"a\nb"`},
		{"‸", ""},
	}
	for _, tt := range tests {
		before, after, _ := strings.Cut(tt.src, cursor)
		tree, err := parser.Parse(before + after + " x")
		if err != nil {
			t.Fatalf("%s: %v", tt.src, err)
		}
		if got := usage.At(tree, uint32(len(before))).Text(); got != tt.want && got != "x" {
			t.Errorf("At(%s) = %q, want %q", tt.src, got, tt.want)
		}
	}
}

func TestSame(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{
			"inherit in both directions", "x: let inherit ‸x; in x",
			"⟦definition:x⟧: let inherit ⟦variable:x⟧; in ⟦variable:x⟧",
		},
		{
			"inherit from a set that is not seen", "lib: let inherit (lib) ‸mkIf; in mkIf lib.mkIf",
			"lib: let inherit (lib) ⟦selection:mkIf⟧; in ⟦variable:mkIf⟧ lib.⟦selection:mkIf⟧",
		},
		{
			"selection of the same path", "lib: [ lib.a.‸b lib.a.b.c lib.b (lib: lib.a.b) lib.a.${\"b\"} ]",
			"lib: [ lib.a.⟦selection:b⟧ lib.a.⟦selection:b⟧.c lib.b (lib: lib.a.b) lib.a.⟦selection:${\"b\"}⟧ ]",
		},
		{
			"builtin", "[ ‸map builtins.map (map: map) (with builtins; map) (let inherit (builtins) map; in 1) ]",
			"[ ⟦variable:map⟧ builtins.⟦selection:map⟧ (map: map) (with builtins; ⟦variable:map⟧) (let inherit (builtins) ⟦selection:map⟧; in 1) ]",
		},
		{
			"builtin by its prefix", "[ builtins.‸length __length ]",
			"[ builtins.⟦selection:length⟧ ⟦variable:__length⟧ ]",
		},
		{
			"name from a with", "p: with p; [ ‸a a b (with p; a) ]",
			"p: with p; [ ⟦variable:a⟧ ⟦variable:a⟧ b (with p; a) ]",
		},
		{
			"undefined", "[ ‸nowhere (nowhere: nowhere) nowhere ]",
			"[ ⟦variable:nowhere⟧ (nowhere: nowhere) ⟦variable:nowhere⟧ ]",
		},
		{
			"inherit of a builtin", "{ inherit ‸map; x = map; }",
			"{ inherit ⟦variable:map⟧; x = ⟦variable:map⟧; }",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			info, off := resolve(t, tt.src)
			if got := show(info, usage.Same(info, usage.At(info.Tree(), off))); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}
