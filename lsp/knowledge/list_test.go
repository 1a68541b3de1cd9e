package knowledge

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

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
			a = lib.mkOption { default = 1; };
			sub = lib.mkOption { type = lib.types.submodule { options.x = lib.mkOption { default = 2; }; }; default = { }; };
			null = lib.mkOption { type = lib.types.nullOr (lib.types.submodule { options.x = lib.mkOption { }; }); default = null; };
			many = lib.mkOption { type = lib.types.attrsOf (lib.types.submodule { options.x = lib.mkOption { }; }); default = { }; };
			bad = lib.mkOption { default = throw "bad fails"; };
		};
		config.mine.a = lib.mkForce 3;
	}`)
	l, err := s.List(t.Context(), "mine")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"mine.a": "3 at 50 in configuration.nix", "mine.sub.x": "2", "mine.null.x": "", "mine.many.<name>.x": "", "mine.bad": "fails: bad fails",
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
		return fmt.Sprintf("%s at %d in %s", s.Value, s.Priority, filepath.Base(s.Files[0]))
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
