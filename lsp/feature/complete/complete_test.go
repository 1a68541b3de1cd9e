package complete_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"firn/lsp/feature/complete"
	"firn/lsp/feature/disk"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/link"
	"firn/parser"
	"firn/parser/scope"
)

// TestNames lists what the file alone knows; builtins and keywords have tests
// of their own.
func TestNames(t *testing.T) {
	tests := []struct {
		name, src, want string
	}{
		{"let", "let a = 1; b = 2; in ^x", "a b"},
		{"let, inner first", "let a = 1; in let b = 2; in ^x", "b a"},
		{"shadowed", "let a = 1; in let a = 2; in ^x", "a"},
		{"arguments", "x: { y, z ? 1 }@w: ^q", "y z w x"},
		{"rec", "rec { a = 1; b = ^c; }", "a b"},
		{"plain set", "{ a = 1; b = ^c; }", ""},
		{"own definition", "let aa = 1; ab^ = 2; in 1", ""},
		{"subsequence", "let mkOption = 1; other = 2; in mko^", "mkOption"},
		{"best match first", "let xab = 1; ab = 2; in ab^", "ab xab"},
		{"with a literal set", "with { a = 1; b = 2; }; ^x", "a b"},
		{"with a binding", "let s = { a = 1; }; in with s; ^x", "s a"},
		{"with something unknown", "{ lib }: with lib; [ mkIf ^x mkMerge ]", "lib mkIf mkMerge"},
		{"argument of a call", "let f = x: x; a = 1; in f a^", "a"},
		{"behind a literal", "let a = 1; in 1 ^", ""},
		{"string", "let a = 1; in \"a^\"", ""},
		{"interpolation", "let a = 1; in \"${^a}\"", "a"},
		{"comment", "let a = 1; in 1 # a^", ""},
		{"names that need quotes", `with { "a b" = 1; c = 2; }; ^x`, "c"},

		{"attributes", "let a = { b.c = 1; d = 2; }; in a.^x", "b d"},
		{"nested attributes", "let a = { b.c = 1; d = 2; }; in a.b.^x", "c"},
		{"attributes by prefix", "let a = { bar = 1; foo = 2; }; in a.f^", "foo"},
		{"attributes through inherit", "let a = { b = 1; }; s = { inherit a; }; in s.a.^x", "b"},
		{"attributes of an update", "({ a = 1; } // { b = 2; }).^x", "b a"},
		{"attributes through with", "with { a = { b = 1; }; }; a.^x", "b"},
		{"attributes of a default", "{ s ? { a = 1; } }: s.^x", "a"},
		{"attributes of parentheses", "(rec { a = 1; }).^x", "a"},
		{"attributes used elsewhere", "{ lib }: [ lib.a lib.b.c (lib ? d) ({ inherit (lib) e; }) lib.^x ]", "a b d e"},
		{"nested attributes used elsewhere", "{ lib }: [ lib.b.c lib.d ({ inherit (lib.b) e; }) lib.b.^x ]", "c e"},
		{"attributes of another variable", "{ lib, pkgs }: [ pkgs.a lib.^x ]", ""},
		{"attributes of a shadowed variable", "{ lib }: [ lib.a (lib: lib.^x) ]", ""},
		{"quoted attributes", `let a = { "b c" = 1; d = 2; }; in a.^x`, `b c="b c" d`},
		{"has-attribute test", "let a = { b = 1; }; in a ? ^x", "b"},
		{"result of a builtin", "(builtins.tryEval 1).^x", "success value"},
		{"number", "1.^5", ""},

		{"names to inherit", "x: let a = 1; b = 2; in { b = 1; inherit ^a; }", "a x"},
		{"names to inherit, listed before", "let a = 1; b = 2; in { inherit a ^b; }", "b"},
		{"names to inherit into a let", "x: let inherit ^x; a = 1; in a", "x"},
		{"names to inherit that are bound outside", "x: { inherit ^x; }", "x"},
		{"names to inherit from", "let s = { a = 1; b = 2; c = 3; }; in { a = 1; inherit (s) b ^c; }", "c"},
		{"names to inherit from something unknown", "{ lib }: { a = lib.f; inherit (lib) ^g; }", "f"},

		{"arguments of a function", "let f = { a, b ? 1, ... }: a; in f { ^c = 1; }", "a b"},
		{"arguments that are given", "let f = { a, b ? 1 }: a; in f { a = 1; ^c = 1; }", "b"},
		{"arguments of an argument", "let f = x: { a }: a; in f 1 { ^c = 1; }", "a"},
		{"arguments used elsewhere", "{ f }: [ (f { a = 1; b = 2; }) (f { ^c = 1; }) ]", "a b"},
		{"arguments of a builtin", "builtins.fetchurl { url = 1; ^x = 1; }", "sha256 name"},
		{"nested path", "{ a.b = 1; a.c = 2; a.^x = 3; }", "b c"},
		{"undefined names", "let ^x = 1; in foo bar", "foo bar"},
		{"undefined arguments", "{ foo, ^x }: foo bar", "bar"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			list, _ := at(t, test.src, complete.Options{})
			if got := show(list, fromFile); got != test.want {
				t.Errorf("At(%s) lists %q, want %q", test.src, got, test.want)
			}
		})
	}
}

func fromFile(i complete.Item) bool {
	return i.Source != "builtins" && i.Kind != complete.Keyword
}

func at(t *testing.T, marked string, opts complete.Options) (complete.List, string) {
	t.Helper()
	before, after, _ := strings.Cut(marked, "^")
	tree, err := parser.Parse(before + after)
	if err != nil {
		t.Fatalf("%s: %v", marked, err)
	}
	return complete.At(infer.Alone(scope.Resolve(tree)), uint32(len(before)), opts), before + after
}

func show(list complete.List, keep func(complete.Item) bool) string {
	var labels []string
	for _, i := range list.Items {
		if !keep(i) {
			continue
		}
		label := i.Label
		if i.Insert != "" && i.Insert != label {
			label += "=" + i.Insert
		}
		labels = append(labels, label)
	}
	return strings.Join(labels, " ")
}

func TestKeywords(t *testing.T) {
	tests := []struct {
		name, src, want string
		snippets        bool
	}{
		{name: "expression", src: "^x", want: "rec let if with assert"},
		{name: "body", src: "x: ^y", want: "rec let if with assert"},
		{name: "operand", src: "1 + ^x", want: "rec"},
		{name: "element", src: "[ ^x ]", want: "rec"},
		{name: "behind with", src: "with a; ^x", want: "rec let if with assert"},
		{name: "formals", src: "{ a, ^b }: a", want: "..."},
		{name: "prefix", src: "le^", want: "let"},
		{name: "then", src: "if a ^then b else c", want: "then"},
		{name: "else", src: "if a then b ^else c", want: "else"},
		{name: "or", src: "a.b ^or c", want: "or"},
		{name: "no or", src: "a ^b", want: ""},
		{name: "binding", src: "{ ^a = 1; }", want: "inherit"},
		{name: "let", src: "let a = 1; ^in a", want: "inherit in"},
		{name: "snippets", src: "{ ^a = 1; }", want: "inherit=inherit $0; inherit (…)=inherit ($1) $0;", snippets: true},
		{name: "attribute", src: "a.^b", want: ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			list, _ := at(t, test.src, complete.Options{Snippets: test.snippets})
			got := show(list, func(i complete.Item) bool { return i.Kind == complete.Keyword })
			if got != test.want {
				t.Errorf("At(%s) lists %q, want %q", test.src, got, test.want)
			}
		})
	}
}

func TestBuiltins(t *testing.T) {
	tests := []struct {
		name, src, want string
	}{
		{"nothing", "mapq^", ""},
		{"global", "toStr^", "toString"},
		{"hidden", "__ad^", "__add __addErrorContext"},
		{"prefix", "attrN^", "attrNames=builtins.attrNames"},
		{"prefix that is hidden", "let builtins = { }; in attrN^", ""},
		{"members", "builtins.attrN^", "attrNames"},
		{"with builtins", "with builtins; attrN^", "attrNames"},
		{"inherit", "{ inherit (builtins) attrN^; }", "attrNames"},
		{"shadowed", "let toString = 1; in toStrin^", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			list, _ := at(t, test.src, complete.Options{})
			got := show(list, func(i complete.Item) bool { return i.Source != "let" && i.Kind != complete.Keyword })
			if !strings.HasPrefix(got, test.want) || test.want == "" && got != "" {
				t.Errorf("At(%s) lists %q, want %q", test.src, got, test.want)
			}
		})
	}
}

func TestFiles(t *testing.T) {
	tests := []struct {
		name, src, want string
		replaced        string
	}{
		{"here", "./^x", "default.nix lib/=lib other.txt", "x"},
		{"here, by prefix", "./li^", "lib/=lib default.nix", "li"},
		{"below", "./lib/^", "strings.nix", ""},
		{"in the middle", "./l^/strings.nix", "lib/=lib default.nix", "l"},
		{"above", "../^x", "file.nix project/=project", "x"},
		{"home", "~/^x", "file.nix project/=project", "x"},
		{"absolute", "/home/^x", "me/=me", "x"},
		{"hidden", "./.g^", ".git/=.git", ".g"},
		{"nothing there", "./nowhere/^x", "", "x"},
		{"search path", "<^x>", "nixpkgs here.nix other/=other", "x"},
		{"search path that is open", "(import <nixp^)", "nixpkgs=nixpkgs>", "nixp"},
		{"below the search path", "<nixpkgs/^x>", "default.nix lib/=lib", "x"},
		{"below an entry without prefix", "<other/^x>", "x.nix", "x"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before, after, _ := strings.Cut(test.src, "^")
			list := complete.At(infer.Alone(broken(t, before+after)), uint32(len(before)), complete.Options{World: world()})
			if got := show(list, fromFile); got != test.want {
				t.Errorf("At(%s) lists %q, want %q", test.src, got, test.want)
			}
			if got := list.Replace.In(before + after); got != test.replaced {
				t.Errorf("At(%s) replaces %q, want %q", test.src, got, test.replaced)
			}
		})
	}
}

// broken resolves a file of which nothing could be parsed, unless it can.
func broken(t *testing.T, src string) *scope.Info {
	t.Helper()
	tree, perr := parser.Parse(src)
	if perr == nil {
		return scope.Resolve(tree)
	}
	tree, err := parser.FromFlat(src, []parser.Flat{{End: uint32(len(src)), Kind: parser.KindFile}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return scope.Resolve(tree)
}

func TestFilesThatAreDenied(t *testing.T) {
	w := world()
	w.FS = nil
	for _, src := range []string{"./^x", "<nixpkgs/^x>"} {
		list, _ := at(t, src, complete.Options{World: w})
		if len(list.Items) > 0 {
			t.Errorf("At(%s) lists %q", src, show(list, fromFile))
		}
	}
}

func world() disk.World {
	return disk.World{
		File:   link.File{Path: "/home/me/project/flake.nix", Home: "/home/me"},
		Search: link.SearchPath{{Prefix: "nixpkgs", Path: "/nixpkgs"}, {Path: "/channels"}},
		FS: files{fstest.MapFS{
			"home/me/project/default.nix":     {},
			"home/me/project/other.txt":       {},
			"home/me/project/with space.nix":  {},
			"home/me/project/lib/strings.nix": {},
			"home/me/project/.git/config":     {},
			"home/me/file.nix":                {},
			"nixpkgs/default.nix":             {},
			"nixpkgs/lib/strings.nix":         {},
			"channels/other/x.nix":            {},
			"channels/here.nix":               {},
		}},
	}
}

// files is a file system whose directories are longer than what is listed.
type files struct{ fs fstest.MapFS }

func (f files) Stat(path string) (fs.FileInfo, error) {
	return f.fs.Stat(strings.Trim(path, "/"))
}

func (f files) ReadDir(path string) ([]fs.DirEntry, bool, error) {
	name := strings.Trim(path, "/")
	if name == "" {
		return nil, false, errors.New("the root is not listed")
	}
	entries, err := f.fs.ReadDir(name)
	return entries, true, err
}

func TestTriggers(t *testing.T) {
	tests := []struct {
		name, src, trigger string
		want               bool
	}{
		{"attribute", "let a.b = 1; in a.^x", ".", true},
		{"number", "let a.b = 1; in 1.^5", ".", false},
		{"division", "let a.b = 1; in a /^ b", "/", false},
		{"default", "{ a, b ?^ c }: a", "?", false},
		{"comparison", "let a = 1; in a <^ b", "<", false},
		{"asked for", "let a = 1; in a <^ b", "", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			list, _ := at(t, test.src, complete.Options{Trigger: test.trigger})
			if got := len(list.Items) > 0; got != test.want {
				t.Errorf("At(%s) lists %q", test.src, show(list, fromFile))
			}
		})
	}
}

func TestSpans(t *testing.T) {
	list, src := at(t, "let foobar = 1; in foo^bar", complete.Options{})
	if got := list.Insert.In(src) + "|" + list.Replace.In(src); got != "foo|foobar" {
		t.Errorf("spans are %s", got)
	}
}

func TestLongLists(t *testing.T) {
	var b strings.Builder
	b.WriteString("let ")
	for i := range 3000 {
		fmt.Fprintf(&b, "name%d = 1; ", i)
	}
	list, _ := at(t, b.String()+"in ^x", complete.Options{})
	if !list.Incomplete || len(list.Items) == 0 {
		t.Errorf("the list has %d items and Incomplete is %v", len(list.Items), list.Incomplete)
	}
	list, _ = at(t, b.String()+"in name2999^", complete.Options{})
	if list.Incomplete || len(list.Items) != 1 {
		t.Errorf("the list has %d items and Incomplete is %v", len(list.Items), list.Incomplete)
	}
}

func TestDoc(t *testing.T) {
	src := "let\n  # One.\n  a = 1;\nin { x = ^a; y = builtins.fetchurl { }; }"
	list, text := at(t, src, complete.Options{})
	tree, perr := parser.Parse(text)
	if perr != nil {
		t.Fatal(perr)
	}
	info := scope.Resolve(tree)
	want := map[string]string{"a": "One.", "map": "every element", "let": "Gives names"}
	for _, i := range list.Items {
		if part, ok := want[i.Label]; ok && !strings.Contains(complete.Doc(info, i.Key, i.Label), part) {
			t.Errorf("the documentation of %s is %q, want %q in it", i.Label, complete.Doc(info, i.Key, i.Label), part)
		}
	}
	for _, key := range []string{"", "b:", "b:99", "b:-1", "g:nothing", "f:fetchurl", "f:fetchurl 7 url", "x"} {
		if doc := complete.Doc(info, key, "a"); doc != "" {
			t.Errorf("Doc(%q) = %q", key, doc)
		}
	}
	if doc := complete.Doc(nil, "f:fetchurl 0 url", "url"); !strings.Contains(doc, "Where the file is") {
		t.Errorf("the documentation of a field is %q", doc)
	}
}
