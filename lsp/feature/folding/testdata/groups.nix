{ config, lib, pkgs, ... }:

with lib;
with pkgs;
assert true;

let
  inherit (lib) a b;
  inherit (pkgs) c;

  inherit (config)
    d
    e
    ;
  f = 1;
in
{
  imports = [
    ./a.nix
    ./b.nix
  ];

  # region options
  options = {
  };
  # endregion

  #endregion without its partner
  config =
    if a then
      b
    else if c then
      d
    else
      e;
}
