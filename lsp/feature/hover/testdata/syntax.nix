^let
  a = ^if true ^&& false ^then 1 else ^-1;
  f = { x ^? 1, ^... }^@args^: args ^? x;
in
^rec {
  ^inherit a;
  b = f { } ^// { };
  c = "${^"x"}^\n^${"y"}";
  d = 1 ^- 2 == 3 ^-> true;
  e = x.y ^or 1;
  g = ^''
    a^''$b '''
  '';
  h = [ 1 ]^;
}
