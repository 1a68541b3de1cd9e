package fetch

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/rogpeppe/go-internal/txtar"

	"firn/eval"
	"firn/eval/flakeref"
	"firn/store/download"
	"firn/store/hash"
	"firn/store/nar"
	"firn/store/path"
)

// features are the experimental features of the inputs here.
var features = flakeref.Options{Features: map[string]bool{"flakes": true, "fetch-tree": true}, Warn: func(string) {}}

// site is the internet, as far as there is one: what is there by host and path. It
// notes what it is asked for.
type site struct {
	*httptest.Server

	mu    sync.Mutex
	pages map[string]http.HandlerFunc
	asked []string
}

func newSite(t testing.TB) *site {
	t.Helper()
	s := &site{pages: map[string]http.HandlerFunc{}}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.Host + r.URL.RequestURI()
		s.mu.Lock()
		s.asked = append(s.asked, name)
		page := s.pages[name]
		s.mu.Unlock()
		if page == nil {
			http.NotFound(w, r)
			return
		}
		page(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// RoundTrip implements [http.RoundTripper]: all hosts are this one.
func (s *site) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Host = r.URL.Host
	r.URL.Scheme, r.URL.Host = "http", strings.TrimPrefix(s.URL, "http://")
	return http.DefaultTransport.RoundTrip(r)
}

func (s *site) put(name string, page http.HandlerFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[name] = page
}

// bytes is a page with an entity tag.
func content(data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		tag := `"` + hash.Sum(hash.SHA256, data).Nix32()[:8] + `"`
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write(data)
	}
}

// requests returns what was asked for since the last call.
func (s *site) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked := s.asked
	s.asked = nil
	return asked
}

// tarball packs the files of an archive in txtar under a directory, as of a time.
func tarball(t testing.TB, top string, then int64, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for _, f := range txtar.Parse([]byte(text)).Files {
		h := &tar.Header{Name: top + "/" + f.Name, Typeflag: tar.TypeReg, Mode: 0o644, Size: int64(len(f.Data)), ModTime: time.Unix(then, 0)}
		err := w.WriteHeader(h)
		if err == nil {
			_, err = w.Write(f.Data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (s *site) fetcher(t testing.TB, o Options) *Fetcher {
	t.Helper()
	if o.Dir == "" {
		o.Dir = t.TempDir()
	}
	o.Client = &http.Client{Transport: s}
	f := New(o)
	f.client.Pause = time.Millisecond
	return f
}

// request is what the evaluator asks for an input.
func request(t testing.TB, text string) eval.Request {
	t.Helper()
	in, err := flakeref.ParseInput(text, features)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]eval.FetchKind{
		"file": eval.FetchFile, "tarball": eval.FetchArchive, "git": eval.FetchGit, "indirect": eval.FetchRegistry,
		"github": eval.FetchForge, "gitlab": eval.FetchForge, "sourcehut": eval.FetchForge,
	}
	r := eval.Request{Kind: kinds[in.Type()], Input: in, URL: text, Name: "source"}
	if u, ok := in.Attrs["url"].(string); ok {
		r.URL = u
	}
	r.Rev, _ = in.Attrs["rev"].(string)
	r.Ref, _ = in.Attrs["ref"].(string)
	if r.Hash, err = in.NarHash(); err != nil {
		t.Fatal(err)
	}
	return r
}

func fetched(t testing.TB, f *Fetcher, r eval.Request) eval.Fetched {
	t.Helper()
	got, err := f.Fetch(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// narHash returns the hash of the archive of a tree.
func narHash(t testing.TB, at string) string {
	t.Helper()
	h, _, err := nar.Sum(t.Context(), hash.SHA256, nar.Tree{FS: nar.OS{}, Root: at})
	if err != nil {
		t.Fatal(err)
	}
	return h.SRI()
}

func read(t testing.TB, at, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(at, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

const then = 1_000_000_000

func TestFile(t *testing.T) {
	s := newSite(t)
	s.put("example.org/x", content([]byte("text")))
	f := s.fetcher(t, Options{})
	r := eval.Request{Kind: eval.FetchFile, URL: "https://example.org/x", Name: "x"}
	for i, want := range []int{1, 0} {
		if got := read(t, fetched(t, f, r).At, ""); got != "text" {
			t.Errorf("it has %q", got)
		}
		if asked := s.requests(); len(asked) != want {
			t.Errorf("the time %d asks for %q", i, asked)
		}
	}
	// What is known by its hash comes from wherever it was fetched.
	r.URL, r.Hash = "https://example.org/elsewhere", hash.SumString(hash.SHA256, "text")
	if got := read(t, fetched(t, f, r).At, ""); got != "text" || len(s.requests()) > 0 {
		t.Errorf("it has %q", got)
	}
	r.Hash = hash.SumString(hash.SHA256, "other")
	if _, err := f.Fetch(t.Context(), r); err == nil || !strings.Contains(err.Error(), "unable to download 'https://example.org/elsewhere': HTTP error 404 (Not Found)") {
		t.Errorf("the error is %v", err)
	}
}

// TestFresh checks that an old answer is asked for again, and what then counts.
func TestFresh(t *testing.T) {
	s := newSite(t)
	s.put("example.org/x", content([]byte("old")))
	f := s.fetcher(t, Options{Fresh: time.Nanosecond})
	r := eval.Request{Kind: eval.FetchFile, URL: "https://example.org/x"}
	for _, want := range []string{"old", "old", "new"} {
		if want == "new" {
			s.put("example.org/x", content([]byte("new")))
		}
		if got := read(t, fetched(t, f, r).At, ""); got != want {
			t.Errorf("it has %q, not %q", got, want)
		}
		if asked := s.requests(); len(asked) != 1 {
			t.Errorf("it asks for %q", asked)
		}
	}
}

func TestArchive(t *testing.T) {
	s := newSite(t)
	s.put("example.org/x.tar.gz", content(tarball(t, "x-1", then, "-- f --\ntext\n-- d/g --\n")))
	f := s.fetcher(t, Options{})
	got := fetched(t, f, request(t, "https://example.org/x.tar.gz"))
	sum := narHash(t, got.At)
	want := flakeref.Attrs{"type": "tarball", "url": "https://example.org/x.tar.gz", "lastModified": uint64(then), "narHash": sum}
	if diff := cmp.Diff(want, got.Attrs); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if text := read(t, got.At, "f"); text != "text\n" {
		t.Errorf("it has %q", text)
	}
	s.requests()
	// Another process finds all that.
	again := s.fetcher(t, Options{Dir: f.o.Dir, Fresh: time.Nanosecond})
	fetched(t, again, request(t, "https://example.org/x.tar.gz?narHash="+strings.ReplaceAll(sum, "+", "%2B")))
	if asked := s.requests(); len(asked) > 0 {
		t.Errorf("what has a hash is asked for: %q", asked)
	}
	if other := fetched(t, again, request(t, "https://example.org/x.tar.gz")); other.At != got.At || len(s.requests()) != 1 {
		t.Errorf("%s, not %s", other.At, got.At)
	}
	// A lock says all that is to be known.
	locked := request(t, "https://elsewhere.org/y.tar.gz?lastModified=7&narHash="+strings.ReplaceAll(sum, "+", "%2B"))
	if other := fetched(t, again, locked); other.At != got.At || other.Attrs["lastModified"] != uint64(7) || len(s.requests()) > 0 {
		t.Errorf("%+v", other)
	}
}

// TestLocate checks that a tree is found by the store path that evaluations have of it.
func TestLocate(t *testing.T) {
	s := newSite(t)
	s.put("example.org/x.tar.gz", content(tarball(t, "x-1", then, "-- f --\ntext\n")))
	f := s.fetcher(t, Options{})
	r := request(t, "https://example.org/x.tar.gz")
	r.Name = "named"
	got := fetched(t, f, r)
	sum, err := hash.Parse(narHash(t, got.At), hash.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	p, err := path.Dir(eval.DefaultStoreDir).Fixed("named", path.ContentAddress{Method: path.NAR, Hash: sum}, path.Refs{})
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		string(p) + "/f": filepath.Join(got.At, "f"), string(p): got.At, "/etc/passwd": "/etc/passwd", eval.DefaultStoreDir: eval.DefaultStoreDir,
		string(p)[:len(p)-1] + "/f": string(p)[:len(p)-1] + "/f", string(p) + "/../../etc": string(p) + "/../../etc",
	} {
		if at := f.Locate(in); at != want {
			t.Errorf("%s is at %s, not %s", in, at, want)
		}
	}
}

// TestImmutable checks the header with which a server says where just this tree
// stays.
func TestImmutable(t *testing.T) {
	s := newSite(t)
	data := tarball(t, "x", then, "-- f --\n")
	link := `<https://example.org/x/1.tar.gz?rev=0123456789abcdef0123456789abcdef01234567&revCount=3>; rel="immutable"`
	s.put("example.org/x/latest.tar.gz", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Link", link)
		_, _ = w.Write(data)
	})
	f := s.fetcher(t, Options{})
	for range 2 { // asked and kept
		got := fetched(t, f, request(t, "https://example.org/x/latest.tar.gz"))
		want := flakeref.Attrs{
			"type": "tarball", "url": "https://example.org/x/1.tar.gz", "rev": "0123456789abcdef0123456789abcdef01234567", "revCount": uint64(3),
			"lastModified": uint64(then), "narHash": narHash(t, got.At),
		}
		if diff := cmp.Diff(want, got.Attrs); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

const rev = "0123456789abcdef0123456789abcdef01234567"

func TestForges(t *testing.T) {
	data := tarball(t, "x", then, "-- f --\n")
	tests := []struct {
		name, in string
		pages    map[string]string // "" for the archive
		tokens   map[string]string
		header   string // with which the archive is asked for
	}{
		{"GitHub", "github:o/r/" + rev, map[string]string{"github.com/o/r/archive/" + rev + ".tar.gz": ""}, nil, ""},
		{
			"branch of GitHub", "github:o/r/a/b", map[string]string{
				"api.github.com/repos/o/r/commits/a/b": `{"sha": "` + rev + `"}`, "github.com/o/r/archive/" + rev + ".tar.gz": "",
			}, nil, "",
		},
		{
			"GitHub that wants to know who", "github:o/r", map[string]string{
				"api.github.com/repos/o/r/commits/HEAD": `{"sha": "` + rev + `"}`, "api.github.com/repos/o/r/tarball/" + rev: "",
			}, map[string]string{"github.com": "no", "github.com/o": "yes", "github.com/oo": "no"}, "Authorization: token yes",
		},
		{"GitHub elsewhere", "github:o/r/" + rev + "?host=git.example.org", map[string]string{"git.example.org/api/v3/repos/o/r/tarball/" + rev: ""}, nil, ""},
		{
			"GitLab", "gitlab:o/r/main", map[string]string{
				"gitlab.com/api/v4/projects/o%2Fr/repository/commits?ref_name=main":     `[{"id": "` + rev + `"}, {"id": "x"}]`,
				"gitlab.com/api/v4/projects/o%2Fr/repository/archive.tar.gz?sha=" + rev: "",
			}, nil, "",
		},
		{
			"GitLab with a group", "gitlab:g%2Fo/r/" + rev,
			map[string]string{"gitlab.com/api/v4/projects/g%2Fo%2Fr/repository/archive.tar.gz?sha=" + rev: ""},
			map[string]string{"gitlab.com": "PAT:x:y"},
			"Private-Token: x:y",
		},
		{
			"SourceHut", "sourcehut:~o/r", map[string]string{
				"git.sr.ht/~o/r/HEAD": "ref: refs/heads/trunk\n", "git.sr.ht/~o/r/info/refs": strings.Repeat("f", 40) + "\trefs/heads/a\n" + rev + "\trefs/heads/trunk\n",
				"git.sr.ht/~o/r/archive/" + rev + ".tar.gz": "",
			}, map[string]string{"git.sr.ht": "x"}, "Authorization: Bearer x",
		},
		{
			"tag of SourceHut", "sourcehut:~o/r/v1", map[string]string{
				"git.sr.ht/~o/r/info/refs": rev + "\trefs/tags/v1\n", "git.sr.ht/~o/r/archive/" + rev + ".tar.gz": "",
			}, nil, "",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t)
			header := ""
			for name, text := range tt.pages {
				s.put(name, func(w http.ResponseWriter, r *http.Request) {
					if text != "" {
						fmt.Fprint(w, text)
						return
					}
					for _, name := range []string{"Authorization", "Private-Token"} {
						if v := r.Header.Get(name); v != "" {
							header = name + ": " + v
						}
					}
					_, _ = w.Write(data)
				})
			}
			f := s.fetcher(t, Options{Tokens: tt.tokens})
			r := request(t, tt.in)
			got := fetched(t, f, r)
			want := with(r.Input.Attrs, flakeref.Attrs{"rev": rev, "lastModified": uint64(then)})
			delete(want, "ref")
			if diff := cmp.Diff(want, got.Attrs); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if header != tt.header {
				t.Errorf("the archive is asked for with %q", header)
			}
			if asked := s.requests(); len(asked) != len(tt.pages) {
				t.Errorf("it asks for %q", asked)
			}
			// A commit never changes.
			old := s.fetcher(t, Options{Dir: f.o.Dir, Fresh: time.Nanosecond})
			in, err := flakeref.NewInput(want, features)
			if err != nil {
				t.Fatal(err)
			}
			delete(in.Attrs, "lastModified")
			if again := fetched(t, old, eval.Request{Kind: eval.FetchForge, Input: in, Rev: rev, URL: tt.in}); again.At != got.At || len(s.requests()) > 0 {
				t.Errorf("it is fetched again to %s", again.At)
			}
		})
	}
}

// TestRedirect checks that nobody else learns who one is.
func TestRedirect(t *testing.T) {
	s := newSite(t)
	s.put("gitlab.com/api/v4/projects/o%2Fr/repository/archive.tar.gz?sha="+rev, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://elsewhere.org/x", http.StatusFound)
	})
	leaked := ""
	s.put("elsewhere.org/x", func(w http.ResponseWriter, r *http.Request) {
		leaked = r.Header.Get("Private-Token")
		_, _ = w.Write(tarball(t, "x", then, "-- f --\n"))
	})
	f := s.fetcher(t, Options{Tokens: map[string]string{"gitlab.com": "PAT:secret"}})
	fetched(t, f, request(t, "gitlab:o/r/"+rev))
	if leaked != "" {
		t.Errorf("another host is told %q", leaked)
	}
	for _, to := range []string{"http://elsewhere.org/x", "file:///etc/passwd", "gopher://x/"} {
		s.put("example.org/x.tar.gz", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, http.StatusFound) })
		if _, err := f.Fetch(t.Context(), request(t, "https://example.org/x.tar.gz")); err == nil {
			t.Errorf("a redirection to %s is followed", to)
		}
	}
}

// TestRetry checks what is tried again.
func TestRetry(t *testing.T) {
	data := tarball(t, "x", then, "-- f --\n"+strings.Repeat("text\n", 1000))
	for name, tt := range map[string]struct {
		fail func(http.ResponseWriter)
		want int // of requests
	}{
		"busy":  {func(w http.ResponseWriter) { w.WriteHeader(http.StatusServiceUnavailable) }, 2},
		"gone":  {func(w http.ResponseWriter) { w.WriteHeader(http.StatusGone) }, 1},
		"short": {func(w http.ResponseWriter) { _, _ = w.Write(data[:len(data)/2]) }, 1},
		"torn": {func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", fmt.Sprint(len(data)))
			_, _ = w.Write(data[:len(data)/2])
		}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t)
			s.put("example.org/x.tar.gz", func(w http.ResponseWriter, _ *http.Request) {
				if len(s.asked) == 1 {
					tt.fail(w)
					return
				}
				_, _ = w.Write(data)
			})
			f := s.fetcher(t, Options{})
			_, err := f.Fetch(t.Context(), request(t, "https://example.org/x.tar.gz"))
			if asked := s.requests(); len(asked) != tt.want || (err == nil) != (tt.want > 1) {
				t.Errorf("asked %d times; %v", len(asked), err)
			}
			if left, err := os.ReadDir(filepath.Join(f.o.Dir, unready)); err != nil || len(left) > 0 {
				t.Errorf("%v is left; %v", left, err)
			}
		})
	}
}

func TestRegistry(t *testing.T) {
	s := newSite(t)
	const entry = `{"from": {"type": "indirect", "id": %q}, "to": %s, "exact": %v}`
	registry := func(entries ...string) []byte {
		return []byte(`{"version": 2, "flakes": [` + strings.Join(entries, ",") + `]}`)
	}
	s.put("channels.nixos.org/flake-registry.json", content(registry(
		fmt.Sprintf(entry, "nixpkgs", `{"type": "github", "owner": "NixOS", "repo": "nixpkgs", "ref": "nixpkgs-unstable"}`, false),
		fmt.Sprintf(entry, "alias", `{"type": "indirect", "id": "nixpkgs"}`, false),
		fmt.Sprintf(entry, "below", `{"type": "git", "url": "https://example.org/x.git", "dir": "a", "shallow": true}`, false),
		fmt.Sprintf(entry, "mine", `{"type": "path", "path": "/theirs"}`, false),
		fmt.Sprintf(entry, "exact", `{"type": "path", "path": "/x", "lastModified": 3}`, true),
		fmt.Sprintf(entry, "ring", `{"type": "indirect", "id": "ring"}`, false),
	)))
	user := filepath.Join(t.TempDir(), "registry.json")
	if err := os.WriteFile(user, registry(fmt.Sprintf(entry, "mine", `{"type": "path", "path": "/mine"}`, false)), 0o666); err != nil {
		t.Fatal(err)
	}
	f := s.fetcher(t, Options{Global: DefaultGlobal, Registries: []string{"/nowhere", user}})
	for in, want := range map[string]string{
		"flake:nixpkgs":                    `{"owner":"NixOS","ref":"nixpkgs-unstable","repo":"nixpkgs","type":"github"}`,
		"flake:nixpkgs/nixos-25.11":        `{"owner":"NixOS","ref":"nixos-25.11","repo":"nixpkgs","type":"github"}`,
		"flake:nixpkgs/" + rev:             `{"owner":"NixOS","repo":"nixpkgs","rev":"` + rev + `","type":"github"}`,
		"flake:alias/nixos-25.11":          `{"owner":"NixOS","ref":"nixos-25.11","repo":"nixpkgs","type":"github"}`,
		"flake:below/main":                 `{"dir":"a","ref":"main","shallow":true,"type":"git","url":"https://example.org/x.git"}`,
		"flake:mine":                       `{"path":"/mine","type":"path"}`,
		"flake:exact":                      `{"lastModified":3,"path":"/x","type":"path"}`,
		"flake:exact/main":                 "cannot find flake 'flake:exact/main' in the flake registries",
		"flake:nothing":                    "cannot find flake 'flake:nothing' in the flake registries",
		"flake:ring":                       "cycle detected in flake registry for 'flake:ring'",
		"flake:mine/main":                  "don't know how to set the branch, tag or commit",
		"flake:below/" + rev:               "has a commit hash but no branch/tag name",
		"flake:nixpkgs/nixos-25.11/" + rev: "cannot apply both a commit hash",
	} {
		got, err := f.Fetch(t.Context(), request(t, in))
		if strings.HasPrefix(want, "{") {
			if err != nil || got.Attrs.JSON() != want {
				t.Errorf("%s: %s, not %s; %v", in, got.Attrs.JSON(), want, err)
			}
		} else if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: the error is %v", in, err)
		}
	}
	if asked := s.requests(); len(asked) != 1 {
		t.Errorf("it asks for %q", asked)
	}
}

// TestRefused checks that what cannot be fetched is said to be so.
func TestRefused(t *testing.T) {
	f := newSite(t).fetcher(t, Options{})
	for _, tt := range []struct {
		r    eval.Request
		want string
	}{
		{eval.Request{Kind: eval.FetchFile, URL: "ftp://example.org/x"}, "by http, https and file only"},
		{eval.Request{Kind: eval.FetchMercurial, URL: "https://example.org/x"}, "Mercurial"},
		{eval.Request{Kind: eval.FetchClosure, URL: "https://example.org", Path: "/nix/store/x"}, "no store is attached"},
		{eval.Request{Kind: eval.FetchArchive, URL: "file:///nowhere/x.tar"}, "no such file"},
		{request(t, "git+ftp://example.org/x"), "http, https, ssh and git"},
		{request(t, "git+https://example.org/x?lfs=1"), "Git LFS"},
		{request(t, "git+https://example.org/x?submodules=1&exportIgnore=1"), "exportIgnore and submodules"},
	} {
		if _, err := f.Fetch(t.Context(), tt.r); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: the error is %v", tt.r.URL, err)
		}
	}
	if _, err := New(Options{}).Fetch(t.Context(), eval.Request{}); err == nil || !strings.Contains(err.Error(), "XDG_CACHE_HOME") {
		t.Errorf("without a directory: %v", err)
	}
}

// TestTogether checks that what several want at once is fetched once, and that one
// who gives up takes it from nobody.
func TestTogether(t *testing.T) {
	s := newSite(t)
	data := tarball(t, "x", then, "-- f --\n")
	wait := make(chan struct{})
	s.put("example.org/x.tar.gz", func(w http.ResponseWriter, _ *http.Request) {
		<-wait
		_, _ = w.Write(data)
	})
	f := s.fetcher(t, Options{})
	r := request(t, "https://example.org/x.tar.gz")
	var all sync.WaitGroup
	var mu sync.Mutex
	var places []string
	for range 5 {
		all.Go(func() {
			got, err := f.Fetch(t.Context(), r)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			places = append(places, got.At)
		})
	}
	for len(s.requests()) == 0 {
		time.Sleep(time.Millisecond)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Fetch(ctx, r); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	close(wait)
	all.Wait()
	if slices.Sort(places); len(slices.Compact(places)) != 1 || len(s.requests()) > 0 {
		t.Errorf("it is in %q", places)
	}
}

// TestTidy checks what is removed.
func TestTidy(t *testing.T) {
	s := newSite(t)
	dir := t.TempDir()
	old := time.Now().Add(-100 * 24 * time.Hour)
	for _, name := range []string{"tree/old/f", "tree/new/f", "unready/old/f"} {
		at := filepath.Join(dir, name)
		err := os.MkdirAll(filepath.Dir(at), 0o777)
		if err == nil {
			err = os.WriteFile(at, nil, 0o666)
		}
		if err == nil && strings.Contains(name, "old") {
			err = os.Chtimes(filepath.Dir(at), old, old)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	s.put("example.org/x", content(nil))
	fetched(t, s.fetcher(t, Options{Dir: dir}), eval.Request{Kind: eval.FetchFile, URL: "https://example.org/x"})
	for name, want := range map[string]bool{"tree/old": false, "tree/new": true, "unready/old": false} {
		if _, err := os.Stat(filepath.Join(dir, name)); errors.Is(err, fs.ErrNotExist) == want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestWatch checks that somebody is told how far it is.
func TestWatch(t *testing.T) {
	s := newSite(t)
	s.put("example.org/x", content(bytes.Repeat([]byte("x"), 1000)))
	w := &watcher{}
	f := s.fetcher(t, Options{Watch: w.watch})
	fetched(t, f, eval.Request{Kind: eval.FetchFile, URL: "https://example.org/x"})
	if w.what != "https://example.org/x" || w.done != 1000 || w.total != 1000 || w.ended != 1 {
		t.Errorf("%+v", w)
	}
}

type watcher struct {
	what        string
	done, total int64
	ended       int
}

func (w *watcher) watch(_ context.Context, what string) download.Activity {
	w.what = what
	return w
}

func (w *watcher) Progress(done, total int64) { w.done, w.total = done, total }
func (w *watcher) Done()                      { w.ended++ }
