package complete_test

import (
	"strings"
	"testing"

	"firn/lsp/feature/complete"
	"firn/lsp/feature/hover"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/signature"
	"firn/parser/grammar"
	"firn/parser/scope"
)

// TestBroken completes in files as they are while somebody types. What is
// wanted has to be among what is listed.
func TestBroken(t *testing.T) {
	tests := []struct {
		name, src, want string
	}{
		{"attribute", "let a = { b.c = 1; d = 2; }; in a.^", "b d"},
		{"nested attribute", "let a = { b.c = 1; d = 2; }; in a.b.^", "c"},
		{"attribute before a binding", "let a = { b = 1; }; in {\n  x = a.^\n  y = 1;\n}", "b"},
		{"attribute before a brace", "let a = { b = 1; }; in { x = a.^ }", "b"},
		{"attribute in parentheses", "let a = { b = 1; }; in f (a.^)", "b"},
		{"attribute in a list", "let a = { b = 1; }; in [ x a.^ y ]", "b"},
		{"attribute in a string", "let a = { b = 1; }; in \"x ${a.^} y\"", "b"},
		{"attribute in an open string", "let a = { b = 1; }; in \"x ${a.^", "b"},
		{"list below with", "{ pkgs, x }: with pkgs; [ ^ ]", "pkgs x"},
		{"with a set of the file", "let s = { a = 1; }; in with s; [ ^ ]", "a"},
		{"behind with", "let s = { a = 1; }; in with s; ^", "a s"},
		{"value", "let a = 1; in { x = ^ }", "a"},
		{"value with a prefix", "let abc = 1; in { x = ab^ }", "abc"},
		{"value of a let", "let abc = 1; d = ^", "abc"},
		{"value of a let, more behind", "let abc = 1; d = ^\n  e = 2;\nin e", "abc"},
		{"body of a let", "let abc = 1; in ^", "abc"},
		{"body of a lambda", "{ pkgs, lib }: ^", "pkgs lib"},
		{"body of a lambda with a prefix", "{ pkgs, lib }: pk^", "pkgs"},
		{"body of a lambda in a binding", "{ f = x: ^ }", "x"},
		{"missing semicolon", "let a = 1\n  b = ^; in b", "a"},
		{"missing semicolon behind", "rec {\n  a = 1;\n  b = ^\n  c = 2;\n}", "a c"},
		{"names to inherit", "let a = 1; in { inherit ^ }", "a"},
		{"names to inherit from", "let s = { a = 1; }; in { inherit (s) ^; }", "a"},
		{"names to inherit from, open", "let s = { a = 1; }; in { inherit (s) ^ }", "a"},
		{"arguments", "let f = { a, b ? 1 }: a; in f { ^ }", "a b"},
		{"second argument", "let f = { a, b ? 1 }: a; in f { a = 1; ^ }", "b"},
		{"argument without semicolon", "let f = { a, b ? 1 }: a; in f { a = 1; b ^", ""},
		{"arguments, nothing closed", "let f = { a, b ? 1 }: a; in f { ^", "a b"},
		{"if", "let a = 1; in if ^", "a"},
		{"then", "let a = 1; in if a then ^", "a"},
		{"keyword then", "let a = 1; in if a ^", "then"},
		{"keyword else", "let a = 1; in if a then a ^", "else"},
		{"assert", "let a = 1; in assert ^", "a"},
		{"interpolation", "let abc = 1; in ''\n  x ${^}\n''", "abc"},
		{"operator", "let abc = 1; in abc + ^", "abc"},
		{"has-attribute test", "let s = { a = 1; }; in s ? ^", "a"},
		{"used elsewhere", "{ lib }: { a = lib.x; b = lib.^ }", "x"},
		{"nested sets", "let abc = 1; in { a = { b = { c = ^ } } }", "abc"},
		{"open bracket before", "let abc = 1; in { a = [ 1 2; b = ^; }", "abc"},
		{"argument with a default", "{ pkgs ? ^ }: 1", "map"},
		{"two errors", "let abc = 1; x = ; in { a = ; b = ^ }", "abc x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before, after, _ := strings.Cut(test.src, "^")
			tree := grammar.Parse(before + after)
			list := complete.At(infer.Alone(scope.Resolve(tree)), uint32(len(before)), complete.Options{})
			got := map[string]bool{}
			for _, i := range list.Items {
				got[i.Label] = true
			}
			for want := range strings.FieldsSeq(test.want) {
				if !got[want] {
					t.Errorf("At(%s) does not list %s in\n%s", test.src, want, tree)
				}
			}
		})
	}
}

// FuzzAt asks everything about a place in any text.
func FuzzAt(f *testing.F) {
	for _, seed := range []string{
		"let a = { b.c = 1; }; in a.b.", "{ x ? ./a/${b}, ... }@y: ''$${''", "rec { inherit (a) b; c = with d; [ <e> ]; }",
		"f { a = 1; ", "{ lib }: lib.a lib.", "let f = x: f; in f 1 2 3 ", "x ? a.b.", "{ inherit (x.y) ", "let a = a // a; in a.",
		"builtins.fetchurl { ", "with builtins; with a; b.", "let { body = x: ",
	} {
		f.Add(seed, uint32(len(seed)))
	}
	world := world()
	f.Fuzz(func(t *testing.T, src string, off uint32) {
		if len(src) > 1<<16 {
			return
		}
		off = min(off, uint32(len(src)))
		info := scope.Resolve(grammar.Parse(src))
		list := complete.At(infer.Alone(info), off, complete.Options{World: world, Snippets: true})
		if !list.Replace.Covers(list.Insert) || list.Insert.End != off || int(list.Replace.End) > len(src) {
			t.Errorf("insert %s, replace %s at %d of %d", list.Insert, list.Replace, off, len(src))
		}
		for _, i := range list.Items {
			complete.Doc(info, i.Key, i.Label)
		}
		if h, ok := hover.At(hover.Known{Space: infer.Alone(info), World: world}, off); ok && !h.Span.Touches(off) {
			t.Errorf("hover at %d is about %s", off, h.Span)
		}
		if h, ok := signature.At(infer.Alone(info), off); ok && h.Active >= len(h.Params) {
			t.Errorf("parameter %d of %d is active in %s", h.Active, len(h.Params), h.Label)
		}
	})
}
