# The modules of home-manager, evaluated with others. What the file default.nix of
# home-manager does beside that would keep everything from being known when an
# assertion fails.
#
# home: the directory of home-manager
# pkgs: the package set
# modules: the others; if there are none, what must be set is set
# given: modules that do not count for that
{
  home,
  pkgs,
  modules,
  given ? [ ],
}:
let
  lib = import (home + "/modules/lib/stdlib-extended.nix") pkgs.lib;

  ofHome = import (home + "/modules/modules.nix");

  # An argument that a function knows.
  known = f: builtins.intersectAttrs (builtins.functionArgs f);

  release = home + "/release.json";

  someone = {
    _file = "firn";
    home.username = "someone";
    home.homeDirectory = "/home/someone";
    home.stateVersion = if builtins.pathExists release then (builtins.fromJSON (builtins.readFile release)).release else "18.09";
  };

  direct = lib.evalModules (
    {
      modules = (if modules == [ ] then [ someone ] else modules) ++ given ++ [ (import ./unchecked.nix) ] ++ ofHome (
        known ofHome {
          inherit lib pkgs;
          check = false;
        }
      );
      specialArgs.modulesPath = toString (home + "/modules");
    }
    // known lib.evalModules { class = "homeManager"; }
  );
in
if builtins.pathExists (home + "/modules/modules.nix") then
  direct
else
  import (home + "/modules") {
    inherit pkgs;
    check = false;
    configuration.imports = modules ++ given ++ [ (import ./unchecked.nix) ];
  }
