package eval_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"firn/eval"
)

func valueOf(t *testing.T, e *eval.Evaluator, src string) eval.Value {
	t.Helper()
	v, err := e.Text(t.Context(), "«string»", "/", src)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func must[T any](t *testing.T) func(T, error) T {
	return func(x T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
}

func TestWalk(t *testing.T) {
	e, ctx := eval.New(eval.Options{Host: eval.OS{}}), t.Context()
	v := valueOf(t, e, `{
  b = throw "nobody asked";
  a = [ 1 2.5 "x" true null /p (throw "nor here") ];
  inherit (builtins) map;
}`)
	attrs := must[[]eval.Attr](t)(v.Attrs(ctx))
	var got []string
	for _, a := range attrs {
		got = append(got, fmt.Sprintf("%s %s %s", a.Name, a.Pos, a.Value.Known()))
	}
	want := []string{"a «string»:3:3 unevaluated", "b «string»:2:3 unevaluated", "map «string»:4:22 unevaluated"}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	list := must[[]eval.Value](t)(attrs[0].Value.Elems(ctx))
	if i := must[int64](t)(list[0].Int(ctx)); i != 1 {
		t.Error(i)
	}
	if f := must[float64](t)(list[1].Float(ctx)); f != 2.5 {
		t.Error(f)
	}
	if s := must[eval.Text](t)(list[2].Text(ctx)); s.Text != "x" {
		t.Error(s)
	}
	if b := must[bool](t)(list[3].Bool(ctx)); !b {
		t.Error(b)
	}
	if p := must[string](t)(list[5].Path(ctx)); p != "/p" {
		t.Error(p)
	}
	if _, err := list[6].Force(ctx); err == nil || !strings.Contains(err.Error(), "nor here") {
		t.Error(err)
	}
	if k := list[6].Known(); k != eval.Failed {
		t.Error(k)
	}
	if _, err := list[0].Attrs(ctx); err == nil || err.Error() != "the value is of kind int, not set" {
		t.Error(err)
	}
	if _, ok, err := v.Attr(ctx, "none"); ok || err != nil {
		t.Error(ok, err)
	}
	if a, ok, err := v.Attr(ctx, "map"); !ok || err != nil || must[eval.Kind](t)(a.Value.Force(ctx)) != eval.Function {
		t.Error(a, ok, err)
	}
}

func TestFunction(t *testing.T) {
	e, ctx := eval.New(eval.Options{Host: eval.OS{}}), t.Context()
	f := valueOf(t, e, `let f = args@{ b ? 1 + 1, a, ... }: a + b; in f`)
	got := must[eval.FunctionInfo](t)(f.Function(ctx))
	if got.Pos.String() != "«string»:1:9" {
		t.Error(got.Pos)
	}
	got.Pos = nil
	for i := range got.Formals {
		got.Formals[i].Pos = nil
	}
	want := eval.FunctionInfo{
		Name: "f", Source: "args@{ b ? 1 + 1, a, ... }: a + b", Arg: "args", Set: true, Ellipsis: true,
		Formals: []eval.Formal{{Name: "b", Default: "1 + 1"}, {Name: "a"}},
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if b := must[eval.FunctionInfo](t)(valueOf(t, e, "builtins.map (x: x)").Function(ctx)); b.Name != "map" || !b.Builtin {
		t.Error(b)
	}
	arg := must[eval.Value](t)(e.Make(map[string]any{"a": 40, "z": []any{nil, "s", 1.5, true}}))
	if sum := must[int64](t)(must[eval.Value](t)(f.Apply(ctx, arg)).Int(ctx)); sum != 42 {
		t.Error(sum)
	}
	if text := must[string](t)(arg.JSON(ctx)); text != `{"a":40,"z":[null,"s",1.5,true]}` {
		t.Error(text)
	}
	other := valueOf(t, eval.New(eval.Options{Host: eval.OS{}}), "1")
	if _, err := f.Apply(ctx, other); err == nil {
		t.Error("the value of another evaluator was taken")
	}
	if _, err := e.Make([]any{other}); err == nil {
		t.Error("the value of another evaluator was taken")
	}
	if _, err := e.Make(struct{}{}); err == nil {
		t.Error("a struct was taken")
	}
}

// TestSnapshot checks that an answer in part is one.
func TestSnapshot(t *testing.T) {
	e := eval.New(eval.Options{Host: eval.OS{}})
	v := valueOf(t, e, `{
  a = 1; b = throw "no"; c = { d = { e = 1; }; }; f = x: x; l = [ 1 2 3 ]; s = "äöü";
  z = builtins.foldl' (a: x: a + x) 0 (builtins.genList (x: x) 10000000);
}`)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	s := v.Snapshot(ctx, eval.Limits{Depth: 2, Items: 10, Bytes: 3})
	var got []string
	for _, a := range s.Attrs {
		got = append(got, fmt.Sprintf("%s %s %q %d %d %d %t", a.Name, a.Value.Kind, a.Value.Text, len(a.Value.Attrs), len(a.Value.Elems), a.Value.More, a.Value.Err != nil))
	}
	want := []string{
		`a int "1" 0 0 0 false`, `b failed "" 0 0 0 true`, `c set "" 1 0 0 false`, `f lambda "" 0 0 0 false`, `l list "" 0 3 0 false`,
		`s string "ä" 0 0 4 false`, `z unevaluated "" 0 0 0 true`,
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if d := s.Attrs[2].Value.Attrs[0].Value; d.Kind != eval.Set || d.More != 1 {
		t.Errorf("what is too deep is %+v", d)
	}
	if s := v.Snapshot(t.Context(), eval.Limits{Items: 1}); len(s.Attrs) != 1 || s.More != 6 {
		t.Errorf("one item is %d, and %d more", len(s.Attrs), s.More)
	}
}

// TestInvalidate checks which files are evaluated again after some have changed.
func TestInvalidate(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	say := func(name, expr string) string { return fmt.Sprintf(`builtins.trace "%s" (%s)`, name, expr) }
	write("top.nix", say("top", `{ lib = import ./lib.nix; p = import ./lib.nix (import ./pkg); q = import ./other.nix; t = import ./text.nix; o = import ./open.nix; d = import <dir/x.nix>; }`))
	write("lib.nix", say("lib", "f: f { y = 1; }"))
	write("pkg/default.nix", say("pkg", "{ y }: y + import ./more.nix"))
	write("pkg/more.nix", say("more", "10"))
	write("other.nix", say("other", "2"))
	write("text.nix", say("text", `builtins.readFile ./sub/text`))
	write("sub/text", "some")
	write("open.nix", say("open", `builtins.pathExists ./may-come`))
	write("dir/x.nix", say("x", `builtins.attrNames (builtins.readDir ./.)`))
	if err := os.Symlink("sub", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	write("linked.nix", say("linked", `builtins.readFile ./link/text`))

	var said warnings
	e := eval.New(eval.Options{Host: eval.OS{Err: &said}, Settings: eval.Settings{NixPath: []string{"dir=" + dir + "/dir"}}})
	look := func() string {
		t.Helper()
		v, err := e.Text(t.Context(), "«string»", dir, `let t = import ./top.nix; in [ t.p t.q t.t t.o t.d (import ./linked.nix) ]`)
		if err == nil {
			err = v.Deep(t.Context())
		}
		if err != nil {
			return err.Error()
		}
		text, err := v.Classic(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		spoken := strings.ReplaceAll(strings.ReplaceAll(said.String(), "trace: ", ""), "\n", " ")
		said.Reset()
		return spoken + text
	}
	steps := []struct {
		name   string
		change func()
		paths  string
		gone   string
		want   string
	}{
		{"first", func() {}, "", "", `top lib pkg more other text open x linked [ 11 2 "some" false [ "x.nix" ] "some" ]`},
		{"nothing", func() {}, "", "", `[ 11 2 "some" false [ "x.nix" ] "some" ]`},
		{"written again", func() { write("other.nix", say("other", "2")) }, "other.nix", "", `[ 11 2 "some" false [ "x.nix" ] "some" ]`},
		{"one leaf", func() { write("other.nix", say("other", "3")) }, "other.nix", "other.nix top.nix", `top other [ 11 3 "some" false [ "x.nix" ] "some" ]`},
		{
			"far below", func() { write("pkg/more.nix", say("more", "20")) }, "pkg/more.nix", "pkg/default.nix pkg/more.nix top.nix",
			`top pkg more [ 21 3 "some" false [ "x.nix" ] "some" ]`,
		},
		{
			"a file that is read", func() { write("sub/text", "more") }, "sub/text", "linked.nix text.nix top.nix",
			`top text linked [ 21 3 "more" false [ "x.nix" ] "more" ]`,
		},
		{"one that comes", func() { write("may-come", "") }, "may-come", "open.nix top.nix", `top open [ 21 3 "more" true [ "x.nix" ] "more" ]`},
		{"one in a directory", func() { write("dir/y", "") }, "dir/y", "dir/x.nix top.nix", `top x [ 21 3 "more" true [ "x.nix" "y" ] "more" ]`},
		{"unrelated", func() { write("nobody", "") }, "nobody", "", `[ 21 3 "more" true [ "x.nix" "y" ] "more" ]`},
		{"broken", func() { write("lib.nix", "f: (") }, "lib.nix", "lib.nix top.nix", ""},
		{"mended", func() { write("lib.nix", say("lib", "f: f { y = 2; }")) }, "lib.nix", "lib.nix top.nix", `top lib [ 22 3 "more" true [ "x.nix" "y" ] "more" ]`},
		{
			"a directory", func() { write("pkg/more.nix", say("more", "30")) }, "pkg", "pkg/default.nix pkg/more.nix top.nix",
			`top pkg more [ 32 3 "more" true [ "x.nix" "y" ] "more" ]`,
		},
	}
	for _, s := range steps {
		s.change()
		var paths []string
		for p := range strings.FieldsSeq(s.paths) {
			paths = append(paths, filepath.Join(dir, p))
		}
		gone := strings.ReplaceAll(strings.Join(e.Invalidate(paths...), " "), dir+"/", "")
		if gone != s.gone {
			t.Errorf("%s: %q is forgotten, not %q", s.name, gone, s.gone)
		}
		got := look()
		if s.want == "" && strings.Contains(got, "syntax error") {
			said.Reset()
			continue
		}
		if got != s.want {
			t.Errorf("%s: it is\n%s\nnot\n%s", s.name, got, s.want)
		}
	}
}

// TestInvalidateReadsOnce checks that only the files that changed are read again.
func TestInvalidateReadsOnce(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("top.nix", "import ./middle.nix")
	write("middle.nix", "import ./leaf.nix + 1 # "+strings.Repeat("x", 10_000))
	write("leaf.nix", "0")
	e := eval.New(eval.Options{Host: eval.OS{}})
	before := int64(0)
	for i := range 3 {
		v, err := e.File(t.Context(), filepath.Join(dir, "top.nix"))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := v.Int(t.Context()); err != nil || got != int64(i+1) {
			t.Errorf("the value is %d, %v", got, err)
		}
		if read := e.Stats().FileBytes; i > 0 && read-before > 100 {
			t.Errorf("%d bytes were read for a change of one", read-before)
		}
		before = e.Stats().FileBytes
		write("leaf.nix", fmt.Sprint(i+1))
		if gone := e.Invalidate(filepath.Join(dir, "leaf.nix")); len(gone) != 2 {
			t.Errorf("forgotten are %v", gone)
		}
	}
}

// TestApart has two evaluators that work at the same time. What they share must not
// change; the race detector tells.
func TestApart(t *testing.T) {
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			e := eval.New(eval.Options{Host: eval.OS{}})
			v, err := e.Text(context.Background(), "«string»", "/", `
				let
					none = { };
					some = builtins.listToAttrs (builtins.genList (i: { name = "n${toString i}"; value = i; }) 200);
					walk = n: if n == 0 then some else walk (n - 1) // builtins.mapAttrs (_: x: x) none;
				in
				[ (walk 50) (builtins.mapAttrs (_: x: [ x 1 true null "" ]) some) (builtins.intersectAttrs none some)
				  (removeAttrs some [ "n1" ]) (builtins.zipAttrsWith (_: v: v) [ none some ]) (builtins.attrNames none)
				  (builtins.catAttrs "n1" [ none some ]) (none // none) (builtins.functionArgs ({ a ? 1, ... }: a)) ]`)
			if err != nil {
				t.Error(err)
				return
			}
			if err := v.Deep(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
}
