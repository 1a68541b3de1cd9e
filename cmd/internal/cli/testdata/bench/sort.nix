# Sorting: numbers, texts and records by one of their attributes.
let
  scattered = builtins.genList (i: builtins.bitAnd (builtins.bitXor (i * 7919) (i * i + 104729)) 1048575) 60000;
  records = map (n: { key = n; text = toString n; }) scattered;
  first = list: builtins.elemAt list 100;
in
[
  (first (builtins.sort builtins.lessThan scattered))
  (first (builtins.sort (a: b: a > b) scattered))
  (first (builtins.sort (a: b: a.key < b.key) records)).text
  (first (builtins.sort builtins.lessThan (map toString scattered)))
]
