package complete_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"firn/lsp/feature/complete"
	"firn/lsp/feature/disk"
	"firn/lsp/feature/hover"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/link"
	"firn/lsp/feature/signature"
	"firn/parser"
	"firn/parser/scope"
)

var project = fstest.MapFS{
	"p/lib/default.nix": {Data: []byte("{ lists = import ./lists.nix; id = x: x; }")},
	"p/lib/lists.nix":   {Data: []byte("rec {\n  # The first.\n  first = l: 1;\n  loop = import ./lists.nix;\n}")},
	"p/package.nix":     {Data: []byte("{ stdenv, fetchurl,\n  # With tests?\n  doCheck ? false }: { out = 1; }")},
	"p/broken.nix":      {Data: []byte("{ a = ")},
	"search/x.nix":      {Data: []byte("{ found = 1; }")},
}

// TestImports completes what other files hold.
func TestImports(t *testing.T) {
	tests := []struct {
		name, src, want string
	}{
		{"attributes of a file", "(import ./lists.nix).^x", "first loop"},
		{"attributes of a directory", "let lib = import ../lib; in lib.^x", "id lists"},
		{"attributes of a file that a file imports", "let lib = import ../lib; in lib.lists.^x", "first loop"},
		{"in circles", "(import ./lists.nix).loop.loop.loop.^x", "first loop"},
		{"inherit from a file", "let inherit (import ../lib) ^x; in 1", "id lists"},
		{"with a file", "with import ./lists.nix; fir^", "first"},
		{"search path", "(import <x.nix>).^x", "found"},
		{"result of a package", "(callPackage ../package.nix { }).^x", "out"},
		{"arguments of a package", "callPackage ../package.nix { ^x = 1; }", "doCheck fetchurl stdenv"},
		{"arguments of a package of a set", "pkgs.callPackage ../package.nix { ^x = 1; }", "doCheck fetchurl stdenv"},
		{"arguments of an imported function", "import ../package.nix { stdenv = 1; ^x = 1; }", "doCheck fetchurl"},
		{"arguments of a missing package", "[ (callPackage ./a.nix { y = 1; }) (callPackage ./b.nix { ^x = 1; }) ]", ""},
		{"file that is not there", "(import ./missing.nix).^x", ""},
		{"broken file", "(import ../broken.nix).^x", ""},
		{"computed path", "(import (./. + \"/lists.nix\")).^x", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			space, off := spaceOf(t, test.src)
			list := complete.At(space, off, complete.Options{})
			got := strings.Fields(show(list, fromFile))
			for want := range strings.FieldsSeq(test.want) {
				if !strings.Contains(" "+strings.Join(got, " ")+" ", " "+want+" ") {
					t.Errorf("At(%s) lists %q, want %q", test.src, got, test.want)
				}
			}
			if test.want == "" && len(got) > 0 {
				t.Errorf("At(%s) lists %q", test.src, got)
			}
		})
	}
}

func TestImportedHover(t *testing.T) {
	space, off := spaceOf(t, "let lib = import ../lib; in lib.lists.^first")
	h, ok := hover.At(hover.Known{Space: space, World: projectWorld()}, off)
	for _, want := range []string{"first = l: 1;", "The first.", "line 3 of lists.nix"} {
		if !ok || !strings.Contains(h.Markdown, want) {
			t.Errorf("hover is %q, want %q in it", h.Markdown, want)
		}
	}
}

func TestImportedSignature(t *testing.T) {
	tests := []struct {
		name, src, want string
	}{
		{"function of a file", "let lib = import ../lib; in lib.id ^x", "lib.id x"},
		{"package", "callPackage ../package.nix { doCheck = ^x; }", "callPackage ../package.nix { stdenv, fetchurl, doCheck ? false }"},
		{"file", "import ../package.nix ^x", "import ../package.nix { stdenv, fetchurl, doCheck? }"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			space, off := spaceOf(t, test.src)
			if h, _ := signature.At(space, off); h.Label != test.want {
				t.Errorf("At(%s) is %q, want %q", test.src, h.Label, test.want)
			}
		})
	}
}

// spaceOf returns a file of the project and where its mark is.
func spaceOf(t *testing.T, marked string) (*infer.Space, uint32) {
	t.Helper()
	before, after, _ := strings.Cut(marked, "^")
	tree, err := parser.Parse(before + after)
	if err != nil {
		t.Fatal(err)
	}
	return infer.Open(scope.Resolve(tree), projectWorld(), loadProject), uint32(len(before))
}

func projectWorld() disk.World {
	return disk.World{
		File:   link.File{Path: "/p/lib/file.nix"},
		Search: link.SearchPath{{Path: "/search"}},
		FS:     files{project},
	}
}

func loadProject(path string) *scope.Info {
	f, ok := project[strings.TrimPrefix(path, "/")]
	if !ok {
		return nil
	}
	tree, err := parser.Parse(string(f.Data))
	if err != nil {
		return nil
	}
	return scope.Resolve(tree)
}
