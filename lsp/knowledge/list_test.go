package knowledge

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"firn/eval"
	"firn/lsp/feature/option"
)

// asked returns what is known of a configuration that a command asks about, over
// the small package set for tests.
func asked(t *testing.T, config string) *State {
	t.Helper()
	world, err := filepath.Abs("../testdata/world")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "configuration.nix")
	if err := os.WriteFile(path, []byte(config), 0o666); err != nil {
		t.Fatal(err)
	}
	b := New(Options{Settings: &eval.Settings{NixPath: []string{"nixpkgs=" + world}, System: system()}})
	s, err := b.Once(t.Context(), Entry{Kind: NixOS, Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if s.Err() != nil {
		t.Fatal(s.Err())
	}
	return s
}

// declares is a module with options below mine.
func declares(options string) string {
	return "{ lib, ... }: let inherit (lib) mkOption types; in { options.mine = " + options + "; }"
}

func TestList(t *testing.T) {
	tests := []struct{ name, options, want string }{
		{"in order", `{ b = mkOption { }; a.c = mkOption { }; }`, "mine.a.c mine.b"},
		{"a submodule", `mkOption { type = types.attrsOf (types.submodule { options.x = mkOption { }; }); }`, "mine mine.<name>.x"},
		{"elements of a list", `mkOption { type = types.listOf (types.submodule { options.x = mkOption { }; }); }`, "mine mine.*.x"},
		{"hidden ones", `{ a = mkOption { visible = false; }; b = mkOption { internal = true; }; }`, "(mine.a) (mine.b)"},
		{"what is in a hidden one", `mkOption { visible = false; type = types.submodule { options.x = mkOption { }; }; }`, "(mine) (mine.x)"},
		{"what is in a shallow one", `mkOption { visible = "shallow"; type = types.submodule { options.x = mkOption { }; }; }`, "mine"},
		{"what is in a transparent one", `mkOption { visible = "transparent"; type = types.submodule { options.x = mkOption { }; }; }`, "(mine) mine.x"},
		{"what fails", `{ a = throw "a fails"; b = mkOption { description = throw "b fails"; }; }`, "mine.b | mine.a: a fails"},
		{"a submodule that fails", `mkOption { type = types.submodule (throw "it fails"); }`, "mine | mine: it fails"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, err := asked(t, declares(tt.options)).List(t.Context(), "mine")
			if err != nil {
				t.Fatal(err)
			}
			if got := showListing(l); got != tt.want {
				t.Errorf("listed %q, want %q", got, tt.want)
			}
		})
	}
}

// showListing returns the names of options, without those that every submodule has.
func showListing(l Listing) string {
	var list []string
	for _, o := range l.Options {
		name := option.Path(o.Loc)
		if slices.Contains(o.Loc, "_module") {
			continue
		}
		if o.Hidden {
			name = "(" + name + ")"
		}
		list = append(list, name)
	}
	parts := []string{strings.Join(list, " ")}
	for _, u := range l.Unread {
		parts = append(parts, fmt.Sprintf("%s: %s", option.Path(u.Loc), Message(u.Err)))
	}
	return strings.Join(parts, " | ")
}

// Options without end end the list, and not the process.
func TestEndlessOptions(t *testing.T) {
	tests := []struct{ name, options string }{
		{"sets in sets", `let x = { a = x; b = x; }; in x`},
		{"a submodule in itself", `let x = mkOption { type = types.submodule { options = { a = x; b = x; c = x; d = x; e = x; f = x; }; }; }; in x`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l, err := asked(t, declares(tt.options)).list(t.Context(), []string{"mine"}, 500)
			if err != nil {
				t.Fatal(err)
			}
			if len(l.Unread) == 0 || !errors.Is(l.Unread[len(l.Unread)-1].Err, ErrManyOptions) {
				t.Errorf("%d options, unread %v", len(l.Options), l.Unread)
			}
		})
	}
}

func TestSettingOfListed(t *testing.T) {
	s := asked(t, `{ lib, ... }: {
		options.mine = {
			a = lib.mkOption { type = lib.types.int; default = 1; };
			sub = lib.mkOption { type = lib.types.submodule { options.x = lib.mkOption { default = 2; }; }; default = { }; };
			null = lib.mkOption { type = lib.types.nullOr (lib.types.submodule { options.x = lib.mkOption { }; }); default = null; };
			many = lib.mkOption { type = lib.types.attrsOf (lib.types.submodule { options.x = lib.mkOption { }; }); default = { }; };
			bad = lib.mkOption { default = throw "bad fails"; };
		};
		config = lib.mkMerge [
			{ mine.a = lib.mkForce 3; }
			{ mine.a = lib.mkForce 3; }
		];
	}`)
	l, err := s.List(t.Context(), "mine")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"mine.a": "3 at 50 in [configuration.nix]", "mine.sub.x": "2", "mine.null.x": "", "mine.many.<name>.x": "", "mine.bad": "fails: bad fails",
	}
	for _, o := range l.Options {
		name := option.Path(o.Loc)
		if w, ok := want[name]; ok {
			if got := showSetting(o.Setting(t.Context())); got != w {
				t.Errorf("%s is %q, want %q", name, got, w)
			}
			delete(want, name)
		}
	}
	if len(want) > 0 {
		t.Errorf("not listed: %v", want)
	}
}

func showSetting(s option.Setting) string {
	switch {
	case s.Err != nil:
		return "fails: " + Message(s.Err)
	case len(s.Files) > 0:
		var names []string
		for _, f := range s.Files {
			names = append(names, filepath.Base(f))
		}
		return fmt.Sprintf("%s at %d in %v", s.Value, s.Priority, names)
	}
	return s.Value
}

func TestUnder(t *testing.T) {
	tests := []struct {
		name, loc, prefix string
		want              bool
	}{
		{"itself", "a.b", "a.b", true},
		{"below", "a.b.c", "a.b", true},
		{"all", "a", "", true},
		{"above", "a", "a.b", false},
		{"another", "a.c", "a.b", false},
		{"any name", "a.<name>.c", "a.b", true},
		{"any element", "a.*.c", "a.b.c", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			split := func(s string) []string { return strings.FieldsFunc(s, func(r rune) bool { return r == '.' }) }
			if got := Under(split(tt.loc), split(tt.prefix)); got != tt.want {
				t.Errorf("Under(%q, %q) = %v, want %v", tt.loc, tt.prefix, got, tt.want)
			}
		})
	}
}

// The definitions that count come first; of those that the text does not show, there
// is the file.
func TestDefinitions(t *testing.T) {
	s := asked(t, `{ lib, ... }: {
		imports = [ { networking.hostName = lib.mkDefault "low"; } ];
		config = lib.mkMerge [
			{ networking.hostName = lib.mkForce "high"; }
			{ networking = builtins.listToAttrs [ { name = "useDHCP"; value = false; } ]; }
			{ networking.hostName = "usual"; }
		];
	}`)
	tests := []struct{ name, path, want string }{
		{"priorities", "networking.hostName", `configuration.nix:4 "high" 50 counts; configuration.nix:6 "usual" 100; configuration.nix:2 "low" 1000`},
		{"not to be seen in the text", "networking.useDHCP", `configuration.nix:0  100 counts`},
		{"set by nobody", "networking.firewall.enable", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			loc := strings.Split(tt.path, ".")
			var list []string
			for _, d := range s.Definitions(loc, s.SettingAt(t.Context(), loc)) {
				text := fmt.Sprintf("%s:%d %s %d", filepath.Base(d.Place.Path), d.Place.Line, d.Text, d.Priority)
				if d.Counts {
					text += " counts"
				}
				list = append(list, text)
			}
			if got := strings.Join(list, "; "); got != tt.want {
				t.Errorf("definitions %q, want %q", got, tt.want)
			}
		})
	}
}

// No package ends a search, whatever its evaluation comes to.
func TestPackages(t *testing.T) {
	dir := t.TempDir()
	src := `{ ... }: rec {
		lib = { };
		good = { type = "derivation"; name = "good-1.0"; meta.description = "Good"; };
		throws = throw "gone";
		aborts = abort "stop";
		asserts = assert false; 1;
		loops = loops + 1;
		deep = let f = x: 1 + f x; in f 1;
		missing = { }.x;
		nameless = { type = "derivation"; };
		nameThrows = { type = "derivation"; name = throw "no name"; };
		nameIsNone = { type = "derivation"; name = 1; };
		metaThrows = { type = "derivation"; name = "m-1"; meta = throw "no meta"; };
		descriptionThrows = { type = "derivation"; name = "d-1"; meta.description = throw "no"; };
		typeThrows = { type = throw "no type"; };
		set = { a = good; };
		function = x: x;
		functor.__functor = self: x: x;
		text = "x";
		none = null;
	}`
	if err := os.WriteFile(filepath.Join(dir, "default.nix"), []byte(src), 0o666); err != nil {
		t.Fatal(err)
	}
	b := New(Options{Settings: &eval.Settings{NixPath: []string{"nixpkgs=" + dir}, System: system()}})
	s, err := b.Once(t.Context(), Entry{Kind: Nixpkgs})
	if err != nil || s.Err() != nil {
		t.Fatal(err, s.Err())
	}
	want := map[string]string{
		"lib": "set", "good": "package good-1.0 Good", "throws": "error: gone", "aborts": "error: evaluation aborted with the following error message: 'stop'",
		"asserts": "error: assertion 'false' failed", "loops": "error: infinite recursion encountered", "deep": "error: stack overflow; max-call-depth exceeded",
		"missing": "error: attribute 'x' missing", "nameless": "error: it has no name", "nameThrows": "error: no name",
		"nameIsNone": "error: the value is of kind int, not string", "metaThrows": "package m-1", "descriptionThrows": "package d-1",
		"typeThrows": "set", "set": "set", "function": "function", "functor": "function", "text": "value", "none": "value",
	}
	got := map[string]string{}
	err = s.Packages(t.Context(), nil, func(string) bool { return true }, func(i Item) {
		got[i.Attr] = strings.TrimSpace(fmt.Sprintf("%s %s %s", i.Kind, i.Package.Name, i.Package.Description))
		if i.Err != nil {
			got[i.Attr] = i.Kind.String() + ": " + Message(i.Err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestPackageSets(t *testing.T) {
	s := asked(t, "{ }")
	tests := []struct{ name, path, want string }{
		{"a set", "python3Packages", ""},
		{"missing", "python9Packages", "there is no set of packages pkgs.python9Packages"},
		{"missing below", "python3Packages.a.b", "there is no set of packages pkgs.python3Packages.a"},
		{"a string", "hello.name", "there is no set of packages pkgs.hello.name"},
		{"below a string", "hello.name.x", "there is no set of packages pkgs.hello.name.x"},
		{"what fails", "gone-tool", "gone-tool has been removed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := s.Packages(t.Context(), strings.Split(tt.path, "."), func(string) bool { return false }, func(Item) {})
			if err == nil && tt.want == "" {
				return
			}
			if err == nil || tt.want == "" || !strings.Contains(Message(err), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

// An evaluation that takes more than it may ends a search with an error.
func TestPackagesOutOfBudget(t *testing.T) {
	dir := t.TempDir()
	src := `{ ... }: { lib = { }; a = builtins.length (builtins.genList (x: x) 1000000000); b = 1; }`
	if err := os.WriteFile(filepath.Join(dir, "default.nix"), []byte(src), 0o666); err != nil {
		t.Fatal(err)
	}
	const memory = 200 << 20
	b := New(Options{Settings: &eval.Settings{NixPath: []string{"nixpkgs=" + dir}, System: system()}, Memory: memory})
	s, err := b.Once(t.Context(), Entry{Kind: Nixpkgs})
	if err != nil || s.Err() != nil {
		t.Fatal(err, s.Err())
	}
	err = s.Packages(t.Context(), nil, func(string) bool { return true }, func(Item) {})
	if e, ok := errors.AsType[*eval.Error](err); !ok || e.Kind != eval.OutOfBudget {
		t.Errorf("error %v, want one of the budget", err)
	}
}

// A list has the options of the manual, which a library function lists, of the small
// package set for tests and of the nixpkgs in FIRN_NIXPKGS, if there is one.
func TestListIsThatOfTheManual(t *testing.T) {
	world, err := filepath.Abs("../testdata/world")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{world, os.Getenv("FIRN_NIXPKGS")} {
		if dir == "" {
			continue
		}
		t.Run(filepath.Base(dir), func(t *testing.T) {
			settings := eval.Settings{NixPath: []string{"nixpkgs=" + dir}, System: system()}
			v, err := eval.New(eval.Options{Host: eval.OS{}, Settings: settings}).Text(t.Context(), "«manual»", "/", `
				let
					lib = import <nixpkgs/lib>;
					inherit (import <nixpkgs/nixos/lib/eval-config.nix> { modules = [ ]; }) options;
				in
				map (o: o.name) (lib.filter (o: o.visible != false && !o.internal) (lib.optionAttrSetToDocList options))`)
			if err != nil {
				t.Fatal(err)
			}
			want := reader{ctx: t.Context()}.texts(attr{value: v, ok: true})
			s, err := New(Options{Settings: &settings}).Once(t.Context(), Entry{Kind: NixOS})
			if err != nil || s.Err() != nil {
				t.Fatal(err, s.Err())
			}
			l, err := s.List(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, o := range l.Options {
				if !o.Hidden {
					got = append(got, strings.Join(o.Loc, "."))
				}
			}
			slices.Sort(want)
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" || len(got) == 0 {
				t.Errorf("%d options, want %d (-want +got):\n%s", len(got), len(want), diff)
			}
		})
	}
}
