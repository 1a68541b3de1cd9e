package eval_test

import (
	"errors"
	"strings"
	"testing"

	"firn/eval"
	"firn/parser"
)

// TestInside evaluates the expression between « and » where it stands. The
// function p is called with p = { a = 1; } and q = 2.
func TestInside(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"constant", `{ x = «1 + 2»; }`, `3`},
		{"let", `let a = 1; in { x = «a + 1»; }`, `2`},
		{"let that is recursive", `let a = b; b = 4; in «a»`, `4`},
		{"inside of a let", `let a = «b + 1»; b = 4; in a`, `5`},
		{"recursive set", `rec { a = 1; b = { c = «a»; }; }`, `1`},
		{"set that is not recursive", `let a = 7; in { a = 1; b = «a»; }`, `7`},
		{"merged recursive set", `let s = { r = rec { x = 1; y = «x + z»; }; r.z = 5; }; in s`, `6`},
		{"with", `with { a = 1; }; «a»`, `1`},
		{"set of a with", `with «{ a = 1; }»; a`, `{ a = 1; }`},
		{"inner with", `with { a = 1; }; with { a = 2; b = 1; }; [ («a + b») ]`, `3`},
		{"with around a let", `with { a = 1; }; let b = a; in «b + a»`, `2`},
		{"inherit from", `let s = { a = 3; }; inherit (s) a; in «a»`, `3`},
		{"source of an inherit", `let s = { a = 3; }; in { inherit («s») a; }`, `{ a = 3; }`},
		{"formal", `{ p, ... }: «p.a»`, `1`},
		{"formal with a default that is given", `{ q ? 7, ... }: «q»`, `2`},
		{"formal with a default", `{ z ? 7, ... }: «z»`, `7`},
		{"default that names another", `{ z ? q + 1, q, ... }: «z»`, `3`},
		{"inside of a default", `{ z ? «q + 1», q, ... }: z`, `3`},
		{"whole argument", `all@{ q }: «all.q»`, `2`},
		{"whole argument that may have more", `all@{ q, ... }: «all.q»`, `unknown`},
		{"whole argument that is given", `p@{ q, ... }: «p.a»`, `1`},
		{"default of an inner function", `f: { z ? 7 }: «z»`, `unknown`},
		{"argument", `q: «q»`, `2`},
		{"argument that is not given", `y: «y + 1»`, `unknown`},
		{"formal that is not given", `{ y, ... }: «y»`, `unknown`},
		{"what does not depend on it", `{ y, q, ... }: let a = q; in (z: «a + 1») y`, `3`},
		{"guarded by tryEval", `y: «builtins.tryEval y»`, `unknown`},
		{"old let", `let { a = 1; body = «a»; }`, `1`},
		{"error", `let a = throw "no"; in «a»`, `thrown`},
		{"relative path", `«./x»`, `/dir/x`},
		{"name in a dynamic attribute", `rec { a = "k"; ${«a»} = 1; }`, `"k"`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := inside(t, test.src); got != test.want {
				t.Errorf("%s is %s, want %s", test.src, got, test.want)
			}
		})
	}
}

func inside(t *testing.T, src string) string {
	t.Helper()
	ctx := t.Context()
	before, rest, _ := strings.Cut(src, "«")
	expr, after, ok := strings.Cut(rest, "»")
	if !ok {
		t.Fatal("nothing is marked")
	}
	e := eval.New(eval.Options{Host: eval.OS{}, Settings: eval.Settings{Trace: true}})
	p, err := e.Make(map[string]any{"a": 1})
	if err != nil {
		t.Fatal(err)
	}
	q, err := e.Make(2)
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]eval.Value{"p": p, "q": q}
	in, err := e.Inside(ctx, "/dir/file.nix", before+expr+after, func(_ parser.NodeID, name string) (eval.Value, bool) {
		v, ok := given[name]
		return v, ok
	})
	if err != nil {
		t.Fatal(err)
	}
	tree := in.Info().Tree()
	for n := range tree.Nodes() {
		if n.Kind().IsExpr() && int(n.Start()) == len(before) && n.Text() == expr {
			v, err := in.Value(ctx, n.ID())
			if err != nil {
				t.Fatal(err)
			}
			s, err := v.Pretty(ctx, eval.Pretty{})
			if x, ok := errors.AsType[*eval.Error](err); ok {
				return x.Kind.String()
			}
			return s
		}
	}
	t.Fatalf("%q is no expression", expr)
	return ""
}
