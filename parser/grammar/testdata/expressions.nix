{ lib, stdenv ? null, ... } @ args:
self: super @ { }:
{ a, b ? { c = 1; }, }:
{ ... }: { }:
with lib; assert a != null; let
  inherit (lib) x "y" or ${"z"};
  inherit;
  a.b."c".${d} = if x then y else if z then { } else [ ];
  "quoted" = rec { inherit a; };
  ${dynamic} = let { body = 1; };
in let in {
  legacy = f let { a = b; body = a; } c;
  nested = (((a)));
  empty = [ { } [ ] ( { } ) ];
  select = { a = 1; }.a.b or (x: x) 1;
}
