# The nodes that can be reached in a graph.
let
  size = 100000;
  node = n: { key = n - n / size * size; };
in
builtins.length (builtins.genericClosure {
  startSet = [ { key = 1; } ];
  operator = { key }: [ (node (key * 3)) (node (key + 11)) ];
})
