package unpack

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// file is an entry of an archive for a test.
type file struct {
	name, content string
	typ           byte // of tar; a regular file without
	mode          int64
	link          string
	seconds       int64
}

func tarOf(t testing.TB, files ...file) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		h := &tar.Header{Name: f.name, Typeflag: f.typ, Mode: f.mode, Linkname: f.link, Size: int64(len(f.content)), ModTime: time.Unix(f.seconds, 0)}
		if f.typ == tar.TypeXGlobalHeader {
			h = &tar.Header{Typeflag: f.typ, PAXRecords: map[string]string{"comment": f.content}}
			f.content = ""
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(f.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// listing returns what is in a directory, a line for each file in order.
func listing(t testing.TB, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil || p == dir {
			return err
		}
		name, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		switch {
		case e.IsDir():
			fmt.Fprintf(&b, "%s/\n", name)
		case e.Type() == fs.ModeSymlink:
			target, err := os.Readlink(p)
			if err != nil {
				return err
			}
			fmt.Fprintf(&b, "%s -> %s\n", name, target)
		default:
			data, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			x := ""
			if info.Mode()&0o100 != 0 {
				x = "*"
			}
			fmt.Fprintf(&b, "%s%s: %s\n", name, x, data)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTar(t *testing.T) {
	reg := func(name, content string) file { return file{name: name, content: content, mode: 0o644} }
	tests := []struct {
		name  string
		files []file
		want  string
		err   string
		Result
	}{
		{"nothing", nil, "", "", Result{}},
		{
			"as a forge packs it",
			[]file{
				{typ: tar.TypeXGlobalHeader, content: "0123"},
				{name: "x-1/", typ: tar.TypeDir, mode: 0o775, seconds: 5},
				{name: "x-1/run", content: "r", mode: 0o755, seconds: 7},
				{name: "x-1/link", typ: tar.TypeSymlink, link: "../elsewhere", seconds: 6},
				{name: "x-1/empty/", typ: tar.TypeDir, mode: 0o775},
				reg("x-1/deep/er/f", "f"),
			},
			"x-1/\nx-1/deep/\nx-1/deep/er/\nx-1/deep/er/f: f\nx-1/empty/\nx-1/link -> ../elsewhere\nx-1/run*: r\n", "",
			Result{Newest: 7, Single: "x-1"},
		},
		{"a single file is no single directory", []file{reg("f", "f")}, "f: f\n", "", Result{}},
		{"two at the top", []file{reg("a/f", "f"), reg("b", "g")}, "a/\na/f: f\nb: g\n", "", Result{}},
		{"only what the owner may execute", []file{{name: "f", mode: 0o611}}, "f: \n", "", Result{}},
		{"dots do not lead out", []file{reg("../../a/./b/../f", "f")}, "a/\na/f: f\n", "", Result{Single: "a"}},
		{"absolute names", []file{reg("/etc/f", "f")}, "etc/\netc/f: f\n", "", Result{Single: "etc"}},
		{"the last of a name", []file{reg("f", "old"), reg("f", "new")}, "f: new\n", "", Result{}},
		{"a file for an empty directory", []file{{name: "f/", typ: tar.TypeDir}, reg("f", "f")}, "f: f\n", "", Result{}},
		{"a directory for a file", []file{reg("f", "f"), {name: "f/", typ: tar.TypeDir}}, "f/\n", "", Result{Single: "f"}},
		{"a file for a full directory", []file{reg("f/g", "g"), reg("f", "f")}, "", "cannot create 'f', conflicting non-empty directory", Result{}},
		{"hard link", []file{reg("a/f", "f"), {name: "b", typ: tar.TypeLink, link: "a/f"}}, "a/\na/f: f\nb: f\n", "", Result{}},
		{"hard link to itself", []file{reg("f", "f"), {name: "f", typ: tar.TypeLink, link: "f"}}, "f: f\n", "", Result{}},
		{"hard link to a symbolic one", []file{{name: "l", typ: tar.TypeSymlink, link: "x"}, {name: "m", typ: tar.TypeLink, link: "l"}}, "l -> x\nm -> x\n", "", Result{}},
		{"hard link to nothing", []file{{name: "b", typ: tar.TypeLink, link: "a"}}, "", "which is not there", Result{}},
		{"hard link out of the tree", []file{{name: "b", typ: tar.TypeLink, link: "../../../../etc/passwd"}}, "", "which is not there", Result{}},
		{"hard link to a directory", []file{{name: "a/", typ: tar.TypeDir}, {name: "b", typ: tar.TypeLink, link: "a"}}, "", "leads to the directory 'a'", Result{}},
		{"through a symbolic link", []file{{name: "l", typ: tar.TypeSymlink, link: "/tmp"}, reg("l/f", "f")}, "", "parent of 'l' is not a directory", Result{}},
		{"through a file", []file{reg("f", "f"), reg("f/g", "g")}, "", "parent of 'f' is not a directory", Result{}},
		{"over a symbolic link", []file{{name: "l", typ: tar.TypeSymlink, link: "/tmp"}, reg("l", "f")}, "l: f\n", "", Result{}},
		{"device", []file{{name: "d", typ: tar.TypeChar}}, "", "file 'd' in tarball has unsupported file type '3'", Result{}},
		{"file at the top", []file{reg(".", "f")}, "", "a file where its top should be", Result{}},
		{"symbolic link to nothing", []file{{name: "l", typ: tar.TypeSymlink}}, "", `a symbolic link 'l' to ""`, Result{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			got, err := Reader(t.Context(), bytes.NewReader(tarOf(t, tt.files...)), dir, Limits{})
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Fatalf("the error is %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got != tt.Result {
				t.Errorf("%+v, not %+v", got, tt.Result)
			}
			if diff := cmp.Diff(tt.want, listing(t, dir)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// compressed are writers of the formats that the standard library and others can
// write.
var compressed = map[string]func(io.Writer) (io.WriteCloser, error){
	"gzip": func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil },
	"xz":   func(w io.Writer) (io.WriteCloser, error) { return xz.NewWriter(w) },
	"zstd": func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) },
}

func compress(t testing.TB, format string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := compressed[format](&b)
	if err == nil {
		_, err = w.Write(data)
	}
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bzipped is an archive with a file f that has the text "f", which GNU tar made.
const bzipped = "\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\x28\x82\x20\x5d\x00\x00\x6f\xfb\x84\xc9\x80\x00\x40\x60\x00\x67\x80\x00\x00\xe1\x00\x9e\x00\x00\x00\x80\x08\x20\x00\x54" +
	"\x34\x83\x40\x00\x0d\x04\x51\x20\x0d\x00\x07\x7f\x73\x95\x28\x88\x52\xc5\x44\xac\x45\xc5\x71\xc2\xd3\x38\x54\x24\x22\x7b\x92\x68\xaf\x0c\x20\xba\x5e\x58\x07\x97" +
	"\x2c\x5f\x29\x41\xd1\xd7\x71\x1a\x11\x0c\x88\x80\xf8\xbb\x92\x29\xc2\x84\x81\x44\x11\x02\xe8"

func TestCompressed(t *testing.T) {
	plain := tarOf(t, file{name: "f", content: strings.Repeat("f", 100_000), mode: 0o644})
	for format := range compressed {
		t.Run(format, func(t *testing.T) {
			packed := compress(t, format, plain)
			dir := t.TempDir()
			if _, err := Reader(t.Context(), bytes.NewReader(packed), dir, Limits{}); err != nil {
				t.Fatal(err)
			}
			if got := len(listing(t, dir)); got != 100_004 {
				t.Errorf("the listing has %d bytes", got)
			}
			// What follows the archive does not count, what is missing does.
			if _, err := Reader(t.Context(), bytes.NewReader(append(packed, "rest"...)), t.TempDir(), Limits{}); err != nil {
				t.Errorf("with something behind it: %v", err)
			}
			_, err := Reader(t.Context(), bytes.NewReader(packed[:len(packed)/2]), t.TempDir(), Limits{})
			if err == nil || strings.Contains(err.Error(), "\n") {
				t.Errorf("for half of it the error is %v", err)
			}
		})
	}
}

func TestBzip2(t *testing.T) {
	dir := t.TempDir()
	if _, err := Reader(t.Context(), strings.NewReader(bzipped), dir, Limits{}); err != nil {
		t.Fatal(err)
	}
	if got := listing(t, dir); got != "f: f\n" {
		t.Errorf("it has %s", got)
	}
}

func zipOf(t testing.TB, files ...file) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Modified: time.Unix(f.seconds, 0)}
		mode := fs.FileMode(f.mode)
		if f.typ == tar.TypeSymlink {
			mode |= fs.ModeSymlink
		}
		if strings.HasSuffix(f.name, "/") {
			mode |= fs.ModeDir
		}
		h.SetMode(mode)
		out, err := w.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(out, f.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestZip(t *testing.T) {
	const then = 1_000_000_001
	data := zipOf(
		t, file{name: "x/", mode: 0o755, seconds: then}, file{name: "x/run", content: "r", mode: 0o755, seconds: then},
		file{name: "x/link", content: "run", typ: tar.TypeSymlink, mode: 0o777, seconds: then - 10},
	)
	dir := filepath.Join(t.TempDir(), "tree")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	got, err := Reader(t.Context(), bytes.NewReader(data), dir, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if want := (Result{Newest: then, Single: "x"}); got != want {
		t.Errorf("%+v, not %+v", got, want)
	}
	if diff := cmp.Diff("x/\nx/link -> run\nx/run*: r\n", listing(t, dir)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if left := listing(t, filepath.Dir(dir)); strings.Contains(left, ".zip") {
		t.Errorf("what was needed meanwhile is left:\n%s", left)
	}
	if _, err := Reader(t.Context(), bytes.NewReader(zipOf(t)), t.TempDir(), Limits{}); err != nil {
		t.Errorf("an empty one: %v", err)
	}
}

func TestLimits(t *testing.T) {
	big := file{name: "f", content: strings.Repeat("f", 1000)}
	for name, tt := range map[string]struct {
		data []byte
		Limits
	}{
		"bytes of tar":           {tarOf(t, big, file{name: "g", content: "g"}), Limits{Bytes: 1000}},
		"bytes of gzip":          {compress(t, "gzip", tarOf(t, file{name: "f", content: strings.Repeat("f", 10_000_000)})), Limits{Bytes: 1000}},
		"bytes of zip":           {zipOf(t, big, file{name: "g", content: "g"}), Limits{Bytes: 1000}},
		"the zip itself":         {zipOf(t, big), Limits{Bytes: 100}},
		"entries":                {tarOf(t, file{name: "a"}, file{name: "b"}), Limits{Entries: 1}},
		"the same over and over": {tarOf(t, big, big), Limits{Bytes: 1500}},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Reader(t.Context(), bytes.NewReader(tt.data), t.TempDir(), tt.Limits); !errors.Is(err, ErrTooLarge) {
				t.Errorf("the error is %v", err)
			}
		})
	}
	if _, err := Reader(t.Context(), bytes.NewReader(tarOf(t, big)), t.TempDir(), Limits{Bytes: 1000, Entries: 1}); err != nil {
		t.Errorf("just what is allowed: %v", err)
	}
}

func TestNoArchive(t *testing.T) {
	for name, data := range map[string]string{"short": "Not found", "text": strings.Repeat("no archive\n", 100), "page": "<!DOCTYPE html>" + strings.Repeat(" ", 1000)} {
		if _, err := Reader(t.Context(), strings.NewReader(data), t.TempDir(), Limits{}); !errors.Is(err, ErrUnknown) {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Reader(ctx, bytes.NewReader(tarOf(t, file{name: "f"})), t.TempDir(), Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

// FuzzReader checks that nothing is written outside of the directory, whatever an
// archive has.
func FuzzReader(f *testing.F) {
	f.Add(tarOf(f, file{name: "a/f", content: "f", mode: 0o755}, file{name: "l", typ: tar.TypeSymlink, link: ".."}, file{name: "h", typ: tar.TypeLink, link: "a/f"}))
	f.Add(zipOf(f, file{name: "a/f", content: "f"}))
	for format := range compressed {
		f.Add(compress(f, format, tarOf(f, file{name: "f", content: "f"})))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		outer := t.TempDir()
		dir := filepath.Join(outer, "dir", "tree")
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		l := Limits{Bytes: 1 << 20, Entries: 100}
		if _, err := Reader(t.Context(), bytes.NewReader(data), dir, l); err != nil {
			t.Skip(err)
		}
		for _, d := range []string{outer, filepath.Dir(dir)} {
			if entries, err := os.ReadDir(d); err != nil || len(entries) != 1 {
				t.Errorf("%s has %v, %v", d, entries, err)
			}
		}
	})
}
