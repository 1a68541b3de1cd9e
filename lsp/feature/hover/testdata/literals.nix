[
  ^1
  ^4096
  ^0755
  ^0899
  ^1.5
  ^.000001
  ^./file.nix
  ^../dir
  ^./dir/x
  ^/etc
  ^~/x
  ^./${"x"}
  ^<nixpkgs>
  ^<nixpkgs/missing>
  ^https://example.org/x
  "\^t \d\^. \$\^{x}"
  ''''^\t ''^${ ^$${''
]
