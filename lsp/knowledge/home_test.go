package knowledge

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"firn/lsp/feature/option"
)

// corpus returns the first folder of FIRN_CORPUS that has a file, or skips the
// test.
func corpus(t *testing.T, file string) string {
	t.Helper()
	for _, dir := range filepath.SplitList(os.Getenv("FIRN_CORPUS")) {
		if _, err := os.Stat(filepath.Join(dir, file)); err == nil {
			return dir
		}
	}
	t.Skipf("no folder of FIRN_CORPUS has %s", file)
	return ""
}

// TestHomeManager compares the options of the real home-manager with those that
// the library lists for manuals. There is no package set that fits, only a library.
func TestHomeManager(t *testing.T) {
	home, lib := corpus(t, "modules/home-environment.nix"), corpus(t, "lib/services/lib.nix")
	b, dir := openWorld(t, `
-- home.nix --
{ pkgs, ... }: {
  home.username = "someone";
  home.homeDirectory = "/home/someone";
  home.stateVersion = "24.11";
  programs.git.enable = true;
}
`, Options{SearchPath: []string{"home-manager=" + home, "nixpkgs-lib=" + lib}})
	ctx, path := within(t), filepath.Join(dir, "home.nix")
	s, err := b.root(Entry{Kind: HomeManager, Path: path}).await(ctx)
	if err != nil || s.Err() != nil {
		t.Fatal(err, s.Err())
	}
	if s.StandIn() == "" {
		t.Error("nobody is told that a package set stands in")
	}
	docs := listed(t, s)
	if len(docs) < 7000 {
		t.Errorf("the library lists %d options", len(docs))
	}
	missing := 0
	for _, d := range docs {
		o := option.At(ctx, s.Options(), d.loc).Option(ctx)
		switch {
		case slices.Contains(d.loc, "_module"): // what module systems have for themselves
		case o == nil:
			missing++
			t.Errorf("option %s is not found", option.Path(d.loc))
		case d.documented && o.Description == "":
			t.Errorf("option %s has no description", option.Path(d.loc))
		}
	}
	t.Logf("%d options are listed, %d of them missing", len(docs), missing)
	if set, ok := option.NewView(ctx, s.Options()).Setting(option.At(ctx, s.Options(), []string{"programs", "git", "enable"})); !ok || set.Value != "true" {
		t.Errorf("programs.git.enable is %+v", set)
	}
}

// listing is an option as the library lists it.
type listing struct {
	loc        []string
	documented bool
}

// listed returns the options of a state as the library lists them.
func listed(t *testing.T, s *State) []listing {
	t.Helper()
	ctx := within(t)
	f, err := s.e.Text(ctx, "test", "/", `state: map (o: { inherit (o) loc; doc = (builtins.tryEval (!builtins.elem (o.description or null) [ null "" ])).value; })
		(state.lib.optionAttrSetToDocList state.options)`)
	if err != nil {
		t.Fatal(err)
	}
	arg, err := s.e.Make(map[string]any{"lib": s.args["lib"], "options": s.options.value})
	if err != nil {
		t.Fatal(err)
	}
	list, err := f.Apply(ctx, arg)
	if err != nil {
		t.Fatal(err)
	}
	elems, err := list.Elems(ctx)
	if err != nil {
		t.Fatal(err)
	}
	r, all := reader{ctx: ctx, state: s}, []listing(nil)
	for _, e := range elems {
		set := r.set(attr{value: e, ok: true})
		all = append(all, listing{r.texts(set["loc"]), r.flag(set["doc"])})
	}
	return all
}

// TestHomeManagerInNixOS looks for options of users in a system that has the module of
// the real home-manager.
func TestHomeManagerInNixOS(t *testing.T) {
	home, lib := corpus(t, "modules/home-environment.nix"), corpus(t, "lib/services/lib.nix")
	o := Options{SearchPath: []string{"home-manager=" + home, "nixpkgs-lib=" + lib}}
	b, dir := openWorld(t, `
-- nixpkgs/lib/default.nix --
import <nixpkgs-lib/lib>
-- nixpkgs/nixos/lib/eval-config.nix --
{ modules, system }:
let
  lib = import <nixpkgs-lib/lib>;
  some = lib.mkOption { type = lib.types.unspecified; default = { }; };
  system = {
    options = { users.users = some; nix = some; assertions = some; warnings = some; environment = some; };
    config._module.args.pkgs = import "/«firn»/stubs.nix" {
      nixpkgs = null;
      libraries = [ <nixpkgs-lib/lib> ];
      names = import "/«firn»/mentioned.nix" <home-manager/modules>;
    };
  };
in
lib.evalModules {
  class = "nixos";
  modules = modules ++ [ <home-manager/nixos/common.nix> system ];
}
-- configuration.nix --
{ home-manager.users.me.programs.git.enable = true; }
`, o)
	b.options.SearchPath = append(b.options.SearchPath, "nixpkgs="+filepath.Join(dir, "nixpkgs"))
	ctx := within(t)
	s, err := b.root(Entry{Kind: NixOS, Path: filepath.Join(dir, "configuration.nix")}).await(ctx)
	if err != nil || s.Err() != nil {
		t.Fatal(err, s.Err())
	}
	for _, path := range []string{"programs.git.enable", "home.packages", "services.ssh-agent.enable", "accounts.email.accounts.work.address"} {
		steps := append([]string{"home-manager", "users", "me"}, strings.Split(path, ".")...)
		if o := option.At(ctx, s.Options(), steps).Option(ctx); o == nil || o.Description == "" {
			t.Errorf("option %s of a user is %+v", path, o)
		}
	}
}

// TestStubs evaluates a configuration of home-manager where there is a library and no
// package set.
func TestStubs(t *testing.T) {
	world, err := filepath.Abs("../testdata/world")
	if err != nil {
		t.Fatal(err)
	}
	b, dir := openWorld(t, `
-- home-manager/modules/default.nix --
{ pkgs, configuration, check }:
pkgs.lib.evalModules {
  modules = [
    configuration
    (pkgs.path + "/nixos/modules/misc/assertions.nix")
    (pkgs.path + "/nixos/modules/misc/meta.nix")
    ./shell.nix
    { _module.args.pkgs = pkgs; }
  ];
}
-- home-manager/modules/shell.nix --
{ lib, pkgs, ... }: {
  options.shell = {
    package = lib.mkOption { type = lib.types.package; default = pkgs.zsh; description = "The shell."; };
    settings = lib.mkOption { type = (pkgs.formats.toml { }).type; default = { }; description = "Its settings."; };
  };
}
-- home-manager/modules/lib/stdlib-extended.nix --
lib: lib
-- home.nix --
{ config, pkgs, ... }: { shell.settings.a.b = [ 1 "x" ]; }
`, Options{SearchPath: []string{"nixpkgs-lib=" + world}})
	b.options.SearchPath = append(b.options.SearchPath, "home-manager="+filepath.Join(dir, "home-manager"))
	ctx := within(t)
	s, err := b.root(Entry{Kind: HomeManager, Path: filepath.Join(dir, "home.nix")}).await(ctx)
	if err != nil || s.Err() != nil {
		t.Fatal(err, s.Err())
	}
	if s.StandIn() == "" {
		t.Error("nobody is told that a package set stands in")
	}
	v := option.NewView(ctx, s.Options())
	for _, tt := range []struct{ path, typ, value string }{
		{"shell.package", "package", "«derivation zsh»"},
		{"shell.settings", "TOML value", `{ a = { b = [ 1 "x" ]; }; }`},
		{"assertions", "list of unspecified value", "[ ]"},
	} {
		found := v.At(strings.Split(tt.path, ".")...)
		o := v.Option(found)
		if o == nil {
			t.Errorf("%s is no option", tt.path)
			continue
		}
		set, _ := v.Setting(found)
		if o.Type.Description != tt.typ || strings.Join(strings.Fields(set.Value), " ") != tt.value {
			t.Errorf("%s is %s : %s, %v", tt.path, set.Value, o.Type.Description, set.Err)
		}
	}
}
