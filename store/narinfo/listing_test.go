package narinfo

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"firn/store/nar"
)

// pack returns the archive of some files.
func pack(t testing.TB, files []nar.Header, content string) string {
	t.Helper()
	var m nar.Memory
	for _, h := range files {
		text := ""
		if h.Kind == nar.Regular {
			text = content
		}
		if err := m.Put(h, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	var b strings.Builder
	if err := nar.Write(t.Context(), &b, nar.Tree{FS: &m, Root: "/"}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func dir(path string) nar.Header { return nar.Header{Path: path, Info: nar.Info{Kind: nar.Directory}} }
func reg(path string) nar.Header { return nar.Header{Path: path, Info: nar.Info{Kind: nar.Regular}} }
func link(path, target string) nar.Header {
	return nar.Header{Path: path, Info: nar.Info{Kind: nar.Symlink}, Target: target}
}

func program(path string) nar.Header {
	return nar.Header{Path: path, Info: nar.Info{Kind: nar.Regular, Executable: true}}
}

var trees = []struct {
	name  string
	files []nar.Header
	want  string
}{
	{"a file", []nar.Header{reg("/")}, `{"root":{"narOffset":96,"size":6,"type":"regular"},"version":1}`},
	{"a link", []nar.Header{link("/", "a/b")}, `{"root":{"target":"a/b","type":"symlink"},"version":1}`},
	{"an empty directory", []nar.Header{dir("/")}, `{"root":{"entries":{},"type":"directory"},"version":1}`},
	{
		"a tree",
		[]nar.Header{dir("/"), dir("/a"), dir("/a/b"), program("/a/b/c"), reg("/a-b"), dir("/c"), dir("/c/empty"), link("/d", "c")},
		`{"root":{"entries":{"a":{"entries":{"b":{"entries":{"c":{"executable":true,"narOffset":536,"size":6,"type":"regular"}},"type":"directory"}},"type":"directory"},` +
			`"a-b":{"narOffset":792,"size":6,"type":"regular"},"c":{"entries":{"empty":{"entries":{},"type":"directory"}},"type":"directory"},"d":{"target":"c","type":"symlink"}},"type":"directory"},"version":1}`,
	},
	{
		"names with all that is escaped",
		[]nar.Header{dir("/"), link("/\x01\b\t\n\v\f\r\x1f\"\\<>&\x7f\u2028é", "x")},
		`{"root":{"entries":{"\u0001\b\t\n\u000b\f\r\u001f\"\\<>&` + "\x7f\u2028é" + `":{"target":"x","type":"symlink"}},"type":"directory"},"version":1}`,
	},
}

func TestListing(t *testing.T) {
	for _, c := range trees {
		t.Run(c.name, func(t *testing.T) {
			archive := pack(t, c.files, "hello\n")
			var got strings.Builder
			in := strings.NewReader(archive + "more")
			if err := WriteListing(&got, in); err != nil {
				t.Fatal(err)
			}
			if got.String() != c.want {
				t.Errorf("got  %s\nwant %s", got.String(), c.want)
			}
			if in.Len() != len("more") {
				t.Errorf("%d bytes are left, want those behind the archive", in.Len())
			}
		})
	}
}

func TestListingFails(t *testing.T) {
	for _, c := range []struct {
		name, archive string
		err           error
	}{
		{"cut off", pack(t, trees[3].files, "x")[:500], io.ErrUnexpectedEOF},
		{"a name that is not UTF-8", pack(t, []nar.Header{dir("/"), reg("/a\xff"), reg("/b")}, "x"), ErrNotUTF8},
		{"a target that is not UTF-8", pack(t, []nar.Header{link("/", "\xff")}, "x"), ErrNotUTF8},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := strings.NewReader(c.archive)
			if err := WriteListing(io.Discard, in); !errors.Is(err, c.err) {
				t.Errorf("the error is %v, want %v", err, c.err)
			}
			if in.Len() != 0 {
				t.Errorf("%d bytes are left", in.Len())
			}
		})
	}
}

// TestNixListing compares listings with those of Nix, which has another order in
// version 2.8.
func TestNixListing(t *testing.T) {
	run := nix(t)
	for _, c := range trees {
		at := filepath.Join(t.TempDir(), "tree")
		restore(t, at, c.files)
		cache := t.TempDir()
		to := "file://" + cache + "?write-nar-listing=1"
		out, err := run("store", "add-path", "--store", to, at)
		if err != nil {
			t.Fatal(err)
		}
		base := filepath.Base(strings.TrimSpace(out))
		theirs, err := os.ReadFile(filepath.Join(cache, base[:32]+ListingExtension))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.HasPrefix(theirs, []byte(`{"root"`)) {
			if string(theirs) != c.want {
				t.Errorf("%s: Nix writes\n%s\nwant\n%s", c.name, theirs, c.want)
			}
			continue
		}
		var got, want any
		if err := errors.Join(json.Unmarshal(theirs, &got), json.Unmarshal([]byte(c.want), &want)); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: Nix writes\n%s\nwant\n%s, %v", c.name, theirs, c.want, err)
		}
	}
}

func restore(t *testing.T, at string, files []nar.Header) {
	t.Helper()
	for _, h := range files {
		to := filepath.Join(at, h.Path)
		var err error
		switch h.Kind {
		case nar.Directory:
			err = os.Mkdir(to, 0o755)
		case nar.Symlink:
			err = os.Symlink(h.Target, to)
		default:
			mode := os.FileMode(0o644)
			if h.Executable {
				mode = 0o755
			}
			err = os.WriteFile(to, []byte("hello\n"), mode)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// FuzzListing: a listing is JSON.
func FuzzListing(f *testing.F) {
	for _, c := range trees {
		f.Add([]byte(pack(f, c.files, "hello\n")))
	}
	f.Fuzz(func(t *testing.T, archive []byte) {
		var b bytes.Buffer
		if err := WriteListing(&b, bytes.NewReader(archive)); err == nil && !json.Valid(b.Bytes()) {
			t.Errorf("this is no JSON: %q", b.Bytes())
		}
	})
}
