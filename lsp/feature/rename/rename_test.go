package rename_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/feature/module"
	"firn/lsp/feature/rename"
	"firn/parser"
	"firn/parser/grammar"
	"firn/parser/scope"
	"firn/parser/text"
)

// cursor marks the place of the question in a test's source.
const cursor = "‸"

func parse(src string) *parser.Tree {
	if tree, err := parser.Parse(src); err == nil {
		return tree
	}
	return grammar.Parse(src)
}

func query(t *testing.T, src string) (rename.Query, uint32) {
	t.Helper()
	before, after, ok := strings.Cut(src, cursor)
	if !ok {
		t.Fatalf("no cursor in %q", src)
	}
	return rename.Query{Info: scope.Resolve(parse(before + after)), Parse: parse}, uint32(len(before))
}

func apply(src string, edits []rename.Edit) string {
	for _, e := range slices.Backward(edits) {
		src = e.Apply(src)
	}
	return src
}

func TestRename(t *testing.T) {
	tests := []struct{ name, src, to, want string }{
		{"let", "let a = 1; in ‸a + a", "b", "let b = 1; in b + b"},
		{"let by its definition", "let ‸a.x = 1; a.y = 2; in a", "b", "let b.x = 1; b.y = 2; in b"},
		{"argument", "a: [ ‸a ]", "b", "b: [ b ]"},
		{"formal", "{ a ? 1, b ? a }: ‸a", "c", "{ c ? 1, b ? c }: c"},
		{"named set of formals", "{ a }@‸args: args.a", "b", "{ a }@b: b.a"},
		{"formal of a named set", "args@{ a }: args.‸a + a", "b", "args@{ b }: args.b + b"},
		{"formal with calls", "let f = { a }: a; in f { ‸a = 1; }", "b", "let f = { b }: b; in f { b = 1; }"},
		{"formal with inherit in a call", "a: let f = { a }: ‸a; in f { inherit a; }", "b", "a: let f = { b }: b; in f { b = a; }"},
		{"recursive set", "rec { a = 1; b = ‸a; }.a", "c", "rec { c = 1; b = c; }.c"},
		{"attribute", "let s = { a = 1; }; in s.‸a + s.b or s.a", "c", "let s = { c = 1; }; in s.c + s.b or s.c"},
		{"path", "{ a.b.c = 1; a.‸b.d = 2; }", "e", "{ a.e.c = 1; a.e.d = 2; }"},
		{"attribute to quoted", "let s = { a = 1; inherit (s) b; }; in s.‸a", "x y", `let s = { "x y" = 1; inherit (s) b; }; in s."x y"`},
		{"attribute from quoted", `let s = { "x y" = 1; }; in s."x ‸y"`, "a", "let s = { a = 1; }; in s.a"},
		{"attribute to a keyword in quotes", "{ ‸a = 1; }", `"if"`, `{ "if" = 1; }`},
		{"attribute to nothing", "{ ‸a = 1; }", `""`, `{ "" = 1; }`},
		{"interpolated name", `let s = { ${"a"} = 1; }; in s.‸a`, "b", "let s = { b = 1; }; in s.b"},
		{"with", "with { a = 1; }; [ ‸a ]", "b", "with { b = 1; }; [ b ]"},
		{"in a string", `let a = "x"; in "${‸a} ${a.b}"`, "b", `let b = "x"; in "${b} ${b.b}"`},
		{"same name", "let a = 1; in ‸a", "a", "let a = 1; in a"},
		{"name with blanks around", "let a = 1; in ‸a", " b ", "let b = 1; in b"},
		{"colon that would begin a URL", "‸_:true", "a", "a: true"},
		{"shadowing a builtin that is not used", "‸a: a", "map", "map: map"},

		{"inherit of a variable", "‸x: { inherit x; }", "y", "y: { x = y; }"},
		{"inherit of a variable among others", "‸x: a: { inherit a x b; }", "y", "y: a: { inherit a b; x = y; }"},
		{"first of a list", "‸x: a: { inherit x a; }", "y", "y: a: { inherit a; x = y; }"},
		{"inherit on lines of their own", "x:\n{\n  inherit\n    a\n    x\n    b\n    ; # why\n  c = ‸x;\n}", "y", "y:\n{\n  inherit\n    a\n    b\n    ; # why\n  x = y;\n  c = y;\n}"},
		{"comment in the list", "x:\n{\n  inherit a # first\n    x\n    b;\n  c = ‸x;\n}", "y", "y:\n{\n  inherit a # first\n    \n    b;\n  x = y;\n  c = y;\n}"},
		{"comment in a list of one", "‸x: { inherit /* why */ x; }", "y", "y: { inherit /* why */; x = y; }"},
		{"the cursor on an inherit", "x: { inherit ‸x; }", "y", "y: { x = y; }"},
		{"what an inherit defines", "x: let inherit x; in ‸x", "y", "x: let y = x; in y"},
		{"what an inherit of a builtin defines", "{ inherit ‸map; }", "y", "{ y = map; }"},
		{"what an inherit from a with defines", "p: with p; { inherit ‸a b; }", "y", "p: with p; { inherit b; y = a; }"},
		{"inherit from a set", "lib: let inherit (lib) ‸a; in a", "b", "lib: let b = lib.a; in b"},
		{"inherit from a set among others", "lib: let inherit (lib.x) c a d; in ‸a", "b", "lib: let inherit (lib.x) c d; b = lib.x.a; in b"},
		{"inherit from a call", "f: let inherit (f 1) a; in ‸a", "b", "f: let b = (f 1).a; in b"},
		{"inherit from a call among others", "f: let inherit (f 1) c a; in ‸a", "b", "f: let inherit (f 1) c; b = (f 1).a; in b"},
		{"source", "let s = { ‸a = 1; }; in { inherit (s) a; }", "b", "let s = { b = 1; }; in { a = s.b; }"},
		{"variable and attribute in the source", "f: let s = { ‸a = 1; }; t.s = s; in { inherit (if s.a then t.s else s) b a; }", "c", "f: let s = { c = 1; }; t.s = s; in { inherit (if s.c then t.s else s) b; a = (if s.c then t.s else s).c; }"},
		{"source of one in its own inherit", "{ inherit ({ ‸a = 1; }) a; }", "c", "{ a = { c = 1; }.c; }"},
		{"variable in the source", "‸x: { inherit (x) x; }", "y", "y: { inherit (y) x; }"},
		{"inherit of a string", "let s.a = 1; in { inherit (s) ‸\"a\"; }", "b", "let s.a = 1; in { b = s.a; }"},
		{"inherit in a let", "let ‸a = 1; in let inherit a; in a", "b", "let b = 1; in let a = b; in a"},
		{"brought in to an inherit", "with { ‸a = 1; }; { inherit a; }", "b", "with { b = 1; }; { a = b; }"},

		{"broken file elsewhere", "{ x = let a = 1; in ‸a; y = ; }", "b", "{ x = let b = 1; in b; y = ; }"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q, off := query(t, tt.src)
			edits, err := q.Rename(off, tt.to)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, apply(q.Info.Tree().Source(), edits)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.src, diff)
			}
		})
	}
}

func TestRefusal(t *testing.T) {
	tests := []struct{ name, src, to, want string }{
		{"nothing", "1 ‸+ 2", "a", "there is no name here"},
		{"builtin", "‸map", "a", "'map' is a builtin"},
		{"builtin with prefix", "builtins.‸map", "a", "the attribute 'map' is not defined in this file"},
		{"name from a with", "p: with p.q; ‸x", "a", "'x' comes from 'with p.q'"},
		{"undefined", "‸x", "a", "'x' is not defined"},
		{"attribute of what is not seen", "p: p.‸x", "a", "the attribute 'x' is not defined in this file"},
		{"body", "let { ‸body = 1; }", "a", "'body' is the value of this let"},

		{"keyword", "let ‸a = 1; in a", "if", "'if' is a keyword"},
		{"or", "{ ‸a = 1; }", "or", "'or' is a keyword"},
		{"empty", "let ‸a = 1; in a", " ", "the new name is empty"},
		{"no name of a variable", "let a = 1; in\na + ‸a", "x y", "'x y' cannot be the name of a variable, as it is in line 1"},
		{"no name of a formal", "{ ‸a }: 1", "1a", "'1a' cannot be the name of a variable, as it is in line 1"},
		{"used in a recursive set", "rec { ‸a = 1;\nb = a; }", "x.y", "'x.y' cannot be the name of a variable, as it is in line 2"},
		{"current position", "‸a: a", "__curPos", "'__curPos' cannot be the name of a variable, as it is in line 1"},
		{"null byte", "{ ‸a = 1; }", "a\x00", "a name cannot contain a null byte"},

		{"taken in the let", "let ‸a = 1;\nb = 2; in a", "b", "'b' is already defined beside it, in line 2"},
		{"taken in the set", "{ ‸a = 1;\nb.c = 2; }", "b", "'b' is already defined beside it, in line 2"},
		{"taken by a formal", "{ ‸a, b }: 1", "b", "'b' is already defined beside it, in line 1"},
		{"taken by the name of the set", "{ ‸a }@b: 1", "b", "'b' is already defined beside it, in line 1"},
		{"taken in a call", "let f = { ‸a, ... }: a; in\nf { a = 1; b = 2; }", "b", "'b' is already defined beside it, in line 2"},
		{"captured by an inner let", "‸a: let\nb = 1; in\na", "b", "in line 3 'b' would mean the one that is defined in line 2"},
		{"captured by the set of an inherit", "‸a: rec {\ninherit a; b = 1; }", "b", "in line 2 'b' would mean the one that is defined in line 2"},
		{"captures a name from outside", "b: let ‸a = 1; in\na + b", "b", "'b' in line 2 would mean what is renamed"},
		{"captures an inherit from outside", "b: let ‸a = 1; in\n{ inherit b; }", "b", "'b' in line 2 would mean what is renamed"},
		{"captures a builtin", "‸a:\nmap", "map", "'map' in line 2 would mean what is renamed"},
		{"captures a name from a with", "p: with p; let ‸a = 1; in\nb", "b", "'b' in line 2 would mean what is renamed"},
		{"brought in where the name is bound", "b: with { ‸a = 1; };\na", "b", "in line 2 'b' would mean the one that is defined in line 1"},
		{"brought in where it is a builtin", "with { ‸a = 1; };\na", "map", "in line 2 'map' would mean something else"},
		{"shadows another with", "p: with p; with { ‸a = 1; };\nb", "b", "'b' in line 2 would mean what is renamed"},
		{"hides an attribute of an update", "let s = { ‸a = 1; }; t = { b = 2; }; in\n(t // s).b", "b", "'b' in line 2 would mean what is renamed"},
		{"hidden in an update", "let s = { ‸a = 1; };\nt = { b = 2; }; in\n(s // t).a", "b", "in line 3 'b' would mean the one that is defined in line 2"},
		{"copied with an inherit", "{ inherit ({ ‸a = 1; }) b a; }", "c", "in line 1 'c' would mean something else"},
		{"syntax error in the scope", "let ‸a = 1; b = ; in a", "c", "the syntax error in line 1 has to be corrected first"},
		{"syntax error where it may be used", "{ ‸a = 1; }.a\n+ )", "c", "the syntax error in line 2 has to be corrected first"},
		{"answers a test", "let s = { ‸a = 1; }; in\ns ? b", "b", "'b' in line 2 would mean what is renamed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q, off := query(t, tt.src)
			edits, err := q.Rename(off, tt.to)
			if err == nil {
				t.Fatalf("no error, but %s", apply(q.Info.Tree().Source(), edits))
			}
			if got := err.Error(); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestNotes(t *testing.T) {
	tests := []struct {
		name, src string
		want      []rename.Note
	}{
		{"let", "let ‸a = 1; in a", []rename.Note{rename.Sure, rename.Sure}},
		{"formal of the file", "{ ‸a }: a", []rename.Note{rename.Interface, rename.Interface}},
		{"formal of a local function", "let f = { ‸a }: 1; in f { a = 1; }", []rename.Note{rename.Sure, rename.Sure}},
		{"formal of a function that is passed on", "let f = { ‸a }: 1; in map f [ ]", []rename.Note{rename.Interface}},
		{"formal of a function that is called at once", "({ ‸a }: 1) { a = 1; }", []rename.Note{rename.Sure, rename.Sure}},
		{"attribute of the file", "{ ‸a = 1; }", []rename.Note{rename.Interface}},
		{"attribute of a local set", "let s = { ‸a = 1; }; in s.a", []rename.Note{rename.Sure, rename.Sure}},
		{"attribute of a set that is passed on", "let s = { ‸a = 1; }; in f: f s", []rename.Note{rename.Interface}},
		{"attribute of an inner set", "let s.t = { ‸a = 1; }; in s.t.a", []rename.Note{rename.Sure, rename.Sure}},
		{"attribute of an inner set that is passed on", "let s.t = { ‸a = 1; }; in s.t", []rename.Note{rename.Interface}},
		{"attribute of a set around that is passed on", "let s.t = { ‸a = 1; }; in s", []rename.Note{rename.Interface}},
		{"selection from what may be more", "o: let s = { ‸a = 1; }; in (s // o).a", []rename.Note{rename.Interface, rename.Guess}},
		{"default of a formal", "{ s ? { ‸a = 1; } }: s.a", []rename.Note{rename.Interface, rename.Guess}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q, off := query(t, tt.src)
			edits, err := q.Rename(off, "z")
			if err != nil {
				t.Fatal(err)
			}
			var got []rename.Note
			for _, e := range edits {
				got = append(got, e.Note)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.src, diff)
			}
		})
	}
}

func TestTarget(t *testing.T) {
	q, off := query(t, `let s = { "a b" = 1; }; in s."‸a b"`)
	target, err := q.Target(off)
	if err != nil {
		t.Fatal(err)
	}
	want := rename.Target{Span: text.Span{Start: 29, End: 34}, Name: "a b", Binding: target.Binding}
	if target != want {
		t.Errorf("target is %+v, want %+v", target, want)
	}
}

func TestOption(t *testing.T) {
	tests := []struct{ name, path, to, src, want string }{
		{
			"declared, set and read", "a.b", "c",
			"{ config, ... }: { options.a.b = 1; config.a = { b = config.a.b; }; }",
			"{ config, ... }: { options.a.c = 1; config.a = { c = config.a.c; }; }",
		},
		{
			"not mentioned", "a.b", "c",
			"{ config, ... }: { options.b = 1; }",
			"{ config, ... }: { options.b = 1; }",
		},
		{
			"quoted", "a.b", "c d",
			"{ config, ... }: let inherit (config.a) b; in { a.b = config.a.b; x = b; }",
			`{ config, ... }: let b = config.a."c d"; in { a."c d" = config.a."c d"; x = b; }`,
		},
		{
			"no longer quoted", "a.b c", "d",
			`{ config, ... }: { a."b c" = 1; x = config.a.${"b c"}; }`,
			"{ config, ... }: { a.d = 1; x = config.a.d; }",
		},
		{
			"inherited", "a.b", "c",
			"{ b, ... }: { imports = [ ]; a = { inherit b; }; }",
			"{ b, ... }: { imports = [ ]; a = { c = b; }; }",
		},
		{
			"read by a variable of a recursive set", "a.b", "c",
			"{ config, ... }: { a = rec { b = 1; d = b; }; }",
			"{ config, ... }: { a = rec { c = 1; d = c; }; }",
		},
		{
			"read of a set with a name", "a.b", "c",
			"{ config, ... }: let s = { b = 1; }; in { a = s; x = s.b; }",
			"{ config, ... }: let s = { c = 1; }; in { a = s; x = s.c; }",
		},
		{
			"brought by a with", "a.b", "c",
			"{ config, ... }: { x = with config.a; b; }",
			"{ config, ... }: { x = with config.a; c; }",
		},
		{
			"in a list of names", "a.b", "c",
			`{ imports = [ (mkRenamedOptionModule [ "x" ] [ "a" "b" ]) ]; }`,
			`{ imports = [ (mkRenamedOptionModule [ "x" ] [ "a" "c" ]) ]; }`,
		},
		{
			"taken", "a.b", "c",
			"{ config, ... }: { a.b = 1; a.c = 2; }",
			"'c' is already defined beside it, in line 1",
		},
		{
			"captured", "a.b", "c",
			"{ config, c, ... }: { x = with config.a; [ b c ]; }",
			"in line 1 'c' would mean the one that is defined in line 1",
		},
		{
			"variable that cannot be quoted", "a.b", "c d",
			"{ config, ... }: { x = with config.a; b; }",
			"'c d' cannot be the name of a variable, as it is in line 1",
		},
		{
			"broken", "a.b", "c",
			"{ config, ... }: { a.b = ; }",
			"the syntax error in line 1 has to be corrected first",
		},
		{
			"keyword", "a.b", "in",
			"{ config, ... }: { a.b = 1; }",
			"'in' is a keyword",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			q := rename.Query{Info: scope.Resolve(parse(tt.src)), Parse: parse}
			path := strings.Split(tt.path, ".")
			edits, err := q.Option(path[len(path)-1], tt.to, module.Mentions(q.Info, path))
			got := apply(tt.src, edits)
			if err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}
