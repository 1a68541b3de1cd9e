package check

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/lsp/feature/action"
	"firn/lsp/feature/disk"
	"firn/lsp/feature/link"
	"firn/lsp/feature/module"
	"firn/lsp/feature/option"
	"firn/lsp/feature/problem"
	"firn/parser"
	"firn/parser/scope"
)

// tree is a set of options, or an option.
type tree struct {
	below map[string]*tree
	opt   *option.Option
}

func (t *tree) Names(context.Context) []string {
	var list []string
	for name := range t.below {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

func (t *tree) Below(_ context.Context, name string) (option.Tree, bool) {
	b, ok := t.below[name]
	return b, ok
}

func (t *tree) Option(context.Context) *option.Option { return t.opt }

// declare adds an option.
func (t *tree) declare(path string, o option.Option) {
	o.Loc = strings.Split(path, ".")
	for _, name := range o.Loc {
		if t.below == nil {
			t.below = map[string]*tree{}
		}
		if t.below[name] == nil {
			t.below[name] = &tree{}
		}
		t = t.below[name]
	}
	t.opt = &o
}

// nothing knows no value but those that are written as true and false.
type nothing struct{}

func (nothing) Bool(n parser.Node) (b, known bool) {
	return n.Text() == "true", n.Text() == "true" || n.Text() == "false"
}

func (nothing) Misfit(n parser.Node, at option.Found, _ bool) *Misfit {
	types := at.ValueTypes(context.Background())
	if len(types) == 1 && types[0].Name == "bool" && n.Kind() == parser.KindString {
		return &Misfit{Want: types[0], Got: "a string", Value: n.Text()}
	}
	return nil
}
func (nothing) TakesSet(option.Found) bool                    { return false }
func (nothing) Missing(parser.Node, []string) *Missing        { return nil }
func (nothing) MissingVar(parser.Node) *Missing               { return nil }
func (nothing) Function(parser.Node) (f Function, known bool) { return f, false }
func (nothing) Body() *Failure                                { return nil }

// none is a file system without files.
type none struct{}

func (none) Stat(path string) (fs.FileInfo, error) {
	return nil, fmt.Errorf("%s: %w", path, fs.ErrNotExist)
}
func (none) ReadDir(string) ([]fs.DirEntry, bool, error) { return nil, true, nil }

// find returns what is wrong with a module, with the text that is marked, and the
// text after the first fix.
func find(t *testing.T, src string, open bool) []string {
	t.Helper()
	tr, bad := parser.Parse(src)
	if bad != nil {
		t.Fatal(bad)
	}
	var root tree
	boolean := &option.Type{Name: "bool", Description: "boolean"}
	root.declare("services.nginx.enable", option.Option{Type: boolean})
	root.declare("services.nginx.workers", option.Option{Type: &option.Type{Name: "int", Description: "integer"}})
	root.declare("services.old.enable", option.Option{Type: boolean, Hidden: true, Description: "Alias of <option>services.nginx.enable</option>."})
	root.declare("other.old", option.Option{Type: boolean, Hidden: true, Description: "Alias of {option}`services.nginx.enable`."})
	info := scope.Resolve(tr)
	m, _ := module.Parse(info)
	q := Query{
		Info: info, Module: m, Config: option.NewView(t.Context(), &root), Values: nothing{}, Open: open,
		World: disk.World{File: link.File{Path: "/w/configuration.nix"}, FS: none{}},
		Mine:  func(string) bool { return false }, Document: func(string) *problem.Document { return nil },
	}
	var list []string
	for _, p := range q.Find(t.Context()) {
		s := p.Code + " " + p.Span.In(src)
		if len(p.Fixes) > 0 {
			s += " | " + action.Apply(src, p.Fixes[0].Edits)
		}
		list = append(list, s)
	}
	return list
}

func TestOptions(t *testing.T) {
	for _, test := range []struct {
		name, src string
		open      bool
		want      []string
	}{
		{name: "nothing wrong", src: "{ config, ... }: { services.nginx = { enable = true; workers = 1; }; }"},
		{
			name: "unknown", src: "{ config, ... }: { services.ngnix.enable = true; }",
			want: []string{"unknown-option ngnix | { config, ... }: { services.nginx.enable = true; }"},
		},
		{
			name: "unknown in a set", src: "{ config, ... }: { services.nginx = { enabel = true; }; }",
			want: []string{"unknown-option enabel | { config, ... }: { services.nginx = { enable = true; }; }"},
		},
		{name: "unknown below mkIf false", src: "{ config, ... }: mkIf false { x = 1; }", want: []string{"unknown-option x"}},
		{name: "unknown below optionalAttrs false", src: "{ config, ... }: optionalAttrs false { x = 1; }"},
		{name: "unknown below an open condition", src: "{ config, ... }: optionalAttrs c { x = 1; }"},
		{name: "name that nobody knows", src: "{ config, ... }: { services.${x} = 1; }"},
		{name: "options of the module system", src: "{ config, ... }: { config._module.args.x = 1; }"},
		{
			name: "wrong type", src: `{ config, ... }: { services.nginx.enable = mkForce "x"; }`,
			want: []string{`option-type "x" | { config, ... }: { services.nginx.enable = mkForce true; }`},
		},
		{name: "wrong type that has no effect", src: `{ config, ... }: { services.nginx.enable = mkIf false "x"; }`},
		{name: "wrong type in a set without effect", src: `{ config, ... }: { services.nginx = mkIf false { enable = "x"; }; }`},
		{
			name: "wrong type in an inline module", src: `{ config, ... }: { imports = [ { services.nginx.enable = "x"; } ]; }`,
			want: []string{`option-type "x" | { config, ... }: { imports = [ { services.nginx.enable = true; } ]; }`},
		},
		{
			name: "set for a boolean", src: `{ config, ... }: { services.nginx.enable.x = 1; }`,
			want: []string{"option-type x"},
		},
		{
			name: "renamed", src: "{ config, ... }: { services.old.enable = true; }",
			want: []string{"option-renamed enable | { config, ... }: { services.nginx.enable = true; }"},
		},
		{
			name: "renamed inside of a set", src: "{ config, ... }: { services = { old.enable = true; }; }",
			want: []string{"option-renamed enable | { config, ... }: { services = { nginx.enable = true; }; }"},
		},
		{name: "renamed to what the set has no place for", src: "{ config, ... }: { other = { old = true; }; }", want: []string{"option-renamed old"}},
		{name: "open, and not alike", open: true, src: "{ config, ... }: { services.something = 1; }"},
		{
			name: "open, and alike", open: true, src: "{ config, ... }: { services.ngnix = 1; }",
			want: []string{"unknown-option ngnix | { config, ... }: { services.nginx = 1; }"},
		},
		{name: "file that is missing", src: "{ config, ... }: { imports = [ ./none.nix ]; }", want: []string{"missing-file ./none.nix"}},
		{name: "file that need not be there", src: "{ config, ... }: { imports = if false then [ ./none.nix ] else [ ]; }"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, find(t, test.src, test.open)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestSpeaksOf(t *testing.T) {
	for _, test := range []struct {
		msg, path string
		want      bool
	}{
		{"The option `a.b' is gone.", "a.b", true},
		{"set a.b.", "a.b", true},
		{"set a.b.c", "a.b", false},
		{"set xa.b", "a.b", false},
		{"set a.bc, and a.b", "a.b", true},
		{"in `/x/a.nix' and", "/x/a.nix", true},
		{"", "a", false},
	} {
		if got := speaksOf(test.msg, test.path); got != test.want {
			t.Errorf("%q speaks of %s: %v", test.msg, test.path, got)
		}
	}
}

// TestCodeOf has messages of nixpkgs of 2018 and of 2026.
func TestCodeOf(t *testing.T) {
	for msg, want := range map[string]string{
		"The unique option `a' is defined multiple times, in `x' and `y'.": OptionConflict,
		"The option `a' has conflicting definition values:\n- In `x': 1":   OptionConflict,
		"The option `a' is read-only, but it's set multiple times.":        OptionReadOnly,
		"A definition for option `a' is not of type `boolean'.":            OptionType,
		"The option value `a' in `x' is not of type `boolean'.":            OptionType,
		"The option `a' can no longer be used since it's been removed.":    OptionRemoved,
		"attribute 'a' missing": "",
	} {
		if got, ok := codeOf(msg); got != want || ok != (want != "") {
			t.Errorf("%q is %q", msg, got)
		}
	}
}
