package link_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/feature/link"
	"firn/parser"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestOf(t *testing.T) {
	for _, file := range []string{"testdata/links.nix", "testdata/flake/flake.nix"} {
		t.Run(filepath.Base(file), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			tree := parse(t, string(src))
			links := link.Of(tree, link.File{Path: "/project/" + filepath.Base(file), Home: "/home/somebody"})
			golden(t, strings.TrimSuffix(file, ".nix")+".golden", render(tree, links))
		})
	}
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

func render(tree *parser.Tree, links []link.Link) string {
	var b strings.Builder
	for _, l := range links {
		fmt.Fprintf(&b, "%d: %s -> ", tree.Lines().Line(l.Span.Start)+1, l.Span.In(tree.Source()))
		switch {
		case l.URL != "":
			fmt.Fprintln(&b, l.URL)
		case l.Path != "":
			fmt.Fprintln(&b, "file", l.Path)
		default:
			fmt.Fprintln(&b, "lookup", l.Search)
		}
	}
	return b.String()
}

func parse(tb testing.TB, src string) *parser.Tree {
	tb.Helper()
	tree, err := parser.Parse(src)
	if err != nil {
		tb.Fatalf("%s at %s", err, err.Span)
	}
	return tree
}

func TestNoFile(t *testing.T) {
	tree := parse(t, "[ ./a ~/b /c ]")
	got := render(tree, link.Of(tree, link.File{}))
	if want := "1: /c -> file /c\n"; got != want {
		t.Errorf("links of a document without a path: %q, want %q", got, want)
	}
}

// files are absolute paths in memory.
type files struct{ fstest.MapFS }

func (f files) Stat(path string) (fs.FileInfo, error) {
	if !filepath.IsAbs(path) {
		return nil, errors.New("not absolute")
	}
	return f.MapFS.Stat(strings.TrimPrefix(path, "/"))
}

var disk = files{fstest.MapFS{
	"project/a.nix":               {},
	"project/dir/default.nix":     {},
	"project/plain/b.nix":         {},
	"channels/nixpkgs/lib/x.nix":  {},
	"channels/nixpkgs-extra/file": {},
	"pinned/default.nix":          {},
}}

func TestResolve(t *testing.T) {
	tests := []struct{ path, want string }{
		{"/project/a.nix", "/project/a.nix"},
		{"/project/dir", "/project/dir/default.nix"},
		{"/project/plain", "/project/plain"},
		{"/project/none", ""},
	}
	for _, tt := range tests {
		if got, ok := link.Resolve(disk, tt.path); got != tt.want || ok != (tt.want != "") {
			t.Errorf("Resolve(%q) = %q, %v, want %q", tt.path, got, ok, tt.want)
		}
	}
}

func TestLookup(t *testing.T) {
	tests := []struct{ name, path, lookup, want string }{
		{"below a directory", "/channels", "nixpkgs/lib", "/channels/nixpkgs/lib"},
		{"by prefix", "nixpkgs=/pinned:/channels", "nixpkgs", "/pinned"},
		{"the next entry, if the first has nothing there", "nixpkgs=/pinned:/channels", "nixpkgs/lib", "/channels/nixpkgs/lib"},
		{"a prefix is a whole element", "nixpkgs=/pinned:/channels", "nixpkgs-extra/file", "/channels/nixpkgs-extra/file"},
		{"behind what is fetched", "nixpkgs=https://example.org:8080/x:nixpkgs=/pinned", "nixpkgs", "/pinned"},
		{"behind a flake", "nixpkgs=flake:nixpkgs:/channels", "nixpkgs", "/channels/nixpkgs"},
		{"behind a channel", "channel:nixos:/channels", "nixpkgs", "/channels/nixpkgs"},
		{"not relative to anywhere", "nixpkgs=pinned", "nixpkgs", ""},
		{"nowhere", "", "nixpkgs", ""},
		{"empty entries", "::/channels:", "nixpkgs", "/channels/nixpkgs"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := link.ParseSearchPath(tt.path).Lookup(disk, tt.lookup)
			if got != tt.want || ok != (tt.want != "") {
				t.Errorf("<%s> in %q is %q, %v, want %q", tt.lookup, tt.path, got, ok, tt.want)
			}
		})
	}
}

func TestDefaultSearchPath(t *testing.T) {
	if n := len(link.DefaultSearchPath("")); n != 2 {
		t.Errorf("%d entries without a home, want 2", n)
	}
	if p := link.DefaultSearchPath("/home/somebody"); p[0].Path != "/home/somebody/.nix-defexpr/channels" {
		t.Errorf("first entry is %+v", p[0])
	}
}

func FuzzOf(f *testing.F) {
	f.Add(`{ inputs.a.url = "github:a/b?ref=%2f"; } # http://a.b/(c`)
	f.Fuzz(func(t *testing.T, src string) {
		tree, err := parser.Parse(src)
		if err != nil {
			return
		}
		end := uint32(0)
		for _, l := range link.Of(tree, link.File{Path: "/x/flake.nix"}) {
			if l.Span.Start < end || l.Span.Empty() || int(l.Span.End) > len(src) {
				t.Fatalf("link %v behind %d", l, end)
			}
			end = l.Span.End
		}
	})
}

func BenchmarkOf(b *testing.B) {
	tree := parse(b, "{ "+strings.Repeat("\n  # https://example.org\n  name = callPackage ../path/to { url = \"https://example.org\"; };", 10_000)+"}")
	b.SetBytes(int64(len(tree.Source())))
	for b.Loop() {
		link.Of(tree, link.File{Path: "/x/flake.nix"})
	}
}
