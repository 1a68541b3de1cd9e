{ pkgs, ^lib ? pkgs.^lib, # the library
  system ? builtins.currentSystem
}@^args:
let
  # Adds one.
  # And that is all.
  increment = x: ^x + 1;

  /**
    The *settings*.
  */
  settings = {
    # How many.
    count = 1;
    nested.a = 1;
    nested.b = 2;
  };
  long = [
    1 2
    3
    4
    5
    6
    7
    8
    9
    10
    11
    12
    13
  ];
  inherit (settings) ^count;
  inherit (pkgs) ^hello;
  alias = ^increment;
  self = rec { one = ^two; two = 2; inherit ^alias; };
in
with ^lib; with settings;
{
  a = ^increment 1;
  b = ^settings.^count;
  c = settings.^nested.^b;
  d = ^count;
  e = ^mkIf;
  f = ^long;
  g = ^args.^lib;
  h = self.^alias 1;
  i = settings ? ^count;
  inherit (^self) ^one;
  inherit ^system;
  "^quoted name" = 1;
  j = settings.^missing;
  k = ^pkgs;
  l = ^lib;
}
