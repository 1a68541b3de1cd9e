{
  a = { b = 1; }; a.c = 2; a = { d.e = 3; inherit (builtins) add; }; a.d.f = 4;
  r = rec { x = 1; }; r.y = x; 
  s.t = 1; s = rec { u = 2; };
  inherit ({ }) q; q2 = rec { }; q2.${"dyn"} = 1;
}
