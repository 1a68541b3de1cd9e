{
  a = ^map;
  b = ^builtins.^attrNames;
  c = with ^builtins; ^stringLength "";
  d = ^__add 1 2;
  e = (builtins.tryEval 1).^success;
  f = ^isNull ^null;
  inherit (builtins) ^foldl';
  g = builtins.^notThere;
  h = ^__curPos;
  i = let builtins = { x = 1; }; in builtins.^x;
  j = ^fetchTree;
}
