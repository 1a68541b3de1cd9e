package cache

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"firn/store"
	"firn/store/path"
	"firn/store/sign"
)

// nix is a store of Nix itself. Its directory is no other store's, so that builders
// run without a sandbox.
type nix struct {
	t    *testing.T
	root string
	dir  path.Dir
}

func newNix(t *testing.T) *nix {
	t.Helper()
	for _, tool := range []string{"nix", "nix-store", "nix-instantiate"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("no Nix to compare with: %v", err)
		}
	}
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return &nix{t, root, path.Dir(root + "/store")}
}

// run returns what a program of Nix prints.
func (n *nix) run(name string, args ...string) (string, error) {
	n.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(),
		"NIX_STORE_DIR="+n.dir.String(), "NIX_STATE_DIR="+n.root+"/state", "NIX_LOG_DIR="+n.root+"/log",
		"NIX_CONF_DIR="+n.root, "NIX_REMOTE=local", "HOME="+n.root, "XDG_CACHE_HOME="+n.root+"/cache",
		"NIX_CONFIG=build-users-group =\nsandbox = false\nsubstituters =\nexperimental-features = nix-command\n",
	)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, errs.String())
	}
	return out.String(), nil
}

func (n *nix) must(name string, args ...string) string {
	n.t.Helper()
	out, err := n.run(name, args...)
	if err != nil {
		n.t.Fatal(err)
	}
	return out
}

// build makes an object that refers to itself and to another one, and returns both.
func (n *nix) build() (built, source path.Path) {
	n.t.Helper()
	file := filepath.Join(n.root, "source")
	if err := os.WriteFile(file, bytes.Repeat([]byte("some text\n"), 5000), 0o644); err != nil {
		n.t.Fatal(err)
	}
	const expr = `derivation { name = "built"; system = builtins.currentSystem; builder = "/bin/sh"; preferLocalBuild = true;
		args = [ "-c" "echo $out ${%s} > $out" ]; }`
	drv := strings.TrimSpace(n.must("nix-instantiate", "-E", fmt.Sprintf(expr, file)))
	built = path.Path(strings.TrimSpace(n.must("nix-store", "--realise", drv)))
	source = path.Path(strings.TrimSpace(n.must("nix-store", "--add", file)))
	return built, source
}

// TestFromNix reads what Nix writes, from a directory and from a server.
func TestFromNix(t *testing.T) {
	n := newNix(t)
	built, source := n.build()
	n.must("nix-store", "--generate-binary-cache-key", "test-1", n.root+"/secret", n.root+"/public")
	public, err := os.ReadFile(n.root + "/public")
	if err != nil {
		t.Fatal(err)
	}
	keys, err := sign.NewTrusted([]string{string(public)})
	if err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"xz", "bzip2", "zstd", "gzip", "br", "none"} {
		t.Run(method, func(t *testing.T) {
			at := filepath.Join(n.root, "cache-"+method)
			n.must("nix", "copy", "--to", "file://"+at+"?compression="+method+"&secret-key="+n.root+"/secret", string(built))
			server := httptest.NewServer(http.FileServer(http.Dir(at)))
			defer server.Close()
			for _, url := range []string{"file://" + at, server.URL} {
				c := open(t, url, Options{Dir: n.dir})
				find := Select([]*Cache{c}, keys, func(e store.Event) { t.Errorf("%s: %v", url, e) })
				for _, p := range []path.Path{built, source} {
					o, err := find(t.Context(), p)
					if err != nil {
						t.Fatal(err)
					}
					if dump := n.must("nix-store", "--dump", string(p)); dump != read(t, o) {
						t.Errorf("%s: the archive of '%s' is another one", url, p)
					}
				}
				o, err := c.Find(t.Context(), built)
				if err != nil {
					t.Fatal(err)
				}
				if want := slices.Sorted(slices.Values([]path.Path{built, source})); !slices.Equal(o.References, want) {
					t.Errorf("it refers to %v, want %v", o.References, want)
				}
			}
		})
	}
}

// TestToNix lets Nix substitute from caches that firn writes.
func TestToNix(t *testing.T) {
	n := newNix(t)
	built, source := n.build()
	n.must("nix", "copy", "--to", "file://"+n.root+"/original", string(built))
	original := open(t, "file://"+n.root+"/original", Options{Dir: n.dir})
	dump := n.must("nix-store", "--dump", string(built))
	secret, err := sign.Generate("firn-1")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(n.root+"/secret", []byte(secret.Reveal()), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{"zstd", "xz", "gzip", "br", "none"} {
		t.Run(method, func(t *testing.T) {
			at := filepath.Join(n.root, "cache-"+method)
			url := "file://" + at + "?compression=" + method
			signing := open(t, url+"&write-nar-listing=1&secret-key="+n.root+"/secret", Options{Dir: n.dir})
			for _, p := range []path.Path{source, built} {
				o, err := original.Find(t.Context(), p)
				if err != nil {
					t.Fatal(err)
				}
				if err := signing.Put(t.Context(), &o.Info, strings.NewReader(read(t, o))); err != nil {
					t.Fatal(err)
				}
			}
			realise := func(at, key string) error {
				n.must("nix-store", "--delete", "--ignore-liveness", string(built))
				n.must("rm", "-rf", n.root+"/cache") // what Nix remembers
				_, err := n.run("nix-store", "--realise", string(built), "--substituters", at, "--trusted-public-keys", key)
				return err
			}
			if err := realise("file://"+at, secret.Public().String()); err != nil {
				t.Fatal(err)
			}
			if got := n.must("nix-store", "--dump", string(built)); got != dump {
				t.Error("Nix has another archive")
			}
			server := httptest.NewServer(http.FileServer(http.Dir(at)))
			defer server.Close()
			if err := realise(server.URL, secret.Public().String()); err != nil {
				t.Error(err)
			}
			other, err := sign.Generate("firn-1")
			if err != nil {
				t.Fatal(err)
			}
			if err := realise("file://"+at, other.Public().String()); err == nil {
				t.Error("Nix takes what a key of the same name has not signed")
			}
			if err := realise("file://"+at, secret.Public().String()); err != nil {
				t.Error(err)
			}
			compareListing(t, n, at, built)
		})
	}
}

// compareListing compares a listing with the one that Nix makes.
func compareListing(t *testing.T, n *nix, at string, p path.Path) {
	t.Helper()
	theirs := filepath.Join(t.TempDir(), "listed")
	n.must("nix", "copy", "--to", "file://"+theirs+"?write-nar-listing=1", string(p))
	want, err := os.ReadFile(filepath.Join(theirs, p.HashPart()+".ls"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(at, p.HashPart()+".ls"))
	if err != nil {
		t.Fatal(err)
	}
	var g, w any // Nix 2.8 has another order
	if err := errors.Join(json.Unmarshal(got, &g), json.Unmarshal(want, &w)); err != nil || !reflect.DeepEqual(g, w) {
		t.Errorf("the listing is %s, want %s, %v", got, want, err)
	}
}

func open(t testing.TB, url string, o Options) *Cache {
	t.Helper()
	c, err := Open(url, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// read returns an archive that must come.
func read(t testing.TB, o *store.Offer) string {
	t.Helper()
	b, err := tryRead(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func tryRead(ctx context.Context, o *store.Offer) (_ string, err error) {
	in, err := o.Open(ctx, nil)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(in)
	if closing := in.Close(); err == nil {
		err = closing
	}
	return string(b), err
}
