{
  config.a = if c then { b = 1; } else mkDefault { d = 2; };
  config.e = { f = 1; } // lib.optionalAttrs c { g = 2; } // h;
  config.i = mkBefore [ 1 ] ++ optionals c [ 2 ] ++ optional d 3;
  config.j = (lib.mkIf c) (mkOrder 7 "x");
  config.k = mkAliasDefinitions options.a;
  config.l = mkIf c d e;
  config.m = mkMerge (map f xs);
  config.n = let x = 1; in assert x; with x; { o = x; };
  config.p = mkAfter (optional c { q = 1; });
  meta = { };
  lost = 1;
}
