# The package set of the search path, without a configuration.
{ }:
let
  pkgs = import <nixpkgs> { };
in
{
  config = { };
  options = { };
  inherit pkgs;
  inherit (pkgs) lib;
  args = {
    inherit pkgs;
    inherit (pkgs) lib;
  };
}
