package callhierarchy_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"firn/lsp/feature/callhierarchy"
	"firn/lsp/feature/disk"
	"firn/lsp/feature/infer"
	"firn/lsp/feature/link"
	"firn/lsp/feature/navigate"
	"firn/lsp/feature/usage"
	"firn/parser"
	"firn/parser/grammar"
	"firn/parser/scope"
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
	return scope.Resolve(parse(string(f.MapFS[strings.TrimPrefix(path, "/")].Data)))
}

var project = files{fstest.MapFS{
	"p/fn.nix":          {Data: []byte("{ lib }: lib")},
	"p/set.nix":         {Data: []byte("{ f = x: x; n = 1; }")},
	"p/dir/default.nix": {Data: []byte("let y = 1; in x: x")},
}}

const here = "/p/main.nix"

func parse(src string) *parser.Tree {
	if tree, err := parser.Parse(src, parser.PipeOperators(true)); err == nil {
		return tree
	}
	return grammar.Parse(src)
}

func query(src string) navigate.Query {
	world := disk.World{File: link.File{Path: here}, FS: project}
	return navigate.Query{Space: infer.Open(scope.Resolve(parse(src)), world, project.load), World: world}
}

// show returns what an item is called, with its file if that is another one.
func show(i callhierarchy.Item) string {
	path := i.Path
	if path == "" {
		path = here
	}
	name := i.Name(path)
	if i.Path != "" && !i.IsFile() {
		name += " of " + i.Path
	}
	if !i.IsFunction() {
		name += " (no function)"
	}
	return name
}

func TestAt(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"definition", "let ‸f = x: x; in f", "f"},
		{"use", "let f = x: x; in ‸f 1", "f"},
		{"behind let and with", "let f = let y = 1; in with y; (x: x); in ‸f", "f"},
		{"attribute", "rec { a.f = x: x; b = a.‸f 1; }", "a.f"},
		{"quoted attribute", `rec { a."f g" = x: x; b = a."‸f g" 1; }`, `a."f g"`},
		{"other name", "let f = x: x; g = f; in ‸g 1", "f"},
		{"inherited name", "let s = { f = x: x; }; inherit (s) ‸f; in f", "f"},
		{"result of a call", "let f = x: y: x; g = f 1; in ‸g", "g (no function)"},
		{"value", "let ‸v = 1; in v", "-"},
		{"unknown", "f: ‸f 1", "-"},
		{"builtin", "‸map", "-"},
		{"default of a formal", "{ f ? x: x }: ‸f 1", "f"},
		{"attribute of another file", "(import ./set.nix).‸f 1", "f of /p/set.nix"},
		{"value of another file", "(import ./set.nix).‸n", "-"},
		{"name of a file", "let f = import ./fn.nix; in ‸f", "fn.nix"},
		{"path of a file", "import ‸./fn.nix", "fn.nix"},
		{"path of a directory", "import ‸./dir", "dir/default.nix"},
		{"path of a file that is no function", "import ‸./set.nix", "-"},
		{"head of the file", "‸{ a }: a", "main.nix"},
		{"colon of the file", "{ a }‸: a", "main.nix"},
		{"head of a binding", "{ f = ‸{ a, ... }: a; }", "f"},
		{"body", "a: ‸1", "-"},
		{"nothing", "{ a = ‸1; }", "-"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before, after, _ := strings.Cut(test.src, cursor)
			got := "-"
			if i, ok := callhierarchy.At(query(before+after), uint32(len(before))); ok {
				got = show(i)
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// Calls are shown as "item: site site; item: site".
func render(src string, list []callhierarchy.Call) string {
	var out []string
	for _, c := range list {
		words := []string{show(c.Item) + ":"}
		for _, s := range c.Sites {
			words = append(words, s.In(src))
		}
		out = append(out, strings.Join(words, " "))
	}
	return strings.Join(out, "; ")
}

func TestOutgoing(t *testing.T) {
	tests := []struct{ name, src, want string }{
		{"calls", "let ‸f = x: g (h x) + g 1; g = x: x; h = x: x; in 1", "g: g g; h: h"},
		{"several arguments", "let ‸f = x: g x x; g = x: y: x; in 1", "g: g"},
		{"of a function inside", "let ‸f = x: let h = y: g y; z = g x; in h z; g = x: x; in 1", "g: g; h: h"},
		{"of a value", "let ‸f = x: x; g = f 1; in 1", ""},
		{"itself", "let ‸f = x: f x; in 1", "f: f"},
		{"pipes", "let ‸f = x: (x |> g) + (h <| x); g = x: x; h = x: x; in 1", "g: g; h: h"},
		{"selections", "let ‸f = x: s.g x; s.g = x: x; in 1", "s.g: g"},
		{"builtins and the unknown", "u: let ‸f = x: map x (u x) (x 1); in 1", ""},
		{"other files", "{ callPackage }: let ‸f = x: [ (import ./fn.nix { }) (callPackage ./dir { }) (import ./set.nix) ]; in 1", "fn.nix: ./fn.nix; dir/default.nix: ./dir"},
		{"attributes of other files", "let ‸f = x: s.f x; s = import ./set.nix; in 1", "f of /p/set.nix: f"},
		{"of the file", "‸{ lib }: (import ./fn.nix { }) (let x = import ./fn.nix { }; in x)", "fn.nix: ./fn.nix"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before, after, _ := strings.Cut(test.src, cursor)
			q := query(before + after)
			i, ok := callhierarchy.At(q, uint32(len(before)))
			if !ok {
				t.Fatal("there is no function")
			}
			if got := render(before+after, callhierarchy.Outgoing(q, i)); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestCalled(t *testing.T) {
	tests := []struct{ name, src, calls, aliases string }{
		{"functions and values", "let ‸f = x: x; g = x: f x; v = f 1 + f 2; in f 3", "g: f; v (no function): f f; main.nix (no function): f", ""},
		{"other uses", "let ‸f = x: x; in [ f (map f [ ]) (f.a 1) (1 + f) ]", "", ""},
		{"other names", "let ‸f = x: x; g = f; h = (f); s = { inherit f; }; in 1", "", "g h f"},
		{"with a default", "let s.‸f = x: x; in (s.f or 1) 2", "main.nix (no function): f", ""},
		{"pipes", "let ‸f = x: x; in { a = 1 |> f; b = f <| 1; c = f |> f; }", "a (no function): f; b (no function): f; c (no function): f", ""},
		{"default of a formal", "let ‸f = x: x; g = { a ? f 1, h ? x: f x }: a; in g", "g: f; h: f", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before, after, _ := strings.Cut(test.src, cursor)
			info := query(before + after).Space.Root()
			id := usage.Target(info, usage.At(info.Tree(), uint32(len(before))))
			sites, aliases := callhierarchy.Called(info, usage.Of(info, id))
			if got := render(before+after, callhierarchy.Callers(info, sites)); got != test.calls {
				t.Errorf("calls: got %s, want %s", got, test.calls)
			}
			checkNames(t, info, aliases, test.aliases)
		})
	}
}

func checkNames(t *testing.T, info *scope.Info, ids []scope.BindingID, want string) {
	t.Helper()
	var names []string
	for _, id := range ids {
		names = append(names, info.Name(id))
	}
	if got := strings.Join(names, " "); got != want {
		t.Errorf("other names: got %s, want %s", got, want)
	}
}

func TestCalledFile(t *testing.T) {
	tests := []struct{ name, src, calls, aliases string }{
		{"import", "{ a = import ./fn.nix { }; b = (import (./fn.nix)) { }; }", "a (no function): ./fn.nix; b (no function): ./fn.nix", ""},
		{"callPackage", "pkgs: { a = pkgs.callPackage ./fn.nix { }; }", "a (no function): ./fn.nix", ""},
		{"not called", "[ ./fn.nix (import ./fn.nix) (builtins.readFile ./fn.nix) (import ./set.nix { }) ]", "", ""},
		{"other names", "let f = import ./fn.nix; in f { }", "", "f"},
		{"pipes", "{ a = { } |> import ./fn.nix; }", "a (no function): ./fn.nix", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			q := query(test.src)
			sites, aliases := callhierarchy.CalledFile(q.Space, q.World, "/p/fn.nix")
			if got := render(test.src, callhierarchy.Callers(q.Space.Root(), sites)); got != test.calls {
				t.Errorf("calls: got %s, want %s", got, test.calls)
			}
			checkNames(t, q.Space.Root(), aliases, test.aliases)
		})
	}
}

func FuzzAt(f *testing.F) {
	f.Add("let f = { a ? x: x, ... }: f (a 1) |> g; g = import ./fn.nix; inherit (g { }) h; in h", uint16(5))
	f.Add("rec { a.\"b c\" = x: y: a.${d} x; ${e} = callPackage ./dir { }; }", uint16(7))
	f.Fuzz(func(t *testing.T, src string, off uint16) {
		q := query(src)
		i, ok := callhierarchy.At(q, min(uint32(off), uint32(len(src))))
		if !ok || i.Path != "" {
			return
		}
		whole, name := i.Place()
		if name.Start < whole.Start || name.End > whole.End {
			t.Errorf("%q: the name %v is outside of %v", src, name, whole)
		}
		for _, c := range callhierarchy.Outgoing(q, i) {
			if len(c.Sites) == 0 || slices.Contains(c.Sites, whole) {
				t.Errorf("%q: %s is called at %v", src, show(c.Item), c.Sites)
			}
		}
	})
}
