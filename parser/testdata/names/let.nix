let
  a = 1;
  b.c = a;
  b.d = b;
  inherit (b) c;
  "e" = f;
  f = e;
in
let
  inherit a b;
  a' = map;
in [ a b c e a' ]
