# A tree of sets and lists that is evaluated in depth, compared and printed.
let
  tree = depth: if depth == 0 then { leaf = true; } else { left = tree (depth - 1); right = [ (tree (depth - 1)) depth ]; };
  count = node: if node ? leaf then 1 else count node.left + count (builtins.head node.right);
  a = tree 16;
  b = tree 16;
in
builtins.deepSeq a [ (count a) (a == b) (builtins.stringLength (builtins.toJSON b)) ]
