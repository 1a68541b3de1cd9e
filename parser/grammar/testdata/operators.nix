{
  pipes = a |> b |> c;
  from = a <| b <| c;
  logic = a -> b -> c || d && e == f;
  order = a < b || c >= d && e != f;
  update = a // b // c ++ d ++ e;
  sum = a + b - c * d / e * f;
  not = a * !b + c;
  negate = -a ? b;
  both = -!a + b;
  twice = !!a && - - b == c;
  has = a ? b.c."d".${e} && f a ? b;
  chain = a ? b ? c;
  apply = f a.b (g c) -d [ ] { } "e" ./f;
  or = g f or a.b or c.d or e;
  list = [ f or (f or) a.b or c.d ];
}
