package nar

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"firn/store/hash"
)

// pack writes strings as an archive has them.
func pack(parts ...string) string {
	var b []byte
	for _, s := range parts {
		b = binary.LittleEndian.AppendUint64(b, uint64(len(s)))
		b = append(b, s...)
		b = append(b, make([]byte, -len(s)&7)...)
	}
	return string(b)
}

// words is pack of the words of a text, in which "_" is the empty string.
func words(s string) string {
	parts := strings.Fields(s)
	for i, p := range parts {
		if p == "_" {
			parts[i] = ""
		}
	}
	return pack(parts...)
}

// memory makes a file system of paths and contents. A path that ends with a
// slash is a directory and one that ends with "*" can be executed; a content
// that begins with "->" is the target of a symlink.
func memory(t testing.TB, files ...[2]string) *Memory {
	t.Helper()
	m := &Memory{}
	for _, f := range files {
		path, content := f[0], f[1]
		h := Header{Path: path, Info: Info{Kind: Regular}}
		if target, ok := strings.CutPrefix(content, "->"); ok {
			h.Kind, h.Target, content = Symlink, target, ""
		} else if p, ok := strings.CutSuffix(path, "*"); ok {
			h.Path, h.Executable = p, true
		} else if strings.HasSuffix(path, "/") {
			h.Kind = Directory
			h.Path = "/" + strings.Trim(path, "/")
		}
		if err := m.Put(h, []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func dump(t testing.TB, tree Tree) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(context.Background(), &b, tree); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// archives are trees and what they become.
func archives(t testing.TB) []archive {
	return []archive{
		{
			"file", memory(t, [2]string{"/", "->x"}),
			words("nix-archive-1 ( type symlink target x )"),
		},
		{
			"empty directory", memory(t, [2]string{"//", ""}),
			words("nix-archive-1 ( type directory )"),
		},
		{
			"executable", memory(t, [2]string{"/*", "#!x"}),
			words("nix-archive-1 ( type regular executable _ contents #!x )"),
		},
		{
			"empty file", memory(t, [2]string{"//", ""}, [2]string{"/a", ""}),
			words("nix-archive-1 ( type directory entry ( name a node ( type regular contents _ ) ) )"),
		},
		{
			"tree in bytewise order",
			memory(t, [2]string{"//", ""}, [2]string{"/a/", ""}, [2]string{"/é", "12345678"}, [2]string{"/a.b", "->../x"}, [2]string{"/B", ""}, [2]string{"/a/c*", "x"}),
			words(`nix-archive-1 ( type directory
				entry ( name B node ( type regular contents _ ) )
				entry ( name a node ( type directory entry ( name c node ( type regular executable _ contents x ) ) ) )
				entry ( name a.b node ( type symlink target ../x ) )
				entry ( name é node ( type regular contents 12345678 ) ) )`),
		},
	}
}

type archive struct {
	name string
	m    *Memory
	want string
}

func TestWrite(t *testing.T) {
	for _, c := range archives(t) {
		tree := Tree{FS: c.m, Root: "/"}
		if got := dump(t, tree); got != c.want {
			t.Errorf("%s: Write = %q, want %q", c.name, got, c.want)
		}
		h, n, err := Sum(t.Context(), hash.SHA256, tree)
		if h != hash.SumString(hash.SHA256, c.want) || n != int64(len(c.want)) || err != nil {
			t.Errorf("%s: Sum = %v, %d, %v", c.name, h, n, err)
		}
	}
}

// Files of all sizes around those of the buffers are written as they are.
func TestWriteSizes(t *testing.T) {
	for _, n := range []int{7, 8, 9, smallBuffer - 100, smallBuffer, smallBuffer + 1, largeBuffer, 3*largeBuffer + 5} {
		content := strings.Repeat("0123456789", n/10+1)[:n]
		m := memory(t, [2]string{"//", ""}, [2]string{"/a", content}, [2]string{"/b", content})
		entry := func(name string) string {
			return words("entry ( name "+name+" node ( type regular contents") + pack(content, ")", ")")
		}
		want := words("nix-archive-1 ( type directory") + entry("a") + entry("b") + pack(")")
		if got := dump(t, Tree{FS: m, Root: "/"}); got != want {
			t.Errorf("the archive of files of %d bytes is wrong", n)
		}
		var b bytes.Buffer
		slow := slowFS{m}
		if err := Write(t.Context(), &b, Tree{FS: slow, Root: "/"}); err != nil || b.String() != want {
			t.Errorf("the archive of files of %d bytes that are read bytewise is wrong: %v", n, err)
		}
	}
}

// slowFS yields files a byte at a time.
type slowFS struct{ *Memory }

func (s slowFS) Open(path string) (io.ReadCloser, error) {
	r, err := s.Memory.Open(path)
	if err != nil {
		return nil, err
	}
	return io.NopCloser(iotest.OneByteReader(r)), nil
}

func TestFilter(t *testing.T) {
	m := memory(t, [2]string{"//", ""}, [2]string{"/src/", ""}, [2]string{"/src/b/", ""}, [2]string{"/src/b/c", "x"}, [2]string{"/src/a", "->b"}, [2]string{"/src/d/", ""}, [2]string{"/src/d/e*", ""})
	var asked []string
	tree := Tree{FS: m, Root: "/src", Filter: func(path string, k Kind) (bool, error) {
		asked = append(asked, path+" "+k.String())
		return path != "/src/b" && path != "/src/a", nil
	}}
	if got, want := dump(t, tree), words("nix-archive-1 ( type directory entry ( name d node ( type directory entry ( name e node ( type regular executable _ contents _ ) ) ) ) )"); got != want {
		t.Errorf("Write = %q, want %q", got, want)
	}
	if want := []string{"/src/a symlink", "/src/b directory", "/src/d directory", "/src/d/e regular"}; !slices.Equal(asked, want) {
		t.Errorf("the filter was asked about %q, want %q", asked, want)
	}
	fail := errors.New("no")
	tree.Filter = func(string, Kind) (bool, error) { return true, fail }
	if err := Write(t.Context(), io.Discard, tree); !errors.Is(err, fail) {
		t.Errorf("Write with a filter that fails: %v", err)
	}
}

// wrongFS is a file system that says strange things about a directory.
type wrongFS struct {
	*Memory
	names []string
	size  int64
	kind  Kind
}

func (w wrongFS) ReadDir(string) ([]string, error) { return w.names, nil }

func (w wrongFS) Lstat(path string) (Info, error) {
	if path == "/" {
		return Info{Kind: Directory}, nil
	}
	return Info{Kind: w.kind, Size: w.size}, nil
}

func TestWriteErrors(t *testing.T) {
	m := memory(t, [2]string{"//", ""}, [2]string{"/a", "abc"}, [2]string{"/b", "->"}, [2]string{"/c", "->x\x00"})
	for _, c := range []struct {
		name string
		fs   FS
		want string
	}{
		{"socket", wrongFS{m, []string{"a"}, 0, Unknown}, "file '/a' has an unsupported type"},
		{"file that became shorter", wrongFS{m, []string{"a"}, 4, Regular}, "read /a: unexpected EOF"},
		{"negative size", wrongFS{m, []string{"a"}, -1, Regular}, "file '/a' has -1 bytes"},
		{"file that went away", wrongFS{m, []string{"x"}, 0, Regular}, "open /x: file does not exist"},
		{"two of a name", wrongFS{m, []string{"a", "a"}, 3, Regular}, "directory '/' has two files 'a'"},
		{"no name", wrongFS{m, []string{""}, 0, Regular}, `directory '/' has a file with the invalid name ""`},
		{"parent", wrongFS{m, []string{".."}, 0, Regular}, `directory '/' has a file with the invalid name ".."`},
		{"slash", wrongFS{m, []string{"a/b"}, 0, Regular}, `directory '/' has a file with the invalid name "a/b"`},
		{"no target", wrongFS{m, []string{"b"}, 0, Symlink}, `symlink '/b' has the invalid target ""`},
		{"target with a zero byte", wrongFS{m, []string{"c"}, 0, Symlink}, `symlink '/c' has the invalid target "x\x00"`},
		{"no root", &Memory{}, "lstat /: file does not exist"},
		{"endless", wrongFS{m, []string{"a"}, 0, Directory}, fmt.Sprintf("path '%s' exceeds maximum NAR directory depth of 64", strings.Repeat("/a", MaxDepth))},
	} {
		err := Write(t.Context(), io.Discard, Tree{FS: c.fs, Root: "/"})
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: Write = %v, want %s", c.name, err, c.want)
		}
	}
}

// failing fails after some bytes.
type failing struct{ n int }

func (f *failing) Write(p []byte) (int, error) {
	if f.n -= len(p); f.n < 0 {
		return 0, io.ErrShortWrite
	}
	return len(p), nil
}

func TestWriteStops(t *testing.T) {
	m := memory(t, [2]string{"//", ""}, [2]string{"/a", strings.Repeat("x", 1<<20)}, [2]string{"/b", ""})
	asked := false
	tree := Tree{FS: m, Root: "/", Filter: func(path string, _ Kind) (bool, error) {
		asked = asked || path == "/b"
		return true, nil
	}}
	if err := Write(t.Context(), &failing{100000}, tree); !errors.Is(err, io.ErrShortWrite) || asked {
		t.Errorf("Write to a full disk: %v; it went on: %v", err, asked)
	}
	ctx, cancel := context.WithCancel(t.Context())
	tree.Filter = func(string, Kind) (bool, error) { cancel(); return true, nil }
	if err := Write(ctx, io.Discard, tree); !errors.Is(err, context.Canceled) {
		t.Errorf("Write after a cancellation: %v", err)
	}
	if _, _, err := Sum(ctx, hash.SHA256, tree); !errors.Is(err, context.Canceled) {
		t.Errorf("Sum after a cancellation: %v", err)
	}
}

func TestReader(t *testing.T) {
	for _, c := range archives(t) {
		m, err := ReadAll(iotest.OneByteReader(strings.NewReader(c.want + "what follows")))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := dump(t, Tree{FS: m, Root: "/"}); got != c.want {
			t.Errorf("%s: read and written it is %q, want %q", c.name, got, c.want)
		}
	}
}

// A reader takes no more than the archive and skips what nobody reads.
func TestReaderSkips(t *testing.T) {
	c := archives(t)[4]
	src := strings.NewReader(c.want + "rest")
	r := NewReader(src)
	var got []string
	for {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(h.Path, " ", h.Kind, " ", h.Executable, " ", h.Size, " ", h.Target))
		if h.Path == "/é" {
			io.CopyN(io.Discard, r, 3)
		}
	}
	if want := []string{"/ directory false 0 ", "/B regular false 0 ", "/a directory false 0 ", "/a/c regular true 1 ", "/a.b symlink false 0 ../x", "/é regular false 8 "}; !slices.Equal(got, want) {
		t.Errorf("headers are %q, want %q", got, want)
	}
	if rest, _ := io.ReadAll(src); string(rest) != "rest" {
		t.Errorf("behind the archive there is %q, want %q", rest, "rest")
	}
	if _, err := r.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("Next after the end: %v", err)
	}
	if n, err := r.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		t.Errorf("Read after the end: %d, %v", n, err)
	}
}

// nested is an archive of a file in n directories.
func nested(n int) string {
	return words("nix-archive-1") + strings.Repeat(words("( type directory entry ( name a node"), n) +
		words("( type symlink target x )") + strings.Repeat(words(") )"), n)
}

// badArchives are archives that Nix does not write, with what is said of them.
var badArchives = []struct{ name, s, want string }{
	{"nothing", "", "bad archive: input doesn't look like a Nix archive before byte 0"},
	{"text", "hello, world, how are you?", "bad archive: input doesn't look like a Nix archive before byte 8"},
	{"other version", words("nix-archive-2 ( type directory )"), "bad archive: input doesn't look like a Nix archive before byte 24"},
	{"broken off", words("nix-archive-1 ( type"), "archive breaks off at byte 56: unexpected EOF"},
	{"broken off in a content", words("nix-archive-1 ( type regular contents aaaaaaaa")[:100], "archive breaks off at byte 100: unexpected EOF"},
	{"no kind", words("nix-archive-1 ( type socket )"), `bad archive: unknown file type "socket" before byte 72`},
	{"no parenthesis", words("nix-archive-1 type"), `bad archive: expected tag '(', got "type" before byte 40`},
	{"two types", words("nix-archive-1 ( type regular type regular contents x )"), `bad archive: expected tag 'contents', got "type" before byte 88`},
	{"no content", words("nix-archive-1 ( type regular )"), `bad archive: expected tag 'contents', got ")" before byte 88`},
	{"content in a directory", words("nix-archive-1 ( type directory contents x )"), `bad archive: expected tag 'entry' or ')', got "contents" before byte 96`},
	{"not empty executable", words("nix-archive-1 ( type regular executable x contents y )"), "bad archive: string of 1 bytes where at most 0 are allowed before byte 104"},
	{"no target", words("nix-archive-1 ( type symlink target _ )"), "bad archive: NAR contains invalid symlink target before byte 96"},
	{"target with a zero byte", pack("nix-archive-1", "(", "type", "symlink", "target", "a\x00b", ")"), "bad archive: NAR contains invalid symlink target before byte 104"},
	{"long target", words("nix-archive-1 ( type symlink target " + strings.Repeat("x", 4096) + " )"), "bad archive: string of 4096 bytes where at most 4095 are allowed before byte 96"},
	{"long tag", words("nix-archive-1 ( " + strings.Repeat("x", 1000)), "bad archive: string of 1000 bytes where at most 32 are allowed before byte 48"},
	{"long name", words("nix-archive-1 ( type directory entry ( name " + strings.Repeat("x", 256) + " node ( type directory ) ) )"), "bad archive: string of 256 bytes where at most 255 are allowed before byte 136"},
	{"unsorted", words("nix-archive-1 ( type directory entry ( name b node ( type directory ) ) entry ( name a node ( type directory ) ) )"), "bad archive: NAR directory is not sorted before byte 312"},
	{"twice", words("nix-archive-1 ( type directory entry ( name a node ( type directory ) ) entry ( name a node ( type directory ) ) )"), "bad archive: NAR directory is not sorted before byte 312"},
	{"no name", words("nix-archive-1 ( type directory entry ( name _ node ( type directory ) ) )"), `bad archive: NAR contains invalid file name "" before byte 136`},
	{"dot", words("nix-archive-1 ( type directory entry ( name . node ( type directory ) ) )"), `bad archive: NAR contains invalid file name "." before byte 144`},
	{"two dots", words("nix-archive-1 ( type directory entry ( name .. node ( type directory ) ) )"), `bad archive: NAR contains invalid file name ".." before byte 144`},
	{"slash", words("nix-archive-1 ( type directory entry ( name a/b node ( type directory ) ) )"), `bad archive: NAR contains invalid file name "a/b" before byte 144`},
	{"zero byte", pack("nix-archive-1", "(", "type", "directory", "entry", "(", "name", "a\x00", "node", "(", "type", "directory", ")", ")", ")"), `bad archive: NAR contains invalid file name "a\x00" before byte 144`},
	{"name without file", words("nix-archive-1 ( type directory entry ( name a ) )"), `bad archive: expected tag 'node', got ")" before byte 160`},
	{"padding", strings.Replace(words("nix-archive-1 ( type regular contents abc )"), "abc\x00", "abc\x01", 1), "bad archive: non-zero padding before byte 104"},
	{"padding of a tag", strings.Replace(words("nix-archive-1 ( type directory )"), "type\x00", "type\x01", 1), "bad archive: non-zero padding before byte 56"},
	{"huge file", words("nix-archive-1 ( type regular contents") + strings.Repeat("\xff", 8), "bad archive: file of 18446744073709551615 bytes before byte 96"},
	{"huge and short file", words("nix-archive-1 ( type regular contents") + "\x00\x00\x00\x00\x00\x00\x00\x10", "archive breaks off at byte 96: unexpected EOF"},
	{"huge string", words("nix-archive-1") + strings.Repeat("\xff", 8), "bad archive: string of 18446744073709551615 bytes where at most 32 are allowed before byte 32"},
	{"deep", nested(MaxDepth), fmt.Sprintf("bad archive: NAR directory nesting exceeds maximum depth of 64 before byte %d", len(words("nix-archive-1"))+64*len(words("( type directory entry ( name a node")))},
}

func TestReaderErrors(t *testing.T) {
	for _, c := range badArchives {
		if _, err := ReadAll(strings.NewReader(c.s)); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	if _, err := ReadAll(strings.NewReader(nested(MaxDepth - 1))); err != nil {
		t.Errorf("as deep as is allowed: %v", err)
	}
	fail := errors.New("disk")
	for n := range len(nested(3)) {
		r := io.MultiReader(strings.NewReader(nested(3)[:n]), iotest.ErrReader(fail))
		if _, err := ReadAll(r); !errors.Is(err, fail) {
			t.Fatalf("a disk that fails after %d bytes: %v", n, err)
		}
		if _, err := ReadAll(strings.NewReader(nested(3)[:n])); err == nil {
			t.Fatalf("an archive that breaks off after %d bytes is accepted", n)
		}
	}
}

func TestMemoryErrors(t *testing.T) {
	m := memory(t, [2]string{"//", ""}, [2]string{"/a", "x"})
	for _, path := range []string{"/", "/a", "/a/b", "/x/y", "b", "", "/..", "//"} {
		if err := m.Put(Header{Path: path, Info: Info{Kind: Regular}}, nil); err == nil {
			t.Errorf("Put(%q) has no error", path)
		}
	}
	for _, path := range []string{"/x", ""} {
		if _, err := m.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Lstat(%q) = %v", path, err)
		}
	}
	if _, err := m.ReadDir("/a"); err == nil {
		t.Error("ReadDir of a file has no error")
	}
	if _, err := m.Open("/"); err == nil {
		t.Error("Open of a directory has no error")
	}
	if _, err := m.Readlink("/a"); err == nil {
		t.Error("Readlink of a file has no error")
	}
}

// onDisk makes some files of all kinds.
func onDisk(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "x")
	for _, err := range []error{
		os.MkdirAll(filepath.Join(dir, "b/empty"), 0o777),
		os.WriteFile(filepath.Join(dir, "b/run"), []byte("#!/bin/sh\n"), 0o755),
		os.WriteFile(filepath.Join(dir, "B"), nil, 0o644),
		os.WriteFile(filepath.Join(dir, "b.c"), bytes.Repeat([]byte("x"), 70000), 0o600),
		os.Symlink("nowhere", filepath.Join(dir, "a")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestOS(t *testing.T) {
	dir := onDisk(t)
	m := memory(t, [2]string{"//", ""}, [2]string{"/a", "->nowhere"}, [2]string{"/b/", ""}, [2]string{"/b/empty/", ""},
		[2]string{"/b/run*", "#!/bin/sh\n"}, [2]string{"/B", ""}, [2]string{"/b.c", strings.Repeat("x", 70000)})
	if got, want := dump(t, Tree{FS: OS{}, Root: dir}), dump(t, Tree{FS: m, Root: "/"}); got != want {
		t.Error("a tree on the disk and the same in memory have different archives")
	}
	if _, err := (OS{}).ReadDir(filepath.Join(dir, "nothing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ReadDir of nothing: %v", err)
	}
	if _, err := (OS{}).ReadDir(filepath.Join(dir, "B")); err == nil {
		t.Error("ReadDir of a file has no error")
	}
	if _, err := (OS{}).Lstat(filepath.Join(dir, "nothing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Lstat of nothing: %v", err)
	}
	if info, err := (OS{}).Lstat(os.DevNull); info.Kind != Unknown || err != nil {
		t.Errorf("Lstat of a device: %v, %v", info, err)
	}
}

func TestKind(t *testing.T) {
	for k, want := range map[Kind]string{Unknown: "unknown", Regular: "regular", Directory: "directory", Symlink: "symlink", 99: "unknown"} {
		if got := k.String(); got != want {
			t.Errorf("Kind(%d) = %q, want %q", k, got, want)
		}
	}
}

// An archive that can be read is written as it was.
func FuzzReader(f *testing.F) {
	for _, c := range archives(f) {
		f.Add([]byte(c.want))
	}
	for _, c := range badArchives {
		f.Add([]byte(c.s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := ReadAll(bytes.NewReader(data))
		if err != nil {
			return
		}
		if got := dump(t, Tree{FS: m, Root: "/"}); !strings.HasPrefix(string(data), got) {
			t.Fatalf("%q is read and written as %q", data, got)
		}
	})
}

func BenchmarkSum(b *testing.B) {
	for _, size := range []int{1 << 10, 1 << 20} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			m := memory(b, [2]string{"//", ""}, [2]string{"/a", strings.Repeat("x", size)})
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := Sum(b.Context(), hash.SHA256, Tree{FS: m, Root: "/"}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkReader(b *testing.B) {
	m := memory(b, [2]string{"//", ""})
	for i := range 1000 {
		if err := m.Put(Header{Path: fmt.Sprintf("/f%04d", i), Info: Info{Kind: Regular}}, make([]byte, 1000)); err != nil {
			b.Fatal(err)
		}
	}
	data := dump(b, Tree{FS: m, Root: "/"})
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		r := NewReader(strings.NewReader(data))
		for {
			if _, err := r.Next(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}
