{ lib, ... }:
{
  options = {
    a.enable = lib.mkEnableOption "a";
    b = {
      package = lib.mkPackageOption pkgs "b" { };
      c = mkOption { type = types.submodule { options.d = mkOption { }; }; };
    } // optionalAttrs e { f = mkOption { }; };
    "x y".${z} = mkSinkUndeclaredOptions { };
    inherit (other) g;
    h = import ./h.nix;
  };
}
