package module_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/feature/module"
	"firn/parser"
	"firn/parser/grammar"
	"firn/parser/scope"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func TestParse(t *testing.T) {
	files, err := filepath.Glob("testdata/*.nix")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			m, _ := module.Parse(scope.Resolve(grammar.Parse(string(src))))
			golden(t, strings.TrimSuffix(file, ".nix")+".golden", render(m))
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

// render writes a module with a thing per line, what is inside of it indented.
func render(m *module.Module) string {
	var b strings.Builder
	p := printer{&b}
	p.module(m, "")
	return b.String()
}

type printer struct{ *strings.Builder }

func (p printer) module(m *module.Module, indent string) {
	fmt.Fprintf(p, "%s%s", indent, shapes[m.Shape])
	for _, f := range m.Formals {
		fmt.Fprintf(p, " %s", f.Name)
	}
	fmt.Fprintf(p, " keys: %s\n", strings.Join(slices.Compact(slices.Clone(m.Keys)), " "))
	for _, i := range m.Imports {
		fmt.Fprintf(p, "%simport %s %s%s\n", indent, importKinds[i.Kind], oneLine(i.Node), wrappers(i.Wrappers))
		if i.Module != nil {
			p.module(i.Module, indent+"  ")
		}
	}
	for _, o := range m.Declared() {
		fmt.Fprintf(p, "%soption %s: %s(%s)\n", indent, module.Show(o.Path), o.Function, oneLine(o.Value))
	}
	p.values(m.Config, indent)
}

func (p printer) values(values []*module.Value, indent string) {
	for _, v := range values {
		switch {
		case len(v.Defs) == 0:
			fmt.Fprintf(p, "%s= %s%s\n", indent, oneLine(v.Node), wrappers(v.Wrappers))
		case v.Node.Valid():
			fmt.Fprintf(p, "%s= %s%s\n", indent, v.Node.Kind(), wrappers(v.Wrappers))
		}
		for _, d := range v.Defs {
			fmt.Fprintf(p, "%s  %s\n", indent, module.Show(d.Path()))
			p.values(d.Values, indent+"  ")
		}
	}
}

func oneLine(n parser.Node) string { return strings.Join(strings.Fields(n.Text()), " ") }

func wrappers(list []module.Wrapper) string {
	var b strings.Builder
	for _, w := range list {
		fmt.Fprintf(&b, " [%s", wrapperKinds[w.Kind])
		if w.Cond.Valid() {
			fmt.Fprintf(&b, " %s", oneLine(w.Cond))
		}
		if w.Known {
			fmt.Fprintf(&b, " %d", w.Priority)
		}
		b.WriteByte(']')
	}
	return b.String()
}

var (
	shapes       = [...]string{"not a module", "possible", "certain"}
	importKinds  = [...]string{"path", "inline", "other"}
	wrapperKinds = [...]string{"if", "unless", "override", "order", "merge", "alias"}
)

func TestShape(t *testing.T) {
	tests := []struct {
		name, src string
		want      module.Shape
	}{
		{"config and an ellipsis", "{ config, ... }: { a = 1; }", module.Certain},
		{"options and an ellipsis", "{ options, ... }: { }", module.Certain},
		{"key options", "{ options.a = 1; }", module.Certain},
		{"key imports", "{ imports = [ ]; }", module.Certain},
		{"key config behind let", "let x = 1; in { config = { }; }", module.Certain},
		{"inherited key", "{ inherit (x) options; }", module.Certain},
		{"key behind with and update", "{ ... }: with x; { } // { options = { }; }", module.Certain},
		{"pkgs and an ellipsis", "{ pkgs, ... }: { a = 1; }", module.Possible},
		{"ellipsis alone", "{ ... }: { }", module.Possible},
		{"special arguments", "{ inputs, mine, ... }: { }", module.Possible},
		{"module arguments without ellipsis", "{ lib, pkgs }: { a = 1; }", module.Possible},
		{"all arguments", "args: { a = 1; }", module.Possible},
		{"plain set", "{ a = 1; }", module.Possible},
		{"recursive set", "rec { a = 1; }", module.Possible},
		{"empty set", "{ }", module.Possible},
		{"package", "{ stdenv, fetchurl }: { a = 1; }", module.NotAModule},
		{"call", "{ lib, ... }: lib.mkThing { }", module.NotAModule},
		{"number", "1", module.NotAModule},
		{"list", "[ { } ]", module.NotAModule},
		{"flake", "{ inputs = { }; outputs = x: { }; }", module.NotAModule},
		{"empty file", "", module.NotAModule},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, ok := module.Parse(scope.Resolve(grammar.Parse(test.src)))
			if m.Shape != test.want || ok != (test.want != module.NotAModule) {
				t.Errorf("Parse(%s) is %s, %t, want %s", test.src, shapes[m.Shape], ok, shapes[test.want])
			}
		})
	}
}

func TestArguments(t *testing.T) {
	info := scope.Resolve(grammar.Parse("all@{ config, lib ? x, ... }: { }"))
	m, _ := module.Parse(info)
	if got := m.Lambda.Kind(); got != parser.KindLambda {
		t.Errorf("Lambda is %s, want Lambda", got)
	}
	if got := info.Name(m.Whole); got != "all" {
		t.Errorf("Whole is %s, want all", got)
	}
	var names []string
	for _, f := range m.Formals {
		names = append(names, f.Name, info.Name(f.Binding))
	}
	if got := strings.Join(names, " "); got != "config config lib lib" || !m.Ellipsis {
		t.Errorf("Formals are %s with ellipsis %t", got, m.Ellipsis)
	}
}
