package eval_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/pprof/profile"

	"firn/eval"
)

// TestProfiler checks that time is counted where it is spent, also far down.
func TestProfiler(t *testing.T) {
	p := eval.NewProfiler()
	e := eval.New(eval.Options{Host: eval.OS{}, Profiler: p})
	const src = `
let
  fib = n: if n < 2 then n else fib (n - 1) + fib (n - 2);
  deep = n: if n == 0 then fib 24 else deep (n - 1) + 0;
in fib 24 + deep 3000`
	v, err := e.Text(t.Context(), "«string»", "/", src)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := v.Classic(t.Context()); got != "92736" || err != nil {
		t.Errorf("the value is %s, %v", got, err)
	}
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	found, err := profile.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	fib, deep := false, false
	for _, s := range found.Sample {
		if strings.HasPrefix(s.Location[0].Line[0].Function.Name, "fib at «string»:3:9") {
			fib = true
		}
		deep = deep || len(s.Location) > 100
		if len(s.Location) > 1000 {
			t.Errorf("a stack has %d functions", len(s.Location))
		}
	}
	if !fib || !deep {
		t.Errorf("fib was seen: %v, and far down: %v", fib, deep)
	}
}

// TestStats checks the counts of a small evaluation.
func TestStats(t *testing.T) {
	e := eval.New(eval.Options{Host: eval.OS{}})
	before := e.Stats()
	if _, err := e.Text(t.Context(), "«string»", "/", `let f = x: x + 1; in builtins.length [ 1 ] + f (f 1)`); err != nil {
		t.Fatal(err)
	}
	s := e.Stats()
	if s.Calls != 2 || s.BuiltinCalls != 1 || s.FileBytes == 0 || s.Bytes <= before.Bytes {
		t.Errorf("%+v", s)
	}
}

// panicking is a host with a bug.
type panicking struct{ eval.OS }

func (panicking) Getenv(string) string { panic("a bug") }

// TestPanic checks that a panic becomes an error, and that the evaluator gives no
// values after it.
func TestPanic(t *testing.T) {
	e := eval.New(eval.Options{Host: panicking{}})
	_, err := e.Text(t.Context(), "«string»", "/", `builtins.getEnv "X"`)
	x, ok := errors.AsType[*eval.Error](err)
	if !ok || x.Kind != eval.Internal || !strings.Contains(x.Msg, "a bug") || !strings.Contains(x.Msg, "Getenv") {
		t.Fatalf("the error is %v", err)
	}
	if _, again := e.Text(t.Context(), "«string»", "/", `1`); !errors.Is(again, err) {
		t.Errorf("after that 1 gives %v", again)
	}
}

// TestErrorJSON checks what a program gets of an error.
func TestErrorJSON(t *testing.T) {
	e := eval.New(eval.Options{Host: eval.OS{}})
	_, err := e.Text(t.Context(), "«string»", "/", "builtins.head\n  ({ abc = 1; }.abd)")
	text, bad := json.Marshal(err)
	if bad != nil {
		t.Fatal(bad)
	}
	const want = `{"kind":"evaluation","message":"attribute 'abd' missing",` +
		`"frames":[{"message":"while calling the 'head' builtin","position":{"file":"«string»","line":1,"column":1}},` +
		`{"message":"while evaluating the attribute 'abd'","position":{"file":"«string»","line":2,"column":4}}],"suggestions":["abc"]}`
	if string(text) != want {
		t.Errorf("it is\n%s\nnot\n%s", text, want)
	}
}
