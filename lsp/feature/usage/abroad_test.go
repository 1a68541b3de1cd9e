package usage_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"firn/lsp/feature/disk"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/link"
	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/scope"
)

// files are absolute paths in memory.
type files struct{ fstest.MapFS }

func (f files) Stat(path string) (fs.FileInfo, error) {
	return f.MapFS.Stat(strings.TrimPrefix(path, "/"))
}

func (f files) ReadDir(path string) ([]fs.DirEntry, bool, error) {
	list, err := f.MapFS.ReadDir(strings.TrimPrefix(path, "/"))
	return list, true, err
}

func TestAbroad(t *testing.T) {
	tests := []struct{ name, export, src, want string }{
		{
			"selection", "{ ‸a = 1; b = a: a; }",
			"let x = import ./x.nix; in [ (import ./x.nix).a x.a x.b.a (x ? a) (x.a or 2) a.a ]",
			"let x = import ./x.nix; in [ (import ./x.nix).⟦selection:a⟧ x.⟦selection:a⟧ x.b.a (x ? ⟦selection:a⟧) (x.⟦selection:a⟧ or 2) a.a ]",
		},
		{
			"inherit and with", "{ ‸a = 1; }",
			"let inherit (import ./x.nix) a; in with import ./x.nix; [ a b { inherit a; } ]",
			"let inherit (import ./x.nix) ⟦source:a⟧; in with import ./x.nix; [ a b { inherit a; } ]",
		},
		{
			"brought by a with", "{ ‸a = 1; }",
			"with import ./x.nix; [ a b ]",
			"with import ./x.nix; [ ⟦brought:a⟧ b ]",
		},
		{
			"deep attribute", "{ s = { ‸a = 1; }; a = 2; }",
			"let x = import ./x.nix; in x.s.a + x.a",
			"let x = import ./x.nix; in x.s.⟦selection:a⟧ + x.a",
		},
		{
			"result of a function", "{ lib }: { ‸a = 1; }",
			"p: (p.callPackage ./x.nix { }).a + (import ./x.nix { lib = 1; }).a",
			"p: (p.callPackage ./x.nix { }).⟦selection:a⟧ + (import ./x.nix { lib = 1; }).⟦selection:a⟧",
		},
		{
			"formal", "{ lib, ‸a ? 1 }: a",
			"p: p.callPackage ./x.nix { a = 2; } + import ./x.nix { inherit a; lib = 1; } + import ./y.nix { a = 3; }",
			"p: p.callPackage ./x.nix { ⟦passed:a⟧ = 2; } + import ./x.nix { inherit ⟦passed:a⟧; lib = 1; } + import ./y.nix { a = 3; }",
		},
		{
			"formal of a function in a set", "{ f = { ‸a }: a; g = { a }: a; }",
			"let x = import ./x.nix; in x.f { a = 1; } + x.g { a = 2; }",
			"let x = import ./x.nix; in x.f { ⟦passed:a⟧ = 1; } + x.g { a = 2; }",
		},
		{
			"another file with the name", "{ ‸a = 1; }",
			"(import ./y.nix).a + (import ./x.nix).a",
			"(import ./y.nix).a + (import ./x.nix).⟦selection:a⟧",
		},
		{
			"through another file", "{ ‸a = 1; }",
			"(import ./through.nix).x.a",
			"(import ./through.nix).x.⟦selection:a⟧",
		},
		{
			"update", "{ ‸a = 1; }",
			"o: let s = import ./x.nix // o; t = import ./x.nix // { a = 2; }; in s.a + t.a",
			"o: let s = import ./x.nix // o; t = import ./x.nix // { a = 2; }; in s.⟦selection?:a⟧ + t.a",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			info, off := resolve(t, test.export)
			other, err := parser.Parse(test.src)
			if err != nil {
				t.Fatal(err)
			}
			text := strings.Replace(test.export, cursor, "", 1)
			project := files{fstest.MapFS{
				"p/x.nix": {Data: []byte(text)}, "p/y.nix": {Data: []byte(text)},
				"p/through.nix": {Data: []byte("{ x = import ./x.nix; }")},
			}}
			load := func(path string) *scope.Info {
				tree, err := parser.Parse(string(project.MapFS[strings.TrimPrefix(path, "/")].Data))
				if err != nil {
					t.Fatal(err)
				}
				return scope.Resolve(tree)
			}
			world := disk.World{File: link.File{Path: "/p/main.nix"}, FS: project}
			space := infer.Open(scope.Resolve(other), world, load)
			id := usage.Target(info, usage.At(info.Tree(), off))
			got := show(space.Root(), usage.Abroad(space, usage.Export{Path: "/p/x.nix", Info: info, Binding: id}))
			if got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}
