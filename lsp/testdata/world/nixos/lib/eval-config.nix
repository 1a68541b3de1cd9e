# Evaluates the modules of a system.
{
  modules,
  system ? builtins.currentSystem,
  baseModules ? import ../modules/module-list.nix,
  specialArgs ? { },
  extraArgs ? { },
  lib ? import ../../lib,
}:
let
  given = {
    _file = "eval-config.nix";
    key = "eval-config.nix";
    config = {
      nixpkgs.system = lib.mkDefault system;
      _module.args = extraArgs // {
        inherit baseModules modules;
      };
    };
  };
  evaluated = lib.evalModules {
    class = "nixos";
    modules = baseModules ++ [ given ] ++ modules;
    specialArgs = {
      modulesPath = toString ../modules;
    }
    // specialArgs;
  };
in
evaluated
// {
  inherit lib extraArgs;
  inherit (evaluated._module.args) pkgs;
}
