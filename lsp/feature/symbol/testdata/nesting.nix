{ pkgs, ... }:
rec {
  outer = {
    inner = f {
      argument = [ { item = 1; } (x: { result = let local = 2; in local; }) ];
    };
    sibling = 1;
  };
  inherit ({ before.it = 1; }) before;
  options.x = mkOption { default = { }; };
  "in string" = "${toString { hidden = 1; }}";
}
