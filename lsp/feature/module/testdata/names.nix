{ lib, ... }:
let
  common = { a = 1; };
  both = common // { b = common; };
  list = [ { c = 1; } ];
  text = "x";
  loop = loop // { d = loop; };
  module = { config, ... }: { e = 1; };
  modules = [ ./f.nix module ];
  option = lib.mkOption { };
  select = common.a;
in
{
  imports = modules ++ [ module ];
  options = { inherit option; g = option; };
  config = { inherit common; h = both; i = lib.mkIf c list; j = text; k = loop; l = select; m = module; };
}
