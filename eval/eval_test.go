package eval_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"firn/eval"
	"firn/eval/builtin"
)

var (
	update = flag.Bool("update", false, "write golden files")
	nix    = flag.String("nix", "", "a nix-instantiate to compare with")
)

// warnings collects what an evaluation says to people.
type warnings struct{ strings.Builder }

// outcome evaluates a text with all that is in it, and returns the value, or the
// error without a trace, behind what was said meanwhile.
func outcome(t *testing.T, src string, s eval.Settings) string {
	t.Helper()
	var said warnings
	e := eval.New(eval.Options{Host: eval.OS{Err: &said}, Settings: s, Memory: 1 << 30})
	v, err := e.Text(t.Context(), "«string»", t.TempDir(), src)
	if err == nil {
		err = v.Deep(t.Context())
	}
	out := ""
	if err == nil {
		out, err = v.Classic(t.Context())
	}
	if e, ok := errors.AsType[*eval.Error](err); ok {
		out = "error: " + e.Msg
	} else if err != nil {
		t.Fatal(err)
	}
	return said.String() + out
}

// result is outcome without what was said.
func result(t *testing.T, src string) string {
	t.Helper()
	out := outcome(t, src, eval.Settings{})
	return out[strings.LastIndexByte(out, '\n')+1:]
}

// TestExamples checks that the examples in the documentation of the builtins
// are true.
func TestExamples(t *testing.T) {
	for _, b := range builtin.Table {
		if b.Feature != "" || b.Setting != "" {
			continue
		}
		for _, x := range b.Examples {
			if x.Value == "" {
				continue
			}
			t.Run(b.Name, func(t *testing.T) {
				if got := result(t, x.Expr); got != x.Value {
					t.Errorf("%s\n gives %s\n not  %s", x.Expr, got, x.Value)
				}
			})
		}
	}
}

// TestTable checks that the builtins are those of the documentation, with as
// many arguments.
func TestTable(t *testing.T) {
	got := outcome(t, `builtins.attrNames builtins`, eval.Settings{})
	for _, b := range builtin.Table {
		if has := strings.Contains(got, `"`+b.Name+`"`); has != ((b.Feature == "" || b.Always) && b.Setting == "") {
			t.Errorf("builtins.%s: present %t, feature %q, setting %q", b.Name, has, b.Feature, b.Setting)
		}
	}
}

// TestLanguage compares the outcomes of the texts in testdata. Each archive has
// them as NAME.nix, with NAME.out behind.
func TestLanguage(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("there are no texts: ", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) { language(t, path) })
	}
}

func language(t *testing.T, path string) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, f := range archive.Files {
		want[f.Name] = string(f.Data)
	}
	var files []txtar.File
	for _, f := range archive.Files {
		name, ok := strings.CutSuffix(f.Name, ".nix")
		if !ok {
			continue
		}
		t.Run(name, func(t *testing.T) {
			got := outcome(t, string(f.Data), eval.Settings{}) + "\n"
			files = append(files, f, txtar.File{Name: name + ".out", Data: []byte(got)})
			if diff := cmp.Diff(want[name+".out"], got); diff != "" && !*update {
				t.Errorf("%s(-want +got):\n%s", f.Data, diff)
			}
			if *nix != "" {
				againstNix(t, string(f.Data), got)
			}
		})
	}
	if *update {
		archive.Files = files
		if err := os.WriteFile(path, txtar.Format(archive), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// againstNix compares an outcome with that of Nix: the value, or the error
// without its trace.
func againstNix(t *testing.T, src, got string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), *nix, "--eval", "--strict", "--expr", src)
	cmd.Env = append(os.Environ(), "NIX_PATH=", "NO_COLOR=1")
	cmd.Dir = t.TempDir()
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	want := string(out)
	if err != nil {
		want = innermost(stderr.String())
	}
	if want = strings.TrimSpace(want); want != strings.TrimSpace(got) {
		t.Errorf("%s\n Nix: %s\nfirn: %s", src, want, got)
	}
}

// innermost returns the last message of what Nix prints, without its place.
func innermost(text string) string {
	i := strings.LastIndex(text, "error: ")
	if i < 0 {
		return text
	}
	text = text[i:]
	for _, behind := range []string{"at «", "at /", "Did you mean"} {
		if j := strings.Index(text, "\n       "+behind); j >= 0 {
			text = text[:j]
		}
	}
	return strings.ReplaceAll(text, "\n       ", "\n")
}

func TestCancel(t *testing.T) {
	for name, src := range map[string]string{
		"calls":   `builtins.foldl' (a: x: a + x) 0 (builtins.genList (x: builtins.foldl' (a: y: a + y) 0 (builtins.genList (y: y) 1000)) 1000000)`,
		"closure": `builtins.genericClosure { startSet = [ { key = 0; } ]; operator = x: [ { key = x.key + 1; } ]; }`,
		"numbers": `builtins.genList (x: x) 100000000`,
		"pattern": `builtins.match "(a*)*(b*)*(a*)*c" (builtins.concatStringsSep "" (builtins.genList (i: "ab") 1000000))`,
	} {
		t.Run(name, func(t *testing.T) {
			e := eval.New(eval.Options{Host: eval.OS{}})
			ctx, cancel := context.WithCancelCause(t.Context())
			cause := errors.New("nobody wants to know any more")
			go cancel(cause)
			_, err := e.Text(ctx, "«string»", "/", src)
			x, ok := errors.AsType[*eval.Error](err)
			if !ok || x.Kind != eval.Interrupted || x.Msg != cause.Error() {
				t.Fatalf("the error is %v", err)
			}
			v, err := e.Text(t.Context(), "«string»", "/", "1 + 1")
			if err != nil {
				t.Fatal(err)
			}
			if got, err := v.Classic(t.Context()); got != "2" || err != nil {
				t.Errorf("after that 1 + 1 is %s, %v", got, err)
			}
		})
	}
}

// TestCancelLate cancels evaluations that are about to end by themselves, which must
// not end the ones after them.
func TestCancelLate(t *testing.T) {
	e := eval.New(eval.Options{Host: eval.OS{}})
	for range 2000 {
		ctx, cancel := context.WithCancel(t.Context())
		go cancel()
		_, err := e.Text(ctx, "«string»", "/", "1 + 1")
		if x, ok := errors.AsType[*eval.Error](err); err != nil && (!ok || x.Kind != eval.Interrupted) {
			t.Fatal(err)
		}
		if _, err := e.Text(t.Context(), "«string»", "/", "builtins.foldl' (a: x: a + x) 0 (builtins.genList (x: x) 100)"); err != nil {
			t.Fatalf("the next evaluation: %v", err)
		}
	}
}
