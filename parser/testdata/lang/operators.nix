let a = 1; b = true; l = [ ]; s = { }; in [
  (a + a - a * a / a) (- a) (- - a) (! b) (! b && b || b -> b -> b) (a == a) (a != a) (a < a) (a <= a) (a > a) (a >= a)
  (l ++ l ++ l) (s // s // s) (s ? x.y."z".${"w"}) (a * !b + a) (-s ? x) (-!a + a) (a + a + a) ({ } ? a ? b) (a -a) (a == a -> a < a)
  (s.x.y or a.b or 1) (map (x: x) l) (import ./. { } [ ] "") (a / a)
]
