# Lists: made, mapped, filtered, joined and folded.
let
  numbers = builtins.genList (i: i) 400000;
  odd = builtins.filter (i: builtins.bitAnd i 1 == 1) numbers;
  pairs = builtins.concatMap (i: [ i (i * 2) ]) odd;
in
[
  (builtins.foldl' (sum: i: sum + i) 0 pairs)
  (builtins.length (builtins.concatLists [ numbers odd pairs ]))
  (builtins.all (i: i >= 0) pairs)
  (builtins.elemAt (map (i: i + 1) pairs) 12345)
]
