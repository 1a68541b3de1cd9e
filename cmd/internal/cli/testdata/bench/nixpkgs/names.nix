# The names of the packages in some large sets.
let
  pkgs = import <nixpkgs> { system = "x86_64-linux"; config = { }; overlays = [ ]; };
  name = p: let r = builtins.tryEval (if p.type or "" == "derivation" then p.name else null); in if r.success then r.value else null;
  names = set: builtins.filter (n: n != null) (map name (builtins.attrValues set));
in
map names [ pkgs.pythonPackages pkgs.perlPackages pkgs.xorg pkgs.kdeApplications pkgs.rubyGems or { } ]
