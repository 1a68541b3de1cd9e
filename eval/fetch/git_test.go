package fetch

import (
	"net/http"
	"net/http/cgi"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gogit "github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/format/index"
	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"firn/eval/flakeref"
)

// repo is a repository for a test, made by the program git.
type repo struct {
	t    testing.TB
	path string
}

func newRepo(t testing.TB, text string) *repo {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("there is no git")
		}
		t.Skip("there is no git")
	}
	r := &repo{t, t.TempDir()}
	r.git("init", "--quiet", "--initial-branch=trunk")
	r.write(text)
	return r
}

func (r *repo) git(args ...string) string {
	r.t.Helper()
	cmd := exec.CommandContext(r.t.Context(), "git", args...)
	cmd.Dir = r.path
	cmd.Env = append(
		os.Environ(), "GIT_CONFIG_NOSYSTEM=1", "HOME="+r.path, "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org", "GIT_COMMITTER_NAME=a",
		"GIT_COMMITTER_EMAIL=a@example.org", "GIT_AUTHOR_DATE=1000000001 +0000", "GIT_COMMITTER_DATE=1000000002 +0000", "GIT_ALLOW_PROTOCOL=file",
	)
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %q: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

// write writes files, and what is executable ends with .sh.
func (r *repo) write(text string) {
	r.t.Helper()
	for _, f := range txtar.Parse([]byte(text)).Files {
		at, mode := filepath.Join(r.path, f.Name), os.FileMode(0o666)
		if strings.HasSuffix(f.Name, ".sh") {
			mode = 0o777
		}
		err := os.MkdirAll(filepath.Dir(at), 0o777)
		if err == nil {
			err = os.WriteFile(at, f.Data, mode)
		}
		if err != nil {
			r.t.Fatal(err)
		}
	}
}

// commit commits all and returns the commit.
func (r *repo) commit() string {
	r.t.Helper()
	r.git("add", "--all")
	r.git("commit", "--quiet", "--message=x")
	return r.git("rev-parse", "HEAD")
}

// serve serves the repository over HTTP, as Git does, and returns its URL.
func (r *repo) serve() string {
	r.t.Helper()
	backend := filepath.Join(r.git("--exec-path"), "git-http-backend")
	s := httptest.NewServer(&cgi.Handler{
		Path: backend, Env: []string{"GIT_PROJECT_ROOT=" + filepath.Dir(r.path), "GIT_HTTP_EXPORT_ALL=1", "GIT_CONFIG_NOSYSTEM=1", "HOME=" + r.path},
		InheritEnv: []string{"PATH"}, Stderr: &strings.Builder{},
	})
	r.t.Cleanup(s.Close)
	return s.URL + "/" + filepath.Base(r.path)
}

const committed = 1_000_000_002

func TestGit(t *testing.T) {
	r := newRepo(t, "-- f --\nold\n")
	first := r.commit()
	r.git("tag", "--annotate", "--message=x", "v1")
	r.git("branch", "side")
	r.write("-- f --\nnew\n-- d/run.sh --\n")
	if err := os.Symlink("f", filepath.Join(r.path, "link")); err != nil {
		t.Fatal(err)
	}
	second := r.commit()
	u := r.serve()
	f := New(Options{Dir: t.TempDir()})
	tests := []struct {
		name, query, text string
		attrs             flakeref.Attrs
	}{
		{"the usual branch", "", "new\n", flakeref.Attrs{"ref": "refs/heads/trunk", "rev": second, "revCount": uint64(2)}},
		{"a branch", "?ref=side", "old\n", flakeref.Attrs{"ref": "side", "rev": first, "revCount": uint64(1)}},
		{"a tag", "?ref=refs/tags/v1", "old\n", flakeref.Attrs{"ref": "refs/tags/v1", "rev": first, "revCount": uint64(1)}},
		{"a commit", "?rev=" + first, "old\n", flakeref.Attrs{"ref": "refs/heads/trunk", "rev": first, "revCount": uint64(1)}},
		{"a commit of a branch", "?ref=trunk&rev=" + first, "old\n", flakeref.Attrs{"ref": "trunk", "rev": first, "revCount": uint64(1)}},
		{"without history", "?shallow=1&ref=side", "old\n", flakeref.Attrs{"ref": "side", "rev": first, "shallow": true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := fetched(t, f, request(t, "git+"+u+tt.query))
			want := with(tt.attrs, flakeref.Attrs{"type": "git", "url": u, "lastModified": uint64(committed), "narHash": narHash(t, got.At)})
			if diff := cmp.Diff(want, got.Attrs); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if text := read(t, got.At, "f"); text != tt.text {
				t.Errorf("it has %q", text)
			}
		})
	}
	got := fetched(t, f, request(t, "git+"+u))
	if target, err := os.Readlink(filepath.Join(got.At, "link")); target != "f" {
		t.Errorf("the link leads to %q, %v", target, err)
	}
	if info, err := os.Stat(filepath.Join(got.At, "d/run.sh")); err != nil || info.Mode()&0o100 == 0 {
		t.Errorf("%v, %v", info, err)
	}
	for query, want := range map[string]string{
		"?ref=nothing":                    "it has no branch or tag 'nothing'",
		"?ref=trunk&rev=" + rev:           "Cannot find Git revision '" + rev + "' in ref 'trunk' of repository",
		"?ref=trunk&allRefs=1&rev=" + rev: "Cannot find Git revision",
	} {
		if _, err := f.Fetch(t.Context(), request(t, "git+"+u+query)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: the error is %v", query, err)
		}
	}
}

// TestGitOnce checks that a commit that was fetched needs no server, and that one
// of which a lock says all is fetched without its history.
func TestGitOnce(t *testing.T) {
	for _, exact := range []string{"true", "false"} { // whether the server gives commits that have no name
		t.Run(exact, func(t *testing.T) { once(t, exact) })
	}
}

func once(t *testing.T, exact string) {
	r := newRepo(t, "-- f --\n1\n")
	r.commit()
	r.write("-- f --\n2\n")
	id := r.commit()
	r.git("config", "uploadpack.allowReachableSHA1InWant", exact)
	u := r.serve()
	dir := t.TempDir()
	locked := request(t, "git+"+u+"?ref=trunk&rev="+id)
	locked.Input.Attrs = with(locked.Input.Attrs, flakeref.Attrs{"revCount": uint64(7), "lastModified": uint64(8)})
	got := fetched(t, New(Options{Dir: dir}), locked)
	if got.Attrs["revCount"] != uint64(7) || got.Attrs["lastModified"] != uint64(8) {
		t.Errorf("%v", got.Attrs)
	}
	shallow, err := filepath.Glob(filepath.Join(dir, repos, "*-shallow", "shallow"))
	if err != nil || len(shallow) != 1 {
		t.Errorf("%v, %v", shallow, err)
	}
	full := fetched(t, New(Options{Dir: dir}), request(t, "git+"+u+"?ref=trunk&rev="+id))
	if full.Attrs["revCount"] != uint64(2) || full.At != got.At {
		t.Errorf("%v", full.Attrs)
	}
	if err := os.RemoveAll(filepath.Join(dir, repos)); err != nil {
		t.Fatal(err)
	}
	if again := fetched(t, New(Options{Dir: dir, Client: &http.Client{Timeout: time.Nanosecond}}), request(t, "git+"+u+"?ref=trunk&rev="+id)); again.At != got.At || again.Attrs["revCount"] != uint64(2) {
		t.Errorf("%v", again)
	}
}

func TestWorktree(t *testing.T) {
	r := newRepo(t, "-- f --\n1\n-- gone --\n-- d/run.sh --\n")
	f := New(Options{Dir: t.TempDir()})
	u := "git+file://" + r.path
	empty := fetched(t, f, request(t, u))
	want := flakeref.Attrs{"ref": "refs/heads/trunk", "rev": strings.Repeat("0", 40), "revCount": uint64(0), "lastModified": uint64(0)}
	same := func(got, want flakeref.Attrs) {
		t.Helper()
		got = with(got, nil)
		for _, name := range []string{"type", "url", "narHash"} {
			delete(got, name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	same(empty.Attrs, want)
	id := r.commit()
	clean := fetched(t, f, request(t, u))
	same(clean.Attrs, flakeref.Attrs{"ref": "refs/heads/trunk", "rev": id, "revCount": uint64(1), "lastModified": uint64(committed)})
	if at := fetched(t, f, request(t, u+"?rev="+id)); at.At != clean.At {
		t.Errorf("the tree of the commit is another one: %s, %s", at.At, clean.At)
	}

	// What Git does not know of makes no difference.
	r.write("-- unknown --\n")
	if got := fetched(t, f, request(t, u)); got.At != clean.At || got.Attrs["rev"] != id {
		t.Errorf("%+v", got)
	}
	dirty := flakeref.Attrs{"dirtyRev": id + "-dirty", "dirtyShortRev": id[:7] + "-dirty", "lastModified": uint64(committed)}
	for _, change := range []struct {
		name string
		do   func()
		has  string
		not  string
	}{
		{"a file that Git is to know", func() { r.git("add", "--intent-to-add", "unknown") }, "unknown", ""},
		{"a file of another content", func() { r.write("-- f --\n2\n") }, "f", ""},
		{"of the same length and time", func() {
			at := filepath.Join(r.path, "f")
			info, err := os.Stat(at)
			r.write("-- f --\n3\n")
			if err == nil {
				err = os.Chtimes(at, info.ModTime(), info.ModTime().Add(time.Second))
			}
			if err != nil {
				t.Fatal(err)
			}
		}, "f", ""},
		{"a file that is gone", func() { _ = os.Remove(filepath.Join(r.path, "gone")) }, "f", "gone"},
		{"another mode", func() { _ = os.Chmod(filepath.Join(r.path, "d/run.sh"), 0o644) }, "d/run.sh", ""},
	} {
		r.git("reset", "--quiet", "--hard", id)
		r.write("-- unknown --\n")
		change.do()
		got := fetched(t, f, request(t, u))
		same(got.Attrs, dirty)
		if !exists(filepath.Join(got.At, change.has)) || change.not != "" && exists(filepath.Join(got.At, change.not)) {
			t.Errorf("%s: the tree has other files", change.name)
		}
		if sum := narHash(t, got.At); sum != got.Attrs["narHash"] {
			t.Errorf("%s: the hash is %s", change.name, sum)
		}
	}
}

// TestWorktreeLinks checks that nothing is read or written through a symbolic link,
// even where the index says that it is a directory.
func TestWorktreeLinks(t *testing.T) {
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "f"), []byte("secret"), 0o666); err != nil {
		t.Fatal(err)
	}
	r := newRepo(t, "-- d/f --\n-- d/g --\n")
	r.commit()
	if err := os.RemoveAll(filepath.Join(r.path, "d")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(r.path, "d")); err != nil {
		t.Fatal(err)
	}
	for _, both := range []bool{false, true} {
		if both { // an index that Git itself does not make
			repo, err := gogit.PlainOpen(r.path)
			if err != nil {
				t.Fatal(err)
			}
			i, err := repo.Storer.Index()
			if err != nil {
				t.Fatal(err)
			}
			i.Entries = append(i.Entries, &index.Entry{Name: "d", Mode: filemode.Symlink, Hash: i.Entries[0].Hash})
			if err := repo.Storer.SetIndex(i); err != nil {
				t.Fatal(err)
			}
		}
		got := fetched(t, New(Options{Dir: t.TempDir()}), request(t, "git+file://"+r.path))
		if exists(filepath.Join(got.At, "d")) != both || got.Attrs["rev"] != nil {
			t.Errorf("%v", got)
		}
		if left, err := os.ReadDir(outside); err != nil || len(left) != 1 {
			t.Errorf("%v, %v", left, err)
		}
	}
}

// TestExportIgnore checks which files are not for those who get an archive.
func TestExportIgnore(t *testing.T) {
	r := newRepo(t, `
-- .gitattributes --
/private export-ignore text
*.log	export-ignore
[attr]internal export-ignore
notes internal
-- private/f --
-- d/.gitattributes --
keep.log -export-ignore
-- d/keep.log --
-- d/drop.log --
-- d/notes --
-- d/private --
-- f --
`)
	id := r.commit()
	f := New(Options{Dir: t.TempDir()})
	for _, query := range []string{"?exportIgnore=1", "?exportIgnore=1&rev=" + id} {
		at := fetched(t, f, request(t, "git+file://"+r.path+query)).At
		for name, want := range map[string]bool{"private": false, "d/keep.log": true, "d/drop.log": false, "d/notes": false, "d/private": true, "f": true} {
			if exists(filepath.Join(at, name)) != want {
				t.Errorf("%s: %s is there, or not", query, name)
			}
		}
	}
	if at := fetched(t, f, request(t, "git+file://"+r.path+"?rev="+id)).At; !exists(filepath.Join(at, "private/f")) {
		t.Error("what nobody wants ignored is")
	}
}

func TestSubmodules(t *testing.T) {
	inner := newRepo(t, "-- g --\n1\n")
	inner.commit()
	r := newRepo(t, "-- f --\n")
	r.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "file://"+inner.path, "sub")
	id := r.commit()
	f := New(Options{Dir: t.TempDir()})
	u := "git+file://" + r.path
	for _, query := range []string{"?submodules=1&rev=" + id, "?submodules=1"} {
		if text := read(t, fetched(t, f, request(t, u+query)).At, "sub/g"); text != "1\n" {
			t.Errorf("%s: it has %q", query, text)
		}
	}
	if got := fetched(t, f, request(t, u+"?submodules=1")); got.Attrs["rev"] != id {
		t.Errorf("it is not the commit: %v", got.Attrs)
	}
	(&repo{t, filepath.Join(r.path, "sub")}).write("-- g --\n2\n")
	if got := fetched(t, f, request(t, u+"?submodules=1")); got.Attrs["dirtyRev"] != id+"-dirty" || read(t, got.At, "sub/g") != "2\n" {
		t.Errorf("a change in the submodule is none of it: %v", got.Attrs)
	}
	for _, query := range []string{"?rev=" + id, ""} {
		got := fetched(t, f, request(t, u+query))
		if left, err := os.ReadDir(filepath.Join(got.At, "sub")); err != nil || len(left) > 0 {
			t.Errorf("%s: %v, %v", query, left, err)
		}
	}
	for in, want := range map[string]string{"../b": "https://x.org/o/b", "./b": "https://x.org/o/a/b", "https://y.org/b": "https://y.org/b", "git@y.org:b": "ssh://git@y.org/b"} {
		if got, err := (&checkout{url: "https://x.org/o/a"}).moduleURL(in); got != want {
			t.Errorf("%s: %s, %v", in, got, err)
		}
	}
}
