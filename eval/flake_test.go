package eval_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"firn/eval"
	"firn/eval/flakeref"
)

// numbered joins what a format makes of the numbers below n.
func numbered(n int, format, separator string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = strings.NewReplacer("NEXT", fmt.Sprint(i+1), "N", fmt.Sprint(i)).Replace(format)
	}
	return strings.Join(parts, separator)
}

const (
	nobody = `{ outputs = _: { }; }`
	locked = `"locked":{"type":"path","path":"/x","narHash":"sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},"original":{"type":"path","path":"/x"}`
	asked  = `{ inputs.a.url = "path:/x"; outputs = _: { }; }`
)

func lockWith(root, nodes string) string {
	return `{"version":7,"root":"root","nodes":{"root":{"inputs":{` + root + `}},` + nodes + `}}`
}

// hostileFlakes are flakes and lock files that would take all memory, all time or
// all of the stack.
var hostileFlakes = []struct{ name, flake, lock, want string }{
	{"itself", `{ outputs = { self }: self; }`, "", "infinite recursion"},
	{"cycle of nodes", asked, lockWith(`"a":"a"`, `"a":{"inputs":{"a":"b"},`+locked+`},"b":{"inputs":{"a":"a"},`+locked+`}`), "deep in one another"},
	{"shared nodes", asked, lockWith(`"a":"n0"`, numbered(200, `"nN":{"inputs":{"a":"nNEXT","b":"nNEXT"},`+locked+`}`, ",")+`,"n200":{`+locked+`}`), "more than 20000 inputs"},
	{"long chain of nodes", asked, lockWith(`"a":"n0"`, numbered(100_000, `"nN":{"inputs":{"a":"nNEXT"},`+locked+`}`, ",")+`,"n100000":{`+locked+`}`), "deep in one another"},
	{"many inputs", `{ inputs = { ` + numbered(30_000, `aN.follows = "a0";`, " ") + ` }; outputs = _: { }; }`, "", "more than 20000 inputs"},
	{"long chain of follows", `{ inputs = { ` + numbered(10_000, `aN.follows = "aNEXT";`, " ") + ` a10000.follows = ""; }; outputs = _: { }; }`, "", "follow one another"},
	{"long path", `{ inputs.a.follows = "` + numbered(200_000, "a", "/") + `"; outputs = _: { }; }`, "", "follow cycle detected"},
	{"cycle of follows", asked, lockWith(`"a":["b"],"b":["a"]`, `"c":{}`), "does not exist"},
	{"follows nothing", `{ inputs.a.follows = "b/c"; outputs = _: { }; }`, "", "follows a non-existent input"},
	{"deep JSON", nobody, strings.Repeat("[", 1_000_000), "nested too deeply"},
	{"large lock file", nobody, `"` + strings.Repeat("x", 65<<20) + `"`, "is larger than"},
	{"broken JSON", nobody, "{\"version\":\x00", "Could not parse"},
	{"final", asked, lockWith(`"a":"a"`, `"a":{"locked":{"type":"path","path":"/x","__final":true},"original":{"type":"path","path":"/x"}}`), "'__final' is not allowed"},
	{"unknown type", asked, lockWith(`"a":"a"`, `"a":{"locked":{"type":"x","narHash":"sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},"original":{"type":"x"}}`), "cannot show unsupported input"},
	{"deep overrides", `{ inputs` + strings.Repeat(".a.inputs", 300) + ` = { }; outputs = _: { }; }`, "", "nothing may be fetched"},
	{"deeper overrides", `{ inputs = ` + strings.Repeat("{ a.inputs = ", 3000) + `{ }` + strings.Repeat("; }", 3000) + `; outputs = _: { }; }`, "", "max-call-depth|nothing may be fetched"},
}

// TestHostileFlakes checks that hostile flakes end in errors, and soon.
func TestHostileFlakes(t *testing.T) {
	for _, test := range hostileFlakes {
		t.Run(test.name, func(t *testing.T) {
			archive := txtar.Archive{Files: []txtar.File{{Name: "in/flake.nix", Data: []byte(test.flake)}}}
			if test.lock != "" {
				archive.Files = append(archive.Files, txtar.File{Name: "in/flake.lock", Data: []byte(test.lock)})
			}
			got := outcome(t, `(builtins.getFlake "path:`+layOut(t, &archive)+`") ? x`, eval.Settings{Features: features()})
			for want := range strings.SplitSeq(test.want, "|") {
				if strings.Contains(got, want) {
					return
				}
			}
			t.Errorf("it gives %.500s\nnot %s", got, test.want)
		})
	}
}

// TestManyFlakes checks that a few flakes cannot ask for any number of inputs.
func TestManyFlakes(t *testing.T) {
	var archive txtar.Archive
	for i := range 100 {
		text := fmt.Sprintf(`{ inputs.a.url = "path:../f%d"; inputs.b.url = "path:../f%d?dir=."; outputs = _: { }; }`, i+1, i+1)
		archive.Files = append(archive.Files, txtar.File{Name: fmt.Sprintf("in/f%d/flake.nix", i), Data: []byte(text)})
	}
	archive.Files = append(archive.Files, txtar.File{Name: "in/f100/flake.nix", Data: []byte(nobody)})
	got := outcome(t, `builtins.getFlake "path:`+layOut(t, &archive)+`?dir=f0"`, eval.Settings{Features: features()})
	if !strings.Contains(got, "more than 20000 inputs") {
		t.Errorf("it gives %s", got)
	}
}

// TestFlakeCancel checks that reading flakes ends with the context.
func TestFlakeCancel(t *testing.T) {
	dir := layOut(t, &txtar.Archive{Files: []txtar.File{{Name: "in/flake.nix", Data: []byte(nobody)}}})
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("nobody wants to know"))
	e := eval.New(eval.Options{Host: eval.OS{}, Settings: eval.Settings{Features: features()}})
	_, err := e.Text(ctx, "«string»", "/", `builtins.getFlake "path:`+dir+`"`)
	if x, ok := errors.AsType[*eval.Error](err); !ok || x.Kind != eval.Interrupted {
		t.Errorf("the error is %v", err)
	}
}

// TestGuardedFlakes checks that a restricted evaluation reads no flake outside
// of its directories, whatever leads there.
func TestGuardedFlakes(t *testing.T) {
	secret := layOut(t, &txtar.Archive{Files: []txtar.File{{Name: "in/flake.nix", Data: []byte(`{ outputs = _: { x = "secret"; }; }`)}}})
	dir := layOut(t, &txtar.Archive{Files: []txtar.File{
		{Name: "in/plain/flake.nix", Data: []byte(`{ outputs = _: { x = 1; }; }`)},
		{Name: "in/input/flake.nix", Data: []byte(`{ inputs.a.url = "path:` + secret + `"; outputs = { self, a }: { inherit (a) x; }; }`)},
		{Name: "in/up/flake.nix", Data: []byte(`{ inputs.a.url = "path:../../..` + secret + `"; outputs = { self, a }: { inherit (a) x; }; }`)},
		{Name: "in/lock/flake.nix", Data: []byte(asked)},
		{Name: "in/below/flake.nix", Data: []byte(`{ inputs.a.url = "path:./link"; outputs = { self, a }: { inherit (a) x; }; }`)},
	}})
	for from, to := range map[string]string{"link/flake.nix": secret + "/flake.nix", "lock/flake.lock": secret + "/flake.nix", "below/link": secret, "whole": secret} {
		at := filepath.Join(dir, from)
		if err := errors.Join(os.MkdirAll(filepath.Dir(at), 0o777), os.Symlink(to, at)); err != nil {
			t.Fatal(err)
		}
	}
	s := eval.Settings{Features: features()}.ForEditor(dir)
	for name, want := range map[string]string{
		"plain": "1", "input": "forbidden", "up": "forbidden", "lock": "forbidden", "below": "forbidden", "link": "forbidden", "whole": "forbidden",
	} {
		t.Run(name, func(t *testing.T) {
			got := outcome(t, `(builtins.getFlake "path:`+dir+`/`+name+`").x`, s)
			if strings.Contains(got, "secret\"") || !strings.Contains(got, want) {
				t.Errorf("it gives %s", got)
			}
		})
	}
	if got := outcome(t, `(builtins.getFlake "path:`+secret+`").x`, s); !strings.Contains(got, "forbidden") {
		t.Errorf("it gives %s", got)
	}
	if got := outcome(t, `(builtins.getFlake "github:a/b").x`, s); !strings.Contains(got, "forbidden") {
		t.Errorf("it gives %s", got)
	}
}

// TestFetchedFlakes checks what is asked of a fetcher for flakes, and what comes
// of its answers.
func TestFetchedFlakes(t *testing.T) {
	const rev = "0123456789abcdef0123456789abcdef01234567"
	dir := layOut(t, &txtar.Archive{Files: []txtar.File{
		{Name: "in/top/flake.nix", Data: []byte(`{ inputs.a.url = "github:owner/name?dir=sub"; inputs.reg = { }; outputs = { self, a, reg }: { x = [ a.y a.rev a.inputs reg.revCount ]; }; }`)},
		{Name: "in/name/sub/flake.nix", Data: []byte(`{ outputs = { self }: { y = self.lastModified; }; }`)},
		{Name: "in/git/flake.nix", Data: []byte(`{ inputs.self.submodules = true; outputs = { self }: { x = [ self.shortRev self.submodules ]; }; }`)},
	}})
	git := eval.Fetched{At: dir + "/git", Attrs: flakeref.Attrs{
		"type": "git", "url": "https://example.org/x.git", "rev": rev, "revCount": uint64(3), "lastModified": uint64(1_000_000_000), "submodules": true,
	}}
	answers := map[string]eval.Fetched{
		"https://example.org/x.git": git,
		"https://example.org/z.git": {At: dir + "/top", Attrs: git.Attrs},
		"github:owner/name": {At: dir + "/name", Attrs: flakeref.Attrs{
			"type": "github", "owner": "owner", "repo": "name", "rev": rev, "lastModified": uint64(7),
		}},
		"https://channels.nixos.org/flake-registry.json": {Attrs: flakeref.Attrs{"type": "git", "url": "https://example.org/x.git"}},
	}
	for _, test := range []struct{ name, src, want string }{
		{"inputs", `(builtins.getFlake "path:` + dir + `/top").x`, `[ 7 "` + rev + `" { } 3 ]`},
		{"registry", `(builtins.getFlake "top").x`, `[ "0123456" true ]`},
		{"self", `(builtins.getFlake "git+https://example.org/x.git").x`, `[ "0123456" true ]`},
		{"lock that is not written", `[ ((builtins.getFlake "git+https://example.org/z.git") ? rev) ((builtins.getFlake "git+https://example.org/x.git") ? rev) ]`, `[ false true ]`},
		{"nothing", `(builtins.getFlake "git+https://example.org/y.git").x`, `error: there is nothing of that name`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := outcome(t, test.src, eval.Settings{Features: features(), Fetch: &fetcher{answers: answers}})
			if got = got[strings.LastIndexByte(got, '\n')+1:]; got != test.want {
				t.Errorf("%s\n gives %s\n not  %s", test.src, got, test.want)
			}
		})
	}
}
