package navigate_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/feature/disk"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/link"
	"firn/lsp/feature/navigate"
	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

// cursor marks the place of the question in a test's source.
const cursor = "‸"

// files are absolute paths in memory.
type files struct{ fstest.MapFS }

func (f files) Stat(path string) (fs.FileInfo, error) {
	return f.MapFS.Stat(strings.TrimPrefix(path, "/"))
}

func (f files) ReadDir(path string) ([]fs.DirEntry, bool, error) {
	list, err := f.MapFS.ReadDir(strings.TrimPrefix(path, "/"))
	return list, true, err
}

func (f files) load(path string) *scope.Info {
	file := f.MapFS[strings.TrimPrefix(path, "/")]
	if file == nil {
		return nil
	}
	tree, err := parser.Parse(string(file.Data))
	if err != nil {
		return nil
	}
	return scope.Resolve(tree)
}

var project = files{fstest.MapFS{
	"project/lib.nix":              {Data: []byte("{ one = 1; deep = { two = 2; }; fn = { arg }: { made = arg; }; again = import ./sub; }")},
	"project/package.nix":          {Data: []byte("{ stdenv, lib }:\nlet self = { name = \"x\"; inherit (self) name2; }; in\nself")},
	"project/sub/default.nix":      {Data: []byte("let f = a: { three = 3; up = import ../lib.nix; }; in f")},
	"project/loop.nix":             {Data: []byte("import ./loop.nix // { own = (import ./loop.nix).own2; }")},
	"project/broken.nix":           {Data: []byte("{ a = ")},
	"project/plain/x.txt":          {},
	"home/somebody/dotfile":        {},
	"channels/nixpkgs/default.nix": {Data: []byte("{ config ? { } }: { hello = 1; }")},
	"channels/nixpkgs/lib/x.nix":   {Data: []byte("1")},
}}

func query(t *testing.T, src string) (navigate.Query, uint32) {
	t.Helper()
	before, after, ok := strings.Cut(src, cursor)
	if !ok {
		t.Fatalf("no cursor in %q", src)
	}
	tree, err := parser.Parse(before + after)
	if err != nil {
		t.Fatal(err)
	}
	world := disk.World{
		File:   link.File{Path: "/project/main.nix", Home: "/home/somebody"},
		Search: link.ParseSearchPath("pkgs=/channels/nixpkgs:/channels"),
		FS:     project,
	}
	return navigate.Query{
		Space: infer.Open(scope.Resolve(tree), world, project.load),
		World: world,
	}, uint32(len(before))
}

// show names locations by file, line, column, and the text of the definition
// with the name in it in brackets.
func show(q navigate.Query, list []navigate.Location) string {
	var lines []string
	for _, l := range list {
		if l.Span.Empty() {
			lines = append(lines, l.Path)
			continue
		}
		info := q.Space.Root()
		if l.Path != "" {
			info = project.load(l.Path)
		}
		src, at := info.Tree().Source(), info.Tree().Lines().Position(l.Name.Start, text.UTF8)
		lines = append(lines, fmt.Sprintf("%s:%d:%d: %s[%s]%s", l.Path, at.Line+1, at.Column+1,
			src[l.Span.Start:l.Name.Start], l.Name.In(src), src[l.Name.End:l.Span.End]))
	}
	return strings.Join(lines, "\n")
}

func TestDefinition(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"variable", "let a = 1; in ‸a", ":1:5: [a] = 1;"},
		{"all definitions", "let a.b = 1; a.c = 2; in a‸", ":1:5: [a].b = 1;\n:1:14: [a].c = 2;"},
		{"a definition is its own", "let a.b = 1; ‸a.c = 2; in a", ":1:14: [a].c = 2;"},
		{"argument", "a: ‸a", ":1:1: [a]"},
		{"formal", "{ a ? 1, ... }: ‸a", ":1:3: [a] ? 1"},
		{"a formal is its own", "{ ‸a ? 1, ... }: a", ":1:3: [a] ? 1"},
		{"named set of formals", "args@{ a }: ‸args", ":1:1: [args]"},
		{"attribute of a named set of formals", "args@{ a }: args.‸a", ":1:8: [a]"},
		{"passed attribute", "let f = { a }: a; in f { ‸a = 1; }", ":1:11: [a]"},
		{"variable bound by inherit", "x: let inherit x; in ‸x", ":1:16: [x]"},
		{"inherit", "x: { inherit ‸x; }", ":1:1: [x]"},
		{"inherit of a builtin", "{ inherit ‸map; }", ":1:11: [map]"},
		{"inherit from a set", "let s = { x = 1; }; in { inherit (s) ‸x; }", ":1:11: [x] = 1;"},
		{"inherit from a source that is not seen", "lib: { inherit (lib.a) ‸x; }", ":1:17: [lib.a]"},
		{"with", "with { a = 1; }; ‸a", ":1:8: [a] = 1;"},
		{"with of what is not seen", "p: with p; with {}; with p.q; ‸a", ":1:21: [with] p.q\n:1:4: [with] p"},
		{"selection", "let s = rec { a.b = 1; }; in s.a.‸b", ":1:17: a.[b] = 1;"},
		{"selection from an update", "let s = { a = 1; b = 2; } // { a = 3; }; in s.‸a", ":1:32: [a] = 3;"},
		{"selection by inherit", "let s = { a = 1; }; r = { inherit s; }; in r.s.‸a", ":1:11: [a] = 1;"},
		{"default of a formal", "{ s ? { a = 1; } }: s.‸a", ":1:9: [a] = 1;"},
		{"selection from what is not seen", "p: p.‸a", ""},
		{"quoted", `let s = { "a b" = 1; }; in s."‸a b"`, `:1:11: ["a b"] = 1;`},
		{"builtin", "‸map", ""},
		{"undefined", "‸nowhere", ""},
		{"nothing", "1 ‸+ 2", ""},

		{"path", "import ./lib‸.nix", "/project/lib.nix"},
		{"path of a directory", "./sub‸", "/project/sub/default.nix"},
		{"directory without default.nix", "./plain‸", ""},
		{"other file", "./plain/‸x.txt", "/project/plain/x.txt"},
		{"path that is missing", "./non‸e", ""},
		{"home", "~/dot‸file", "/home/somebody/dotfile"},
		{"path with interpolation", "./a${‸\"b\"}", ""},
		{"angle brackets", "<nixpkgs/lib/x‸.nix>", "/channels/nixpkgs/lib/x.nix"},
		{"angle brackets by prefix", "<pkgs‸>", "/channels/nixpkgs/default.nix"},
		{"end of a path", "[ ./lib.nix‸ ]", "/project/lib.nix"},

		{"attribute of an import", "(import ./lib.nix).deep.‸two", "/project/lib.nix:1:21: [two] = 2;"},
		{"bound import", "let lib = import ./lib.nix; in lib.‸one", "/project/lib.nix:1:3: [one] = 1;"},
		{"inherit from an import", "let inherit (import ./lib.nix) ‸one; in one", "/project/lib.nix:1:3: [one] = 1;"},
		{"with an import", "with import ./lib.nix; ‸one", "/project/lib.nix:1:3: [one] = 1;"},
		{"call of an import", "(import <pkgs> { }).‸hello", "/channels/nixpkgs/default.nix:1:21: [hello] = 1;"},
		{"callPackage", "{ callPackage }: (callPackage ./package.nix { }).‸name", "/project/package.nix:2:14: [name] = \"x\";"},
		{"function of an import", "let lib = import ./lib.nix; in (lib.fn { arg = 1; }).‸made", "/project/lib.nix:1:49: [made] = arg;"},
		{"import of an import", "let lib = import ./lib.nix; in (lib.again 1).up.‸one", "/project/lib.nix:1:3: [one] = 1;"},
		{"update of imports", "let a = import ./lib.nix // { x = 1; }; in a.‸one", "/project/lib.nix:1:3: [one] = 1;"},
		{"conditional import", "c: (if c then import ./lib.nix else import ./none.nix).‸one", "/project/lib.nix:1:3: [one] = 1;"},
		{"import in a function", "let f = x: import ./lib.nix; in (f 1).‸one", "/project/lib.nix:1:3: [one] = 1;"},
		{"own import function", "let import = x: x; in (import ./lib.nix).‸one", ""},
		{"import in circles", "(import ./loop.nix).‸none", ""},
		{"import of a broken file", "(import ./broken.nix).‸a", ""},
		{"function that is not called", "(import ./package.nix).‸name", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q, off := query(t, tt.src)
			_, list := q.Definition(off)
			if diff := cmp.Diff(tt.want, show(q, list)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.src, diff)
			}
		})
	}
}

func TestDeclaration(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"inherit", "x: { inherit ‸x; }", ":1:14: [x]"},
		{"inherit from a set", "let s = { x = 1; }; in { inherit (s) ‸x; }", ":1:38: [x]"},
		{"variable", "let a = 1; in ‸a", ":1:5: [a] = 1;"},
		{"nothing", "1 ‸+ 2", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q, off := query(t, tt.src)
			_, list := q.Declaration(off)
			if diff := cmp.Diff(tt.want, show(q, list)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.src, diff)
			}
		})
	}
}

func TestImplementation(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"alias", "let f = x: x; g = f; h.i = g; in h.‸i", ":1:5: [f] = x: x;"},
		{"inherit", "let f = 1; in let inherit f; in { inherit f; x = ‸f; }", ":1:5: [f] = 1;"},
		{"inherit from a set", "let s.f = 1; in let inherit (s) f; in ‸f", ":1:7: s.[f] = 1;"},
		{"own definition", "let ‸f = 1; in f", ":1:5: [f] = 1;"},
		{"itself", "let f = g; g = f; in ‸f", ":1:5: [f] = g;"},
		{"argument", "a: let b = a; in ‸b", ":1:1: [a]"},
		{"import", "let l = import ./lib.nix; m = l; in ‸m", "/project/lib.nix"},
		{"of an import", "let l = import ./lib.nix; inherit (l) one; in ‸one", "/project/lib.nix:1:3: [one] = 1;"},
		{"path", "./lib‸.nix", "/project/lib.nix"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q, off := query(t, tt.src)
			_, list := q.Implementation(off)
			if diff := cmp.Diff(tt.want, show(q, list)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.src, diff)
			}
		})
	}
}

func TestWithoutWorld(t *testing.T) {
	for _, src := range []string{"./li‸b.nix", "<nixp‸kgs>", "(import ./lib.nix).‸one", "~/‸x"} {
		q, off := query(t, src)
		q = navigate.Query{Space: infer.Alone(q.Space.Root())}
		if _, list := q.Definition(off); list != nil {
			t.Errorf("%s: %v", src, list)
		}
	}
}

func TestHighlights(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"variable", "let a = 1; in a ‸a", "let ⟦w:a⟧ = 1; in ⟦r:a⟧ ⟦r:a⟧"},
		{"brought in", "p: with p; [ ‸a a b ]", "p: ⟦:with⟧ p; [ ⟦r:a⟧ ⟦r:a⟧ b ]"},
		{"with", "p: ‸with p; [ a a b ]", "p: ⟦:with⟧ p; [ ⟦r:a⟧ ⟦r:a⟧ ⟦r:b⟧ ]"},
		{"if", "if a then b ‸else if c then d else e", "⟦:if⟧ a ⟦:then⟧ b ⟦:else⟧ if c then d else e"},
		{"let", "let a = 1; ‸in a", "⟦:let⟧ a = 1; ⟦:in⟧ a"},
		{"nothing", "1 ‸+ 2", "1 + 2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q, off := query(t, tt.src)
			src, at := q.Space.Root().Tree().Source(), uint32(0)
			var b strings.Builder
			for _, h := range navigate.Highlights(q.Space.Root(), off) {
				b.WriteString(src[at:h.Span.Start] + "⟦" + [...]string{"", "r", "w"}[h.Access] + ":" + h.Span.In(src) + "⟧")
				at = h.Span.End
			}
			if got := b.String() + src[at:]; got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}
