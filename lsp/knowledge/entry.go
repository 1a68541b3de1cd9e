package knowledge

import (
	"fmt"
	"path/filepath"
	"strings"

	"firn/parser/scope"
)

// Kind says what sort of configuration a root is.
type Kind uint8

// The kinds of roots.
const (
	NixOS       Kind = iota // configuration.nix, or what stands alone
	HomeManager             // home.nix
	Network                 // machines of Morph or NixOps
	Flake                   // a configuration among the outputs of a flake
	Nixpkgs                 // no configuration, only the package set
)

// String returns the kind in words.
func (k Kind) String() string {
	return [...]string{"NixOS", "home-manager", "network", "flake", "nixpkgs"}[k]
}

// Entry is where the evaluation of a root begins.
type Entry struct {
	Kind Kind
	Path string // of the file; "" for the modules of the distribution alone
	Name string // of the machine or output, where there are several
}

// String returns the entry as people are told of it.
func (e Entry) String() string {
	switch {
	case e.Kind == Nixpkgs:
		return "nixpkgs"
	case e.Path == "":
		return e.Kind.String() + " without a configuration"
	case e.Name != "":
		return fmt.Sprintf("%s of %s", e.Name, e.Path)
	}
	return e.Path
}

// entryNames are the files that are entries by their names.
var entryNames = map[string]Kind{"configuration.nix": NixOS, "home.nix": HomeManager, "flake.nix": Flake}

// Entries returns those of the given files that are entries, in their order.
func Entries(files []string) []Entry {
	var list []Entry
	for _, path := range files {
		if kind, ok := entryNames[filepath.Base(path)]; ok {
			list = append(list, Entry{Kind: kind, Path: path})
		}
	}
	return list
}

// source returns the text that evaluates an entry. Its value has the attributes
// config, options, args, pkgs and lib.
//
// That what nobody declares can be set is left to diagnostics, since otherwise a
// single misspelt name would keep everything from being known.
func (e Entry) source() string {
	switch e.Kind {
	case HomeManager:
		return fmt.Sprintf(homeSource, unchecked, modulesOf(e.Path))
	case Network:
		return fmt.Sprintf(networkSource, literal(e.Path), scope.Quote(e.Name), unchecked)
	case Nixpkgs:
		return nixpkgsSource
	case Flake:
		return fmt.Sprintf(flakeSource, literal(filepath.Dir(e.Path)), e.Name, unchecked)
	}
	return fmt.Sprintf(nixosSource, unchecked, modulesOf(e.Path))
}

// alone is the entry for the modules of the distribution alone.
func (e Entry) alone() Entry {
	if e.Kind == HomeManager || e.Kind == Nixpkgs {
		return Entry{Kind: e.Kind}
	}
	return Entry{Kind: NixOS}
}

// literal returns an expression for a path.
func literal(path string) string { return "(/. + " + scope.Quote(path) + ")" }

func modulesOf(path string) string {
	if path == "" {
		return "[ ]"
	}
	return "[ " + literal(path) + " ]"
}

// unchecked is a module that lets everything be set.
const unchecked = `{ _file = "firn"; _module.check = { _type = "override"; priority = 50; content = false; }; }`

// common makes the attributes that all sources have of a configuration. What the
// module system keeps of itself is in config until 2021, and then beside it.
const common = `
  module = evaluated._module or config._module;
  found = name: if evaluated ? ${name} then evaluated.${name} else module.args.${name};
  inherit (evaluated) config options;
in
{
  inherit config options lib;
  pkgs = found "pkgs";
  args = module.args // (module.specialArgs or { }) // extra // { inherit config options lib; pkgs = found "pkgs"; };
}
`

const nixosSource = `
let
  unchecked = %s;
  evaluated = import <nixpkgs/nixos/lib/eval-config.nix> {
    system = builtins.currentSystem;
    modules = %s ++ [ unchecked ];
  };
  lib = import <nixpkgs/lib>;
  extra = { modulesPath = toString <nixpkgs/nixos/modules>; };` + common

const homeSource = `
let
  unchecked = %s;
  nixpkgs = import <nixpkgs> { };
  evaluated = import <home-manager/modules> {
    pkgs = nixpkgs;
    check = false;
    configuration = { imports = %s ++ [ unchecked ]; };
  };
  lib = import <home-manager/modules/lib/stdlib-extended.nix> nixpkgs.lib;
  extra = { pkgs = nixpkgs; modulesPath = toString <home-manager/modules>; };` + common

const networkSource = `
let
  network = import %s;
  name = %s;
  unchecked = %s;
  evaluated = import <nixpkgs/nixos/lib/eval-config.nix> {
    system = builtins.currentSystem;
    modules = [ (network.defaults or { }) network.${name} unchecked deployment ];
    specialArgs = { inherit name; nodes = { }; };
  };
  deployment = { };
  lib = import <nixpkgs/lib>;
  extra = { inherit name; nodes = { }; };` + common

const flakeSource = `
let
  flake = builtins.getFlake (toString %s);
  configuration = flake.%s;
  unchecked = %s;
  evaluated = configuration.extendModules or (_: configuration) { modules = [ unchecked ]; };
  lib = evaluated.pkgs.lib or config._module.args.pkgs.lib;
  extra = { inputs = flake.inputs; };` + common

const nixpkgsSource = `
let
  pkgs = import <nixpkgs> { };
  inherit (pkgs) lib;
in
{
  config = { };
  options = { };
  inherit pkgs lib;
  args = { inherit pkgs lib; };
}
`

// under reports whether a path is in a directory.
func under(path, dir string) bool {
	return strings.HasPrefix(path, strings.TrimSuffix(dir, "/")+"/")
}
