# One binding of every kind.
{
  attribute = f x;
  function = x: y: { a, b ? 1, ... }@args: x;
  set = { a = 1; inherit (x) b c; inherit d; };
  legacy = let { body = 1; };
  list = [ 1 2 (f 3) ];
  string = "a ${x} b";
  indented = ''
    echo one
    echo two
  '';
  url = https://example.org/a;
  integer = 1;
  float = 1.5;
  yes = true;
  nothing = null;
  path = ./a/b.nix;
  search = <nixpkgs/lib>;
  wrapped = with lib; assert true; let n = 1; in ({ inner = n; });
  long = callPackage ../applications/misc/something-long { inherit one two three; four = "five"; };
  umlaut = "äöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöüäöü";
  commented = f /* a comment */ x # another
    y;
}
