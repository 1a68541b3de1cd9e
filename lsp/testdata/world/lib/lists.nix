# Lists.
rec {
  inherit (builtins)
    all
    any
    concatLists
    concatMap
    elem
    elemAt
    filter
    foldl'
    genList
    head
    length
    map
    sort
    tail
    ;

  # A list of one element.
  singleton = x: [ x ];

  # A list of one element if a condition holds, else an empty one.
  optional = condition: x: if condition then [ x ] else [ ];

  # A list if a condition holds, else an empty one.
  optionals = condition: list: if condition then list else [ ];

  # The elements from `start` on, at most `count` of them.
  sublist =
    start: count: list:
    let
      rest = length list - start;
      n = if rest < count then rest else count;
    in
    genList (i: elemAt list (start + i)) (if n < 0 then 0 else n);

  # The first `count` elements.
  take = sublist 0;

  # All but the first `count` elements.
  drop = count: list: sublist count (length list) list;

  # The last element; a failure for the empty list.
  last = list: elemAt list (length list - 1);

  # All but the last element.
  init = list: sublist 0 (length list - 1) list;

  # All elements but those that are equal to one.
  remove = x: filter (y: y != x);

  # The same from the end to the beginning.
  reverseList =
    list:
    let
      n = length list;
    in
    genList (i: elemAt list (n - 1 - i)) n;

  # Each element once, where it comes first.
  unique = foldl' (seen: x: if elem x seen then seen else seen ++ [ x ]) [ ];

  # The elements that are in a second list, too.
  intersectLists = a: filter (x: elem x a);

  # Sorts by what a function makes of the elements.
  sortOn =
    key: list:
    map (p: p.x) (
      sort (a: b: a.key < b.key) (
        map (x: {
          inherit x;
          key = key x;
        }) list
      )
    );

  # A list of the numbers from one to another.
  range = first: end: if first > end then [ ] else genList (i: first + i) (end - first + 1);

  # A list of what a function makes of pairs.
  zipListsWith =
    f: a: b:
    genList (i: f (elemAt a i) (elemAt b i)) (if length a < length b then length a else length b);

  # Lists in lists as one list.
  flatten = x: if builtins.isList x then concatMap flatten x else [ x ];
}
