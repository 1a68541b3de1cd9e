s: x: rec {
  inherit x s;
  inherit (s) y "z w" map;
  v = y;
  n = { inherit x y v map true; inherit "s"; };
  w = with s; { inherit q; };
}
