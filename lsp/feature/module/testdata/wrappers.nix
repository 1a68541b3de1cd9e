{ config, lib, ... }@args:
with lib;
{
  options.a.b = mkOption { };
  config = mkMerge [
    (mkIf c { a.b = 1; })
    (lib.mkIf (c && d) (mkMerge [ { a.b = mkForce 2; } ]))
    (optionalAttrs c { x = mkOverride 10 3; y = mkOverride p 3; z = mkVMOverride 4; })
    (f { ignored = true; })
  ];
}
