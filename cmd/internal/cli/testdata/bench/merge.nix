# A large set that small ones are merged into, one after the other.
let
  wide = builtins.listToAttrs (builtins.genList (i: { name = "attribute-${toString i}"; value = i; }) 300);
  step = set: i: set // { "attribute-${toString (builtins.bitAnd i 511)}" = i; last = i; };
  merged = builtins.foldl' step wide (builtins.genList (i: i) 40000);
in
[ merged.last (builtins.length (builtins.attrNames merged)) (builtins.foldl' (a: b: a + b) 0 (builtins.attrValues merged)) ]
