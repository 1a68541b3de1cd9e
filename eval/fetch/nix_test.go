package fetch

import (
	"bytes"
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"firn/eval"
)

var nix = flag.String("nix", "", "a nix-instantiate of Nix 2.34 to compare with")

// TestAgainstNix compares what evaluations fetch with what Nix does, from this
// machine: archives, a repository, and working trees that are clean and not.
func TestAgainstNix(t *testing.T) {
	if *nix == "" {
		t.Skip("no -nix=PATH of a nix-instantiate to compare with")
	}
	dir := t.TempDir()
	for format, text := range map[string]string{
		"one": "-- f --\ntext\n-- d/run.sh --\n", "several": "-- a/f --\n-- b --\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, format+".tar.gz"), tarball(t, ".", then, text), 0o666); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, format+"-top.tar.gz"), tarball(t, "top", then, text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	r := newRepo(t, "-- f --\n1\n-- d/run.sh --\n-- .gitattributes --\nf export-ignore\n")
	first := r.commit()
	r.write("-- g --\n")
	second := r.commit()
	dirty := newRepo(t, "-- f --\n1\n")
	dirty.commit()
	dirty.write("-- f --\n2\n-- unknown --\n")

	var exprs []string
	for _, name := range []string{"one", "several", "one-top", "several-top"} {
		u := "file://" + dir + "/" + name + ".tar.gz"
		exprs = append(exprs, `fetchTarball "`+u+`"`, `builtins.fetchurl "`+u+`"`, `builtins.fetchTree { type = "tarball"; url = "`+u+`"; }`)
	}
	for _, query := range []string{
		"", "?ref=trunk", "?rev=" + first, "?rev=" + second, "?ref=refs/heads/trunk&rev=" + first, "?shallow=1", "?exportIgnore=1", "?submodules=1",
	} {
		exprs = append(exprs, `builtins.fetchTree "git+file://`+r.path+query+`"`)
	}
	exprs = append(
		exprs, `builtins.fetchTree "git+file://`+dirty.path+`"`, `builtins.fetchGit `+dirty.path, `builtins.fetchGit { url = `+r.path+`; rev = "`+first+`"; }`,
		`fetchTarball { url = "file://`+dir+`/one.tar.gz"; sha256 = "`+strings.Repeat("0", 52)+`"; }`,
	)
	home := t.TempDir()
	on := map[string]bool{"flakes": true, "fetch-tree": true}
	ours := eval.New(eval.Options{Host: eval.OS{}, Settings: eval.Settings{Features: on, Fetch: New(Options{Dir: t.TempDir()})}})
	for _, expr := range exprs {
		text := "let t = " + expr + `; in if builtins.isAttrs t then t // { outPath = "${t}"; } else t`
		cmd := exec.CommandContext(t.Context(), *nix, "--eval", "--strict", "--json", "--read-write-mode", "--expr", text, "--extra-experimental-features", "flakes fetch-tree")
		cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CACHE_HOME="+home, "NIX_REMOTE=local?root="+home, "NIX_CONFIG=build-users-group =\nsubstituters =", "NO_COLOR=1")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		want := strings.TrimSpace(string(out))
		if err != nil {
			want = innermost(stderr.String())
		}
		got, err := outcome(t.Context(), ours, text)
		if err != nil {
			got = innermost(err.Error())
		}
		if got != want {
			t.Errorf("%s\n Nix: %s\nfirn: %s", expr, want, got)
		}
	}
}

// innermost returns the message of an error, without its trace.
func innermost(text string) string {
	return strings.TrimSpace(text[strings.LastIndex(text, "error:"):])
}

func outcome(ctx context.Context, e *eval.Evaluator, text string) (string, error) {
	v, err := e.Text(ctx, "text", "/", text)
	if err != nil {
		return "", err
	}
	return v.JSON(ctx)
}
