package eval_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"firn/eval"
	"firn/eval/flakeref"
)

// fetchFeatures are the experimental features that the texts use.
var fetchFeatures = []string{"flakes", "fetch-tree", "fetch-closure", "dynamic-derivations", "ca-derivations"}

func features() map[string]bool {
	on := map[string]bool{}
	for _, name := range fetchFeatures {
		on[name] = true
	}
	return on
}

// TestFetch compares what the builtins that fetch make of the texts in
// testdata/fetch, flakes in testdata/flake, and derivations that derivations make
// in testdata/dynamic. A name that begins with in/ is a file for the texts to
// fetch, and DIR in a text is where those are.
func TestFetch(t *testing.T) {
	paths, err := filepath.Glob("testdata/*/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("there are no texts: ", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) { fetching(t, path) })
	}
}

// dependent are the hashes of flakes in messages. They depend on DIR, if that is
// in the flakes.
var dependent = regexp.MustCompile(`(lastModified=\d+&narHash=)[^'&]+%3D|(/nix/store/)[a-z0-9]{32}(-source/flake.lock)`)

func fetching(t *testing.T, path string) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := layOut(t, archive)
	want := map[string]string{}
	for _, f := range archive.Files {
		want[f.Name] = string(f.Data)
	}
	var files []txtar.File
	for _, f := range archive.Files {
		name, isText := strings.CutSuffix(f.Name, ".nix")
		switch {
		case strings.HasPrefix(f.Name, "in/"):
			files = append(files, f)
			continue
		case !isText:
			continue
		}
		t.Run(name, func(t *testing.T) {
			src := strings.ReplaceAll(string(f.Data), "DIR", dir)
			pure := strings.HasPrefix(name, "pure-")
			got := outcome(t, src, eval.Settings{Features: features(), Pure: pure}) + "\n"
			portable := dependent.ReplaceAllString(strings.ReplaceAll(got, dir, "DIR"), "${1}${2}HASH${3}")
			files = append(files, f, txtar.File{Name: name + ".out", Data: []byte(portable)})
			if diff := gocmp.Diff(want[name+".out"], portable); diff != "" && !*update {
				t.Errorf("%s(-want +got):\n%s", f.Data, diff)
			}
			if *nix != "" {
				fetchingWithNix(t, src, got, pure)
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

// layOut writes the files of an archive that texts fetch. All are of the same
// time, and their directory has a name that does not change the store paths.
func layOut(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range archive.Files {
		name, ok := strings.CutPrefix(f.Name, "in/")
		if !ok {
			continue
		}
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o777); err != nil {
			t.Fatal(err)
		}
		data := strings.ReplaceAll(string(f.Data), "DIR", dir)
		if err := os.WriteFile(at, []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	then := time.Unix(1_000_000_000, 0)
	err := filepath.WalkDir(dir, func(at string, _ fs.DirEntry, err error) error {
		return cmp.Or(err, os.Chtimes(at, then, then))
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func fetchingWithNix(t *testing.T, src, got string, pure bool) {
	t.Helper()
	home := t.TempDir()
	cmd := exec.CommandContext(t.Context(), *nix, "--eval", "--strict", "--expr", src,
		"--extra-experimental-features", strings.Join(fetchFeatures, " "), "--option", "pure-eval", fmt.Sprint(pure), "--option", "substituters", "",
		"--read-write-mode", "--option", "allow-import-from-derivation", "false")
	// Messages of the dummy store do not say where a file is, and of this one they
	// begin with its root.
	cmd.Env = append(os.Environ(), "NIX_PATH=", "NO_COLOR=1", "NIX_REMOTE=local?root="+home, "HOME="+home, "XDG_CACHE_HOME="+home)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	want, said := string(out), strings.ReplaceAll(stderr.String(), home, "")
	if err != nil {
		want = innermost(said)
	}
	if want = warned(said) + want; err != nil {
		want = strings.TrimSuffix(want, "\nTry 'nix-instantiate --help' for more information.\n")
	}
	if want = strings.TrimSpace(want); want != strings.TrimSpace(got) {
		t.Errorf("%s\n Nix: %s\nfirn: %s", src, want, got)
	}
}

// warned returns the warnings in what Nix prints. One may have several lines, of
// which others begin with a blank or a bullet.
func warned(text string) string {
	var b strings.Builder
	inside := false
	for line := range strings.Lines(text) {
		inside = strings.HasPrefix(line, "warning: ") || inside && strings.IndexAny(line, " •") == 0
		if inside {
			b.WriteString(line)
		}
	}
	return b.String()
}

// fetcher answers from a table by URL.
type fetcher struct {
	answers map[string]eval.Fetched
	asked   []eval.Request
}

var errNothing = errors.New("there is nothing of that name")

func (f *fetcher) Fetch(_ context.Context, r eval.Request) (eval.Fetched, error) {
	f.asked = append(f.asked, r)
	got, ok := f.answers[r.URL]
	if !ok {
		return eval.Fetched{}, errNothing
	}
	return got, nil
}

// TestFetcher checks what is asked of a fetcher, and what comes of its answers.
func TestFetcher(t *testing.T) {
	dir := layOut(t, &txtar.Archive{Files: []txtar.File{
		{Name: "in/tree/default.nix", Data: []byte("{ a = 1; }\n")},
		{Name: "in/file.nix", Data: []byte("{ b = 2; }\n")},
	}})
	const rev = "0123456789abcdef0123456789abcdef01234567"
	answers := map[string]eval.Fetched{
		"https://example.org/x.nix":    {At: dir + "/file.nix"},
		"https://example.org/x.tar.gz": {At: dir + "/tree"},
		"https://example.org/x.git": {At: dir + "/tree", Attrs: flakeref.Attrs{
			"type": "git", "url": "https://example.org/x.git", "rev": rev, "revCount": uint64(3), "lastModified": uint64(1_000_000_000),
		}},
		"github:owner/name": {At: dir + "/tree", Attrs: flakeref.Attrs{
			"type": "github", "owner": "owner", "repo": "name", "rev": rev, "lastModified": uint64(1_000_000_000),
		}},
	}
	for _, test := range []struct {
		name, src, want string
		kind            eval.FetchKind
	}{
		{"file", `import (builtins.fetchurl "https://example.org/x.nix")`, `{ b = 2; }`, eval.FetchFile},
		{"archive", `import (builtins.fetchTarball "https://example.org/x.tar.gz")`, `{ a = 1; }`, eval.FetchArchive},
		{"archive once more", `builtins.readDir (fetchTarball { url = "https://example.org/x.tar.gz"; name = "n"; })`, `{ "default.nix" = "regular"; }`, eval.FetchArchive},
		{
			"git", `let r = builtins.fetchGit "https://example.org/x.git"; in [ r.rev r.shortRev r.revCount r.lastModifiedDate (import r).a ]`,
			`[ "` + rev + `" "0123456" 3 "20010909014640" 1 ]`, eval.FetchGit,
		},
		{"tree", `let r = builtins.fetchTree { type = "github"; owner = "owner"; repo = "name"; }; in [ r.rev (import r).a ]`, `[ "` + rev + `" 1 ]`, eval.FetchForge},
		{"unknown", `builtins.fetchurl "https://example.org/y"`, `error: there is nothing of that name`, eval.FetchFile},
		{
			"another commit", `builtins.fetchGit { url = "https://example.org/x.git"; rev = "ffffffffffffffffffffffffffffffffffffffff"; }`,
			`error: 'rev' attribute mismatch in input 'git+https://example.org/x.git?exportIgnore=1&rev=ffffffffffffffffffffffffffffffffffffffff', expected ffffffffffffffffffffffffffffffffffffffff`, eval.FetchGit,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := fetcher{answers: answers}
			if got := outcome(t, test.src, eval.Settings{Features: features(), Fetch: &f}); got != test.want {
				t.Errorf("%s\n gives %s\n not  %s", test.src, got, test.want)
			}
			if len(f.asked) == 0 || f.asked[0].Kind != test.kind {
				t.Errorf("%s asks for %+v", test.src, f.asked)
			}
		})
	}
}

// TestNoFetcher checks that nothing is fetched where nobody fetches.
func TestNoFetcher(t *testing.T) {
	for src, want := range map[string]string{
		`builtins.fetchurl "https://example.org/x"`:     "unable to download 'https://example.org/x': nothing may be fetched during this evaluation",
		`builtins.fetchTarball "https://example.org/x"`: "unable to download 'https://example.org/x': nothing may be fetched during this evaluation",
		`builtins.fetchGit "https://example.org/x.git"`: "Failed to fetch git repository 'https://example.org/x.git': nothing may be fetched during this evaluation",
		`import <nixpkgs>`: "file 'nixpkgs' was not found in the Nix search path (add it using $NIX_PATH or -I)",
		`builtins.tryEval (builtins.fetchurl "https://example.org/x")`: "unable to download 'https://example.org/x': nothing may be fetched during this evaluation",
	} {
		e := eval.New(eval.Options{Host: eval.OS{}, Settings: eval.Settings{NixPath: []string{"nixpkgs=https://example.org/n.tar.gz"}}})
		v, err := e.Text(t.Context(), "«string»", "/", src)
		if err == nil {
			err = v.Deep(t.Context())
		}
		x, ok := errors.AsType[*eval.Error](err)
		if !ok || x.Msg != want {
			t.Errorf("%s gives %v\nnot %s", src, err, want)
		}
	}
}
