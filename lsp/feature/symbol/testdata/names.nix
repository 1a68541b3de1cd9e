let
  plain = 1;
  inherit (builtins) map "quoted";
  inherit other;
in
{
  a.b.c = 1;
  spaced . path /* why */ . here = 2;
  "quoted.name" = 3;
  "multi ${word} name".x = 4;
  ${dynamic} = 5;
  ${
    # a comment
    f "x"  y
  }.y = 6;
  inherit plain;
  or = 7;
}
