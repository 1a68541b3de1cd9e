# A comment
{ lib, stdenv ? null, ... }@args:
with builtins; /* block
  comment */
let
  inherit (builtins) map notOne;
  inherit (lib) mkIf;
  local = x: y: x + y;
  a.b = 1;
  yes = true && !false -> null == 1.5;
in rec {
  name = "text \n ${local 1 2} $${not}";
  phase = ''
    cd ''${x} ${name}
  '';
  path = ./a/${name}/b;
  file = ./c.nix;
  url = https://example.org;
  search = <nixpkgs/lib>;
  inherit args mkIf;
  inherit (stdenv) "mkDerivation" ${x};
  "quoted".attr = a.b or notOne;
  ${name} = args ? lib.x;
  sel = builtins.head (builtins.noSuch [ head unknown (map toString) ]);
  bool = builtins.true;
  here = __curPos;
  other = with lib; head import;
  cond = if yes then stdenv else throw "x";
  neg = -1 - 2 // { } ++ [ ];
  check = assert yes; lib;
}
