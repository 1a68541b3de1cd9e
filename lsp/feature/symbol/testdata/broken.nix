{ lib, ... }:
let
  before = 1;
  unfinished =
  helper = x: x;
in
{
  a = {
    b.c = 2;
    d. = 3;
    e = [ 1 2
  };
  inherit (lib) mkIf
  = 4;
  f = lib.;
  "open = 5;
}
