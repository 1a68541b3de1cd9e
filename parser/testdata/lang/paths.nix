let b = "b"; in [
  ./a ../a/b /a/b ~/a a/b .a/b -a/b 1/2 ./a/../b.nix /. ./.
  ./${b} ./${b}/c ./a${b}/${b}c ~/${b} /${b} ./a//b${b} <nixpkgs> <nixpkgs/lib/a.nix>
]
