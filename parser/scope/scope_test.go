package scope_test

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/parser"
	"firn/parser/scope"
	"firn/parser/text"
)

var update = flag.Bool("update", false, "write golden files")

const testdata = "../testdata"

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got), run with -update if that is right:\n%s", file, diff)
	}
}

// sources returns the files of a folder of testdata by path without suffix.
func sources(tb testing.TB, dir string) map[string]string {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join(testdata, dir, "*.nix"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("no files in %s: %v", dir, err)
	}
	list := map[string]string{}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		list[strings.TrimSuffix(file, ".nix")] = string(src)
	}
	return list
}

func parse(t *testing.T, src string) *parser.Tree {
	t.Helper()
	tree, err := parser.Parse(src, parser.PipeOperators(true))
	if err != nil {
		t.Fatalf("%s at %s", err.Msg, err.Span)
	}
	return tree
}

func TestShow(t *testing.T) {
	for file, src := range sources(t, "lang") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			got := scope.Resolve(parse(t, src)).Show(scope.ShowOptions{Base: "/base", Home: "/home/user"})
			golden(t, file+".show", got+"\n")
		})
	}
}

// TestNames pins what each name refers to and each definition defines.
func TestNames(t *testing.T) {
	for file, src := range sources(t, "names") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			golden(t, file+".names", describe(scope.Resolve(parse(t, src))))
		})
	}
}

// describe lists all names of a file, a line each.
func describe(info *scope.Info) string {
	var b strings.Builder
	lines := info.Tree().Lines()
	place := func(n parser.NodeID) string {
		p := lines.Position(info.Tree().Span(n).Start, text.UTF8)
		return fmt.Sprintf("%d:%d", p.Line+1, p.Column+1)
	}
	kinds := []string{"", "bound", "global", "with", "undefined"}
	for n := range info.Tree().Nodes() {
		kind, id := info.Ref(n.ID())
		def := info.Defines(n.ID())
		if kind == scope.NoRef && def == scope.NoBinding {
			continue
		}
		fmt.Fprintf(&b, "%s %s:", place(n.ID()), n.Text())
		if def != scope.NoBinding {
			fmt.Fprintf(&b, " defines %s@%s", info.Name(def), place(info.Binding(def).Name))
			if info.IsVariable(def) {
				b.WriteString(" (variable)")
			}
		}
		if kind != scope.NoRef {
			b.WriteString(" " + kinds[kind])
		}
		if kind == scope.Bound {
			b.WriteString(" to " + place(info.Binding(id).Name))
		}
		if kind == scope.With {
			for _, w := range info.Withs(n.ID()) {
				b.WriteString(" " + place(w.ID()))
			}
		}
		b.WriteByte('\n')
	}
	for _, e := range info.Errors() {
		fmt.Fprintf(&b, "error %s: %s\n", e.Span, e.Msg)
	}
	return b.String()
}

// TestCheckIsResolve compares the errors of Check, which reuses its memory,
// with those of Resolve.
func TestCheckIsResolve(t *testing.T) {
	files := sources(t, "lang")
	maps.Copy(files, sources(t, "errors"))
	maps.Copy(files, sources(t, "names"))
	for range 2 {
		for _, file := range slices.Sorted(maps.Keys(files)) {
			tree, err := parser.Parse(files[file])
			if err != nil {
				continue
			}
			if diff := cmp.Diff(scope.Resolve(tree).Errors(), scope.Check(tree)); diff != "" {
				t.Errorf("%s: Check differs from Resolve:\n%s", file, diff)
			}
		}
	}
}

func TestVisible(t *testing.T) {
	const src = `{ a, b ? 1 }@c: let d = a; e = rec { f = 1; g = { h = 2; }; }; in x: with d; let a = 3; in a`
	tests := []struct{ at, want string }{
		{"1 }@", "a b c"},
		{"rec {", "d e a b c"},
		{"{ h", "f g d e a b c"},
		{"3;", "a x d e b c"},
	}
	check := func(info *scope.Info, off int, want string) {
		t.Helper()
		var names []string
		for _, id := range info.Visible(uint32(off)) {
			names = append(names, info.Name(id))
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("visible at %d: %s, want %s", off, got, want)
		}
	}
	info := scope.Resolve(parse(t, src))
	for _, tt := range tests {
		check(info, strings.Index(src, tt.at), tt.want)
	}
	const path = "{ a = rec { b = rec { x = 1; }; y = 2; }; a.b.c = 3; }"
	check(scope.Resolve(parse(t, path)), strings.Index(path, "3"), "x c b y")
}

// differences are the files that firn and Nix judge differently, with the
// reason.
var differences = map[string]string{
	"nul":          "Nix takes a null byte for the end of the file and ignores what follows",
	"nul-string":   "Nix before 2.26 accepts null bytes in strings",
	"nul-indented": "Nix before 2.26 accepts null bytes in strings",
}

// TestAgreesWithNix compares with the nix-instantiate of the machine which
// files are valid, and, if it is 2.34 or newer, how they print.
func TestAgreesWithNix(t *testing.T) {
	nix, err := exec.LookPath("nix-instantiate")
	if err != nil {
		t.Skip("there is no nix-instantiate to compare with")
	}
	exact := nixMinor(t, nix) >= 34
	files := sources(t, "lang")
	maps.Copy(files, sources(t, "errors"))
	home := t.TempDir()
	for file, src := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			if reason, ok := differences[name]; ok {
				t.Skip(reason)
			}
			abs, err := filepath.Abs(file + ".nix")
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), nix, "--parse", abs)
			cmd.Env = append(os.Environ(), "HOME="+home, "NIX_REMOTE=dummy://", "NIX_CONFIG=experimental-features =")
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			want, nixErr := cmd.Output()
			tree, perr := parser.Parse(src)
			if valid := perr == nil && len(scope.Check(tree)) == 0; valid != (nixErr == nil) {
				t.Fatalf("valid: %t; Nix: %v\n%s", valid, nixErr, stderr.String())
			}
			if exact && perr == nil && nixErr == nil {
				got := scope.Resolve(tree).Show(scope.ShowOptions{Base: filepath.Dir(abs), Home: home}) + "\n"
				if diff := cmp.Diff(string(want), got); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// nixMinor returns the 34 of Nix 2.34.8.
func nixMinor(t *testing.T, nix string) int {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), nix, "--version").Output()
	if err != nil {
		t.Fatal(err)
	}
	fields := strings.Split(strings.TrimSpace(string(out[bytes.LastIndexByte(out, ' ')+1:])), ".")
	if len(fields) < 2 {
		t.Fatalf("nix-instantiate --version says %q", out)
	}
	minor, err := strconv.Atoi(fields[1])
	if err != nil || fields[0] != "2" {
		t.Fatalf("nix-instantiate --version says %q", out)
	}
	return minor
}

// FuzzResolve checks that every text has its names resolved without a panic,
// and that references lead to bindings of the same name.
func FuzzResolve(f *testing.F) {
	for _, dir := range []string{"lang", "errors", "names"} {
		for _, src := range sources(f, dir) {
			f.Add(src)
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		tree, err := parser.Parse(src, parser.PipeOperators(true))
		if err != nil {
			scope.Before(src, err, parser.PipeOperators(true))
			return
		}
		info := scope.Resolve(tree)
		for n := range tree.Nodes() {
			if kind, id := info.Ref(n.ID()); kind == scope.Bound && n.Kind() == parser.KindVar && info.Name(id) != n.Text() {
				t.Fatalf("%s at %s refers to %s", n.Text(), n.Span(), info.Name(id))
			}
		}
		if len(info.Errors()) == 0 {
			info.Show(scope.ShowOptions{Base: "/", Home: "/"})
		}
	})
}
