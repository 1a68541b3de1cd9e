# Where Nix's lexer takes the longest match.
[
  a.b/c (x:x) (x: x) 1/2 a -b/c 1.5/2 a'b/c
  .5 1. 1.5e3 1e3 00.5 007 0.5e-1 1.5.6 12.e+3
  a.b a . b a.b or c (f or) (a.b.or or d) (__curPos)
  <nixpkgs> <a/b.c> (a<b) (a <b) (a<=b) http://x.org/?a=b&c x:$ git+ssh://a@b:c/d
  ./a ../b /c/d ~/e ./a/b.c+d-e_f if/x a/b/c -/a +/b .../c
  ./a${b} ./a/${b} a/${b}/c${d}.e ~/${f} /${g}//h ./i//j${k}/l ./m/${n}
  (a-b) (a -b) (a - b) (a+b) (a++b) (a//b) (a->b) (!a) (-a) (a--b)
]
