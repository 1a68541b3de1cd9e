{
  a = 1; b.c = 2; b.d.e = 3; "quo ted" = 4; ${"dyn"} = 5; "in${"ter"}" = 6; or = 7; "if" = 8;
  r = rec { x = y; y = 1; z.w = x; };
  empty = { };
  inherit; inherit (builtins) add "sub" ${"mul"}; inherit true;
}
