# A small package set, made like nixpkgs: a fixed point over overlays.
{
  system ? builtins.currentSystem,
  config ? { },
  overlays ? [ ],
}@args:
let
  lib = import ./lib;

  top = final: {
    inherit lib config overlays;
    inherit system;
    path = ./.;
    pkgs = final;
    callPackage = lib.callPackageWith final;
    newScope = extra: lib.callPackageWith (final // extra);
    appendOverlays = more: import ./. (args // { overlays = overlays ++ more; });
    stdenv = import ./pkgs/stdenv { inherit lib config system; };
    stdenvNoCC = final.stdenv;
    hostPlatform = final.stdenv.hostPlatform;
  };
in
lib.fix (
  lib.extends (lib.composeManyExtensions (
    [ (import ./pkgs/top-level/all-packages.nix) ] ++ overlays
  )) top
)
