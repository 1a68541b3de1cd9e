package lsp_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"firn/eval/fetch"
	"firn/lsp/lsptest"
	"firn/store/hash"
	"firn/store/nar"
	"firn/store/unpack"
)

// forge is a host that hands out one archive, whatever it is asked for.
type forge struct {
	server  *httptest.Server
	archive []byte
	narHash string
	asked   atomic.Int64
	gate    chan struct{} // the archive comes when it is closed
}

func newForge(t *testing.T, flake string) *forge {
	t.Helper()
	f := &forge{gate: make(chan struct{})}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	err := w.WriteHeader(&tar.Header{Name: "x/flake.nix", Mode: 0o644, Size: int64(len(flake)), Typeflag: tar.TypeReg, ModTime: time.Unix(1_000_000_000, 0)})
	if err == nil {
		_, err = w.Write([]byte(flake))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	f.archive = b.Bytes()
	dir := t.TempDir()
	if _, err := unpack.Reader(t.Context(), bytes.NewReader(f.archive), dir, unpack.Limits{}); err != nil {
		t.Fatal(err)
	}
	sum, _, err := nar.Sum(t.Context(), hash.SHA256, nar.Tree{FS: nar.OS{}, Root: filepath.Join(dir, "x")})
	if err != nil {
		t.Fatal(err)
	}
	f.narHash = sum.SRI()
	f.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.asked.Add(1)
		select {
		case <-f.gate:
		case <-r.Context().Done():
			return
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(f.archive)))
		_, _ = w.Write(f.archive)
	}))
	t.Cleanup(f.server.Close)
	return f
}

// RoundTrip implements [http.RoundTripper]: all hosts are this one.
func (f *forge) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = "http", strings.TrimPrefix(f.server.URL, "http://")
	return http.DefaultTransport.RoundTrip(r)
}

const flakeWithInput = `{
  inputs.dep.url = "github:owner/dep";
  outputs = { self, dep }: {
    value = dep.answer;
  };
}
`

func (f *forge) files() map[string]string {
	const rev = "0123456789abcdef0123456789abcdef01234567"
	return map[string]string{
		"flake.nix": flakeWithInput,
		"flake.lock": `{"version": 7, "root": "root", "nodes": {
			"root": {"inputs": {"dep": "dep"}},
			"dep": {
				"locked": {"type": "github", "owner": "owner", "repo": "dep", "rev": "` + rev + `", "lastModified": 1000000000, "narHash": "` + f.narHash + `"},
				"original": {"type": "github", "owner": "owner", "repo": "dep"}
			}
		}}`,
	}
}

// trusting are the settings of somebody who trusts the workspace.
var trusting = map[string]any{"firn": map[string]any{"eval": map[string]any{"trust": true}}}

const depFlake = `{ outputs = { self }: { answer = "forty-two"; }; }`

// hoverInput asks what the attribute of the input is.
func hoverInput(t *testing.T, c *lsptest.Client) string {
	t.Helper()
	return askInput(t, c, "textDocument/hover")
}

func askInput(t *testing.T, c *lsptest.Client, method string) string {
	t.Helper()
	before, _, _ := strings.Cut(flakeWithInput, "swer;")
	line := strings.Count(before, "\n")
	var raw json.RawMessage
	err := c.Call(method, map[string]any{
		"textDocument": map[string]any{"uri": c.URI("flake.nix")},
		"position":     map[string]any{"line": line, "character": len(before) - strings.LastIndex(before, "\n") - 1},
	}, &raw)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// awaitAsked asks for the input until the forge is asked for it, which is when the
// settings have come.
func (f *forge) awaitAsked(t *testing.T, c *lsptest.Client) {
	t.Helper()
	eventually(t, func() bool {
		hoverInput(t, c)
		return f.asked.Load() > 0
	})
}

func eventually(t *testing.T, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it never comes")
		}
	}
}

// TestFetching checks that a workspace that is trusted has its inputs fetched, while
// requests go on, and that what is known of them then counts.
func TestFetching(t *testing.T) {
	f := newForge(t, depFlake)
	cache := t.TempDir()
	c := lsptest.Start(t, lsptest.Options{
		Files:    f.files(),
		Settings: trusting,
		Fetch:    &fetch.Options{Dir: cache, Client: &http.Client{Transport: f}},
	})
	if err := c.Open("flake.nix"); err != nil {
		t.Fatal(err)
	}
	hover := func() string { return hoverInput(t, c) }
	f.awaitAsked(t, c)
	if got := hover(); strings.Contains(got, "forty-two") {
		t.Errorf("it is there before it can be: %s", got)
	}
	close(f.gate)
	eventually(t, func() bool { return strings.Contains(hover(), "forty-two") })
	if got := askInput(t, c, "textDocument/definition"); !strings.Contains(got, "file://"+cache+"/tree/") {
		t.Errorf("the definition is at %s, not where it was fetched to", got)
	}
	if n := f.asked.Load(); n != 1 {
		t.Errorf("it is asked for %d times", n)
	}
	if trees, err := os.ReadDir(filepath.Join(cache, "tree")); err != nil || len(trees) != 1 {
		t.Errorf("%v, %v", trees, err)
	}
}

// TestFetchingProgress checks that people see what is fetched, and can stop it.
func TestFetchingProgress(t *testing.T) {
	f := newForge(t, depFlake)
	c := lsptest.Start(t, lsptest.Options{
		Files:    f.files(),
		Settings: trusting,
		Fetch:    &fetch.Options{Dir: t.TempDir(), Client: &http.Client{Transport: f}},

		Capabilities: map[string]any{"window": map[string]any{"workDoneProgress": true}},
	})
	if err := c.Open("flake.nix"); err != nil {
		t.Fatal(err)
	}
	f.awaitAsked(t, c)
	var token json.RawMessage
	c.Await("$/progress", func(m lsptest.Message) bool {
		var p struct {
			Token json.RawMessage
			Value struct{ Kind, Title string }
		}
		if err := json.Unmarshal(m.Params, &p); err != nil {
			t.Fatal(err)
		}
		token = p.Token
		return p.Value.Kind == "begin" && p.Value.Title == "Fetching github:owner/dep/0123456789abcdef0123456789abcdef01234567"
	})
	if err := c.Notify("window/workDoneProgress/cancel", map[string]any{"token": token}); err != nil {
		t.Fatal(err)
	}
	c.Await("$/progress", func(m lsptest.Message) bool {
		return bytes.Contains(m.Params, token) && bytes.Contains(m.Params, []byte(`"end"`))
	})
	close(f.gate)
}

// TestNoFetching checks that nothing is fetched without trust, or where the settings
// do not want it.
func TestNoFetching(t *testing.T) {
	for name, settings := range map[string]map[string]any{
		"without trust": {},
		"not wanted":    {"trust": true, "fetch": false},
	} {
		t.Run(name, func(t *testing.T) {
			f := newForge(t, depFlake)
			close(f.gate)
			c := lsptest.Start(t, lsptest.Options{
				Files: f.files(), Settings: map[string]any{"firn": map[string]any{"eval": settings}},
				Fetch: &fetch.Options{Dir: t.TempDir(), Client: &http.Client{Transport: f}},
			})
			if err := c.Open("flake.nix"); err != nil {
				t.Fatal(err)
			}
			for range 3 {
				if got := hoverInput(t, c); strings.Contains(got, "forty-two") {
					t.Error(got)
				}
			}
			if n := f.asked.Load(); n > 0 {
				t.Errorf("it is asked for %d times", n)
			}
		})
	}
}
