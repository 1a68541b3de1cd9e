package eval_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"firn/eval"
)

// hostile are texts that would take all memory, all time or all of the stack.
// Each ends in an error that has a part of the one given (or of another, behind a bar), or in a value if that
// begins with an equals sign.
var hostile = []struct{ name, src, want string }{
	{"endless calls", `let f = x: f x; in f 1`, "max-call-depth"},
	{"endless mutual calls", `let f = x: g (x + 1); g = x: [ (f x) ]; in builtins.deepSeq (f 1) 1`, "max-call-depth"},
	{"large text", `let f = n: s: if n == 0 then s else f (n - 1) (s + s); in builtins.stringLength (f 40 "0123456789")`, "memory"},
	{"large list", `builtins.length (builtins.genList (x: x) 4611686018427387904)`, "memory"},
	{"many lists", `let l = n: builtins.genList (i: i) n; in builtins.length (builtins.concatMap (x: l 1000) (l 1000000))`, "memory"},
	{"endless closure", `builtins.genericClosure { startSet = [ { key = 0; } ]; operator = x: [ { key = x.key + 1; } ]; }`, "memory"},
	{"backtracking", `builtins.match "(a*)*b" (builtins.concatStringsSep "" (builtins.genList (i: "a") 50000))`, "=null"},
	{"large pattern", `builtins.match "((((a{100}){100}){100}){100})" "a"`, "regular expression"},
	{"deep pattern", `builtins.match (builtins.concatStringsSep "" (builtins.genList (i: "(") 100000)) "a"`, "regular expression"},
	{"endless nesting to JSON", `let f = n: { inner = f (n + 1); }; in builtins.toJSON (f 0)`, "max-call-depth"},
	{"endless nesting to XML", `let f = n: [ (f (n + 1)) ]; in builtins.toXML (f 0)`, "max-call-depth"},
	{"endless nesting compared", `let f = n: [ (f (n + 1)) ]; in f 0 == f 0`, "max-call-depth"},
	{"endless nesting ordered", `let f = n: [ (f (n + 1)) ]; in f 0 < f 0`, "max-call-depth"},
	{"endless nesting made a string", `let f = n: [ (f (n + 1)) ]; in toString (f 0)`, "max-call-depth"},
	{"endless __toString", `let x = { __toString = self: self // { a = 1; }; }; in "${x}"`, "max-call-depth"},
	{"endless outPath", `let x = { outPath = x; }; in "${x}"`, "max-call-depth"},
	{"endless functor", `let x = { __functor = self: self; }; in x 1 2 3 4`, "max-call-depth"},
	{"itself", `let x = [ x ]; in builtins.deepSeq x (builtins.length x)`, "=1"},
	{"itself as JSON", `let x = { a = x; }; in builtins.toJSON x`, "max-call-depth"},
	{"cells in a row", `(builtins.foldl' (a: x: { v = a.v + x; }) { v = 0; } (builtins.genList (i: i) 400000)).v`, "stack overflow|memory"},
	{"blown-up text", `let s = builtins.concatStringsSep "" (builtins.genList (i: "0123456789") 100000); in builtins.stringLength (builtins.replaceStrings [ "" ] [ s ] s)`, "memory"},
	{"blown-up list in a text", `let f = n: if n == 0 then "0123456789" else [ (f (n - 1)) (f (n - 1)) ]; in builtins.stringLength (toString (f 40))`, "memory"},
	{"wide set", `builtins.length (builtins.attrNames (builtins.listToAttrs (builtins.genList (i: { name = toString i; value = i; }) 100000000)))`, "memory"},
	{"no order", `builtins.head (builtins.sort (a: b: true) (builtins.genList (i: i) 100000))`, "=99999"},
	{"a file without end", `builtins.readFile /dev/zero`, "larger than"},
	{"itself imported", `let f = x: builtins.seq x (f (x + 1)); in f 0`, "max-call-depth"},
}

// TestHostile evaluates hostile texts in a process that may take little memory.
// None ends it, and it can evaluate others afterwards.
func TestHostile(t *testing.T) {
	if os.Getenv("FIRN_HOSTILE") != "" {
		hostileChild(t)
		return
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestHostile$", "-test.v")
	cmd.Env = append(os.Environ(), "FIRN_HOSTILE=1", "GOMEMLIMIT=1500MiB")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func hostileChild(t *testing.T) {
	const space = 6 << 30 // of addresses, of which most is never used
	if err := syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: space, Max: space}); err != nil {
		t.Fatal(err)
	}
	e := eval.New(eval.Options{Host: eval.OS{}, Memory: 250 << 20})
	for _, test := range hostile {
		t.Run(test.name, func(t *testing.T) {
			start := time.Now()
			got := ending(t, e, test.src)
			if !slices.ContainsFunc(strings.Split(test.want, "|"), func(want string) bool { return strings.Contains(got, want) }) {
				t.Errorf("it ends with %s", got)
			}
			if got := ending(t, e, "1 + 1"); got != "=2" {
				t.Errorf("afterwards 1 + 1 is %s", got)
			}
			t.Log(time.Since(start).Round(time.Millisecond))
		})
	}
}

// ending returns the value of a text behind an equals sign, or its error.
func ending(t *testing.T, e *eval.Evaluator, src string) string {
	ctx, cancel := context.WithTimeoutCause(t.Context(), time.Minute, errors.New("it takes too long"))
	defer cancel()
	v, err := e.Text(ctx, "«string»", "/", src)
	if err == nil {
		var s string
		if s, err = v.Classic(ctx); err == nil {
			return "=" + s
		}
	}
	return fmt.Sprint(err)
}
