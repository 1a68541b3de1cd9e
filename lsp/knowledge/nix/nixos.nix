# A NixOS configuration of the search path.
#
# modules: paths
{ modules }:
import ./common.nix {
  evaluated = import <nixpkgs/nixos/lib/eval-config.nix> {
    system = builtins.currentSystem;
    modules = modules ++ [ (import ./unchecked.nix) ];
  };
  lib = import <nixpkgs/lib>;
  extra.modulesPath = toString <nixpkgs/nixos/modules>;
}
