package lens_test

import (
	"fmt"
	"strings"
	"testing"

	"firn/lsp/feature/lens"
	"firn/parser/grammar"
	"firn/parser/scope"
)

func TestEvaluations(t *testing.T) {
	many := "{ " + strings.Repeat("a = f x; ", 51) + "}"
	tests := []struct {
		name, src, want string // names with what they evaluate
	}{
		{"set", "{ a = f 1; b = 1; c = x: x; d = \"s\"; e = [ ]; g = { }; }", ": { a = f 1; b = 1; c = x: x; d = \"s\"; e = [ ]; g = { }; }\na: f 1"},
		{"sets and lists", "{ a = [ 1 ]; b = { c = f 1; }; }", ": { a = [ 1 ]; b = { c = f 1; }; }\na: [ 1 ]\nb: { c = f 1; }"},
		{"let and set", "let a = f 1; in { b.c = a; }", ": let a = f 1; in { b.c = a; }\na: f 1\nb.c: a"},
		{"function", "{ x }: with x; rec { a = y.z; }", ": with x; rec { a = y.z; }\na: y.z"},
		{"module", "{ config, ... }: let c = config.a; in { options.b = f c; config.d = c; }", ": let c = config.a; in { options.b = f c; config.d = c; }\nc: config.a"},
		{
			"outputs of a flake", "{ outputs = { self }: let s = f 1; in { a.b.c = g s; d = { e = { h = g s; }; i = x: x; }; }; }",
			": { outputs = { self }: let s = f 1; in { a.b.c = g s; d = { e = { h = g s; }; i = x: x; }; }; }\ns: f 1\na.b.c: g s\nh: g s",
		},
		{"many", many, ": " + many},
		{"nothing", "", ""},
		{"broken", "{ a = f 1; b = ", ": { a = f 1; b =\na: f 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var list []string
			for _, l := range lens.Evaluations(scope.Resolve(grammar.Parse(test.src))) {
				list = append(list, strings.TrimSpace(fmt.Sprintf("%s: %s", l.Name, l.Expr.In(test.src))))
			}
			if got := strings.Join(list, "\n"); got != test.want {
				t.Errorf("Evaluations finds\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

func TestCounts(t *testing.T) {
	tests := []struct {
		name, src, want string
	}{
		{"let", "let a = 1; b = a; in a + b", "a, b"},
		{"set", "rec { a = 1; b.c = a; }", "a, b"},
		{"options", "{ config, ... }: { options.a.b = f 1; options.a = { c = f 2; }; config.d = 1; }", "b, c"},
		{"let around options", "{ config, ... }: let cfg = config.a; in { options.a.b = f 1; config.d = cfg; }", "cfg, b"},
		{"no names", "[ 1 ]", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var list []string
			for _, l := range lens.Counts(scope.Resolve(grammar.Parse(test.src))) {
				if l.Name != l.Span.In(test.src) {
					t.Errorf("%s is at %q", l.Name, l.Span.In(test.src))
				}
				list = append(list, l.Name)
			}
			if got := strings.Join(list, ", "); got != test.want {
				t.Errorf("Counts finds %s, want %s", got, test.want)
			}
		})
	}
}
