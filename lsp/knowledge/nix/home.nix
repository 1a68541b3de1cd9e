# A configuration of home-manager that stands alone.
#
# modules: paths
# own: the directory of a home-manager that counts before others, or null
# places: directories in which a home-manager may be that is not in the search path
# flake: the directory of a flake whose inputs are used instead, or null
# fetch: whether inputs of that which are not there are rather fetched than stood in for
# libraries: directories in which a library of nixpkgs may be, likewise
# stubs: whether the package set is one of our own, around a library that is new
# enough
{
  modules,
  own ? null,
  places ? [ ],
  flake ? null,
  fetch ? false,
  libraries ? [ ],
  stubs ? false,
}:
let
  find = import ./find.nix;

  dir = find.firstWith (place: builtins.pathExists (place + "/modules")) ([ own (find.searched "home-manager") ] ++ places);

  outputs = import ./outputs.nix { dir = flake; inherit fetch; };

  home =
    if flake != null then
      outputs.call.home-manager.outPath
    else if dir == null then
      throw "home-manager is not found; add it to the search path (NIX_PATH=home-manager=DIR) or to the inputs of a flake"
    else
      dir;

  nixpkgs = find.searched "nixpkgs";

  packages =
    if stubs then
      import ./stubs.nix {
        inherit nixpkgs;
        names = import ./mentioned.nix (home + "/modules");
        libraries = [ (find.searched "nixpkgs/lib") (find.searched "nixpkgs-lib/lib") (find.searched "nixpkgs-lib") ] ++ libraries;
      }
    else if flake != null then
      outputs.pkgs
    else
      import <nixpkgs> { };

  # home-manager would import a package set from where this one is.
  given._module.args.pkgs = {
    _type = "override";
    priority = 10;
    content = packages;
  };

  evaluated = import ./home-modules.nix {
    inherit home;
    pkgs = packages;
    inherit modules;
    given = if stubs then [ given ] else [ ];
  };
in
import ./common.nix {
  inherit evaluated;
  lib = import (home + "/modules/lib/stdlib-extended.nix") packages.lib;
  extra = {
    pkgs = packages;
    modulesPath = toString (home + "/modules");
  };
}
